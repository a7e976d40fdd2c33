"""How our functions are compiled: what serves one pixel, and what goes through a whole picture.

All let go of Python's lock while they run, so that threads draw side by side. The first two may reorder sums, divide
without a check, and never count references to arrays (numba's `_nrt`): that counting cost three times as much as the
drawing. So they may not create an array. `allocating` may.
"""

from typing import Any

from numba import njit

_LEAN: dict[str, Any] = {"fastmath": True, "error_model": "numpy", "nogil": True, "_nrt": False}
#: For functions of one ray: put into the loop that calls them. A GPU's compiler would take the same functions.
per_pixel = njit(forceinline=True, **_LEAN)
#: For loops over a picture: machine code is kept on disk.
per_picture = njit(cache=True, **_LEAN)
#: For loops that need arrays of their own.
allocating = njit(cache=True, fastmath=True, error_model="numpy", nogil=True)

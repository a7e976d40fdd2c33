"""The stages as a GPU runs them, by numba's CUDA compiler, under the names that `cpu` has too.

Every kernel is one thread for each pixel, cell, solid or row, which calls the same function as the processor's loop.
Launches are queued; only `host` waits for them. Kernels are compiled when they are first used, which takes some
seconds, and kept on disk.

It needs the package numba-cuda (numba's own CUDA compiler is no longer kept up: it does not know `max`), an NVIDIA GPU
with its driver, and NVVM from the CUDA toolkit. NOT YET RUN ON A GPU: the tests run it in numba's simulator, where its
pictures are those of the processor, and compile every kernel for a GPU where NVVM is there. The one time that a GPU was
there, numba-cuda 0.30 could not be used with NumPy 2.5.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numba
import numpy as np
from numba import cuda
from numpy.typing import DTypeLike, NDArray

from celaje.engine.world.kernels.develop import SPREADS, develop_at, smooth_at, spread_column, spread_row
from celaje.engine.world.kernels.drops import draw_lines_at
from celaje.engine.world.kernels.filters import blur_at
from celaje.engine.world.kernels.shade import halo_at, shade_at, shade_mirror_at
from celaje.engine.world.kernels.shadow import contact_map_at, sun_map_at
from celaje.engine.world.kernels.solids import Lens, aim_one, flow_at, see_at, tell_at

Array = Any  # on the GPU
BLOCK = 16  # threads, each way
_kernel = cuda.jit(cache=True, fastmath=True)


def check() -> None:
    """Raise ValueError, which says why, when no GPU can be used."""
    if numba.config.ENABLE_CUDASIM:  # type: ignore[attr-defined]
        return
    if find_spec("numba_cuda") is None:
        raise ValueError('no GPU can be used without the package numba-cuda: pip install "celaje[cuda]", or give cpu')
    if not cuda.is_available():
        raise ValueError(
            "no GPU can be used here: CUDA needs an NVIDIA GPU, its driver and the toolkit's NVVM; or give cpu"
        )
    try:
        import_module("numba.cuda.np.arrayobj")  # as the first kernel does: it names functions that NumPy may have lost
    except AttributeError as error:
        raise ValueError(
            f"no GPU can be used with NumPy {np.__version__}, which numba-cuda does not fit ({error}): "
            'pip install "celaje[cuda]", which brings one that it fits, or give cpu'
        ) from error


def array(values: NDArray[Any]) -> Array:
    """A copy of `values` on the GPU."""
    return cuda.to_device(np.ascontiguousarray(values))


def zeros(shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> Array:
    """Zeros on the GPU."""
    return array(np.zeros(shape, dtype))


def host(values: Array) -> NDArray[Any]:
    """A copy of `values` as numpy's, once all that was queued is done."""
    return np.asarray(values.copy_to_host())


def _launch(kernel: Any, shape: tuple[int, ...], *arguments: Any) -> None:
    """A thread for each (y, x) of `shape`, or for each of its one number."""
    rows, columns = (1, *shape)[-2:]
    if rows * columns:
        block = (BLOCK, BLOCK) if len(shape) == 2 else (BLOCK * BLOCK, 1)
        kernel[(-(-columns // block[0]), -(-rows // block[1])), block](*arguments)


def aim(lens: Lens, matrices: Array, mirrored: bool, width: int, height: int, *filled: Array) -> None:
    """As `solids.aim`."""
    _launch(_aim, matrices.shape[:1], lens, matrices, mirrored, width, height, *filled)


@_kernel
def _aim(lens, matrices, mirrored, width, height, inverses, eyes, bounds):  # type: ignore[no-untyped-def]
    n = cuda.grid(1)
    if n < matrices.shape[0]:
        aim_one(n, lens, matrices, mirrored, width, height, inverses, eyes, bounds)


def see(*arguments: Any) -> None:
    """As `solids.see`."""
    _launch(_see, arguments[-1].shape, *arguments)


@_kernel
def _see(lens, kinds, inverses, eyes, bounds, flip, depth, seen):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < seen.shape[0] and x < seen.shape[1]:
        see_at(y, x, lens, kinds, inverses, eyes, bounds, flip, depth, seen)


def cast(shadows: Any, kinds: Array, strengths: Array, matrices: Array) -> None:
    """As `shadow.cast`."""
    _launch(_cast_sun, shadows.sun.shape, shadows, kinds, strengths, matrices)
    _launch(_cast_contact, shadows.contact.shape, shadows, strengths, matrices)


@_kernel
def _cast_sun(shadows, kinds, strengths, matrices):  # type: ignore[no-untyped-def]
    j, i = cuda.grid(2)
    if i < shadows.sun.shape[0] and j < shadows.sun.shape[1]:
        sun_map_at(i, j, shadows, kinds, strengths, matrices)


@_kernel
def _cast_contact(shadows, strengths, matrices):  # type: ignore[no-untyped-def]
    j, i = cuda.grid(2)
    if i < shadows.contact.shape[0] and j < shadows.contact.shape[1]:
        contact_map_at(i, j, shadows, strengths, matrices)


def shade_mirror(*arguments: Any) -> None:
    """As `shade.shade_mirror`."""
    _launch(_shade_mirror, arguments[-1].shape[:2], *arguments)


@_kernel
def _shade_mirror(lens, air, textures, things, lamps, shadows, depth, seen, seen_below, mirror):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < mirror.shape[0] and x < mirror.shape[1]:
        shade_mirror_at(y, x, lens, air, textures, things, lamps, shadows, depth, seen, seen_below, mirror)


def blur(image: Array, radius: int, result: Array) -> None:
    """Fill `result` with the blurred `image`."""
    _launch(_blur, image.shape[:2], image, radius, result)


@_kernel
def _blur(image, radius, result):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < image.shape[0] and x < image.shape[1]:
        blur_at(y, x, image, radius, result)


def shade(*arguments: Any) -> None:
    """As `shade.shade`. Colours that glow are kept for each pixel first, and then summed for each cell of the halo."""
    *others, image, surface, halo = arguments
    glare = cuda.device_array(image.shape, np.float32)
    _launch(_shade, surface.shape, *others, image, surface, glare)
    _launch(_halo, halo.shape[:2], glare, halo)


@_kernel
def _shade(lens, air, painter, textures, things, lamps, shadows, mirror, depth, seen, image, surface, glare):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < surface.shape[0] and x < surface.shape[1]:
        r, g, b, glow = shade_at(
            y, x, lens, air, painter, textures, things, lamps, shadows, mirror, depth, seen, image, surface
        )
        glow = max(0.0, glow)
        glare[y, x, 0], glare[y, x, 1], glare[y, x, 2] = r * glow, g * glow, b * glow


@_kernel
def _halo(glare, halo):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < halo.shape[0] and x < halo.shape[1]:
        halo_at(y, x, glare, halo)


def smooth_edges(*arguments: Any) -> None:
    """As `develop.smooth_edges`."""
    _launch(_smooth_edges, arguments[-1].shape[:2], *arguments)


@_kernel
def _smooth_edges(lens, kinds, inverses, eyes, surface, image, smooth):  # type: ignore[no-untyped-def]
    near, where = cuda.local.array(9, numba.int32), cuda.local.array((9, 2), numba.int32)
    x, y = cuda.grid(2)
    if y < surface.shape[0] and x < surface.shape[1]:
        smooth_at(y, x, lens, kinds, inverses, eyes, surface, image, near, where, smooth)


def draw_lines(placed: Array, color: tuple[float, float, float], depth: Array, image: Array) -> None:
    """As `drops.draw_lines`."""
    _launch(_draw_lines, depth.shape, placed, color, depth, image)


@_kernel
def _draw_lines(placed, color, depth, image):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < depth.shape[0] and x < depth.shape[1]:
        draw_lines_at(y, x, placed, color, depth, image)


def spread(halo: Array, spare: Array) -> bool:
    """Blur `halo` in place. Whether anything glows is not asked: to know it one would have to wait."""
    for _ in range(SPREADS):
        _launch(_spread_rows, (halo.shape[0], 3), halo, spare)
        _launch(_spread_columns, (halo.shape[1], 3), spare, halo)
    return True


@_kernel
def _spread_rows(halo, spread):  # type: ignore[no-untyped-def]
    c, y = cuda.grid(2)
    if y < halo.shape[0] and c < 3:
        spread_row(y, c, halo, spread)


@_kernel
def _spread_columns(halo, spread):  # type: ignore[no-untyped-def]
    c, x = cuda.grid(2)
    if x < halo.shape[1] and c < 3:
        spread_column(x, c, halo, spread)


def develop(*arguments: Any) -> None:
    """As `develop.develop`."""
    _launch(_develop, arguments[-1].shape[:2], *arguments)


@_kernel
def _develop(image, halo, strength, color):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < image.shape[0] and x < image.shape[1]:
        develop_at(y, x, image, halo, strength, color)


def tell(*arguments: Any) -> None:
    """As `solids.tell`."""
    _launch(_tell, arguments[-1].shape, *arguments)


@_kernel
def _tell(depth, seen, instances, farthest, told_depth, told_instance):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < depth.shape[0] and x < depth.shape[1]:
        tell_at(y, x, depth, seen, instances, farthest, told_depth, told_instance)


def flow_to(*arguments: Any) -> None:
    """As `solids.flow_to`."""
    _launch(_flow_to, arguments[-1].shape[:2], *arguments)


@_kernel
def _flow_to(lens, after, matrices_after, inverses, eyes, depth, seen, flow):  # type: ignore[no-untyped-def]
    x, y = cuda.grid(2)
    if y < depth.shape[0] and x < depth.shape[1]:
        flow_at(y, x, lens, after, matrices_after, inverses, eyes, depth, seen, flow)

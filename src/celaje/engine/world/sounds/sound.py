"""What every sound says about itself, and the few tools all of them are made with. Mono, 24 000 samples a second."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One sound. `make(rng, seconds, strength, detail)` returns float32 samples, about 1.0 at its loudest.

    A "bed" (rain, wind, engine) is asked for the whole clip and must not fade in or out, since windows are cut from it;
    an "event" (step, bark) is asked for its own length (0 means: as long as it naturally is). `detail` is the surface,
    or the look that matters ("small", "child").
    """

    name: str
    bed: bool
    level: float  # loudness relative to full scale at 3 m, before distance
    make: Callable[[np.random.Generator, float, float, str], Samples]

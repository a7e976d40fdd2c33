"""The stages as a processor runs them, under the names that `gpu` has too. Arrays are numpy's own."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from celaje.engine.world.kernels import develop as developing
from celaje.engine.world.kernels import filters
from celaje.engine.world.kernels.develop import develop
from celaje.engine.world.kernels.drops import draw_lines
from celaje.engine.world.kernels.shade import shade, shade_mirror
from celaje.engine.world.kernels.shadow import cast
from celaje.engine.world.kernels.solids import Lens, aim, flow_to, see, tell

__all__ = ["aim", "cast", "develop", "draw_lines", "flow_to", "see", "shade", "shade_mirror", "tell"]

Array = NDArray[Any]


def array(values: Array) -> Array:
    """`values` where the stages can reach them."""
    return values


def zeros(shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> Array:
    """Zeros where the stages can reach them."""
    return np.zeros(shape, dtype)


def host(values: Array) -> Array:
    """`values` as numpy's."""
    return values


def blur(image: Array, radius: int, result: Array) -> None:
    """Fill `result` with the blurred `image`."""
    result[:] = filters.blur(image, radius)


def smooth_edges(
    lens: Lens, kinds: Array, inverses: Array, eyes: Array, surface: Array, image: Array, smooth: Array
) -> None:
    """`develop.smooth_edges`, with the room that it needs."""
    near, where = np.empty(9, np.int32), np.empty((9, 2), np.int32)
    developing.smooth_edges(lens, kinds, inverses, eyes, surface, image, near, where, smooth)


def spread(halo: Array, spare: Array) -> bool:
    """Blur `halo` in place, if anything glows, and tell whether it does."""
    if not halo.any():
        return False
    developing.spread(halo, spare)
    return True

"""The ground's materials: colour, glow and wetness of a point of the plane y = 0. It does not know light."""

from typing import NamedTuple

import numpy as np
from numba import njit

from celaje.engine.world.kernels.noise import picture_at

GRASS, SNOW, ROAD, SAND, SALT, SHORE, WATER, SEABED, ROCK, LAVA, EARTH, TILES, WOOD, MOON, COBBLES = range(15)


class Painter(NamedTuple):
    """One place's ground: the material and its numbers."""

    material: int
    shore_z: float
    lane_z: float
    lane_width: float


@njit(fastmath=True)
def ground_color(painter, air, picture, x, z, wide):  # type: ignore[no-untyped-def]
    """sRGB colour, glow and mirror strength (0 to 1) at (x, z); `wide` is how many metres a pixel covers."""
    m = painter.material
    fine = 1 / (1 + wide * 12)
    n1 = (picture_at(picture, x * 7.0, z * 7.0) - 0.5) * fine
    n2 = picture_at(picture, x * 1.7 + 40, z * 1.7) - 0.5
    r, g, b, glow, mirror = 0.30 + 0.14 * n2 + 0.10 * n1, 0.55 + 0.14 * n2 + 0.16 * n1, 0.2 + 0.08 * n2 + 0.05 * n1, 0.0, 0.0
    if m == SNOW:
        r, g, b = 0.90 + 0.07 * n2, 0.93 + 0.06 * n2, 0.98 + 0.04 * n2
    elif m == ROAD or m == COBBLES:
        r = g = 0.32 + 0.06 * n2
        b = r * 1.06
    elif m == SAND or m == SHORE or m == SEABED:
        r, g, b = 0.90 + 0.1 * n2, 0.74 + 0.1 * n2, 0.48 + 0.08 * n2
    elif m == SALT:
        r, g, b = 0.93, 0.92, 0.90
    elif m == WATER:
        r, g, b, mirror = 0.10, 0.42, 0.58, 0.5
    elif m == ROCK or m == LAVA:
        r = g = b = 0.24 + 0.1 * n2 + 0.1 * n1
    elif m == EARTH or m == WOOD:
        r, g, b = 0.40 + 0.12 * n2, 0.30 + 0.1 * n2, 0.18 + 0.05 * n2
    elif m == TILES:
        r = g = b = 0.2
    elif m == MOON:
        r = g = b = 0.55 + 0.12 * n2 + 0.08 * n1
    return r, g, b, glow, mirror

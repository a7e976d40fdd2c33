"""What colour each pixel has: light on the solid, the ground or the sky that it shows. It does not know how they were seen."""

from typing import NamedTuple

import numpy as np
from numba import njit

from celaje.engine.world.kernels.air import decay, mix, sky_color
from celaje.engine.world.kernels.ground import ground_color
from celaje.engine.world.kernels.solids import FAR, GROUND, SKY, ray


@njit(fastmath=True)
def fogged(air, r, g, b, distance):  # type: ignore[no-untyped-def]
    """A colour seen through `distance` metres of air."""
    k = 1 - decay(max(0.0, distance - 2.0) * air.fog_density)
    f = air.fog
    return mix(r, f[0], k), mix(g, f[1], k), mix(b, f[2], k)


@njit(cache=True, fastmath=True)
def shade(lens, air, painter, picture, kinds, colors, inverses, eyes, depth, seen, image):  # type: ignore[no-untyped-def]
    """Fill `image` [H, W, 3] with squared sRGB."""
    height, width = depth.shape
    s = air.to_sun
    for y in range(height):
        for x in range(width):
            dx, dy, dz = ray(lens, x + 0.5, y + 0.5, width, height)
            long = np.sqrt(dx * dx + dy * dy + dz * dz)
            n, t = seen[y, x], depth[y, x]
            if n == SKY:
                r, g, b = sky_color(air, picture, dx / long, dy / long, dz / long)
            else:
                if n == GROUND:
                    px, pz = lens.eye[0] + t * dx, lens.eye[2] + t * dz
                    r, g, b, glow, mirror = ground_color(painter, air, picture, px, pz, air.pixel * t)
                    nx, ny, nz = 0.0, 1.0, 0.0
                else:
                    i = inverses[n]
                    lx = eyes[n, 0] + t * (i[0, 0] * dx + i[0, 1] * dy + i[0, 2] * dz)
                    ly = eyes[n, 1] + t * (i[1, 0] * dx + i[1, 1] * dy + i[1, 2] * dz)
                    lz = eyes[n, 2] + t * (i[2, 0] * dx + i[2, 1] * dy + i[2, 2] * dz)
                    mx, my, mz, face = normal_in(kinds[n], lx, ly, lz)
                    nx = i[0, 0] * mx + i[1, 0] * my + i[2, 0] * mz
                    ny = i[0, 1] * mx + i[1, 1] * my + i[2, 1] * mz
                    nz = i[0, 2] * mx + i[1, 2] * my + i[2, 2] * mz
                    k = 1 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
                    nx, ny, nz = nx * k, ny * k, nz * k
                    r, g, b = colors[n, 0], colors[n, 1], colors[n, 2]
                lit = max(0.0, (nx * s[0] + ny * s[1] + nz * s[2]) * 0.8 + 0.2)
                up = 0.5 + 0.5 * ny
                r *= r * (mix(air.bounce[0], air.ambient[0], up) + air.sun[0] * lit)
                g *= g * (mix(air.bounce[1], air.ambient[1], up) + air.sun[1] * lit)
                b *= b * (mix(air.bounce[2], air.ambient[2], up) + air.sun[2] * lit)
                r, g, b = fogged(air, r, g, b, t * long)
            image[y, x, 0], image[y, x, 1], image[y, x, 2] = r, g, b


@njit(fastmath=True)
def normal_in(kind, x, y, z):  # type: ignore[no-untyped-def]
    """The outward normal in the solid's own space, not normalised, and which of its faces it is."""
    if kind == 0:
        return x, y, z, 0
    if kind == 1:
        ax, ay, az = abs(x), abs(y), abs(z)
        if ax > ay and ax > az:
            return np.sign(x), 0 * x, 0 * x, 1 if x > 0 else 2
        if ay > az:
            return 0 * x, np.sign(y), 0 * x, 3 if y > 0 else 4
        return 0 * x, 0 * x, np.sign(z), 5 if z > 0 else 6
    round2 = y * y + z * z
    if kind == 2:
        if abs(x) > 0.998 and round2 < 0.996:
            return np.sign(x), 0 * x, 0 * x, 1 if x > 0 else 2
        return 0 * x, y, z, 0
    if x < -0.998 and round2 < 0.99:
        return np.sign(x), 0 * x, 0 * x, 1
    return 0.25 * (1 - x), y, z, 0

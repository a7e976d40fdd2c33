"""From light to a picture: smooth edges, halos around what glows, and eight bits. It does not know materials."""

from math import sqrt

import numpy as np

from celaje.engine.world.kernels.air import decay
from celaje.engine.world.kernels.compiled import per_picture, per_pixel
from celaje.engine.world.kernels.shade import HALO, normal_in
from celaje.engine.world.kernels.solids import FAR, GROUND, NEAR_M, SKY, hit, ray

SPREADS = 2
#: Five places within a pixel (its middle and a turned square) where edges are tested.
SAMPLES = ((0.5, 0.5), (0.375, 0.125), (0.875, 0.375), (0.625, 0.875), (0.125, 0.625))


@per_picture
def smooth_edges(lens, kinds, inverses, eyes, surface, image, near, where, smooth):  # type: ignore[no-untyped-def]
    """Copy `image` to `smooth`; where neighbours show other surfaces, mix their colours by how much of it they cover.

    Rays through four more places of the pixel are tried on the solids that the 3x3 neighbourhood shows. `near` [9] and
    `where` [9, 2] are room for those.
    """
    for y in range(surface.shape[0]):
        for x in range(surface.shape[1]):
            smooth_at(y, x, lens, kinds, inverses, eyes, surface, image, near, where, smooth)


@per_pixel
def smooth_at(y, x, lens, kinds, inverses, eyes, surface, image, near, where, smooth):  # type: ignore[no-untyped-def]
    """One pixel of `smooth_edges`."""
    height, width = surface.shape
    own = surface[y, x]
    y0, y1, x0, x1 = max(0, y - 1), min(height - 1, y + 1), max(0, x - 1), min(width - 1, x + 1)
    if surface[y0, x] == own and surface[y1, x] == own and surface[y, x0] == own and surface[y, x1] == own:
        smooth[y, x, 0], smooth[y, x, 1], smooth[y, x, 2] = image[y, x, 0], image[y, x, 1], image[y, x, 2]
        return
    near[0], where[0, 0], where[0, 1] = own, y, x
    count = 1
    for yy in range(y0, y1 + 1):
        for xx in range(x0, x1 + 1):
            other, known = surface[yy, xx], False
            for k in range(count):
                known |= near[k] == other
            if not known:
                near[count], where[count, 0], where[count, 1] = other, yy, xx
                count += 1
    r, g, b = image[y, x, 0], image[y, x, 1], image[y, x, 2]
    for k in range(1, 5):
        best = _surface_at(
            lens, kinds, inverses, eyes, near, count, x + SAMPLES[k][0], y + SAMPLES[k][1], width, height
        )
        row, column = where[best, 0], where[best, 1]
        r, g, b = r + image[row, column, 0], g + image[row, column, 1], b + image[row, column, 2]
    smooth[y, x, 0], smooth[y, x, 1], smooth[y, x, 2] = r * 0.2, g * 0.2, b * 0.2


@per_pixel
def _surface_at(lens, kinds, inverses, eyes, near, count, x, y, width, height):  # type: ignore[no-untyped-def]
    """Which of the `near` surfaces the ray through (x, y) meets first: its place in the list, 0 when none fits."""
    dx, dy, dz = ray(lens, x, y, width, height)
    best, nearest, solid, bx, by, bz = 0, FAR, -9, 0.0, 0.0, 0.0
    for k in range(count):
        n = near[k] >> 3
        if n < 0:
            continue
        i = inverses[n]
        lx = np.float32(i[0, 0] * dx + i[0, 1] * dy + i[0, 2] * dz)
        ly = np.float32(i[1, 0] * dx + i[1, 1] * dy + i[1, 2] * dz)
        lz = np.float32(i[2, 0] * dx + i[2, 1] * dy + i[2, 2] * dz)
        t = hit(kinds[n], eyes[n, 0], eyes[n, 1], eyes[n, 2], lx, ly, lz)
        if NEAR_M < t < nearest:
            nearest, solid = t, n
            bx, by, bz = eyes[n, 0] + lx * t, eyes[n, 1] + ly * t, eyes[n, 2] + lz * t
    below = dy < 0 and lens.eye[1] > 0
    if solid < 0 or (below and -lens.eye[1] / dy < nearest):
        wanted = (GROUND if below else SKY) * 8
    else:
        wanted = solid * 8 + normal_in(kinds[solid], bx, by, bz)[3]
    for k in range(count):
        if near[k] == wanted:
            best = k
    return best


@per_picture
def spread(halo, spare):  # type: ignore[no-untyped-def]
    """Blur `halo` in place: `SPREADS` passes of a box each way, near a Gaussian whose size grows with the picture."""
    for _ in range(SPREADS):
        for c in range(3):
            for y in range(halo.shape[0]):
                spread_row(y, c, halo, spare)
            for x in range(halo.shape[1]):
                spread_column(x, c, spare, halo)


@per_pixel
def spread_row(y, c, halo, spread):  # type: ignore[no-untyped-def]
    """Fill row `y` of channel `c` of `spread` with the boxes' means."""
    rows, columns = halo.shape[0], halo.shape[1]
    radius = max(1, (rows + columns) // 48)
    total = 0.0
    for x in range(-radius, columns):
        if x + radius < columns:
            total += halo[y, x + radius, c]
        if x - radius - 1 >= 0:
            total -= halo[y, x - radius - 1, c]
        if x >= 0:
            spread[y, x, c] = total / (2 * radius + 1)


@per_pixel
def spread_column(x, c, halo, spread):  # type: ignore[no-untyped-def]
    """Fill column `x` of channel `c` of `spread` with the boxes' means."""
    rows, columns = halo.shape[0], halo.shape[1]
    radius = max(1, (rows + columns) // 48)
    total = 0.0
    for y in range(-radius, rows):
        if y + radius < rows:
            total += halo[y + radius, x, c]
        if y - radius - 1 >= 0:
            total -= halo[y - radius - 1, x, c]
        if y >= 0:
            spread[y, x, c] = total / (2 * radius + 1)


@per_picture
def develop(image, halo, strength, color):  # type: ignore[no-untyped-def]
    """Fill `color` [H, W, 3] uint8 from squared sRGB plus the halo; bright light bends softly towards white."""
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            develop_at(y, x, image, halo, strength, color)


@per_pixel
def develop_at(y, x, image, halo, strength, color):  # type: ignore[no-untyped-def]
    """One pixel of `develop`."""
    r, g, b = image[y, x, 0], image[y, x, 1], image[y, x, 2]
    if strength > 0:
        rows, columns = halo.shape[0], halo.shape[1]
        v, u = (
            min(rows - 1.001, max(0.0, (y + 0.5) / HALO - 0.5)),
            min(columns - 1.001, max(0.0, (x + 0.5) / HALO - 0.5)),
        )
        i, j = int(v), int(u)
        p, q = v - i, u - j
        k00, k01 = (1 - p) * (1 - q) * strength, (1 - p) * q * strength
        k10, k11 = p * (1 - q) * strength, p * q * strength
        r += halo[i, j, 0] * k00 + halo[i, j + 1, 0] * k01 + halo[i + 1, j, 0] * k10 + halo[i + 1, j + 1, 0] * k11
        g += halo[i, j, 1] * k00 + halo[i, j + 1, 1] * k01 + halo[i + 1, j, 1] * k10 + halo[i + 1, j + 1, 1] * k11
        b += halo[i, j, 2] * k00 + halo[i, j + 1, 2] * k01 + halo[i + 1, j, 2] * k10 + halo[i + 1, j + 1, 2] * k11
    color[y, x, 0], color[y, x, 1], color[y, x, 2] = _byte(r), _byte(g), _byte(b)


@per_pixel
def _byte(value):  # type: ignore[no-untyped-def]
    """Square root, straight up to 0.8, then ever flatter towards 1, so that bright colours keep their hue."""
    x = sqrt(max(0.0, value))
    if x > 0.8:
        x = 1 - 0.2 * decay((x - 0.8) / 0.2)
    return np.uint8(min(255.0, x * 255 + 0.5))

"""Soft lines and discs that hang in the air between the eye and what is seen. It does not know what they stand for."""

import numpy as np

from celaje.engine.world.kernels.compiled import per_picture, per_pixel
from celaje.engine.world.kernels.solids import NEAR_M

CLOSEST_M = 1.4  # what is nearer would be a blot on the lens
THICKEST = 0.006  # of a picture's height: half of a streak's width


@per_picture
def draw_lines(lens, starts, ends, widths, strengths, color, depth, image):  # type: ignore[no-untyped-def]
    """Mix `color` (squared sRGB) into `image` along P lines from `starts` to `ends` [P, 3] in the world.

    `widths` are in metres, at least a pixel is drawn. Equal ends make a disc. What is behind a nearer pixel is hidden.
    """
    height, width = depth.shape
    e, f, r, u = lens.eye, lens.forward, lens.right, lens.up
    rr, uu = r[0] ** 2 + r[1] ** 2 + r[2] ** 2, u[0] ** 2 + u[1] ** 2 + u[2] ** 2
    tall = np.sqrt(uu)
    for n in range(starts.shape[0]):
        ax, ay, a_depth = _project(e, f, r, u, rr, uu, starts[n, 0], starts[n, 1], starts[n, 2], width, height)
        bx, by, b_depth = _project(e, f, r, u, rr, uu, ends[n, 0], ends[n, 1], ends[n, 2], width, height)
        away = min(a_depth, b_depth)
        if away < CLOSEST_M:
            continue
        thick = 0.5 * widths[n] / (away * tall * 2) * height
        alpha = strengths[n] * min(1.0, 0.45 + thick)
        thick = max(0.6, thick)
        if abs(ax - bx) + abs(ay - by) > thick:  # a streak, not a disc
            thick = min(thick, THICKEST * height)
        x0, x1 = max(0, int(min(ax, bx) - thick - 1)), min(width - 1, int(max(ax, bx) + thick + 1))
        y0, y1 = max(0, int(min(ay, by) - thick - 1)), min(height - 1, int(max(ay, by) + thick + 1))
        lx, ly = bx - ax, by - ay
        length2 = lx * lx + ly * ly + 1e-6
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                if depth[y, x] < away:
                    continue
                px, py = x + 0.5 - ax, y + 0.5 - ay
                k = min(1.0, max(0.0, (px * lx + py * ly) / length2))
                px, py = px - k * lx, py - k * ly
                cover = thick + 0.5 - np.sqrt(px * px + py * py)
                if cover > 0:
                    cover = min(1.0, cover) * alpha
                    image[y, x, 0] += (color[0] - image[y, x, 0]) * cover
                    image[y, x, 1] += (color[1] - image[y, x, 1]) * cover
                    image[y, x, 2] += (color[2] - image[y, x, 2]) * cover


@per_pixel
def _project(e, f, r, u, rr, uu, x, y, z, width, height):  # type: ignore[no-untyped-def]
    """Pixel and depth of a point; the pixel means nothing when the depth is not positive."""
    x, y, z = x - e[0], y - e[1], z - e[2]
    d = x * f[0] + y * f[1] + z * f[2]
    s = max(d, NEAR_M)
    a = (x * r[0] + y * r[1] + z * r[2]) / rr / s
    b = (x * u[0] + y * u[1] + z * u[2]) / uu / s
    return (a + 1) * 0.5 * width, (1 - b) * 0.5 * height, d

"""Soft lines and discs that hang in the air between the eye and what is seen. It does not know what they stand for."""

from math import sqrt

from celaje.engine.world.kernels.compiled import per_picture, per_pixel
from celaje.engine.world.kernels.solids import NEAR_M

CLOSEST_M = 1.4  # what is nearer would be a blot on the lens
PLACED = 11  # numbers of a line on the picture
THICKEST = 0.006  # of a picture's height: half of a streak's width


@per_picture
def place_lines(lens, starts, ends, widths, strengths, width, height, placed):  # type: ignore[no-untyped-def]
    """Fill `placed` [P, PLACED] with where P lines from `starts` to `ends` [P, 3] in the world are on a picture.

    A row is both ends' x and y, depth, half width, strength, and x0, y0, x1, y1 of the pixels it may touch, in pixels.
    `widths` are in metres, at least a pixel is drawn. Equal ends make a disc. What is too near gets strength 0.
    """
    e, f, r, u = lens.eye, lens.forward, lens.right, lens.up
    rr, uu = r[0] ** 2 + r[1] ** 2 + r[2] ** 2, u[0] ** 2 + u[1] ** 2 + u[2] ** 2
    tall = sqrt(uu)
    for n in range(starts.shape[0]):
        ax, ay, a_depth = _project(e, f, r, u, rr, uu, starts[n, 0], starts[n, 1], starts[n, 2], width, height)
        bx, by, b_depth = _project(e, f, r, u, rr, uu, ends[n, 0], ends[n, 1], ends[n, 2], width, height)
        away = min(a_depth, b_depth)
        placed[n, 6] = 0
        if away < CLOSEST_M:
            continue
        thick = 0.5 * widths[n] / (away * tall * 2) * height
        alpha = strengths[n] * min(1.0, 0.45 + thick)
        thick = max(0.6, thick)
        if abs(ax - bx) + abs(ay - by) > thick:  # a streak, not a disc
            thick = min(thick, THICKEST * height)
        placed[n, 0], placed[n, 1], placed[n, 2], placed[n, 3] = ax, ay, bx, by
        placed[n, 4], placed[n, 5], placed[n, 6] = away, thick, alpha
        placed[n, 7], placed[n, 8] = max(0, int(min(ax, bx) - thick - 1)), max(0, int(min(ay, by) - thick - 1))
        placed[n, 9] = min(width - 1, int(max(ax, bx) + thick + 1))
        placed[n, 10] = min(height - 1, int(max(ay, by) + thick + 1))


@per_picture
def draw_lines(placed, color, depth, image):  # type: ignore[no-untyped-def]
    """Mix `color` (squared sRGB) into `image` along the lines. What is behind a nearer pixel is hidden."""
    for n in range(placed.shape[0]):
        if placed[n, 6] > 0:
            for y in range(int(placed[n, 8]), int(placed[n, 10]) + 1):
                for x in range(int(placed[n, 7]), int(placed[n, 9]) + 1):
                    _mix_in(y, x, placed[n], color, depth, image)


@per_pixel
def draw_lines_at(y, x, placed, color, depth, image):  # type: ignore[no-untyped-def]
    """One pixel of `draw_lines`: it asks all lines in order, where `draw_lines` goes through each line's pixels."""
    for n in range(placed.shape[0]):
        inside = placed[n, 7] <= x <= placed[n, 9] and placed[n, 8] <= y <= placed[n, 10]
        if inside and placed[n, 6] > 0:
            _mix_in(y, x, placed[n], color, depth, image)


@per_pixel
def _mix_in(y, x, line, color, depth, image):  # type: ignore[no-untyped-def]
    if depth[y, x] < line[4]:
        return
    lx, ly = line[2] - line[0], line[3] - line[1]
    px, py = x + 0.5 - line[0], y + 0.5 - line[1]
    k = min(1.0, max(0.0, (px * lx + py * ly) / (lx * lx + ly * ly + 1e-6)))
    px, py = px - k * lx, py - k * ly
    cover = line[5] + 0.5 - sqrt(px * px + py * py)
    if cover > 0:
        cover = min(1.0, cover) * line[6]
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

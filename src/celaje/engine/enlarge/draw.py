"""Draw the frame between two large frames from a motion that was found in small ones, in one pass over its pixels."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def draw_between(
    before: Frame, after: Frame, motion: NDArray[np.float32], scale_x: float, scale_y: float, drawn: Frame
) -> None:
    """Fill `drawn` [H, W, 3] from two frames of its size.

    `motion` [h, w, 5] has, for each place of the small picture, where it comes from in the frame before and in the one
    after (x, y in its pixels), and the share of the one before. The small picture, times `scale_x` and `scale_y`, lies
    on the large one. Frames are read by cubic convolution (Keys 1981, a = -1/2), with their edges repeated.
    """
    height, width = drawn.shape[:2]
    rows, columns = motion.shape[:2]
    found = np.empty(5, np.float32)
    seen = np.empty((2, 3), np.float32)
    for y in range(height):
        at_y = min(max((y + 0.5) / scale_y - 0.5, 0.0), rows - 1.0)
        top = min(int(at_y), max(rows - 2, 0))
        below = min(top + 1, rows - 1)
        down = at_y - top
        for x in range(width):
            at_x = min(max((x + 0.5) / scale_x - 0.5, 0.0), columns - 1.0)
            left = min(int(at_x), max(columns - 2, 0))
            right = min(left + 1, columns - 1)
            across = at_x - left
            for index in range(5):
                upper = motion[top, left, index] + (motion[top, right, index] - motion[top, left, index]) * across
                lower = motion[below, left, index] + (motion[below, right, index] - motion[below, left, index]) * across
                found[index] = upper + (lower - upper) * down
            _read(before, x + found[0] * scale_x, y + found[1] * scale_y, seen[0])
            _read(after, x + found[2] * scale_x, y + found[3] * scale_y, seen[1])
            share = found[4]
            for channel in range(3):
                value = seen[0, channel] * share + seen[1, channel] * (1 - share)
                drawn[y, x, channel] = np.uint8(min(max(value + 0.5, 0.0), 255.0))


@njit(nogil=True, fastmath=True, error_model="numpy", inline="always")
def _read(frame: Frame, x: float, y: float, value: NDArray[np.float32]) -> None:
    """What a frame shows at (x, y), between its pixels."""
    height, width = frame.shape[:2]
    x, y = min(max(x, 0.0), width - 1.0), min(max(y, 0.0), height - 1.0)
    left, top = int(x), int(y)
    u, v = x - left, y - top
    a0, a1, a2, a3 = _cubic(u)
    b0, b1, b2, b3 = _cubic(v)
    x0, x1, x2, x3 = max(left - 1, 0), left, min(left + 1, width - 1), min(left + 2, width - 1)
    y0, y1, y2, y3 = max(top - 1, 0), top, min(top + 1, height - 1), min(top + 2, height - 1)
    for c in range(3):
        r0 = a0 * frame[y0, x0, c] + a1 * frame[y0, x1, c] + a2 * frame[y0, x2, c] + a3 * frame[y0, x3, c]
        r1 = a0 * frame[y1, x0, c] + a1 * frame[y1, x1, c] + a2 * frame[y1, x2, c] + a3 * frame[y1, x3, c]
        r2 = a0 * frame[y2, x0, c] + a1 * frame[y2, x1, c] + a2 * frame[y2, x2, c] + a3 * frame[y2, x3, c]
        r3 = a0 * frame[y3, x0, c] + a1 * frame[y3, x1, c] + a2 * frame[y3, x2, c] + a3 * frame[y3, x3, c]
        value[c] = b0 * r0 + b1 * r1 + b2 * r2 + b3 * r3


@njit(nogil=True, fastmath=True, error_model="numpy", inline="always")
def _cubic(t: float) -> tuple[float, float, float, float]:
    """The weights of four neighbours for a place a share `t` after the second."""
    return (
        t * (-0.5 + t * (1.0 - 0.5 * t)),
        1.0 + t * t * (-2.5 + 1.5 * t),
        t * (0.5 + t * (2.0 - 1.5 * t)),
        t * t * (-0.5 + 0.5 * t),
    )

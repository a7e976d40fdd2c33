"""Filters of whole pictures: blur, and a brush that flattens areas and keeps edges. It knows no style."""

import numpy as np

from celaje.engine.world.kernels.compiled import allocating, per_pixel


@allocating
def blur(image, radius):  # type: ignore[no-untyped-def]
    """[H, W, C] float32 averaged over a box of 2 radius + 1 pixels; at the border the box is cut."""
    height, width, channels = image.shape
    rows, result = np.empty_like(image), np.empty_like(image)
    for c in range(channels):
        for y in range(height):
            total = 0.0
            for x in range(-radius, width):
                if x + radius < width:
                    total += image[y, x + radius, c]
                if x - radius - 1 >= 0:
                    total -= image[y, x - radius - 1, c]
                if x >= 0:
                    rows[y, x, c] = total / (min(width - 1, x + radius) - max(0, x - radius) + 1)
    for c in range(channels):
        for x in range(width):
            total = 0.0
            for y in range(-radius, height):
                if y + radius < height:
                    total += rows[y + radius, x, c]
                if y - radius - 1 >= 0:
                    total -= rows[y - radius - 1, x, c]
                if y >= 0:
                    result[y, x, c] = total / (min(height - 1, y + radius) - max(0, y - radius) + 1)
    return result


@per_pixel
def blur_at(y, x, image, radius, result):  # type: ignore[no-untyped-def]
    """One pixel of `blur`, into `result`: it adds up its own box, where `blur` takes over the sum of its neighbour."""
    height, width, channels = image.shape
    y0, y1, x0, x1 = max(0, y - radius), min(height - 1, y + radius), max(0, x - radius), min(width - 1, x + radius)
    for c in range(channels):
        total = 0.0
        for i in range(y0, y1 + 1):
            for j in range(x0, x1 + 1):
                total += image[i, j, c]
        result[y, x, c] = total / ((y1 - y0 + 1) * (x1 - x0 + 1))


@allocating
def brush(image, radius):  # type: ignore[no-untyped-def]
    """[H, W, 3] float32: each pixel becomes the mean of the calmest of four squares that touch it (Kuwahara 1976)."""
    height, width = image.shape[0], image.shape[1]
    mean, square = blur(image, radius), blur(image * image, radius)
    result = np.empty_like(image)
    for y in range(height):
        for x in range(width):
            calmest = 1e9
            for corner in range(4):
                yy = min(height - 1, max(0, y + (radius if corner & 1 else -radius)))
                xx = min(width - 1, max(0, x + (radius if corner & 2 else -radius)))
                spread = 0.0
                for c in range(3):
                    spread += square[yy, xx, c] - mean[yy, xx, c] * mean[yy, xx, c]
                if spread < calmest:
                    calmest = spread
                    result[y, x, 0], result[y, x, 1], result[y, x, 2] = (
                        mean[yy, xx, 0],
                        mean[yy, xx, 1],
                        mean[yy, xx, 2],
                    )
    return result


@allocating
def outlines(depth, instance, step):  # type: ignore[no-untyped-def]
    """[H, W] float32, 1 on the near side of every jump in depth (relative to it) or change of instance, else 0."""
    height, width = depth.shape
    result = np.zeros((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            d = depth[y, x]
            for k in range(4):
                yy, xx = y + (0, 0, 1, -1)[k], x + (1, -1, 0, 0)[k]
                if 0 <= yy < height and 0 <= xx < width:
                    jump = depth[yy, xx] - d
                    if jump > step * d or (instance[yy, xx] != instance[y, x] and jump > 0):
                        result[y, x] = 1.0
    return result

"""Smooth tileable noise: a picture and a volume, made once, and how to read them. It does not know what they paint."""

from math import floor

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.kernels.compiled import per_pixel

PICTURE_SIDE, VOLUME_SIDE = 256, 32


def _ranked(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The same order of values, spread evenly over 0 to 1."""
    ranks = np.argsort(np.argsort(values.ravel(), kind="stable"), kind="stable")
    return (ranks.reshape(values.shape) / (values.size - 1)).astype(np.float32)


def noise_picture(seed: int = 3) -> NDArray[np.float32]:
    """[256, 256], 0 to 1, like clouds: power falls with frequency. One cell of it is one unit of `picture_at`."""
    frequency = np.fft.fftfreq(PICTURE_SIDE)
    power = frequency[:, None] ** 2 + frequency[None] ** 2
    white = np.fft.fft2(np.random.default_rng(seed).normal(size=power.shape))
    smooth = np.exp(-power * 10)  # nothing as fine as one cell, so that it never speckles
    return _ranked(np.fft.ifft2(white * smooth / np.maximum(power, PICTURE_SIDE**-2.0) ** 0.62).real)


def noise_volume(seed: int = 5) -> NDArray[np.float32]:
    """[32, 32, 32], 0 to 1: blobs about three cells wide, for patterns that stick to solids."""
    frequency = np.fft.fftfreq(VOLUME_SIDE)
    power = frequency[:, None, None] ** 2 + frequency[None, :, None] ** 2 + frequency[None, None] ** 2
    white = np.fft.fftn(np.random.default_rng(seed).normal(size=power.shape))
    return _ranked(np.fft.ifftn(white * np.exp(-power * 14)).real)


@per_pixel
def cell(value):  # type: ignore[no-untyped-def]
    """The whole number below. A GPU's `floor` is a float, a processor's is not."""
    return int(floor(value))  # noqa: RUF046


@per_pixel
def picture_at(picture, u, v):  # type: ignore[no-untyped-def]
    """The noise picture at (u, v) cells, between its values."""
    i, j = cell(u), cell(v)
    a, b = u - i, v - j
    i0, j0, i1, j1 = i & 255, j & 255, (i + 1) & 255, (j + 1) & 255
    upper = picture[i0, j0] * (1 - a) + picture[i1, j0] * a
    lower = picture[i0, j1] * (1 - a) + picture[i1, j1] * a
    return upper * (1 - b) + lower * b


@per_pixel
def volume_at(volume, x, y, z):  # type: ignore[no-untyped-def]
    """The noise volume at (x, y, z) cells, between its values."""
    i, j, k = cell(x), cell(y), cell(z)
    a, b, c = x - i, y - j, z - k
    i0, j0, k0, i1, j1, k1 = i & 31, j & 31, k & 31, (i + 1) & 31, (j + 1) & 31, (k + 1) & 31
    near = (volume[i0, j0, k0] * (1 - a) + volume[i1, j0, k0] * a) * (1 - b)
    near += (volume[i0, j1, k0] * (1 - a) + volume[i1, j1, k0] * a) * b
    far = (volume[i0, j0, k1] * (1 - a) + volume[i1, j0, k1] * a) * (1 - b)
    far += (volume[i0, j1, k1] * (1 - a) + volume[i1, j1, k1] * a) * b
    return near * (1 - c) + far * c


@per_pixel
def hash_at(i, j, seed):  # type: ignore[no-untyped-def]
    """A number of 0 to 1 that belongs to the cell (i, j) and looks random."""
    value = (int(i) * 73856093) ^ (int(j) * 19349663) ^ (int(seed) * 83492791)
    value = (value ^ (value >> 13)) * 1274126177
    return ((value ^ (value >> 16)) & 0xFFFF) / 65535.0


@per_pixel
def step_between(low, high, value):  # type: ignore[no-untyped-def]
    """0 below `low`, 1 above `high`, smooth between."""
    x = min(1.0, max(0.0, (value - low) / (high - low)))
    return x * x * (3 - 2 * x)

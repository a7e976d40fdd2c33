"""Bring frames to the size that was asked for: scale, then crop to the middle. Nothing is squeezed."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from celaje.clip import Size

Frames = NDArray[np.uint8]


def fit(frames: Frames, size: Size) -> Frames:
    """Frames [T, H, W, 3] scaled by Lanczos to cover `size`, the overhang cut evenly on both sides."""
    height, width = frames.shape[1:3]
    if (width, height) == (size.width, size.height):
        return frames
    scale = max(size.width / width, size.height / height)
    cut_width, cut_height = size.width / scale, size.height / scale
    left, top = (width - cut_width) / 2, (height - cut_height) / 2
    box = (left, top, left + cut_width, top + cut_height)
    target = (size.width, size.height)
    return np.stack([_scale(frame, target, box) for frame in frames])


def _scale(frame: Frames, target: tuple[int, int], box: tuple[float, float, float, float]) -> Frames:
    return np.asarray(Image.fromarray(frame).resize(target, Image.Resampling.LANCZOS, box=box))

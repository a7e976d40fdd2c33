"""Bring frames to the size that was asked for, and given ones to the model's: scale, then crop to the middle.

Nothing is squeezed.
"""

import math

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


def place(frame: Frames, size: Size, bucket: Size) -> Frames:
    """A frame [H, W, 3] as the model shall see it, [bucket height, bucket width, 3].

    It lies there so that `fit` brings it back to where `fit` of the frame itself would: a clip that goes on from it
    goes on in the same place. What the bucket shows beyond it is mirrored.
    """
    height, width = frame.shape[:2]
    scale = max(size.width / bucket.width, size.height / bucket.height) / max(size.width / width, size.height / height)
    across, down = bucket.width * scale, bucket.height * scale  # what the bucket shows, in the frame's pixels
    left, top = (width - across) / 2, (height - down) / 2
    more_x, more_y = (max(0, math.ceil(-edge - 1e-6)) for edge in (left, top))
    if more_x or more_y:
        frame = np.pad(frame, ((more_y, more_y), (more_x, more_x), (0, 0)), mode="symmetric")
        left, top = left + more_x, top + more_y
    box = (max(0.0, left), max(0.0, top), min(left + across, frame.shape[1]), min(top + down, frame.shape[0]))
    if frame.shape[:2] == (bucket.height, bucket.width) and box == (0, 0, bucket.width, bucket.height):
        return frame
    return _scale(frame, (bucket.width, bucket.height), box)

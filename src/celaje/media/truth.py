"""What is true about pixels, as pictures to look at and as arrays to compute with. It does not know how it is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import DTypeLike, NDArray

from celaje.media.write import whole

NEAREST_M, FARTHEST_M = 0.5, 200.0
FASTEST = 0.05  # of the picture's width in one frame: the strongest color of a motion
#: The place, then one subject after the other.
COLORS = np.array(
    [(20, 20, 26), (235, 80, 70), (70, 160, 240), (250, 200, 70), (110, 200, 110), (190, 110, 230), (90, 220, 220)],
    np.uint8,
)


def depth_picture(depth: NDArray[np.float32]) -> NDArray[np.uint8]:
    """[T, H, W] metres as gray [T, H, W, 3]: white at half a metre, black from 200 m on, even steps in proportion."""
    share = np.log(np.clip(depth, NEAREST_M, FARTHEST_M) / NEAREST_M) / np.log(FARTHEST_M / NEAREST_M)
    return np.repeat(((1 - share) * 255).round().astype(np.uint8)[..., None], 3, axis=-1)


def segmentation_picture(instance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """[T, H, W] numbers of subjects, 0 for the place, as one color each [T, H, W, 3]."""
    return np.asarray(COLORS[np.minimum(instance, len(COLORS) - 1)])


def flow_picture(flow: NDArray[np.float32]) -> NDArray[np.uint8]:
    """[T, H, W, 2] pixels (x, y) per frame as color [T, H, W, 3]: the hue is the direction, white is rest.

    The color wheel of Baker et al., A Database and Evaluation Methodology for Optical Flow (2011), smoothed.
    """
    angle = np.arctan2(flow[..., 1], flow[..., 0])
    speed = np.minimum(np.hypot(flow[..., 0], flow[..., 1]) / (FASTEST * flow.shape[2]), 1.0)
    wheel = np.stack([0.5 + 0.5 * np.cos(angle - turn) for turn in (0.0, 2 * np.pi / 3, 4 * np.pi / 3)], axis=-1)
    return np.asarray(((1 - speed[..., None] * (1 - wheel)) * 255).round(), np.uint8)


@contextmanager
def writing_array(path: Path, shape: tuple[int, ...], dtype: DTypeLike) -> Iterator[Callable[[NDArray[Any]], None]]:
    """Write an array [T, ...] as .npy piece by piece; the file is there when the block ends well.

    Raises ValueError when the disk refuses.
    """
    with whole(path) as partial:
        array = open_memmap(partial, mode="w+", dtype=dtype, shape=shape)
        at = 0

        def add(piece: NDArray[Any]) -> None:
            nonlocal at
            array[at : at + len(piece)] = piece
            at += len(piece)

        yield add
        array.flush()

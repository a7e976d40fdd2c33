"""What moves in a clip, and whether it moves as one thing: dense flow, amount of motion, warping error.

A clip that is frozen has no warping error, so the amount of motion belongs beside it. Flow is OpenCV's (Dense Inverse
Search: Kroeger et al. 2016), which the tests hold against the world's own; it knows no models.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Flow = NDArray[np.float32]
FROZEN_PIXELS = 0.05  # a mean flow below it is no motion
UNLIKE = 64.0


@dataclass(frozen=True, kw_only=True)
class Motion:
    """`amount`: mean length of the flow, pixels from frame to frame. `warp_error`: how far what was seen differs from
    what the flow leads to, grey levels; `change`: the same without the flow.
    """

    amount: float
    warp_error: float
    change: float

    @property
    def is_frozen(self) -> bool:
        """Whether nothing moves."""
        return self.amount < FROZEN_PIXELS


def motion_is_seen() -> bool:
    """Whether OpenCV is installed, which comes with the extra `measure`."""
    return find_spec("cv2") is not None


def motion_of(frames: NDArray[np.uint8]) -> Motion:
    """The motion in frames [F, H, W, 3] of one shot. Raises ValueError for a still."""
    flow = flow_of(frames)
    errors, inside = _unexplained(frames, flow)
    return Motion(
        amount=float(np.linalg.norm(flow, axis=-1).mean()),
        warp_error=float(
            np.mean([error[seen].mean() if seen.any() else 0 for error, seen in zip(errors, inside, strict=True)])
        ),
        change=float(np.abs(np.diff(_grey(frames).astype(np.float32), axis=0)).mean()),
    )


def motion_map(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How frames [F, H, W, 3] move, a quarter as large: [F - 1, H / 4, W / 4, 3].

    Pixels to the right and down to where each place is in the next frame, and how far what is there differs, as a share
    of `UNLIKE` grey levels; means of 4 x 4 pixels. Raises ValueError for a still.
    """
    flow = flow_of(frames)
    errors, inside = _unexplained(frames, flow)
    seen = np.concatenate([flow, np.where(inside, errors, 0)[..., None] / UNLIKE], -1)
    length, height, width, _ = seen.shape
    return np.asarray(seen.reshape(length, height // 4, 4, width // 4, 4, 3).mean((2, 4)), np.float32)


def _unexplained(frames: NDArray[np.uint8], flow: Flow) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """How far what was seen differs from what the flow leads to, grey levels [F - 1, H, W], and where that is seen."""
    import cv2  # only who measures has it

    grey = _grey(frames).astype(np.float32)
    height, width = grey.shape[1:]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = columns + flow[..., 0], rows + flow[..., 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)  # what leaves the picture cannot be found
    led_to = [cv2.remap(after, to_x, to_y, cv2.INTER_LINEAR) for after, to_x, to_y in zip(grey[1:], x, y, strict=True)]
    return np.abs(np.stack(led_to) - grey[:-1]), inside


def flow_of(frames: NDArray[np.uint8]) -> Flow:
    """Where what each of frames [F, H, W, 3] shows is in the next, pixels (x, y) [F - 1, H, W, 2].

    Raises ValueError for a still.
    """
    import cv2

    if len(frames) < 2:
        raise ValueError(f"{len(frames)} frames have no motion: give 2 or more")
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = _grey(frames)
    return np.stack([
        np.asarray(search.calc(before, after, np.zeros((*before.shape, 2), np.float32)), np.float32)
        for before, after in pairwise(grey)
    ])  # fmt: skip


def _grey(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray((frames @ np.array([0.299, 0.587, 0.114], np.float32)).round(), np.uint8)

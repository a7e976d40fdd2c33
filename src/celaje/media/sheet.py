"""Contact sheets: several clips in one picture, a few frames of each in a row."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from celaje.media.write import whole

FRAMES_SHOWN = 6
ROW_HEIGHT = 180
GAP = 4


def write_sheet(path: Path, clips: Sequence[NDArray[np.uint8]]) -> Path:
    """Write clips [T, H, W, 3], one row each, as a PNG."""
    rows = [_row(frames) for frames in clips]
    width = max(row.shape[1] for row in rows)
    page = np.zeros((sum(row.shape[0] + GAP for row in rows) - GAP, width, 3), np.uint8)
    top = 0
    for row in rows:
        page[top : top + row.shape[0], : row.shape[1]] = row
        top += row.shape[0] + GAP
    with whole(path) as partial:
        Image.fromarray(page).save(partial)
    return path


def _row(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    chosen = frames[np.linspace(0, len(frames) - 1, min(FRAMES_SHOWN, len(frames))).round().astype(int)]
    width = round(ROW_HEIGHT * frames.shape[2] / frames.shape[1])
    pictures = [np.asarray(Image.fromarray(frame).resize((width, ROW_HEIGHT))) for frame in chosen]
    gap = np.zeros((ROW_HEIGHT, GAP, 3), np.uint8)
    return np.concatenate([piece for picture in pictures for piece in (picture, gap)][:-1], axis=1)

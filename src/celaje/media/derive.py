"""Small pictures of a clip for lists, players and previews, as bytes. It does not know where they are kept."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from celaje.clip import FRAMES_PER_SECOND

Frames = NDArray[np.uint8]

SMALL_SIDE = 240  # the longer side of the moving thumbnail
SMALL_EVERY = 2  # frames
SHEET_SIDE = 160
SHEET_TILES = 10
PREVIEW_SIDE = 160


def poster(frames: Frames) -> bytes:
    """The first frame of [F, H, W, 3], as WebP."""
    return _bytes(Image.fromarray(frames[0]), "WEBP", quality=82, method=4)


def sprite_sheet(frames: Frames) -> tuple[bytes, int, int]:
    """Up to ten frames side by side, evenly spread, as JPEG; width and height of the whole."""
    chosen = frames[np.linspace(0, len(frames) - 1, min(SHEET_TILES, len(frames))).round().astype(int)]
    tiles = [np.asarray(_fitted(frame, SHEET_SIDE)) for frame in chosen]
    sheet = np.concatenate(tiles, axis=1)
    return _bytes(Image.fromarray(sheet), "JPEG", quality=80, optimize=True), sheet.shape[1], sheet.shape[0]


def moving_thumbnail(frames: Frames) -> tuple[bytes, int, int]:
    """Every other frame, small, as an animated WebP that loops; its width and height. A still does not move."""
    pictures = [_fitted(frame, SMALL_SIDE) for frame in frames[::SMALL_EVERY]]
    first, rest = pictures[0], pictures[1:]
    times_ms = round(1000 * SMALL_EVERY / FRAMES_PER_SECOND)
    more = {"save_all": True, "append_images": rest, "duration": times_ms, "loop": 0} if rest else {}
    return _bytes(first, "WEBP", quality=62, method=2, **more), first.width, first.height


def preview(frame: Frames, *, blur: float) -> bytes:
    """One frame [H, W, 3], tiny and blurred by `blur` (0 to 1), as a WebP of a few KB at most."""
    picture = _fitted(frame, PREVIEW_SIDE)
    if blur > 0:
        picture = picture.filter(ImageFilter.GaussianBlur(6 * blur))
    return _bytes(picture, "WEBP", quality=60, method=2)


def _fitted(frame: Frames, side: int) -> Image.Image:
    picture = Image.fromarray(frame)
    scale = side / max(picture.size)
    if scale >= 1:
        return picture
    return picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))


def _bytes(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()

"""Small pictures of a clip for lists, players and previews, as bytes. It does not know where they are kept."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from celaje.clip import FRAMES_PER_SECOND, Size

Frames = NDArray[np.uint8]

SMALL_SIDE = 240  # the longer side of the moving thumbnail
SMALL_EVERY = 2  # frames at our rate
MOST_SMALL = 60  # pictures of a moving thumbnail
SHEET_SIDE = 160
SHEET_TILES = 10
PREVIEW_SIDE = 160


class Gathered:
    """What the small pictures need of a clip's frames, kept as these come by: its memory does not grow with the clip.

    A moving thumbnail of a long clip shows its first ten seconds.
    """

    def __init__(self, num_frames: int, *, frames_per_second: int = FRAMES_PER_SECOND) -> None:
        self._tiles_at = set(np.linspace(0, num_frames - 1, min(SHEET_TILES, num_frames)).round().astype(int).tolist())
        self._every = max(1, round(SMALL_EVERY * frames_per_second / FRAMES_PER_SECOND))
        self._first: Frames | None = None
        self._tiles: list[Image.Image] = []
        self._small: list[Image.Image] = []
        self._num_seen = 0

    def add(self, frames: Frames) -> None:
        """The next frames [T, H, W, 3], of which there may be none."""
        for frame in frames:
            if self._first is None:
                self._first = frame.copy()
            if self._num_seen in self._tiles_at:
                self._tiles.append(_fitted(frame, SHEET_SIDE))
            if self._num_seen % self._every == 0 and len(self._small) < MOST_SMALL:
                self._small.append(_fitted(frame, SMALL_SIDE))
            self._num_seen += 1

    @property
    def size(self) -> Size:
        """That of the frames."""
        assert self._first is not None, "a clip has a frame"
        return Size(self._first.shape[1], self._first.shape[0])

    def poster(self) -> bytes:
        """The first frame, as WebP."""
        assert self._first is not None, "a clip has a frame"
        return _bytes(Image.fromarray(self._first), "WEBP", quality=82, method=4)

    def sprite_sheet(self) -> tuple[bytes, int, int]:
        """Up to ten frames side by side, evenly spread, as JPEG; width and height of the whole."""
        sheet = np.concatenate([np.asarray(tile) for tile in self._tiles], axis=1)
        return _bytes(Image.fromarray(sheet), "JPEG", quality=80, optimize=True), sheet.shape[1], sheet.shape[0]

    def moving_thumbnail(self) -> tuple[bytes, int, int]:
        """Every other frame, small, as an animated WebP that loops; its width and height. A still does not move."""
        first, rest = self._small[0], self._small[1:]
        times_ms = round(1000 * SMALL_EVERY / FRAMES_PER_SECOND)
        more = {"save_all": True, "append_images": rest, "duration": times_ms, "loop": 0} if rest else {}
        return _bytes(first, "WEBP", quality=62, method=2, **more), first.width, first.height


def gathered(frames: Frames) -> Gathered:
    """The same of a clip that is there as a whole, [T, H, W, 3]."""
    whole = Gathered(len(frames))
    whole.add(frames)
    return whole


def poster(frames: Frames) -> bytes:
    """The first frame of [T, H, W, 3], as WebP."""
    return gathered(frames[:1]).poster()


def sprite_sheet(frames: Frames) -> tuple[bytes, int, int]:
    """See `Gathered`."""
    return gathered(frames).sprite_sheet()


def moving_thumbnail(frames: Frames) -> tuple[bytes, int, int]:
    """See `Gathered`."""
    return gathered(frames).moving_thumbnail()


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

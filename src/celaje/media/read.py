"""Read back what a file says of itself."""

import json
import warnings
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from celaje.clip import FRAMES_PER_SECOND, Size
from celaje.media.open import SourceError

Frames = NDArray[np.uint8]

LARGEST_PIXELS = 64_000_000  # a phone's camera; more is no picture but a bomb


class PictureError(SourceError):
    """There is no such picture, or it cannot be read."""


def read_request(path: Path) -> dict[str, Any]:
    """The facts that `write_clip` stored in a file. Raises ValueError when there are none."""
    comment = _picture_comment(path) if path.suffix.lower() in (".gif", ".webp", ".png") else _movie_comment(path)
    try:
        facts: dict[str, Any] = json.loads(comment)
    except json.JSONDecodeError:
        raise ValueError(f"{path} does not say how it was made") from None
    return facts


def read_frames(path: Path, *, longest_side: int) -> tuple[Frames, Size]:
    """A movie's frames [F, H, W, 3] at our rate, no larger than `longest_side`, and its own size. Raises ValueError."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            size = Size(stream.width, stream.height)
            scale = min(1.0, longest_side / max(size.width, size.height))
            width, height = (max(2, round(side * scale)) for side in (size.width, size.height))
            frames: list[Frames] = []
            for frame in container.decode(stream):
                if frame.time is None or frame.time * FRAMES_PER_SECOND >= len(frames):
                    frames.append(np.asarray(frame.to_ndarray(format="rgb24", width=width, height=height), np.uint8))
    except (av.FFmpegError, OSError, IndexError) as error:
        raise ValueError(f"{path.name} is no movie: {error}") from error
    if not frames:
        raise ValueError(f"{path.name} has no frames")
    return np.stack(frames), size


def read_picture(path: Path) -> Frames:
    """A PNG, JPEG or WebP picture [H, W, 3], upright, what is transparent as white. Raises PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > LARGEST_PIXELS:
                    raise PictureError(f"the picture {path} has {picture.width}x{picture.height} pixels: too many")
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except FileNotFoundError:
        raise PictureError(f"there is no picture {path}") from None
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(f"{path} cannot be read as a picture: give a PNG, JPEG or WebP") from error
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright.getchannel("A"))
    return np.asarray(ground)


def _movie_comment(path: Path) -> str:
    try:
        with av.open(str(path)) as container:
            return container.metadata.get("comment") or container.metadata.get("COMMENT") or ""
    except (av.FFmpegError, OSError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def _picture_comment(path: Path) -> str:
    try:
        with Image.open(path) as picture:
            stored = picture.info.get("comment") or picture.getexif().get(0x010E) or ""
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    return stored.decode() if isinstance(stored, bytes) else str(stored)

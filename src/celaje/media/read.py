"""Read back what a file says of itself."""

import json
from pathlib import Path
from typing import Any

import av
from PIL import Image, UnidentifiedImageError


def read_request(path: Path) -> dict[str, Any]:
    """The facts that `write_clip` stored in a file. Raises ValueError when there are none."""
    comment = _picture_comment(path) if path.suffix.lower() in (".gif", ".webp", ".png") else _movie_comment(path)
    try:
        facts: dict[str, Any] = json.loads(comment)
    except json.JSONDecodeError:
        raise ValueError(f"{path} does not say how it was made") from None
    return facts


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

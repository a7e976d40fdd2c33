"""A picture of a person: whatever was uploaded becomes a small square WebP. It does not know who it shows."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 256
LARGEST_PIXELS = 64_000_000  # a phone's camera; more is no picture but a bomb


def cut_portrait(content: bytes) -> bytes:
    """A WebP of 256x256 from the middle of the picture, upright, without what a camera writes beside it.

    Raises ValueError when `content` is no picture, or one too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
                if picture.width * picture.height > LARGEST_PIXELS:
                    raise ValueError(f"a picture of {picture.width}x{picture.height} pixels: too large")
                picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is read at a fraction of its size
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("this is no picture") from error
    square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", square.size, "white")
    ground.paste(square, mask=square.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "WEBP", quality=82, method=6)
    return out.getvalue()

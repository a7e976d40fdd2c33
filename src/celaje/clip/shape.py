"""The shape of a clip: its rates and its sizes. It does not know what is in the picture."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

FRAMES_PER_SECOND = 12
SAMPLE_RATE = 24_000
MAX_SECONDS = 60.0
MAX_SECONDS_IN_ALL = 120.0  # with what is given
MIN_SIDE, MAX_SIDE = 64, 4096
MAX_RATE = 60  # frames a second


@dataclass(frozen=True, order=True)
class Size:
    """Width and height of a picture in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height


#: What the built-in model makes: five shapes of equal cost, each side a multiple of 32.
BUCKETS = (Size(256, 256), Size(320, 192), Size(192, 320), Size(288, 224), Size(224, 288))


def nearest_bucket(size: Size) -> Size:
    """The bucket whose ratio is closest to that of `size`, in log scale."""
    return min(BUCKETS, key=lambda bucket: abs(math.log(bucket.ratio / size.ratio)))


def check_rate(frames_per_second: int) -> None:
    """Raise ValueError for a rate that a clip cannot have."""
    if not 1 <= frames_per_second <= MAX_RATE:
        raise ValueError(f"{frames_per_second} frames a second are not possible: give 1 to {MAX_RATE}")


def whole_rate(frames_per_second: Fraction | None) -> int:
    """The rate that a clip of ours has beside a file of this one; ours where the file has none."""
    return FRAMES_PER_SECOND if frames_per_second is None else max(1, min(MAX_RATE, round(frames_per_second)))


def parse_size(text: str) -> Size:
    """Read "1280x720", or a ratio such as "16:9", which gives the bucket closest to it.

    Raises ValueError when `text` is neither, or a side is outside 64 to 4096 pixels, or the ratio outside 1:4 to 4:1.
    """
    match = re.fullmatch(r"\s*(\d{1,5})\s*([x×:])\s*(\d{1,5})\s*", text)
    if match is None:
        raise ValueError(
            f'size "{text}" is not understood: give WIDTHxHEIGHT such as 1280x720, or a ratio such as 16:9'
        )
    width, height = int(match[1]), int(match[3])
    if not (width and height) or not 0.25 <= width / height <= 4:
        raise ValueError(f'size "{text}" is too long and thin: the ratio must lie between 1:4 and 4:1')
    if match[2] == ":":
        return nearest_bucket(Size(width, height))
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise ValueError(f'size "{text}" is not possible: each side must be {MIN_SIDE} to {MAX_SIDE} pixels')
    return Size(width, height)

"""What a clip and a request are: rates, sizes, tracks and known pieces.

Plain Python values, shared by the engine and the application. It does not know arrays, tensors, files or rows.
"""

from celaje.clip.request import MAX_PROMPT_CHARACTERS, PICTURES, Known, Region, Request
from celaje.clip.shape import (
    BUCKETS,
    FRAMES_PER_SECOND,
    MAX_RATE,
    MAX_SECONDS,
    MAX_SECONDS_IN_ALL,
    SAMPLE_RATE,
    Size,
    check_rate,
    nearest_bucket,
    parse_size,
)

__all__ = [
    "BUCKETS",
    "FRAMES_PER_SECOND",
    "MAX_PROMPT_CHARACTERS",
    "MAX_RATE",
    "MAX_SECONDS",
    "MAX_SECONDS_IN_ALL",
    "PICTURES",
    "SAMPLE_RATE",
    "Known",
    "Region",
    "Request",
    "Size",
    "check_rate",
    "nearest_bucket",
    "parse_size",
]

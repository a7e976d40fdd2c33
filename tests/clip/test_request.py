import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celaje.clip import BUCKETS, Known, Request, Size, nearest_bucket, parse_size
from celaje.clip.request import MAX_PROMPT_CHARACTERS


@given(st.sampled_from(BUCKETS), st.integers(2, 12))
def test_a_bucket_is_nearest_to_itself_at_any_scale(bucket: Size, scale: int) -> None:
    assert nearest_bucket(Size(bucket.width * scale, bucket.height * scale)) == bucket


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1280x720", Size(1280, 720)),
        ("16:9", Size(320, 192)),
        ("9:16", Size(192, 320)),
        ("1:1", Size(256, 256)),
        ("4:3", Size(288, 224)),
    ],
)
def test_sizes_are_read(text: str, size: Size) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "big", "16:0", "0x0", "10x10", "9000x9000", "16:1", "1280x", "-5x5"])
def test_impossible_sizes_say_what_was_given(text: str) -> None:
    with pytest.raises(ValueError, match="size"):
        parse_size(text)


def test_a_request_survives_json() -> None:
    request = Request(
        prompt="a cat", seconds=3, size=Size(320, 192), seed=7, known=(Known(source="first.png", at_s=0.0),)
    )
    assert Request.from_dict(json.loads(json.dumps(request.to_dict()))) == request


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": "  "},
        {"prompt": "x" * (MAX_PROMPT_CHARACTERS + 1)},
        {"seconds": 61},
        {"seconds": -1},
        {"steps": 0},
        {"guidance": 99},
        {"seed": -1},
    ],
)
def test_impossible_requests_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"empty|characters|not possible"):
        Request(**{"prompt": "a cat", **wrong})  # type: ignore[arg-type]

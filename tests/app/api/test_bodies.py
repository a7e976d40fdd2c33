"""What clients send, in every encoding, comes out as the same values."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from celaje.app.api import bodies
from celaje.app.errors import AppError, InvalidError

factory = RequestFactory()
keys = st.text("abc", min_size=1, max_size=3)
leaves = st.text(max_size=5)
objects = st.dictionaries(keys, leaves, min_size=1, max_size=3)
values = st.dictionaries(keys, leaves | objects | st.lists(objects, min_size=1, max_size=3), min_size=1, max_size=4)


def flat(values: dict[str, Any]) -> list[tuple[str, str]]:
    """As the official clients write a structure into a form: a[b], a[][b]."""
    pairs = []
    for name, value in values.items():
        if isinstance(value, str):
            pairs.append((name, value))
        elif isinstance(value, dict):
            pairs += [(f"{name}[{inner}]", leaf) for inner, leaf in value.items()]
        else:
            pairs += [(f"{name}[][{inner}]", leaf) for element in value for inner, leaf in element.items()]
    return pairs


def form(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The pairs as Django's test client takes them."""
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


@given(values)
def test_json_says_what_it_says(values: dict[str, Any]) -> None:
    request = factory.post("/v1/videos", json.dumps(values), content_type="application/json")
    assert bodies.read(request) == values


@given(st.dictionaries(keys, leaves | objects, min_size=1, max_size=4))
def test_forms_with_brackets_hold_the_same_structure(values: dict[str, Any]) -> None:
    assert bodies.read(factory.post("/v1/videos", form(flat(values)))) == values


@pytest.mark.parametrize("pattern", ["cards[][{name}]", "cards[{index}][{name}]"])
@given(cards=st.lists(st.fixed_dictionaries({"id": leaves, "at": leaves}), min_size=1, max_size=4))
def test_lists_of_objects_keep_their_order(pattern: str, cards: list[dict[str, str]]) -> None:
    pairs = [
        (pattern.format(index=index, name=name), value)
        for index, card in enumerate(cards)
        for name, value in card.items()
    ]
    request = factory.post("/v1/videos", urlencode(pairs), content_type="application/x-www-form-urlencoded")
    assert bodies.read(request) == {"cards": cards}


def test_elements_that_differ_are_never_mixed_up() -> None:
    cards: list[dict[str, Any]] = [{"at": "0", "prompt": "it sits"}, {"at": "5", "id": "video_1"}]
    request = factory.post("/v1/videos", form(flat({"cards": cards})))
    with pytest.raises(InvalidError, match=r"has 'cards\[\]\[prompt\]': number them, cards\[0\]"):
        bodies.read(request)
    numbered = {f"cards[{place}][{name}]": value for place, card in enumerate(cards) for name, value in card.items()}
    assert bodies.read(factory.post("/v1/videos", numbered)) == {"cards": cards}
    picture = SimpleUploadedFile("start.png", b"picture", content_type="image/png")
    with pytest.raises(InvalidError):
        bodies.read(factory.post("/v1/videos", {"cards[][at]": ["0", "5"], "cards[][image]": picture}))


def test_files_are_values_like_others() -> None:
    picture = SimpleUploadedFile("start.png", b"picture", content_type="image/png")
    read = bodies.read(
        factory.post("/v1/videos", {"prompt": "a cat", "input_reference": picture, "video[id]": "video_1"})
    )
    assert read["prompt"] == "a cat"
    assert read["input_reference"].read() == b"picture"
    assert read["video"] == {"id": "video_1"}


def test_no_body_is_nothing_said() -> None:
    assert bodies.read(factory.post("/v1/videos", b"", content_type="application/json")) == {}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"a,b", "text/csv"),
        (b"--x\r\nrubbish", "multipart/form-data"),
        (b"a[b][c][d][e][f]=1", "application/x-www-form-urlencoded"),
        (b"a=1&a[b]=2", "application/x-www-form-urlencoded"),
        (b"a[]=1&a[x]=2", "application/x-www-form-urlencoded"),
        (b"a[0][b]=1&a[7][b]=2", "application/x-www-form-urlencoded"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, kind: str) -> None:
    with pytest.raises(InvalidError):
        bodies.read(factory.post("/v1/videos", content, content_type=kind))


@given(st.lists(st.tuples(st.text("ab[]0.", max_size=8), leaves), max_size=5))
def test_no_form_breaks_it(pairs: list[tuple[str, str]]) -> None:
    request = factory.post("/v1/videos", urlencode(pairs), content_type="application/x-www-form-urlencoded")
    with suppress(AppError):  # it says what it did not understand
        assert isinstance(bodies.read(request), dict)

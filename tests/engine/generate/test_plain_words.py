"""What the shipped model never met is read as the nearest that it did; all else stays as it was written."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.engine.generate.plain_words import in_plain_words

KNOWN = frozenset(json.loads((Path(__file__).parents[3] / "weights" / "words.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("prompt", "read_as"),
    [
        ("A tiger in the jungle", "A cat in the forest"),
        ("Un tigre en la selva", "Un gato en el bosque"),
        ("My grandmother's kitchen", "My grandmother's living room"),
        ("a kitten on an old castle", "a cat on an old alley"),
        ("Una cebra galopa por el desierto", "Un perro corre por el desierto"),
        ("Two kids playing", "Two women running"),
        ("las niñas juegan", "las mujeres corren"),
        ("Close-up of a turtle underwater", "Close-up of a turtle under the water"),
        ("A dog next to the piano", "A dog next to the piano, in a living room"),
        ("A dog next to the piano in the forest", "A dog next to the piano in the forest"),
        ("a blakc cat jumpng in an allley", "a black cat jumping in an alley"),
        ("un gato saltadno, teh dgo, una muger", "un gato saltando, the dog, una mujer"),
        ("A street without cars at dawn", "A street  at dawn"),
        ("Sin lluvia, solo un hombre", ", solo un hombre"),
        ("[0s-2s] A wolf sits. [2s-5s] The wolf runs", "[0s-2s] A dog sits. [2s-5s] The dog runs"),
    ],
)
def test_what_is_nearest(prompt: str, read_as: str) -> None:
    assert in_plain_words(prompt, KNOWN).text == read_as


def test_it_is_told() -> None:
    assert in_plain_words("a Lion in the rain", KNOWN).instead == {"lion": "cat"}


@pytest.mark.parametrize(
    "prompt",
    [
        "A white cat runs through a dark alley in heavy rain",
        "Un gato atigrado corre por un callejón bajo la lluvia",
        "quantum entanglement of a zorblax",
        "",
    ],
)
def test_what_is_known_or_in_no_list_stays(prompt: str) -> None:
    assert in_plain_words(prompt, KNOWN).text == prompt


def test_a_model_that_knows_the_word_is_told_it() -> None:
    assert in_plain_words("a tiger", KNOWN | {"tiger"}).text == "a tiger"


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    once = in_plain_words(text, KNOWN)
    assert once.instead or once.text == text

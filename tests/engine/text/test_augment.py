"""Damaged sentences are still sentences."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.text.augment import add_typos, drop_words, switch_language

SENTENCES = st.sampled_from(
    ["A black cat runs through an alley at night.", "Una tortuga de vidrio camina por la playa.", "gato", "the"]
)


@given(SENTENCES, st.integers(0, 1000))
def test_dropping_leaves_words_in_order(text: str, seed: int) -> None:
    words = iter(text.split())
    kept = drop_words(text, Random(seed)).split()
    assert kept
    assert all(word in words for word in kept)


@given(SENTENCES, st.integers(0, 1000))
def test_typos_keep_the_number_of_words(text: str, seed: int) -> None:
    assert len(add_typos(text, Random(seed), rate=0.5).split()) == len(text.split())
    assert add_typos(text, Random(seed), rate=0.0) == text


def test_switching_uses_the_dictionary() -> None:
    assert switch_language("Gato en callejón", {"callejón": ("alley",)}, Random(0), rate=1.0) == "Gato en alley"
    assert switch_language("Gato", {"gato": ("cat",)}, Random(0), rate=0.0) == "Gato"

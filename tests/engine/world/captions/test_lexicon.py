"""The dictionary that mixed-language prompts are made with."""

import pytest

from celaje.engine.world.captions import translations


@pytest.mark.parametrize(
    ("language", "word", "expected"), [("en", "alley", "callejón"), ("es", "gatos", "cat"), ("es", "roja", "red")]
)
def test_words_have_translations(language: str, word: str, expected: str) -> None:
    assert expected in translations(language)[word]


@pytest.mark.parametrize("language", ["en", "es"])
def test_only_single_words_are_replaced(language: str) -> None:
    assert all(" " not in word and word == word.lower() for word in translations(language))

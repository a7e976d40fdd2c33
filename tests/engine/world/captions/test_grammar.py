"""Agreement, articles and contractions, by example."""

import pytest

from celaje.engine.world.captions.grammar import GRAMMARS

ENGLISH, SPANISH = GRAMMARS["en"], GRAMMARS["es"]


@pytest.mark.parametrize(
    ("noun", "plural", "article", "adjectives", "expected"),
    [
        ("cat/cats", False, "a", [], "a cat"),
        ("cat/cats", False, "a", ["orange"], "an orange cat"),
        ("cat/cats", True, "three", ["black"], "three black cats"),
        ("long dress/long dresses", False, "a", ["red"], "a long red dress"),
        ("turtle/turtles", False, "a", ["glass with golden cracks:"], "a glass turtle with golden cracks"),
        ("unicorn/unicorns", False, "a", [], "a unicorn"),
    ],
)
def test_english_noun_phrases(noun: str, plural: bool, article: str, adjectives: list[str], expected: str) -> None:
    phrase = ENGLISH.noun_phrase(ENGLISH.word(noun), plural=plural, article=article, adjectives=adjectives, epithet="")
    assert phrase == expected


@pytest.mark.parametrize(
    ("noun", "plural", "article", "adjectives", "expected"),
    [
        ("gata/gatas f", False, "a", ["atigrado/atigrada/atigrados/atigradas"], "una gata atigrada"),
        ("gato/gatos m", True, "varios/varias/varios/varias", ["de rayas"], "varios gatos de rayas"),
        ("tortuga/tortugas f", True, "varios/varias/varios/varias", ["rojo/roja/rojos/rojas"], "varias tortugas rojas"),
        ("águila/águilas f", False, "the", ["negro/negra/negros/negras"], "el águila negra"),
        ("ave/aves f", False, "another", [], "otra ave"),
        ("perro/perros m", False, "the other", [], "el otro perro"),
    ],
)
def test_spanish_noun_phrases(noun: str, plural: bool, article: str, adjectives: list[str], expected: str) -> None:
    phrase = SPANISH.noun_phrase(SPANISH.word(noun), plural=plural, article=article, adjectives=adjectives, epithet="")
    assert phrase == expected


def test_spanish_contracts_and_joins() -> None:
    assert SPANISH.tidy("sigue a el perro , un vídeo de el mar.") == "sigue al perro, un vídeo del mar."
    assert SPANISH.join(["un gato", "hielo"]) == "un gato y hielo"
    assert SPANISH.join(["un gato", "un perro", "iguanas"]) == "un gato, un perro e iguanas"
    assert SPANISH.agree("está sentad@", plural=True, feminine=True) == "está sentadas"

"""Words that no caption had are named; mistyped ones are not."""

from itertools import product
from pathlib import Path

import torch

from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import MAX_TOKENS, train_tokenizer
from celaje.engine.text.understand import (
    gather_known_words,
    load_known_words,
    save_known_words,
    understand,
    unknown_words,
)

CAPTIONS = ["A violet cat runs through an alley.", "Un gato violeta corre por un callejón."] * 2
KNOWN = gather_known_words(CAPTIONS)


def test_unknown_words() -> None:
    assert unknown_words("The cat plays the violin in an allley [0s-2s]", KNOWN) == ("plays", "violin")
    assert unknown_words("Un gato violeta corre", KNOWN) == ()


def test_of_a_long_prompt_the_first_words_are_looked_at() -> None:
    words = tuple(f"{first}{second}{third}zzz" for first, second, third in product("bcdfghjklm", repeat=3))
    assert unknown_words("A cat " + " ".join(words), KNOWN) == words[:MAX_TOKENS]


def test_known_words_are_kept(tmp_path: Path) -> None:
    save_known_words(KNOWN, tmp_path / "words.json")
    assert load_known_words(tmp_path / "words.json") == KNOWN


def test_values_follow_the_heads() -> None:
    torch.manual_seed(0)
    tokenizer = train_tokenizer(CAPTIONS, size=300)
    slots = {"place": Slot(size=2), "kinds": Slot(size=2, many=True), "said": Slot(size=1, many=True)}
    encoder = TextEncoder(TextConfig(vocabulary=tokenizer.size, width=32, layers=1, heads=2, hidden=32), slots)
    for name, bias in {"place": [5.0, -5.0], "kinds": [5.0, 4.0], "said": [5.0]}.items():
        encoder.heads[name].bias = torch.nn.Parameter(torch.tensor(bias))
    names = {"place": ("alley", "beach"), "kinds": ("cat", "dog")}
    read = understand("a violin", encoder=encoder, tokenizer=tokenizer, known_words=KNOWN, names=names)
    assert read.taken == {"place": ("alley",), "kinds": ("cat", "dog")}
    assert read.complaint() == "did not know: violin"
    encoder.heads["said"].bias = torch.nn.Parameter(torch.tensor([-5.0]))
    quiet = understand("a cat", encoder=encoder, tokenizer=tokenizer, known_words=KNOWN, names=names)
    assert "place" not in quiet.taken
    assert quiet.complaint() == ""

"""Nothing is unknown, time marks are read, long prompts lose their idle clauses first."""

import time
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import MAX_PROMPT_CHARACTERS
from celaje.engine.text.tokenizer import Tokenizer, timed_parts, train_tokenizer

CAPTIONS = [
    "A cat runs through an alley at night.",
    "Un gato corre por un callejón de noche.",
    "gato, callejón, lluvia",
] * 5
TOKENIZER = train_tokenizer(CAPTIONS, size=400)


@settings(max_examples=100, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyzáéíóúüñ ,.;!?漢字🙂", max_size=40))
def test_decoding_gives_the_text_back(text: str) -> None:
    plain = " ".join(text.split())
    encoded = TOKENIZER.encode([plain], max_tokens=300)
    assert not encoded.shortened[0]
    assert TOKENIZER.decode(encoded.ids[0].tolist()).replace(" ", "") == plain.replace(" ", "")


def test_case_is_folded_and_accents_are_kept() -> None:
    ids = [TOKENIZER.encode([text]).ids[0].tolist() for text in ("CALLEJÓN", "callejón", "callejon")]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "mark",
    ["[0s-2.5s]", "[0-2.5s]", "[0s - 2.5s]", "0s-2.5s:", "[0 s – 2,5 s]", "[0 to 2.5 seconds]", "[0 a 2,5 segundos]"],
)
def test_time_marks(mark: str) -> None:
    assert timed_parts(f"Noir. {mark} A cat runs.") == [(-1.0, -1.0, "Noir."), (0.0, 2.5, "A cat runs.")]


def test_tokens_know_their_seconds() -> None:
    encoded = TOKENIZER.encode(["a cat [0s-2s] runs [2s-5s] at night", "cat"])
    assert sorted(set(encoded.start_s.flatten().tolist())) == [-1.0, 0.0, 2.0]
    assert encoded.end_s[0].tolist()[-1] == 5.0
    assert not encoded.valid[1, 2:].any()
    assert (encoded.ids[1, 2:] == TOKENIZER.pad).all()


def test_numbers_that_are_no_seconds_stay_text() -> None:
    assert timed_parts("35 mm, 8k, 2-3 cats: run") == [(-1.0, -1.0, "35 mm, 8k, 2-3 cats: run")]


def test_long_prompts_lose_idle_clauses_first() -> None:
    prompt = "A cat runs, highly detailed, at night, masterpiece, in an alley"
    whole = TOKENIZER.encode([prompt], max_tokens=200)
    shorter = TOKENIZER.encode([prompt], max_tokens=int(whole.valid.sum()) - 1)
    text = TOKENIZER.decode(shorter.ids[0].tolist())
    assert shorter.shortened == (True,)
    assert "masterpiece" not in text
    assert "alley" in text
    assert TOKENIZER.encode(["cat " * 500]).ids.shape == (1, 64)


def test_the_first_clause_is_cut_and_never_left_out() -> None:
    row = TOKENIZER.encode(["cat " * 500 + ", at night"]).ids[0].tolist()
    assert len(row) == 64
    assert "night" not in TOKENIZER.decode(row)


@pytest.mark.parametrize("piece", [", a", ",4k", " ", "a", "1", "[", "gato callejón ", "[0s-2s] cat, ", "🐱", "!?"])
def test_the_longest_prompts_are_read_quickly(piece: str) -> None:
    prompt = "A cat runs [1" + piece * (MAX_PROMPT_CHARACTERS // len(piece)) + "x"
    begun = time.process_time()
    assert TOKENIZER.encode([prompt]).shortened == (True,)
    assert time.process_time() - begun < 1


def test_saving_changes_nothing(tmp_path: Path) -> None:
    TOKENIZER.save(tmp_path / "text.json")
    again = Tokenizer.load(tmp_path / "text.json")
    assert again.size == TOKENIZER.size
    assert again.encode(CAPTIONS).ids.equal(TOKENIZER.encode(CAPTIONS).ids)


def test_what_is_remembered_reads_the_same() -> None:
    remembering = Tokenizer(TOKENIZER.inner, remembered=10)
    prompts = ["A cat. [0s-1s] It runs.", "gato", ""]
    for _ in range(2):
        once, again = TOKENIZER.encode(prompts), remembering.encode(prompts)
        for name in ("ids", "valid", "start_s", "end_s"):
            assert torch.equal(getattr(once, name), getattr(again, name))
        assert once.ids[0].tolist() != once.ids[1].tolist()

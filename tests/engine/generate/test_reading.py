"""Prompts as answers: as many for any prompt, and only timed words beside them."""

import torch

from celaje.engine.generate.reading import encode_prompts
from celaje.engine.latents import TextTokens
from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import train_tokenizer

PROMPTS = ("a wave", "", "[0s-1s] a wave rises [1s-2s] a wave falls")
TOKENIZER = train_tokenizer(PROMPTS, size=300)


def encode(*prompts: str, start_s: float = 0.0) -> TextTokens:
    torch.manual_seed(0)
    config = TextConfig(vocabulary=TOKENIZER.size, width=32, layers=1, heads=2, hidden=64)
    encoder = TextEncoder(config, {"place": Slot(size=2), "kinds": Slot(size=3, many=True)})
    starts_s = torch.full((len(prompts),), start_s)
    return encode_prompts(encoder, TOKENIZER, prompts, starts_s, device=torch.device("cpu"), as_answers=True)


def test_untimed_prompts_are_answers_alone() -> None:
    text = encode(PROMPTS[0], PROMPTS[1])
    assert text.values.shape == (2, 3, 32)  # two slots and the pair
    assert bool(text.valid.all())
    assert bool((text.start_s < 0).all())
    assert bool(text.values[0].any())
    assert not text.values[1].any()


def test_timed_words_follow_and_the_others_of_a_batch_are_padded() -> None:
    text, alone = encode(*PROMPTS), encode(PROMPTS[2])
    assert bool(text.valid[2, 3:].all())
    assert not text.valid[:2, 3:].any()
    assert set(text.start_s[2, 3:].tolist()) == {0.0, 1.0}
    torch.testing.assert_close(text.values[2], alone.values[0])


def test_what_was_said_of_earlier_seconds_is_hidden() -> None:
    later = encode(PROMPTS[2], start_s=1.0)
    assert set(later.start_s[0, 3:].tolist()) == {0.0}
    assert later.values.shape[1] < encode(PROMPTS[2]).values.shape[1]

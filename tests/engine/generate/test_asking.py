"""How the network is asked."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from celaje.clip import Request, Size
from celaje.engine.generate import Engine
from celaje.engine.generate.asking import ask, drawn_to, moving
from celaje.engine.latents import ClipLatents, Guidance, NoiseLevels, TextTokens
from celaje.engine.model import Transformer

NOTHING = torch.zeros(1, 0)
TEXT = TextTokens(values=torch.zeros(1, 0, 8), valid=NOTHING.bool(), start_s=NOTHING, end_s=NOTHING)


def test_a_still_is_not_told_how_it_moves() -> None:
    """A network that says of every channel what it was given; the last two of four are how things move."""
    rest = torch.diag(torch.tensor([1.0, 1.0, 0.0, 0.0]))
    noisy = ClipLatents(video=torch.randn(2, 1, 3, 2, 4), audio=torch.randn(2, 0, 5))
    levels = NoiseLevels(video=torch.ones(2, 1, 3, 2), audio=torch.ones(2, 0))
    clean = moving(lambda noisy, levels, text: noisy, rest, 0.0)(noisy, levels, TEXT)
    assert torch.equal(clean.video[..., :2], noisy.video[..., :2])
    assert not clean.video[..., 2:].any()
    assert torch.equal(clean.audio, noisy.audio)


def test_what_moves_does_so_more_and_what_rests_stays() -> None:
    """A network that says of every channel what it was given; the last two of four are how things move."""
    rest = torch.diag(torch.tensor([1.0, 1.0, 0.0, 0.0]))
    noisy = ClipLatents(video=torch.randn(2, 3, 3, 2, 4), audio=torch.randn(2, 12, 5))
    levels = NoiseLevels(video=torch.ones(2, 3, 3, 2), audio=torch.ones(2, 12))
    clean = moving(lambda noisy, levels, text: noisy, rest, 1.5)(noisy, levels, TEXT)
    assert torch.equal(clean.video[..., :2], noisy.video[..., :2])
    torch.testing.assert_close(clean.video[..., 2:], 1.5 * noisy.video[..., 2:])
    assert torch.equal(clean.audio, noisy.audio)


def test_a_palette_moves_the_mean_and_nothing_else() -> None:
    noisy = ClipLatents(video=torch.randn(2, 3, 3, 2, 4), audio=torch.randn(2, 12, 5))
    levels = NoiseLevels(video=torch.ones(2, 3, 3, 2), audio=torch.ones(2, 12))
    palette = torch.tensor([1.0, -2.0, 0.0, 3.0])
    clean = drawn_to(lambda noisy, levels, text: noisy, palette, 0.75)(noisy, levels, TEXT)
    before, after = (clip.video.mean((1, 2, 3)) for clip in (noisy, clean))
    torch.testing.assert_close(after, before + 0.75 * (palette - before))
    still = [clip.video - clip.video.mean((1, 2, 3), keepdim=True) for clip in (noisy, clean)]
    torch.testing.assert_close(*still)
    assert torch.equal(clean.audio, noisy.audio)


@pytest.mark.parametrize(
    ("asked", "passes", "factors"),
    [
        ({}, 1, (3.0, 3.0)),
        ({"guidance": 4.0}, 1, (4.0, 4.0)),
        ({"guidance": 9.0}, 2, (1.0, 1.0)),  # more than was learned
        ({"guidance": 0.5}, 2, (1.0, 1.0)),
        ({"negative_prompt": "rain"}, 2, (1.0, 1.0)),
    ],
)
def test_a_network_that_has_learned_guidance_is_asked_once(
    engine: Engine, asked: dict[str, Any], passes: int, factors: tuple[float, float]
) -> None:
    torch.manual_seed(0)
    network = Transformer(replace(engine.transformer.config, guidance=5.0))
    seen: list[tuple[int, Guidance]] = []
    network.register_forward_pre_hook(lambda _, inputs: seen.append((len(inputs[0].video), inputs[4])))
    request = replace(Request(prompt="a cat runs", seconds=1.0, size=Size(256, 256), seed=3), **asked)
    question = ask(replace(engine, transformer=network), request, start_s=0.0, end_s=1.0)
    noisy = ClipLatents(video=torch.randn(1, 3, 2, 2, 384), audio=torch.randn(1, 12, 64))
    levels = NoiseLevels(video=torch.ones(1, 3, 2, 2), audio=torch.ones(1, 12))
    question.denoiser(noisy, levels, question.wanted)
    ((count, guidance),) = seen
    assert count == passes
    assert (float(guidance.video[0]), float(guidance.audio[0])) == factors


@pytest.mark.parametrize(("asked", "passes"), [({}, 1), ({"guidance": 3.0}, 2), ({"negative_prompt": "rain"}, 2)])
def test_what_keeps_to_a_picture_is_guided_only_if_a_request_says_so(
    engine: Engine, asked: dict[str, Any], passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    network = engine.transformer.forward

    def listen(noisy: ClipLatents, *more: object) -> ClipLatents:
        seen.append(len(noisy.video))
        return network(noisy, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.transformer, "forward", listen)
    request = replace(Request(prompt="a cat runs", seconds=1.0, size=Size(256, 256), seed=3), **asked)
    question = ask(engine, request, start_s=0.0, end_s=1.0, is_led=True)
    noisy = ClipLatents(video=torch.randn(1, 3, 2, 2, 384), audio=torch.randn(1, 12, 64))
    levels = NoiseLevels(video=torch.ones(1, 3, 2, 2), audio=torch.ones(1, 12))
    question.denoiser(noisy, levels, question.wanted)
    assert seen == [passes]


def test_what_was_learned_of_guidance_is_left_out_where_guidance_would_be(engine: Engine) -> None:
    torch.manual_seed(0)
    network = Transformer(replace(engine.transformer.config, guidance=5.0))
    seen: list[Guidance] = []
    network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[4]))
    request = Request(prompt="a cat runs", seconds=1.0, size=Size(256, 256), seed=3)
    question = ask(replace(engine, transformer=network), request, start_s=0.0, end_s=1.0, guided_above=0.6)
    noisy = ClipLatents(video=torch.randn(1, 3, 2, 2, 384), audio=torch.randn(1, 12, 64))
    for level in (0.75, 0.5):
        levels = NoiseLevels(video=torch.full((1, 3, 2, 2), level), audio=torch.zeros(1, 12))
        question.denoiser(noisy, levels, question.wanted)
    assert [(float(one.video[0]), float(one.audio[0])) for one in seen] == [(3.0, 3.0), (1.0, 1.0)]

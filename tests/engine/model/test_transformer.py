from dataclasses import replace

import pytest
import torch

from celaje.engine.latents import VIDEO_CHANNELS, ClipLatents, NoiseLevels, StillLatents, TextTokens
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.model.attention import attend_fused, attend_plainly
from celaje.engine.model.transformer import precondition

CONFIG = TransformerConfig(width=64, depth=2, feedforward=128, text_width=16, head=32)


def model(config: TransformerConfig = CONFIG) -> Transformer:
    torch.manual_seed(0)
    network = Transformer(config)
    for parameter in network.parameters():  # the zero-initialised outputs would hide everything
        if parameter.ndim > 1 and not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    return network.eval()


def example(batch: int, *, num_text: int = 6, num_frames: int = 3) -> tuple[ClipLatents, NoiseLevels, TextTokens]:
    generator = torch.Generator().manual_seed(1)
    clip = ClipLatents(
        video=torch.randn(batch, num_frames, 4, 5, VIDEO_CHANNELS, generator=generator),
        audio=torch.randn(batch, 4 * num_frames, 64, generator=generator),
    )
    levels = NoiseLevels(
        video=torch.rand(batch, num_frames, 4, 5, generator=generator),
        audio=torch.rand(batch, 4 * num_frames, generator=generator),
    )
    text = TextTokens(
        values=torch.randn(batch, num_text, 16, generator=generator),
        valid=torch.ones(batch, num_text, dtype=torch.bool),
        start_s=torch.full((batch, num_text), -1.0),
        end_s=torch.full((batch, num_text), -1.0),
    )
    return clip, levels, text


@torch.no_grad()
def test_a_batch_of_n_matches_n_batches_of_one() -> None:
    network, (clip, levels, text) = model(), example(3)
    together = network(clip, levels, text)
    for row in range(3):
        one = slice(row, row + 1)
        alone = network(
            clip.map(lambda values, one=one: values[one]),  # type: ignore[misc]
            NoiseLevels(video=levels.video[one], audio=levels.audio[one]),
            TextTokens(
                values=text.values[one], valid=text.valid[one], start_s=text.start_s[one], end_s=text.end_s[one]
            ),
        )
        torch.testing.assert_close(alone.video, together.video[one], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(alone.audio, together.audio[one], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_head_begins_by_saying_nothing_and_then_sees_every_channel_and_the_frames_beside() -> None:
    with_head, clip, levels, text = Transformer(CONFIG).eval(), *example(1)
    without = Transformer(replace(CONFIG, head=0)).eval()
    missing = without.load_state_dict(with_head.state_dict(), strict=False)
    assert missing.missing_keys == []
    torch.testing.assert_close(with_head(clip, levels, text).video, without(clip, levels, text).video)
    network = model()
    plain = network(clip, levels, text).video
    assert network.head is not None
    network.head.before_and_after.zero_()
    assert not torch.allclose(network(clip, levels, text).video, plain, atol=1e-4)


@torch.no_grad()
def test_padding_of_the_prompt_changes_nothing() -> None:
    network, (clip, levels, text) = model(), example(2)
    plain = network(clip, levels, text)
    padded = network(clip, levels, text.padded(11))
    torch.testing.assert_close(padded.video, plain.video, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_answers_are_told_apart_by_their_place_and_timed_words_may_follow() -> None:
    network, (clip, levels, text) = model(replace(CONFIG, num_answers=6)), example(2)
    plain = network(clip, levels, text)
    swapped = network(clip, levels, replace(text, values=text.values.flip(1)))
    assert not torch.allclose(swapped.video, plain.video, atol=1e-3)
    padded = network(clip, levels, text.padded(9))
    torch.testing.assert_close(padded.video, plain.video, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_known_token_is_returned_as_it_is() -> None:
    network, (clip, levels, text) = model(), example(2)
    levels.video[:, 1] = 0.0
    levels.audio[:, :2] = 0.0
    clean = network(clip, levels, text)
    torch.testing.assert_close(clean.video[:, 1], clip.video[:, 1])
    torch.testing.assert_close(clean.audio[:, :2], clip.audio[:, :2])


@torch.no_grad()
def test_words_about_other_seconds_do_not_reach_a_frame_directly() -> None:
    network, (clip, levels, text) = model(), example(1)
    first_only = replace(text, start_s=torch.zeros(1, 6), end_s=torch.full((1, 6), 0.3))
    later = replace(first_only, start_s=torch.full((1, 6), 0.7), end_s=torch.ones(1, 6))
    assert not torch.allclose(network(clip, levels, first_only).video, network(clip, levels, later).video, atol=1e-3)


@torch.no_grad()
def test_position_in_the_clip_and_stills_and_silence_are_understood() -> None:
    network, (clip, levels, text) = model(), example(2)
    plain = network(clip, levels, text)
    stills = StillLatents(
        values=torch.randn(2, 1, 4, 5, VIDEO_CHANNELS),
        time_s=torch.zeros(2, 1),
        role=torch.zeros(2, 1, dtype=torch.long),
    )
    assert not torch.allclose(network(clip, levels, text, stills).video, plain.video, atol=1e-3)
    silent = network(replace(clip, audio=clip.audio[:, :0]), replace(levels, audio=levels.audio[:, :0]), text)
    assert silent.video.shape == clip.video.shape
    assert silent.audio.shape == (2, 0, 64)


def test_both_attention_paths_agree() -> None:
    query, key, value = torch.randn(3, 2, 4, 30, 64).unbind(0)
    bias = torch.zeros(2, 1, 1, 30)
    bias[:, :, :, 20:] = -1e4
    torch.testing.assert_close(
        attend_plainly(query, key, value, bias), attend_fused(query, key, value, bias), atol=1e-5, rtol=1e-4
    )


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("spread", [0.3, 1.0, 7.0])
def test_without_an_answer_the_estimate_is_the_best_linear_one(level: float, spread: float) -> None:
    generator = torch.Generator().manual_seed(2)
    normal, noise = torch.randn(2, 100_000, 1, generator=generator).unbind(0)
    clean = spread * normal
    noisy = (1 - level) * clean + level * noise
    best = float((noisy * clean).mean() / (noisy * noisy).mean())
    estimate = precondition(noisy, torch.zeros_like(noisy), torch.tensor(level), torch.tensor([spread]))
    torch.testing.assert_close(estimate, best * noisy, atol=0.05 * spread, rtol=0.05)

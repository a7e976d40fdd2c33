from itertools import pairwise

import pytest
import torch

from celaje.engine.latents import ClipLatents, NoiseLevels, TextTokens, no_text
from celaje.engine.sampling import blend, guided, sample, times

MEAN, SPREAD = 1.5, 0.5


def gaussian_denoiser(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
    """The exact clean estimate when every number of a clip is drawn from N(MEAN, SPREAD^2)."""

    def estimate(values: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        t = level[..., None]
        gain = (1 - t) * SPREAD**2 / ((1 - t) ** 2 * SPREAD**2 + t**2)
        return MEAN + gain * (values - (1 - t) * MEAN)

    return ClipLatents(video=estimate(noisy.video, levels.video), audio=estimate(noisy.audio, levels.audio))


def some_noise(batch: int = 64) -> ClipLatents:
    generator = torch.Generator().manual_seed(0)
    video = torch.randn(batch, 2, 4, 4, 64, generator=generator)
    return ClipLatents(video=video, audio=torch.randn(batch, 8, 64, generator=generator))


def all_levels(clip: ClipLatents, level: float) -> NoiseLevels:
    return NoiseLevels(video=torch.full(clip.video.shape[:-1], level), audio=torch.full(clip.audio.shape[:-1], level))


def test_noise_becomes_the_gaussian_it_was_asked_for() -> None:
    noise = some_noise()
    clip = sample(gaussian_denoiser, noise, all_levels(noise, 1.0), no_text(64, 8), at=times(40, shift=1.0))
    assert clip.video.mean() == pytest.approx(MEAN, abs=0.01)
    assert clip.video.std() == pytest.approx(SPREAD, abs=0.01)


def test_the_second_order_walk_is_much_closer_to_the_truth_than_single_steps() -> None:
    noise = some_noise(4)
    exact = MEAN + SPREAD * noise.video
    at, highest = times(20, shift=1.0), all_levels(noise, 1.0)
    walk = sample(gaussian_denoiser, noise, highest, no_text(4, 8), at=at)
    euler = noise
    for pair in pairwise(at):
        euler = sample(gaussian_denoiser, euler, highest, no_text(4, 8), at=pair)
    assert (walk.video - exact).abs().mean() < 0.3 * (euler.video - exact).abs().mean()


def test_known_tokens_stay_and_lightly_noised_ones_stay_close() -> None:
    clean, noise = some_noise(2).map(lambda values: 0 * values + MEAN), some_noise(2)
    highest = all_levels(noise, 1.0)
    highest.video[:, 0] = 0.0
    highest.video[:, 1] = 0.1
    clip = sample(gaussian_denoiser, blend(clean, noise, highest), highest, no_text(2, 8), at=times(8, shift=2.0))
    assert torch.equal(clip.video[:, 0], clean.video[:, 0])
    assert float((clip.video[:, 1] - clean.video[:, 1]).abs().max()) < 1.0


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_times_fall_from_one_to_zero(shift: float) -> None:
    at = times(7, shift=shift)
    assert at[0] == 1.0
    assert at[-1] == 0.0
    assert all(now > after for now, after in pairwise(at))


def test_guidance_moves_away_from_the_unwanted() -> None:
    def says_its_prompt(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        said = text.values[:, :1, :1]
        return ClipLatents(video=noisy.video * 0 + said[..., None, None], audio=noisy.audio * 0 + said)

    wanted = TextTokens(
        values=torch.ones(2, 3, 8),
        valid=torch.ones(2, 3, dtype=torch.bool),
        start_s=torch.full((2, 3), -1.0),
        end_s=torch.full((2, 3), -1.0),
    )
    noise = some_noise(2)
    answer = guided(says_its_prompt, no_text(2, 8), 3.0)(noise, all_levels(noise, 0.5), wanted)
    assert torch.equal(answer.video, torch.full_like(noise.video, 3.0))
    apart = guided(says_its_prompt, no_text(2, 8), 1.0, sound_scale=4.0)(noise, all_levels(noise, 0.5), wanted)
    assert torch.equal(apart.video, torch.ones_like(noise.video))
    assert torch.equal(apart.audio, torch.full_like(noise.audio, 4.0))
    late = guided(says_its_prompt, no_text(2, 8), 3.0, above=0.6)
    answers = [late(noise, all_levels(noise, level), wanted).video for level in (0.5, 0.7)]
    assert [float(answer.mean()) for answer in answers] == [1.0, 3.0]


def test_a_step_can_stop_the_walk() -> None:
    def stop(step: int, estimate: ClipLatents) -> None:
        if step == 2:
            raise KeyboardInterrupt

    noise = some_noise(1)
    with pytest.raises(KeyboardInterrupt):
        sample(gaussian_denoiser, noise, all_levels(noise, 1.0), no_text(1, 8), at=times(8, shift=1.0), on_step=stop)


def test_guidance_pushes_only_the_leading_channels_of_the_picture() -> None:
    noise = some_noise(1)
    levels = all_levels(noise, 0.5)

    def answer_of_the_row(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        return noisy.map(
            lambda values: torch.arange(1.0, len(values) + 1).view(-1, *[1] * (values.ndim - 1)) + 0 * values
        )

    pushed = guided(answer_of_the_row, no_text(1, 8), 3.0, num_channels=16)(noise, levels, no_text(1, 8))
    assert bool((pushed.video[..., :16] == 2 + 3 * (1 - 2)).all())
    assert bool((pushed.video[..., 16:] == 1).all())
    assert bool((pushed.audio == -1).all())

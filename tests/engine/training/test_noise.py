"""Every pattern of noise is what its name says, and is drawn as often as asked."""

from dataclasses import fields, replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.latents import AUDIO_PER_LATENT, NoiseLevels
from celaje.engine.training.noise import HISTORY_NOISE, NoiseMix, draw_levels

NAMES = tuple(field.name for field in fields(NoiseMix))
NONE = NoiseMix(**{name: float(name == NAMES[0]) for name in NAMES})
SHAPES = st.tuples(*(st.integers(1, size) for size in (3, 9, 6, 6)))
SEEDS = st.integers(0, 2**31)


def only(name: str) -> NoiseMix:
    return replace(NONE, **({NAMES[0]: 0.0} | {name: 1.0}))


def drawn(name: str, shape: tuple[int, int, int, int], seed: int) -> NoiseLevels:
    return draw_levels(only(name), shape, torch.Generator().manual_seed(seed))


def by_frame(levels: NoiseLevels) -> torch.Tensor:
    """[B, T], when all of a frame's tokens have one level."""
    assert bool((levels.video == levels.video[:, :, :1, :1]).all())
    return levels.video[:, :, 0, 0]


@given(st.sampled_from(NAMES), SHAPES, SEEDS)
def test_levels_lie_between_clean_and_noise(name: str, shape: tuple[int, int, int, int], seed: int) -> None:
    levels = drawn(name, shape, seed)
    assert levels.video.shape == shape
    assert levels.audio.shape == (shape[0], AUDIO_PER_LATENT * shape[1])
    for values in (levels.video, levels.audio):
        assert bool(((values >= 0) & (values <= 1)).all())
    asks = (levels.video > 0).flatten(1).any(1) | (levels.audio > 0).any(1)
    assert bool(asks.all()), "a clip without noise teaches nothing"


@given(st.sampled_from(NAMES), SHAPES, SEEDS)
def test_the_same_seed_draws_the_same(name: str, shape: tuple[int, int, int, int], seed: int) -> None:
    first, second = drawn(name, shape, seed), drawn(name, shape, seed)
    assert torch.equal(first.video, second.video)
    assert torch.equal(first.audio, second.audio)


@given(SHAPES, SEEDS)
def test_together_is_one_level(shape: tuple[int, int, int, int], seed: int) -> None:
    levels = drawn("together", shape, seed)
    everything = torch.cat([levels.video.flatten(1), levels.audio], dim=1)
    assert bool((everything == everything[:, :1]).all())


@given(SHAPES, SEEDS)
def test_apart_is_one_level_for_each(shape: tuple[int, int, int, int], seed: int) -> None:
    levels = drawn("apart", shape, seed)
    video, audio = by_frame(levels), levels.audio
    assert bool((video == video[:, :1]).all())
    assert bool((audio == audio[:, :1]).all())
    assert bool((video[:, 0] != audio[:, 0]).all())


@given(SHAPES, SEEDS)
def test_one_track_for_the_other(shape: tuple[int, int, int, int], seed: int) -> None:
    for_picture, for_sound = drawn("sound_for_picture", shape, seed), drawn("picture_for_sound", shape, seed)
    assert not for_picture.video.any()
    assert bool((for_picture.audio > 0).all())
    assert not for_sound.audio.any()
    assert bool((for_sound.video > 0).all())


@given(SHAPES.filter(lambda shape: shape[1] > 1), SEEDS)
def test_extending_knows_one_end(shape: tuple[int, int, int, int], seed: int) -> None:
    levels = drawn("extend", shape, seed)
    frames = by_frame(levels)
    assert torch.equal(levels.audio, frames.repeat_interleave(AUDIO_PER_LATENT, dim=1))
    for row in frames:
        ends = (row, row.flip(0))
        lengths = [_length_of_start(end) for end in ends]
        assert any(
            end[0] <= HISTORY_NOISE and length < len(end) and bool((end[length:] == end[-1]).all())
            for end, length in zip(ends, lengths, strict=True)
        )


@given(SHAPES.filter(lambda shape: shape[1] > 2), SEEDS)
def test_between_knows_both_ends(shape: tuple[int, int, int, int], seed: int) -> None:
    frames = by_frame(drawn("between", shape, seed))
    assert not frames[:, 0].any()
    assert not frames[:, -1].any()
    for row in frames:
        middle = row.nonzero().flatten()
        assert len(middle) == middle[-1] - middle[0] + 1
        assert bool((row[middle] == row[middle[0]]).all())


@given(SHAPES, SEEDS)
def test_inpainting_makes_a_box(shape: tuple[int, int, int, int], seed: int) -> None:
    levels = drawn("inpaint", shape, seed)
    for clip, sound in zip(levels.video, levels.audio, strict=True):
        inside = clip.nonzero()
        low, high = inside.min(0).values, inside.max(0).values + 1
        assert len(inside) == int((high - low).prod())
        assert bool((clip[clip > 0] == clip.max()).all())
        assert bool((sound == 0).all() or (sound == clip.max()).all())


@given(SHAPES, SEEDS)
def test_per_frame_gives_each_its_own(shape: tuple[int, int, int, int], seed: int) -> None:
    levels = drawn("per_frame", shape, seed)
    frames = by_frame(levels)
    assert all(len(row.unique()) == shape[1] for row in frames)
    assert torch.equal(levels.audio, frames.repeat_interleave(AUDIO_PER_LATENT, dim=1))


def test_half_of_the_extensions_are_clean_and_half_go_back_in_time() -> None:
    frames = by_frame(drawn("extend", (2000, 4, 1, 1), 0))
    forwards = (frames[:, 0] <= HISTORY_NOISE) & (frames[:, 0] != frames[:, -1])
    known = torch.where(frames[:, 0] < frames[:, -1], frames[:, 0], frames[:, -1])
    assert float((known == 0).float().mean()) == pytest.approx(0.5, abs=0.05)
    assert float(forwards.float().mean()) == pytest.approx(0.5, abs=0.05)


def test_shares_are_as_asked() -> None:
    mix = NoiseMix()
    levels = draw_levels(mix, (4000, 3, 1, 1), torch.Generator().manual_seed(0))
    silent_picture = (levels.video == 0).flatten(1).all(1)
    clean_sound = (levels.audio == 0).all(1)
    assert float(silent_picture.float().mean()) == pytest.approx(mix.sound_for_picture, abs=0.02)
    assert float(clean_sound.float().mean()) == pytest.approx(mix.picture_for_sound + mix.inpaint / 2, abs=0.02)


def test_whole_clips_see_more_noise_than_frames() -> None:
    clips = drawn("together", (4000, 1, 1, 1), 0).video
    frames = drawn("per_frame", (4000, 1, 1, 1), 0).video
    assert float(clips.median()) == pytest.approx(0.8, abs=0.02)
    assert float(frames.median()) == pytest.approx(2 / 3, abs=0.02)


def test_shares_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match="must sum to 1, not 2"):
        replace(NONE, apart=1.0)


def _length_of_start(row: torch.Tensor) -> int:
    """How many of the first levels are equal."""
    return int((row == row[0]).long().cumprod(0).sum())

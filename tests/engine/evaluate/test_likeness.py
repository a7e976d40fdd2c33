"""Distances are nothing between equals, and grow with what is wrong: blur, noise, other scenes, mixed-up pairs."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from celaje.clip import Size
from celaje.engine.evaluate.likeness import (
    PlainObserver,
    distances,
    found_again,
    frechet,
    kernel_distance,
)
from celaje.engine.evaluate.prompts import one_shot
from celaje.engine.world.record import record
from celaje.engine.world.sample import sample

OBSERVER = PlainObserver()
Set = list[NDArray[np.float64]]


def gaussian(seed: int, *, count: int = 80, middle: float = 0.0, spread: float = 1.0) -> Set:
    """Clips of four steps, of independent numbers."""
    return list(np.random.default_rng(seed).normal(middle, spread, (count, 4, 6)))


@cache
def clips() -> tuple[tuple[NDArray[np.uint8], NDArray[np.float32]], ...]:
    """Ten recordings of a second."""
    recordings = []
    for seed in range(10):
        scene = sample(seed, styles=["natural"], size=Size(256, 256), num_frames=48)
        made = record(one_shot(scene, 12))
        recordings.append((made.frames, made.samples))
    return tuple(recordings)


def test_equals_are_not_apart() -> None:
    one = gaussian(0)
    assert frechet(one, one).value == pytest.approx(0, abs=1e-6)
    assert kernel_distance(one, one).value == pytest.approx(0, abs=1e-9)


def test_distances_of_known_gaussians() -> None:
    """Of independent normal numbers of spread 1 in each of 6 directions, in spreads of the second set."""
    near = frechet(gaussian(1, count=400), gaussian(2, count=400))
    assert near.value < 0.1
    moved = frechet(gaussian(1, count=400, middle=1.0), gaussian(2, count=400))
    assert moved.value == pytest.approx(6, abs=0.6)
    assert moved.low < moved.value < moved.high
    wide = frechet(gaussian(1, count=400, spread=2.0), gaussian(2, count=400))
    assert wide.value == pytest.approx(6 * (2 - 1) ** 2, abs=0.6)


def test_kernel_distance_has_no_bias_by_number() -> None:
    """Of the same distribution it is zero within chance, however few clips there are."""
    values = [kernel_distance(gaussian(2 * seed, count=6), gaussian(2 * seed + 1, count=6)).value for seed in range(60)]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(60)
    apart = kernel_distance(gaussian(1, middle=0.5), gaussian(2))
    assert apart.low > 0


@pytest.mark.parametrize("measure", [frechet, kernel_distance])
def test_blur_and_other_scenes_are_farther(measure: object) -> None:
    assert callable(measure)
    real = [OBSERVER(frames, None).picture for frames, _ in clips()]
    slightly, much = (
        [OBSERVER(gaussian_filter(frames, (0, blur, blur, 0)), None).picture for frames, _ in clips()]
        for blur in (1, 4)
    )
    assert measure(real, real).value < measure(slightly, real).value < measure(much, real).value
    grey = [0 * clip + clip.mean() for clip in real]
    assert measure(grey, real).value > measure(much, real).value


def test_noise_is_heard() -> None:
    rng = np.random.default_rng(0)
    real = [OBSERVER(frames, samples).sound for frames, samples in clips()]
    noisy = [OBSERVER(f, s + 0.02 * rng.standard_normal(len(s)).astype(np.float32)).sound for f, s in clips()]
    assert frechet(real, real).value < 1e-6 < frechet(noisy, real).value
    assert real[0].shape == (3, 64)


def test_frozen_clips_are_far_in_motion_alone() -> None:
    frozen = [OBSERVER(np.repeat(frames[:1], 12, axis=0), None).motion for frames, _ in clips()]
    real = [OBSERVER(frames, None).motion for frames, _ in clips()]
    assert frechet(frozen, real).value > 20 * frechet(real, real).value + 1
    assert np.abs(np.concatenate(frozen)).max() == 0


def test_clips_are_found_again_by_their_end() -> None:
    seen = [OBSERVER(frames, None).picture for frames, _ in clips()]
    first, last = [clip[:1] for clip in seen], [clip[-1:] for clip in seen]
    assert np.mean(found_again(first, last)) > 0.7
    assert np.mean(found_again(first, last[1:] + last[:1])) < 0.3
    apart = distances([clip[0] for clip in first], [clip[0] for clip in first])
    assert np.diag(apart).max() == 0 < apart[0, 1] == apart[1, 0]

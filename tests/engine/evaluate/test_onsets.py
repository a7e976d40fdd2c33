"""Onsets are found where sounds begin, and agreement counts each moment once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.evaluate.onsets import Agreement, agreement, offsets_s, seen_moments, sound_onsets

MOMENTS = st.lists(st.floats(0, 5), max_size=12)


def test_clicks_in_noise_are_found() -> None:
    rng = np.random.default_rng(0)
    samples = (0.003 * rng.standard_normal(72_000)).astype(np.float32)
    at_s = (0.5, 1.1, 1.9, 2.6)
    for moment in at_s:
        start = round(moment * 24_000)
        samples[start : start + 2400] += (0.4 * rng.standard_normal(2400) * np.exp(-np.arange(2400) / 500)).astype("f")
    found = sound_onsets(samples)
    assert len(found) == len(at_s)
    np.testing.assert_allclose(found, at_s, atol=0.02)


def test_nothing_begins_in_silence_or_steady_noise() -> None:
    assert len(sound_onsets(np.zeros(48_000, np.float32))) == 0
    assert len(sound_onsets(np.zeros(100, np.float32))) == 0
    steady = np.random.default_rng(1).standard_normal(48_000).astype(np.float32)
    assert len(sound_onsets(0.05 * steady)) <= 1


def test_moments_stand_out() -> None:
    chances = np.full(36, 0.3, np.float32)
    chances[[6, 20]] = [0.6, 0.5]
    np.testing.assert_allclose(seen_moments(chances), [6.5 / 12, 20.5 / 12])
    assert len(seen_moments(np.full(36, 0.9, np.float32))) == 0


@given(MOMENTS, MOMENTS)
def test_agreement_is_fair(mine: list[float], theirs: list[float]) -> None:
    agreed = agreement(mine, theirs)
    assert agreed.found == agreement(theirs, mine).found <= min(len(mine), len(theirs))
    assert agreement(mine, mine).found == len(mine)
    assert 0 <= agreed.f1 <= 1


def test_each_moment_counts_once() -> None:
    assert agreement([1.0, 1.05, 1.1], [1.02]) == Agreement(found=1, expected=1, given=3)
    assert agreement([1.0], [1.0 + 2 / 12]).found == 1
    assert agreement([1.0], [1.2]).found == 0
    assert (agreement([1.0], [1.0]) + agreement([1.0], [3.0])).f1 == 0.5


def test_offsets() -> None:
    assert offsets_s([1.0, 3.0], [1.1, 2.9, 9.0]) == pytest.approx([0.1, 0.1, 0.5])
    assert offsets_s([], [1.0]) == [0.5]
    assert offsets_s([1.0], []) == []

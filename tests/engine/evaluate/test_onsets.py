"""Onsets are found where sounds begin, and agreement counts each moment once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celaje.engine.evaluate.onsets import Agreement, Crossing, agreement, offsets_s, seen_moments, sound_onsets

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


def test_chance_is_what_clips_share_with_all_others() -> None:
    beat = np.arange(0.2, 2.6, 0.5)
    alike = Crossing.of([(beat, beat)] * 5)  # in clips that all keep one beat everything agrees
    assert alike.f1() == alike.f1_by_chance() == 1
    own = [np.array([0.2 + 0.4 * index]) for index in range(6)]
    apart = Crossing.of([(moments, moments) for moments in own])
    assert (apart.f1(), apart.f1_by_chance()) == (1, 0)
    some = np.array([1, 4])
    assert (apart.f1(some), apart.f1_by_chance(some)) == (1, 0)
    assert Crossing.of([]).f1() == Crossing.of([]).f1_by_chance() == 0
    assert Crossing.of([(beat, beat)]).f1_by_chance() == 0


def test_onsets_that_know_nothing_of_the_picture_are_no_better_than_chance() -> None:
    rng = np.random.default_rng(2)
    clips = [(np.sort(rng.uniform(0, 2.67, 4)), np.sort(rng.uniform(0, 2.67, 3))) for _ in range(120)]
    crossing = Crossing.of(clips)
    assert crossing.f1_by_chance() == pytest.approx(crossing.f1(), abs=0.06)
    dealt = []
    for _ in range(100):
        order = rng.permutation(len(clips))
        dealt.append(Crossing.of([(clips[index][0], clips[order[index]][1]) for index in range(20)]).f1())
    assert crossing.f1_by_chance() == pytest.approx(np.mean(dealt), abs=0.02)


def test_offsets() -> None:
    assert offsets_s([1.0, 3.0], [1.1, 2.9, 9.0]) == pytest.approx([0.1, 0.1, 0.5])
    assert offsets_s([], [1.0]) == [0.5]
    assert offsets_s([1.0], []) == []

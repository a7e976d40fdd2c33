"""Frames at one rate become frames at another: when each is shown, and that nothing is lost."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from celaje.engine.enlarge.retime import Retimer

Frame = NDArray[np.uint8]
rates = st.one_of(st.integers(1, 60).map(Fraction), st.sampled_from([Fraction(30000, 1001), Fraction(24000, 1001)]))


def shown(count: int, have: Fraction, want: Fraction, *, loop: bool = False) -> list[float]:
    """The number of the given frame that each wanted one shows; between two of them it lies between their numbers."""

    def between(before: Frame, after: Frame, moments: list[float]) -> list[Frame]:
        assert all(0 < moment < 1 for moment in moments)
        return [before + moment * (after - before) for moment in moments]

    frames: list[Any] = [np.full((1, 1, 3), index, np.float64) for index in range(count)]  # bytes hold no fractions
    retimer = Retimer(have, want, between, loop=loop)
    made = [one for frame in frames for one in retimer.push(frame)] + retimer.finish()
    return [float(frame[0, 0, 0]) for frame in made]


@given(st.integers(1, 40), rates, rates)
def test_every_frame_is_what_is_seen_at_its_time(count: int, have: Fraction, want: Fraction) -> None:
    numbers = shown(count, have, want)
    assert abs(len(numbers) / want - count / have) < 1 / want
    expected = [min(count - 1.0, float(index * have / want)) for index in range(len(numbers))]
    assert numbers == pytest.approx(expected)


@given(st.integers(1, 40), rates)
def test_the_same_rate_changes_nothing(count: int, rate: Fraction) -> None:
    assert shown(count, rate, rate) == list(range(count))


def test_a_loop_leads_back_to_its_beginning() -> None:
    assert shown(4, Fraction(12), Fraction(24)) == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]
    assert shown(4, Fraction(12), Fraction(24), loop=True) == [0, 0.5, 1, 1.5, 2, 2.5, 3, 1.5]


@given(st.integers(2, 12), rates, rates, st.sets(st.integers(0, 30)))
def test_what_nobody_sees_is_not_drawn(count: int, have: Fraction, want: Fraction, unseen: set[int]) -> None:
    drawn: list[float] = []

    def between(before: Frame, after: Frame, moments: list[float]) -> list[Frame]:
        drawn.extend(float(before[0, 0, 0]) + moment for moment in moments)
        return [before + moment * (after - before) for moment in moments]

    frames: list[Any] = [np.full((1, 1, 3), index, np.float64) for index in range(count)]
    retimer = Retimer(have, want, between, unseen=unseen.__contains__)
    made = [one for frame in frames for one in retimer.push(frame)] + retimer.finish()
    whole = shown(count, have, want)
    assert len(made) == len(whole)
    seen = [number for number in range(len(made)) if number not in unseen]
    assert [float(made[number][0, 0, 0]) for number in seen] == pytest.approx([whole[number] for number in seen])
    assert drawn == pytest.approx([whole[number] for number in seen if whole[number] % 1])


def test_nothing_becomes_nothing() -> None:
    assert shown(0, Fraction(12), Fraction(24)) == []

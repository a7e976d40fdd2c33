"""Intervals hold what they should as often as they should, and differences by chance are told from others."""

import numpy as np
import pytest

from celaje.engine.evaluate.numbers import Number, difference, mean_of, median_of, share


def test_shares_as_wilson_has_them() -> None:
    number = share([1.0] * 81 + [0.0] * 182)
    assert number.value == pytest.approx(81 / 263)
    assert (number.low, number.high) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I, method 3
    assert share([1.0]).low > 0.2
    assert share([1.0] * 50).high == 1
    with pytest.raises(ValueError, match="no marks"):
        share([])


def test_intervals_hold_the_truth_mostly() -> None:
    rng = np.random.default_rng(0)
    draws = [rng.normal(3, 2, 60) for _ in range(300)]
    for measure in (mean_of, median_of):
        held = np.mean([number.low <= 3 <= number.high for number in (measure(list(draw)) for draw in draws)])
        assert 0.9 <= held <= 0.985, measure.__name__


def test_one_clip_tells_nothing_about_chance() -> None:
    for measure in (mean_of, median_of):
        number = measure([2.0])
        assert (number.value, number.low, number.high) == (2.0, -np.inf, np.inf)


def test_differences() -> None:
    new, old = share([1.0] * 56 + [0.0] * 14), share([1.0] * 48 + [0.0] * 32)
    change = difference(new, old)  # Newcombe 1998 II, table II, example (a), method 10
    assert (change.value, change.low, change.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert change.beyond_chance
    assert not difference(share([1, 0, 1, 1]), share([1, 0, 0, 1])).beyond_chance
    assert not difference(new, Number(value=0.0, low=-np.inf, high=np.inf, count=1)).beyond_chance

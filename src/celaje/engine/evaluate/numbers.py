"""Numbers with how sure they are: shares with Wilson's interval, all else with the jackknife's, and whether two differ.

It does not know what was measured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z = 1.96  # 95 %
GROUPS = 12  # that the jackknife leaves out in turn


@dataclass(frozen=True, kw_only=True)
class Number:
    """A measured value, the 95 % interval around it, and of how many it was measured."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How much larger one number is than another, with the 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.low > 0 or self.high < 0


def share(marks: Sequence[float]) -> Number:
    """The mean of marks from 0 to 1, with Wilson's interval (1927, JASA 22, equation 7). Raises ValueError without."""
    if not marks:
        raise ValueError("a share of no marks cannot be told: give at least one")
    return wilson(float(np.mean(marks)), len(marks))


def wilson(value: float, count: int) -> Number:
    """A share `value` of `count` with Wilson's interval."""
    middle = (value + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * float(np.sqrt(value * (1 - value) / count + Z**2 / (4 * count**2)))
    return Number(value=value, low=max(0.0, middle - half), high=min(1.0, middle + half), count=count)


def statistic(of: Callable[[NDArray[np.int64]], float], count: int) -> Number:
    """`of` the numbers of all `count` clips, with the interval of the jackknife that leaves out a group at a time.

    Unlike a bootstrap it never takes a clip twice, which distances between sets would see as likeness (Efron and
    Tibshirani 1993, chapter 11). One clip tells nothing about chance: its interval is infinite.
    """
    everyone = np.arange(count)
    value = of(everyone)
    groups = min(GROUPS, count)
    if groups < 2:
        return Number(value=value, low=-np.inf, high=np.inf, count=count)
    without = np.array([of(everyone[everyone % groups != group]) for group in range(groups)])
    half = Z * float(np.sqrt((groups - 1) / groups * np.square(without - without.mean()).sum()))
    return Number(value=value, low=value - half, high=value + half, count=count)


def mean_of(values: Sequence[float]) -> Number:
    """The mean of `values`."""
    known = np.asarray(values, np.float64)
    return statistic(lambda chosen: float(known[chosen].mean()), len(known))


def median_of(values: Sequence[float]) -> Number:
    """The median of `values`, with the interval of the sign test: of ranks, for a jackknife fails on medians."""
    known = np.sort(np.asarray(values, np.float64))
    count = len(known)
    reach = Z * float(np.sqrt(count)) / 2
    low, high = int(np.floor((count - 1) / 2 - reach)), int(np.ceil((count - 1) / 2 + reach))
    return Number(
        value=float(np.median(known)),
        low=float(known[low]) if low >= 0 else -np.inf,
        high=float(known[high]) if high < count else np.inf,
        count=count,
    )


def difference(mine: Number, theirs: Number) -> Difference:
    """Mine less theirs, from both intervals (MOVER: Zou and Donner 2008; for shares it is Newcombe's tenth method)."""
    value = mine.value - theirs.value
    return Difference(
        value=value,
        low=value - float(np.hypot(mine.value - mine.low, theirs.high - theirs.value)),
        high=value + float(np.hypot(mine.high - mine.value, theirs.value - theirs.low)),
    )

"""At which moments of the given frames the wanted ones lie. Frames come one after the other; two are kept."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
#: Frames before and after, and the moments between them (0 to 1) to draw.
Between = Callable[[Frame, Frame, list[float]], list[Frame]]


class Retimer:
    """Takes the frames of a clip at one rate, and gives back those at another, for as long as the clip lasts.

    What lies between two frames is asked of `between`. After the last frame, it is shown until the end; in a `loop`
    the first one comes next.
    """

    def __init__(self, given: Fraction, wanted: Fraction, between: Between, *, loop: bool = False) -> None:
        self._step = given / wanted  # frames that are given in the time of one that is wanted
        self._between, self._loop = between, loop
        self._first: Frame | None = None
        self._last: Frame | None = None
        self._taken = self._shown = 0

    def push(self, frame: Frame) -> list[Frame]:
        """The next given frame; the wanted ones before it."""
        ready = [] if self._last is None else self._until(frame)
        if self._first is None:
            self._first = frame
        self._last = frame
        self._taken += 1
        return ready

    def finish(self) -> list[Frame]:
        """The wanted frames from the last given one to the end of its time."""
        if self._last is None:
            return []
        assert self._first is not None
        return self._until(self._first if self._loop else self._last)

    def _until(self, after: Frame) -> list[Frame]:
        """The wanted frames from the last given one up to `after`, which follows it."""
        assert self._last is not None
        begin = self._taken - 1
        count = ceil(self._taken / self._step) - self._shown
        moments = [float((self._shown + index) * self._step - begin) for index in range(count)]
        self._shown += count
        whole = [moment for moment in moments if moment == 0 or after is self._last]
        rest = [] if after is self._last else [moment for moment in moments if moment > 0]
        return [self._last] * len(whole) + (self._between(self._last, after, rest) if rest else [])

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
    the first one comes next. What nobody will see, by its number, is not drawn: the frame before stands there.
    """

    def __init__(
        self,
        given: Fraction,
        wanted: Fraction,
        between: Between,
        *,
        loop: bool = False,
        unseen: Callable[[int], bool] = lambda number: False,
    ) -> None:
        self._step = given / wanted  # frames that are given in the time of one that is wanted
        self._between, self._loop, self._unseen = between, loop, unseen
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
        numbers = range(self._shown, self._shown + count)
        moments = [float(number * self._step - begin) for number in numbers]
        self._shown += count
        drawn = [
            moment > 0 and after is not self._last and not self._unseen(number)
            for number, moment in zip(numbers, moments, strict=True)
        ]
        wanted = [moment for moment, is_drawn in zip(moments, drawn, strict=True) if is_drawn]
        found = iter(self._between(self._last, after, wanted) if wanted else [])
        return [next(found) if is_drawn else self._last for is_drawn in drawn]

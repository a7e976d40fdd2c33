"""What was given comes back as it was: given frames and samples take the place of what was made of them.

What is made goes on from what is kept without a jump: the fine detail of the nearest kept frame, which the codec lost,
fades over a few frames; so does what its light and colours differ by, over more of them; and sound fades into a mirror
image of the kept sound. A clip that moves at another rate than the model's gets the kept frames between these back at
the end. It knows only arrays, in any size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from celaje.clip import SAMPLE_RATE

Frames = NDArray[np.uint8]
Samples = NDArray[np.float32]

FADE_FRAMES = 6
LIGHT_FRAMES = 12
BROAD = 1 / 3  # of the shorter side: light is what is left of a difference when this much of it is averaged
FADE_SAMPLES = SAMPLE_RATE // 8
EDGE = 1 / 24  # of the shorter side: how wide a region's soft edge is


@dataclass(frozen=True, kw_only=True)
class KeptFrames:
    """`count` given frames from number `first` of the clip on; with `inside` [H, W], what is 1 there is made."""

    first: int
    count: int
    frames: Iterator[Frames]
    inside: NDArray[np.float32] | None = None

    def has(self, number: int) -> bool:
        """Whether it is shown in frame `number` of the clip."""
        return self.first <= number < self.first + self.count


@dataclass(frozen=True, kw_only=True)
class KeptSamples:
    """Given samples [S] from number `first` of the clip on."""

    first: int
    samples: Samples


#: What is kept, and the soft edge of its region.
_Kept = tuple[KeptFrames, NDArray[np.float32] | None]


class FrameRestorer:
    """Puts kept frames in their place in a clip that was brought to their rate, where others were drawn between."""

    def __init__(self, kept: Sequence[KeptFrames]) -> None:
        self._kept = _softened(kept)
        self._number = 0

    def keeps(self, number: int) -> bool:
        """Whether a frame will be replaced as a whole, whatever is drawn there."""
        return any(inside is None and one.has(number) for one, inside in self._kept)

    def push(self, frame: Frames) -> Frames:
        """The next frame [H, W, 3], or the kept one."""
        kept = _kept_at(self._number, self._kept, frame)
        self._number += 1
        return frame if kept is None else kept


class FrameKeeper:
    """Takes the made frames of a clip one after the other, and gives back frames in which what is kept is kept."""

    def __init__(self, kept: Sequence[KeptFrames], *, loop: bool = False) -> None:
        self._kept = _softened(kept)
        self._loop = loop
        self._number = 0
        self._waiting: list[NDArray[np.float32]] = []  # made frames that may still fade into a kept one
        self._before: _Neighbour | None = None  # the last kept frame
        self._first: _Neighbour | None = None  # frame 0 if it is kept: a loop comes back to it
        self._light: NDArray[np.float32] | None = None  # what the first frame made since then differs by
        self._since = 0  # frames made since

    def push(self, frames: Frames) -> list[Frames]:
        """Made frames [F, H, W, 3] to those [H, W, 3] that are ready now; as many, up to a few that wait."""
        ready: list[Frames] = []
        for made in frames:
            kept = _kept_at(self._number, self._kept, made)
            if kept is None:
                ready += self._add(made)
            else:
                neighbour = _Neighbour(frame=kept.astype(np.float32), detail=kept.astype(np.float32) - made)
                if self._number == 0:
                    self._first = neighbour
                ready += [*self._release(neighbour), kept]
                self._before, self._since = neighbour, 0
            self._number += 1
        return ready

    def pass_over(self, count: int) -> list[Frames]:
        """`count` frames that were not made, because they are kept as a whole."""
        ready = self._release(None)
        for _ in range(count):
            given = [next(one.frames) for one, _ in self._kept if one.has(self._number)]
            assert given, "only what is kept is passed over"
            ready.append(given[-1])
            self._number += 1
        return ready

    def finish(self) -> list[Frames]:
        """The frames that still wait."""
        return self._release(self._first if self._loop else None)

    def _add(self, made: Frames) -> list[Frames]:
        if not self._kept:
            return [made]
        self._since += 1
        value = made.astype(np.float32)
        if self._before is not None:
            value += self._before.detail * _faded(self._since, FADE_FRAMES)
            if self._since == 1:
                self._light = _broad(self._before.frame - value)
            assert self._light is not None, "the first frame after a kept one comes first"
            value += self._light * _faded(self._since - 1, LIGHT_FRAMES)
        self._waiting.append(value)
        return [_bytes(self._waiting.pop(0))] if len(self._waiting) > LIGHT_FRAMES else []

    def _release(self, behind: "_Neighbour | None") -> list[Frames]:
        """All that wait; the last of them next to a kept frame."""
        waiting, self._waiting = self._waiting, []
        if behind is not None and waiting:
            for distance, value in enumerate(reversed(waiting), start=1):
                value += behind.detail * _faded(distance, FADE_FRAMES)
            light = _broad(behind.frame - waiting[-1])
            for distance, value in enumerate(reversed(waiting)):
                value += light * _faded(distance, len(waiting) - 1)
        return [_bytes(value) for value in waiting]


@dataclass(frozen=True, kw_only=True)
class _Neighbour:
    """A kept frame, and what it has and what was made in its place lacks; [H, W, 3]."""

    frame: NDArray[np.float32]
    detail: NDArray[np.float32]


def keep_samples(made: Samples, first: int, kept: Sequence[KeptSamples], *, total: int, loop: bool = False) -> Samples:
    """Made samples [S] from number `first` of a clip of `total` on, with those that are kept put in their place."""
    result = made.copy()
    rounds = (-total, 0, total) if loop else (0,)
    for one in kept:
        for begin in (one.first + shift for shift in rounds):
            end = begin + len(one.samples)
            length = min(FADE_SAMPLES, len(one.samples))
            rise = np.square((np.arange(length, dtype=np.float32) + 0.5) / max(1, length))  # loud sound leaves slowly
            after = one.samples[::-1][:length] * (1 - rise)
            before = one.samples[:length][::-1] * (1 - rise[::-1])
            _mix(result, first, end, np.asarray(after), rise)
            _mix(result, first, begin - length, np.asarray(before), np.asarray(rise[::-1]))
    for one in kept:  # last: no fade may touch what is kept
        _put(result, first, one.first, one.samples)
    return result


def _softened(kept: Sequence[KeptFrames]) -> list[_Kept]:
    return [(one, None if one.inside is None else soften(one.inside)) for one in kept]


def _kept_at(number: int, pieces: Sequence[_Kept], made: Frames) -> Frames | None:
    """The kept frame of this number, mixed with what is made inside its region; None where nothing is kept."""
    found = None
    for kept, inside in pieces:
        if kept.has(number):
            given = next(kept.frames)
            if inside is None:
                found = given
            else:
                found = np.round(given + (made.astype(np.float32) - given) * inside[..., None]).astype(np.uint8)
    return found


def soften(inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """A region [H, W] with a soft edge on its inner side; outside it stays 0."""
    width = max(3, round(min(inside.shape) * EDGE)) | 1
    near = scipy.ndimage.uniform_filter(
        scipy.ndimage.uniform_filter(inside, width, mode="nearest"), width, mode="nearest"
    )
    return np.asarray(np.clip(2 * near - 1, 0, 1) * (inside > 0), np.float32)


def _faded(distance: int, length: int) -> float:
    return max(0.0, 1 - distance / (length + 1))


def _broad(difference: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is left of a difference [H, W, 3] of two frames when all that is small in it is averaged out."""
    width = max(3, round(min(difference.shape[:2]) * BROAD)) | 1
    for _ in range(2):
        difference = scipy.ndimage.uniform_filter(difference, (width, width, 1), mode="nearest")
    return difference


def _bytes(values: NDArray[np.float32]) -> Frames:
    return np.asarray(np.clip(np.round(values), 0, 255).astype(np.uint8))


def _mix(result: Samples, first: int, place: int, values: Samples, weight: Samples) -> None:
    """result * weight + values, for the samples from `place` on that lie in `result`."""
    begin, end = max(first, place), min(first + len(result), place + len(values))
    if begin < end:
        there, here = slice(begin - first, end - first), slice(begin - place, end - place)
        result[there] = result[there] * weight[here] + values[here]


def _put(result: Samples, first: int, place: int, values: Samples) -> None:
    begin, end = max(first, place), min(first + len(result), place + len(values))
    if begin < end:
        result[begin - first : end - first] = values[begin - place : end - place]

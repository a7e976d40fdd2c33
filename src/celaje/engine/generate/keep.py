"""What was given comes back as it was: given frames and samples take the place of what was made of them.

What is made goes on from what is kept without a jump: the fine detail of the nearest kept frame, which the codec lost,
fades over a few frames, and sound fades into a mirror image of the kept sound. It knows only arrays, in any size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from celaje.clip import SAMPLE_RATE

Frames = NDArray[np.uint8]
Samples = NDArray[np.float32]

FADE_FRAMES = 6
FADE_SAMPLES = SAMPLE_RATE // 50
EDGE = 1 / 24  # of the shorter side: how wide a region's soft edge is


@dataclass(frozen=True, kw_only=True)
class KeptFrames:
    """`count` given frames from number `first` of the clip on; with `inside` [H, W], what is 1 there is made."""

    first: int
    count: int
    frames: Iterator[Frames]
    inside: NDArray[np.float32] | None = None


@dataclass(frozen=True, kw_only=True)
class KeptSamples:
    """Given samples [S] from number `first` of the clip on."""

    first: int
    samples: Samples


class FrameKeeper:
    """Takes the made frames of a clip one after the other, and gives back frames in which what is kept is kept."""

    def __init__(self, kept: Sequence[KeptFrames], *, loop: bool = False) -> None:
        self._kept = [(one, None if one.inside is None else soften(one.inside)) for one in kept]
        self._loop = loop
        self._number = 0
        self._waiting: list[NDArray[np.float32]] = []  # made frames that may still fade into a kept one
        self._detail: NDArray[np.float32] | None = None  # what the last kept frame has and the made one lacks
        self._first_detail: NDArray[np.float32] | None = None  # the same of frame 0
        self._since = 0  # frames made since

    def push(self, frames: Frames) -> list[Frames]:
        """Made frames [F, H, W, 3] to those [H, W, 3] that are ready now; as many, up to a few that wait."""
        ready: list[Frames] = []
        for made in frames:
            kept = self._take(made)
            if kept is None:
                ready += self._add(made)
            else:
                detail = kept.astype(np.float32) - made
                if self._number == 0:
                    self._first_detail = detail
                ready += [*self._release(detail), kept]
                self._detail, self._since = detail, 0
            self._number += 1
        return ready

    def pass_over(self, count: int) -> list[Frames]:
        """`count` frames that were not made, because they are kept as a whole."""
        ready = self._release(None)
        for _ in range(count):
            given = [next(one.frames) for one, _ in self._kept if one.first <= self._number < one.first + one.count]
            assert given, "only what is kept is passed over"
            ready.append(given[-1])
            self._number += 1
        return ready

    def finish(self) -> list[Frames]:
        """The frames that still wait."""
        return self._release(self._first_detail if self._loop else None)

    def _take(self, made: Frames) -> Frames | None:
        """The kept frame of this number, mixed with what is made inside its region; None where nothing is kept."""
        found = None
        for kept, inside in self._kept:
            if kept.first <= self._number < kept.first + kept.count:
                given = next(kept.frames)
                if inside is None:
                    found = given
                else:
                    found = np.round(given + (made.astype(np.float32) - given) * inside[..., None]).astype(np.uint8)
        return found

    def _add(self, made: Frames) -> list[Frames]:
        if not self._kept:
            return [made]
        self._since += 1
        value = made.astype(np.float32)
        if self._detail is not None and self._since <= FADE_FRAMES:
            value += self._detail * _faded(self._since)
        self._waiting.append(value)
        return [_bytes(self._waiting.pop(0))] if len(self._waiting) > FADE_FRAMES else []

    def _release(self, detail: NDArray[np.float32] | None) -> list[Frames]:
        """All that wait; the last of them next to a kept frame of this detail."""
        waiting, self._waiting = self._waiting, []
        if detail is not None:
            for distance, value in enumerate(reversed(waiting), start=1):
                value += detail * _faded(distance)
        return [_bytes(value) for value in waiting]


def keep_samples(made: Samples, first: int, kept: Sequence[KeptSamples], *, total: int, loop: bool = False) -> Samples:
    """Made samples [S] from number `first` of a clip of `total` on, with those that are kept put in their place."""
    result = made.copy()
    rounds = (-total, 0, total) if loop else (0,)
    for one in kept:
        for begin in (one.first + shift for shift in rounds):
            end = begin + len(one.samples)
            length = min(FADE_SAMPLES, len(one.samples))
            rise = ((np.arange(length) + 0.5) / max(1, length)).astype(np.float32)
            after = one.samples[::-1][:length] * (1 - rise)
            before = one.samples[:length][::-1] * rise
            _mix(result, first, end, np.asarray(after), rise)
            _mix(result, first, begin - length, np.asarray(before), np.asarray(1 - rise))
    for one in kept:  # last: no fade may touch what is kept
        _put(result, first, one.first, one.samples)
    return result


def soften(inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """A region [H, W] with a soft edge on its inner side; outside it stays 0."""
    width = max(3, round(min(inside.shape) * EDGE)) | 1
    near = uniform_filter(uniform_filter(inside, width, mode="nearest"), width, mode="nearest")
    return np.asarray(np.clip(2 * near - 1, 0, 1) * (inside > 0), np.float32)


def _faded(distance: int) -> float:
    return 1 - distance / (FADE_FRAMES + 1)


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

"""The clock of motion: 120 ticks a second, which subject does what on each, and smooth changes between.

It does not know bodies or places. Everything is an array over the ticks of one shot: a megabyte for a minute.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np

from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.scene import Action, Line

TICKS_PER_SECOND = 120
BEATS_PER_SECOND = 2.0  # 120 bpm, shared by dancers, lights and the club's music


@dataclass(frozen=True, kw_only=True)
class Span:
    """One action as far as it lies in the shot."""

    name: str
    start_s: float
    end_s: float
    target: int | None
    line: Line | None = None


def ticks(start_s: float, end_s: float) -> Track:
    """The times of one shot's ticks in seconds, both ends included."""
    count = max(1, round((end_s - start_s) * TICKS_PER_SECOND))
    return start_s + np.arange(count + 1) / TICKS_PER_SECOND


def spans(actions: tuple[Action, ...], start_s: float, end_s: float) -> tuple[Span, ...]:
    """The actions cut to the shot, in order; what lies outside is left out."""
    cut = (
        Span(
            name=action.name,
            start_s=max(action.start_s, start_s),
            end_s=min(action.end_s, end_s),
            target=action.target,
            line=action.line,
        )
        for action in sorted(actions, key=lambda action: action.start_s)
    )
    return tuple(span for span in cut if span.end_s > span.start_s or start_s == end_s)


def doing(time: Track, parts: tuple[Span, ...], names: Collection[str]) -> Track:
    """1 on the ticks where one of the actions `names` goes on, else 0."""
    active = np.zeros(len(time))
    for span in parts:
        if span.name in names:
            active[(time >= span.start_s - 1e-6) & (time <= span.end_s + 1e-6)] = 1.0
    return active


def smooth(values: Track, seconds: float) -> Track:
    """`values` averaged over about `seconds` around each tick (a triangle), so that nothing starts or stops at once."""
    width = max(1, round(seconds * TICKS_PER_SECOND / 2))
    if width == 1 or np.ptp(values) == 0.0:
        return values.astype(np.float64)
    padded = np.concatenate([np.full(width, values[0]), values, np.full(width, values[-1])])
    for _ in range(2):
        total = np.concatenate([[0.0], np.cumsum(padded)])
        half = width // 2
        edges = np.arange(len(padded))
        low, high = np.maximum(edges - half, 0), np.minimum(edges + width - half, len(padded))
        padded = (total[high] - total[low]) / (high - low)
    return padded[width:-width]


def travelled(speed: Track) -> Track:
    """What a speed per second sums up to on each tick; 0 on the first."""
    return np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2)]) / TICKS_PER_SECOND


def waver(time: Track, rng: np.random.Generator, slowest_s: float = 7.0) -> Track:
    """A slow wandering between about -1 and 1: three sines of unrelated periods."""
    periods = slowest_s * np.array([1.0, 0.61, 0.37])
    phases = rng.uniform(0, 2 * np.pi, 3)
    weights = np.array([0.55, 0.3, 0.15])
    return np.asarray(np.sin(2 * np.pi * time[:, None] / periods + phases) @ weights)


def blank(time: Track) -> Pose:
    """A pose in which nothing happens: standing at the origin and facing +x, ready to be written to."""
    empty = {field.name: np.zeros(len(time)) for field in fields(Pose)}
    empty |= {"time": time, "position": np.zeros((len(time), 3)), "beat": time * BEATS_PER_SECOND}
    return Pose(**empty)


def pose_at(pose: Pose, times: Track) -> Pose:
    """The pose at any `times` inside the shot, between two ticks linearly."""
    values = {}
    for field in fields(Pose):
        track = getattr(pose, field.name)
        if track.ndim == 2:
            values[field.name] = np.stack([np.interp(times, pose.time, axis) for axis in track.T], axis=1)
        else:
            values[field.name] = np.interp(times, pose.time, track)
    return Pose(**values | {"time": times, "beat": times * BEATS_PER_SECOND})


def crossings(values: Track, time: Track, period: float, offset: float = 0.0) -> Track:
    """The times at which `values`, which only grow, pass `offset` plus whole multiples of `period`."""
    steps = np.floor((values - offset) / period)
    index = np.flatnonzero(np.diff(steps) > 0)
    level = steps[index + 1] * period + offset
    share = (level - values[index]) / (values[index + 1] - values[index])
    return time[index] + share * (time[index + 1] - time[index])

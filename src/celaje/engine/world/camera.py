"""Where the camera stands and what it looks at, for every way of filming. It does not know pixels or bodies.

World axes: x right, y up, z away from a camera that stands at negative z. Subjects move in the strip |x| < 9, -1.5 < z < 2.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celaje.clip import Size
from celaje.engine.world.pose import Track
from celaje.engine.world.scene import CAMERAS

EDGE = 0.86  # subjects stay within this part of the half picture
NEAREST_M, FARTHEST_M = 0.7, 30.0


@dataclass(frozen=True, kw_only=True)
class CameraTrack:
    """The camera in each of T frames."""

    eye: Track  # [T, 3] metres
    target: Track  # [T, 3] the point in the middle of the picture
    roll: Track  # [T] radians, clockwise
    field_of_view: float  # from the lower to the upper edge, radians

    def frames(self, start: int, stop: int) -> "CameraTrack":
        """The part from frame `start` to before frame `stop`."""
        return CameraTrack(
            eye=self.eye[start:stop], target=self.target[start:stop], roll=self.roll[start:stop], field_of_view=self.field_of_view
        )

    def axes(self) -> tuple[Track, Track, Track]:
        """Unit vectors forward, right and up, each [T, 3]."""
        forward = _unit(self.target - self.eye)
        right = _unit(np.cross(np.array([0.0, 1.0, 0.0]), forward))
        up = np.cross(forward, right)
        cosine, sine = np.cos(self.roll)[:, None], np.sin(self.roll)[:, None]
        return forward, right * cosine + up * sine, up * cosine - right * sine


def _unit(vectors: Track) -> Track:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float64)


@dataclass(frozen=True, kw_only=True)
class _Stage:
    """What has to be seen: the corners of a box around every subject, in every frame, and the middle path."""

    corners: Track  # [T, P, 3]
    middle: Track  # [T, 3] between all subjects, smooth in time
    height_m: float
    ratio: float


def shoot(
    camera: str,
    rng: np.random.Generator,
    time_s: Track,
    subject_positions: NDArray[np.floating[Any]] | None,
    subject_heights: ArrayLike,
    size: Size,
    place: object,
    subject_lengths: ArrayLike | None = None,
) -> CameraTrack:
    """Film K subjects at `subject_positions` [K, T, 3] (on the ground between the feet), each `subject_heights` metres tall.

    `subject_lengths` (from nose to tail; by default as long as tall, at most 1 m more than half) keeps long ones whole.
    None for the positions films the place alone. Raises ValueError for a camera that is not in the list.
    """
    if camera not in CAMERAS:
        raise ValueError(f'camera "{camera}" is not known: give one of {", ".join(CAMERAS)}')
    stage = _stage(time_s, subject_positions, subject_heights, subject_lengths, size)
    course = np.linspace(0.0, 1.0, len(time_s)) if len(time_s) > 1 else np.full(1, 0.5)
    side = float(rng.choice([-1.0, 1.0]))
    field_of_view = float(np.deg2rad(rng.uniform(36.0, 44.0))) * (1.15 if size.ratio < 0.8 else 1.0)
    tangents = (np.tan(field_of_view / 2) * size.ratio, np.tan(field_of_view / 2))
    rise = float(rng.uniform(0.12, 0.24))
    ones = np.ones_like(course)
    ease = course * course * (3 - 2 * course)
    resting = np.broadcast_to(stage.middle.mean(axis=0), stage.middle.shape)
    moving = np.ptp(stage.middle[:, [0, 2]], axis=0).max() > 1.2 * stage.height_m
    azimuth = side * rng.uniform(0.05, 0.5) * ones
    middle, rises, zoom, roll = stage.middle, rise * ones, ones, 0 * ones
    if camera == "still":
        middle = resting
        azimuth = _best_azimuth(stage, middle, rise, tangents, float(azimuth[0])) * ones
    elif camera == "pan":
        return _pan(stage, rng, side, rise, ease, tangents, field_of_view, moving=bool(moving))
    elif camera == "tilt":
        middle = resting if not moving else stage.middle
    elif camera == "dolly":
        zoom = 1.9 - 0.9 * ease
        azimuth = azimuth * 0.5
    elif camera == "orbit":
        sweep = rng.uniform(0.75, 0.95)
        azimuth = side * sweep * (1 - 2 * ease)
    elif camera == "drone":
        rises = rng.uniform(0.62, 0.85) * ones
        azimuth = side * (0.55 - 0.9 * course)
        zoom = 1.55 - 0.35 * course
    elif camera == "hand-held":
        phase = rng.uniform(0, 6.28, 6)
        azimuth = azimuth + 0.05 * np.sin(1.9 * time_s + phase[0]) + 0.02 * np.sin(5.3 * time_s + phase[1])
        rises = rises + 0.035 * np.sin(2.6 * time_s + phase[2]) + 0.015 * np.sin(7.1 * time_s + phase[3])
        roll = 0.035 * np.sin(2.1 * time_s + phase[4]) + 0.012 * np.sin(6.0 * time_s + phase[5])
    eye_direction = _direction(azimuth, rises)
    steady = camera in ("still",)
    distance = _distance(stage, middle, eye_direction, tangents, whole=steady)
    if camera in ("orbit", "dolly", "drone", "tracking", "hand-held", "tilt"):
        distance = np.full_like(distance, distance.max())
    eye = middle + eye_direction * (distance * zoom)[:, None]
    target = middle.copy()
    if camera == "tilt":
        sweep_m = 0.52 * distance * tangents[1] * (1 if rng.random() < 0.5 else -1)
        target[:, 1] += sweep_m * (1 - 2 * ease) + 0.10 * distance * tangents[1]
    elif camera == "tracking":
        eye[:, 2] = np.minimum(eye[:, 2], middle[:, 2] - 0.5)
    if camera == "hand-held":
        target = target + 0.05 * distance[:, None] * tangents[1] * np.stack(
            [np.sin(3.1 * time_s + phase[1]), np.sin(4.3 * time_s + phase[2]), 0 * time_s], axis=1
        )
    eye[:, 1] = np.maximum(eye[:, 1], 0.25)
    return CameraTrack(eye=eye, target=target, roll=roll, field_of_view=field_of_view)


def _stage(
    time_s: Track,
    positions: NDArray[np.floating[Any]] | None,
    heights: ArrayLike,
    lengths: ArrayLike | None,
    size: Size,
) -> _Stage:
    frames = len(time_s)
    if positions is None or len(positions) == 0:
        positions, heights, lengths = np.zeros((1, frames, 3)), [2.2], [3.0]
    places = np.asarray(positions, np.float64)
    tall = np.broadcast_to(np.asarray(heights, np.float64), places.shape[:1])
    long = np.minimum(tall, 0.5 * tall + 1.0) if lengths is None else np.broadcast_to(np.asarray(lengths, np.float64), tall.shape)
    corners = []
    for dx in (-0.5, 0.5):
        for y in (0.0, 1.0):
            corners.append(places + np.stack([dx * long, y * tall, 0 * tall], axis=1)[:, None])
    points = np.concatenate(corners).transpose(1, 0, 2)  # [T, P, 3]
    middle = (points.max(axis=1) + points.min(axis=1)) / 2
    return _Stage(corners=points, middle=_smooth(middle), height_m=float(tall.max()), ratio=size.ratio)


def _smooth(path: Track) -> Track:
    """A calm version of a path: its moving average over about a second, ends held."""
    window = min(13, 2 * (len(path) // 2) + 1)
    padded = np.concatenate([np.repeat(path[:1], window // 2, 0), path, np.repeat(path[-1:], window // 2, 0)])
    return np.stack([np.convolve(padded[:, axis], np.ones(window) / window, "valid") for axis in range(3)], axis=1)


def _direction(azimuth: Track, rise: Track) -> Track:
    """Unit vectors from the middle to the eye: azimuth 0 is straight in front (negative z), `rise` is how high."""
    return np.stack([np.sin(azimuth) * np.cos(rise), np.sin(rise), -np.cos(azimuth) * np.cos(rise)], axis=1)


def _distance(stage: _Stage, middle: Track, direction: Track, tangents: tuple[float, float], *, whole: bool) -> Track:
    """[T] least distance at which every corner is inside the picture and the tallest fills at most 3/4 of it.

    With `whole` one distance and one eye serve all frames.
    """
    right = _unit(np.cross(np.array([0.0, 1.0, 0.0]), -direction))
    up = np.cross(-direction, right)
    offset = stage.corners - middle[:, None]
    towards = np.einsum("tpc,tc->tp", offset, direction)
    across = np.abs(np.einsum("tpc,tc->tp", offset, right)) / (tangents[0] * EDGE)
    above = np.abs(np.einsum("tpc,tc->tp", offset, up)) / (tangents[1] * 0.72)
    need = (towards + np.maximum(across, above)).max(axis=1)
    near = np.clip(need, NEAREST_M, FARTHEST_M)
    return np.full_like(near, near.max()) if whole else near


def _best_azimuth(stage: _Stage, middle: Track, rise: float, tangents: tuple[float, float], wish: float) -> float:
    """The view, among some, from which one still camera sees the subject biggest."""
    best, best_distance = wish, np.inf
    for azimuth in (wish, 0.7, -0.7, 1.05, -1.05):
        direction = _direction(np.full(len(middle), azimuth), np.full(len(middle), rise))
        distance = float(_distance(stage, middle, direction, tangents, whole=True)[0])
        if distance < best_distance * 0.85:
            best, best_distance = azimuth, distance
    return best


def _pan(
    stage: _Stage, rng: np.random.Generator, side: float, rise: float, ease: Track, tangents: tuple[float, float],
    field_of_view: float, *, moving: bool,
) -> CameraTrack:  # fmt: skip
    """The eye rests and turns: with the subject when it moves, else across it from one side to the other."""
    resting = np.broadcast_to(stage.middle.mean(axis=0), stage.middle.shape)
    azimuth = np.full(len(ease), side * rng.uniform(0.0, 0.25))
    direction = _direction(azimuth, np.full(len(ease), rise))
    distance = float(_distance(stage, stage.middle, direction, tangents, whole=False).max()) * (1.0 if moving else 1.15)
    eye = resting + direction * distance
    target = stage.middle.copy()
    if not moving:
        target[:, 0] += side * 0.5 * distance * tangents[0] * (2 * ease - 1)
    eye[:, 1] = np.maximum(eye[:, 1], 0.25)
    return CameraTrack(eye=eye, target=target, roll=np.zeros(len(ease)), field_of_view=field_of_view)

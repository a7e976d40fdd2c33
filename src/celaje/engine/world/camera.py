"""Where the camera stands and what it looks at, for every way of filming. It does not know pixels or bodies.

World axes: x right, y up, z away from a camera that stands at negative z. Subjects move in |x| < 9, -1.5 < z < 2.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celaje.clip import Size
from celaje.engine.world.places.place import Place
from celaje.engine.world.pose import Track
from celaje.engine.world.scene import CAMERAS

CALM_S = 13 / 12  # a camera does not follow what is quicker
EDGE = 0.90  # subjects stay within this part of the half picture
FILLED = 0.80  # and the tallest fills at most this part of the height
NEAREST_M, FARTHEST_M = 0.7, 60.0
BACKMOST_Z_M = -9.0  # behind it stand no cameras that film a place


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
            eye=self.eye[start:stop],
            target=self.target[start:stop],
            roll=self.roll[start:stop],
            field_of_view=self.field_of_view,
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
    place: Place | None,
    subject_lengths: ArrayLike | None = None,
) -> CameraTrack:
    """Film K subjects at `subject_positions` [K, T, 3] (on the ground between the feet), `subject_heights` metres tall.

    `subject_lengths` (from nose to tail; by default as long as tall, at most 1 m more than half) keeps long ones whole.
    None for the positions films the landmark of the place. Raises ValueError for a camera that is not in the list.
    """
    if camera not in CAMERAS:
        raise ValueError(f'camera "{camera}" is not known: give one of {", ".join(CAMERAS)}')
    alone = subject_positions is None or len(subject_positions) == 0
    if subject_positions is None or alone:
        subject_positions, subject_heights, subject_lengths = _landmark(place, len(time_s))
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
        return _pan(stage, rng, rise, ease, tangents, field_of_view)
    elif camera == "tilt":
        middle = resting if not moving else stage.middle
        zoom = 1.45 * ones
    elif camera == "dolly":
        zoom = 1.75 - 0.75 * ease
        azimuth = azimuth * 0.5
    elif camera == "orbit":
        sweep = rng.uniform(0.75, 0.95)
        azimuth = side * sweep * (1 - 2 * ease) * (0.5 if alone else 1.0)
    elif camera == "drone":
        rises = (rng.uniform(0.62, 0.85) - (0.2 if alone else 0.0)) * ones
        azimuth = side * (0.55 - 0.9 * course)
        zoom = 1.25 - 0.25 * course
    elif camera == "hand-held":
        phase = rng.uniform(0, 6.28, 6)
        azimuth = azimuth + 0.07 * np.sin(1.9 * time_s + phase[0]) + 0.03 * np.sin(5.3 * time_s + phase[1])
        rises = rises + 0.04 * np.sin(2.6 * time_s + phase[2]) + 0.02 * np.sin(7.1 * time_s + phase[3])
        roll = 0.060 * np.sin(2.1 * time_s + phase[4]) + 0.020 * np.sin(6.0 * time_s + phase[5])
    eye_direction = _direction(azimuth, rises)
    distance = _distance(stage, middle, eye_direction, tangents) * zoom
    if alone:
        distance *= min(1.0, float((stage.middle[0, 2] - BACKMOST_Z_M) / distance.max()))
    eye = middle + eye_direction * distance[:, None]
    target = middle.copy()
    if camera == "tilt":
        sweep_m = 0.42 * distance * tangents[1] * (1 if rng.random() < 0.5 else -1)
        target[:, 1] += sweep_m * (1 - 2 * ease)
    elif camera == "hand-held":
        sway = np.stack([np.sin(3.1 * time_s + phase[1]), np.sin(4.3 * time_s + phase[2]), 0 * time_s], axis=1)
        target += 0.10 * tangents[1] * distance[:, None] * sway
    eye[:, 1] = np.maximum(eye[:, 1], 0.25)
    return CameraTrack(eye=eye, target=target, roll=roll, field_of_view=field_of_view)


def _landmark(place: Place | None, frames: int) -> tuple[Track, list[float], list[float]]:
    """The place's landmark as if it were a subject that rests: positions [1, T, 3], height and length."""
    assert place is not None, "who is not there cannot be filmed nowhere"
    height, length = place.landmark_size_m
    return np.broadcast_to(np.array(place.landmark, np.float64), (1, frames, 3)), [height], [length]


def _stage(
    time_s: Track,
    positions: NDArray[np.floating[Any]],
    heights: ArrayLike,
    lengths: ArrayLike | None,
    size: Size,
) -> _Stage:
    places = np.asarray(positions, np.float64)
    tall = np.broadcast_to(np.asarray(heights, np.float64), places.shape[:1])
    long = (
        np.minimum(tall, 0.5 * tall + 1.0)
        if lengths is None
        else np.broadcast_to(np.asarray(lengths, np.float64), tall.shape)
    )
    corners = [
        places + np.stack([dx * long, y * tall, 0 * tall], axis=1)[:, None] for dx in (-0.5, 0.5) for y in (0.0, 1.0)
    ]
    points = np.concatenate(corners).transpose(1, 0, 2)  # [T, P, 3]
    middle = (points.max(axis=1) + points.min(axis=1)) / 2
    return _Stage(corners=points, middle=_smooth(middle, time_s), height_m=float(tall.max()), ratio=size.ratio)


def _smooth(path: Track, time_s: Track) -> Track:
    """A calm version of a path: its moving average over about a second, ends held."""
    calm = round(CALM_S / (time_s[1] - time_s[0])) if len(path) > 1 else 1
    window = min(calm // 2 * 2 + 1, 2 * (len(path) // 2) + 1)
    padded = np.concatenate([np.repeat(path[:1], window // 2, 0), path, np.repeat(path[-1:], window // 2, 0)])
    return np.stack([np.convolve(padded[:, axis], np.ones(window) / window, "valid") for axis in range(3)], axis=1)


def _direction(azimuth: Track, rise: Track) -> Track:
    """Unit vectors from the middle to the eye: azimuth 0 is straight in front (negative z), `rise` is how high."""
    return np.stack([np.sin(azimuth) * np.cos(rise), np.sin(rise), -np.cos(azimuth) * np.cos(rise)], axis=1)


def _distance(stage: _Stage, middle: Track, direction: Track, tangents: tuple[float, float]) -> float:
    """The least distance at which, in every frame, each corner is in the picture and the tallest fills FILLED of it."""
    right = _unit(np.cross(np.array([0.0, 1.0, 0.0]), -direction))
    up = np.cross(-direction, right)
    offset = stage.corners - middle[:, None]
    towards = np.einsum("tpc,tc->tp", offset, direction)
    across = np.abs(np.einsum("tpc,tc->tp", offset, right)) / (tangents[0] * EDGE)
    above = np.abs(np.einsum("tpc,tc->tp", offset, up)) / (tangents[1] * FILLED)
    return float(np.clip((towards + np.maximum(across, above)).max(), NEAREST_M, FARTHEST_M))


def _best_azimuth(stage: _Stage, middle: Track, rise: float, tangents: tuple[float, float], wish: float) -> float:
    """The view, among some, from which one still camera sees the subject biggest."""
    best, best_distance = wish, np.inf
    for azimuth in (wish, 0.7, -0.7, 1.05, -1.05):
        direction = _direction(np.full(len(middle), azimuth), np.full(len(middle), rise))
        distance = _distance(stage, middle, direction, tangents)
        if distance < best_distance * 0.85:
            best, best_distance = azimuth, distance
    return best


def _pan(
    stage: _Stage,
    rng: np.random.Generator,
    rise: float,
    ease: Track,
    tangents: tuple[float, float],
    field_of_view: float,
) -> CameraTrack:
    """The eye rests and turns: from behind what moves to ahead of it, or from one side of what rests to the other."""
    resting = np.broadcast_to(stage.middle.mean(axis=0), stage.middle.shape)
    moved = float(stage.middle[-1, 0] - stage.middle[0, 0])
    onward = float(np.sign(moved)) if abs(moved) > 0.1 * stage.height_m else float(rng.choice([-1.0, 1.0]))
    direction = _direction(np.full(len(ease), rng.uniform(-0.25, 0.25)), np.full(len(ease), rise))
    distance = _distance(stage, stage.middle, direction, tangents) * 1.05
    eye, target = resting + direction * distance, stage.middle.copy()
    own = max(0.12, 0.45 - 0.5 * abs(moved) / (2 * distance * tangents[0]))  # the more it moves, the less we add
    target[:, 0] += onward * own * distance * tangents[0] * (2 * ease - 1)
    eye[:, 1] = np.maximum(eye[:, 1], 0.25)
    return CameraTrack(eye=eye, target=target, roll=np.zeros(len(ease)), field_of_view=field_of_view)

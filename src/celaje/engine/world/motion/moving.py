"""Getting about by one's own power: walk, run, swim, fly, drive, sail, float. Writes way, heading and gait of a pose.

Feet do not slide: one stride's worth of phase goes by in exactly one stride's worth of way. It does not know gestures.
"""

from dataclasses import dataclass

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.motion.stage import STAGE_X_M, Path, Spot, path_for, shuttle
from celaje.engine.world.motion.timeline import Span, doing, smooth, travelled, waver
from celaje.engine.world.places.place import Ground, Place
from celaje.engine.world.pose import Pose, Track

CRUISES = ("swim", "fly", "float", "sail", "drive")
LEGS = ("walk", "run")
AFLOAT = 0.27  # a swimmer at the surface lies so deep, in heights
TURNING_S = 0.7  # it turns towards its way this long before it sets off


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What the place and the camera ask of one subject's way."""

    spot: Spot
    reach_m: float  # how far from x = 0 it is still in the picture
    in_line: bool  # one of several that move alike
    way: int  # +1 sets off to the right, -1 to the left
    place: Place
    rng: np.random.Generator


def move(pose: Pose, kind: Kind, parts: tuple[Span, ...], stage: Stage) -> None:
    """Write where `kind` goes while it does `parts`, into `pose`."""
    rng, time = stage.rng, pose.time
    level = smooth(doing(time, parts, ("walk",)) + 2 * doing(time, parts, ("run",)), 0.6)
    if kind.gait.run_rate_hz == 0:
        level = np.minimum(level, 1.0)
    cruising = smooth(doing(time, parts, CRUISES), 1.0)
    speed = leg_speed(kind.gait, level) + cruise_speed(kind, parts, time, stage.reach_m) * cruising
    way = travelled(speed)

    path, first = _path(kind, float(way[-1]), stage)
    reach = min(stage.reach_m, STAGE_X_M)
    if _can_turn(kind) or way[-1] <= 2 * reach + 1e-6:
        x, z, path_heading = path.at(way + first)
    else:
        x = path.x + path.way * shuttle(way - reach * np.pi / 2, reach)
        z, path_heading = np.full(len(time), path.z - path.radius_m), np.full(len(time), 0.0 if path.way > 0 else np.pi)
    pose.position[:, 0], pose.position[:, 2] = x, z

    pose.gait[:] = level
    pose.phase[:] = rng.uniform(0, 2 * np.pi) + 2 * np.pi * travelled(stride_rate(kind, level, cruising))
    pose.heading[:] = _heading(kind, parts, pose, path_heading, rng)
    pose.wheel[:] = way / (kind.wheel_radius_m or np.inf)
    _rise(pose, kind, parts, cruising, stage)


def leg_speed(gait: Gait, level: Track) -> Track:
    """Metres per second at a gait level: 0 stands, 1 walks, 2 runs."""
    return stride(gait, level) * leg_rate(gait, level)


def stride(gait: Gait, level: Track) -> Track:
    """Metres per whole stride; below a walk the steps get as short as the swing of the legs that is drawn."""
    return gait.walk_stride_m * np.minimum(level, 1.0) + (gait.run_stride_m - gait.walk_stride_m) * np.clip(
        level - 1, 0, 1
    )


def leg_rate(gait: Gait, level: Track) -> Track:
    """Whole strides per second at a gait level."""
    running = (gait.run_rate_hz - gait.walk_rate_hz) * np.clip(level - 1, 0, 1)
    return gait.walk_rate_hz * np.clip(level / 0.2, 0, 1) + running


def level_for_speed(gait: Gait, speed: Track) -> Track:
    """The gait level that has this speed; standing for what has no legs."""
    levels = np.linspace(0, 2 if gait.run_rate_hz else 1, 201)
    return np.interp(np.abs(speed), leg_speed(gait, levels), levels) if gait.walk_rate_hz else np.zeros(len(speed))


def stride_rate(kind: Kind, level: Track, cruising: Track) -> Track:
    """Cycles of `phase` per second: strides on the ground, strokes of fins or wings elsewhere (small: quick)."""
    size = max(kind.length_m, kind.height_m)
    stroke = float(np.clip(1.1 / np.sqrt(size), 0.6, 2.6)) * (1.6 if kind.medium == "air" else 1.0)
    hovering = 1.0 if kind.medium in ("air", "underwater") and kind.gait.walk_rate_hz == 0 else 0.0
    return leg_rate(kind.gait, level) + stroke * np.maximum(cruising, 0.7 * hovering)


def cruise_speed(kind: Kind, parts: tuple[Span, ...], time: Track, reach_m: float) -> float:
    """Metres per second of what swims, flies, drives or sails; slow enough to stay in the picture for a short clip."""
    cruise = kind.gait.cruise_m_s or leg_speed(kind.gait, np.ones(1))[0] * 0.7 or 0.5
    if all(span.name != "float" for span in parts):
        busy_s = min(8.0, max(1.0, float(doing(time, parts, CRUISES).sum()) * (time[1] - time[0])))
        return float(min(cruise, 2 * min(reach_m, STAGE_X_M) / busy_s)) if not _can_turn(kind) else float(cruise)
    return float(min(cruise, 0.3))


def _can_turn(kind: Kind) -> bool:
    """Whether it can go round in its lane: not what runs on rails, and not what is as long as a car."""
    return kind.medium != "rails" and not (kind.medium in ("road", "water") and kind.length_m > 1.2)


def _path(kind: Kind, distance_m: float, stage: Stage) -> tuple[Path, float]:
    return path_for(
        stage.spot,
        distance_m=distance_m,
        reach_m=stage.reach_m,
        length_m=kind.length_m,
        in_line=stage.in_line,
        can_turn=_can_turn(kind),
        way=stage.way,
    )


def _heading(kind: Kind, parts: tuple[Span, ...], pose: Pose, path_heading: Track, rng: np.random.Generator) -> Track:
    """Along the path while it moves; turned to the camera (at negative z) while it stays, if it can turn so."""
    if kind.gait.walk_rate_hz == 0:
        return path_heading
    moving = doing(pose.time, parts, (*LEGS, *CRUISES))
    early = smooth(moving, 2 * TURNING_S)
    along = smooth(np.where(early > 0.01, 1.0, 0.0), 0.5)
    facing = -np.pi / 2 + rng.choice((-1, 1)) * rng.uniform(0.15, 1.0)
    nearest = facing + 2 * np.pi * np.round((path_heading - facing) / (2 * np.pi))
    return np.asarray(nearest + (path_heading - nearest) * along)


def _rise(pose: Pose, kind: Kind, parts: tuple[Span, ...], cruising: Track, stage: Stage) -> None:
    """How high it is, and how it pitches and rolls up there."""
    time, rng = pose.time, stage.rng
    size = max(kind.length_m, kind.height_m)
    swims = smooth(doing(time, parts, ("swim",)), 1.0)
    pose.swim[:] = swims
    aloft = smooth(doing(time, parts, ("fly", "float")), 1.4)
    if kind.medium == "air":
        hover = 0.35 + 0.35 * size + 0.25 * min(1.0, size) * (waver(time, rng, 5.0) + 0.6)
        pose.position[:, 1] = hover * (1.0 if kind.gait.walk_rate_hz == 0 else aloft)
        pose.fly[:] = np.where(kind.gait.walk_rate_hz == 0, 1.0, aloft)
        turn_rate = np.gradient(smooth(pose.heading, 0.3), time)
        pose.roll[:] = np.clip(smooth(0.2 * turn_rate, 0.3), -0.45, 0.45)
    elif stage.place.underwater:
        afloat = np.maximum(swims, 1.0 if kind.gait.walk_rate_hz == 0 else smooth(doing(time, parts, ("float",)), 1.4))
        pose.position[:, 1] = afloat * (0.5 + 0.25 * size + 0.25 * (waver(time, rng, 6.0) + 0.5))
    elif stage.place.ground is Ground.WATER and kind.medium == "ground":
        pose.position[:, 1] = -AFLOAT * kind.height_m + 0.05 * np.sin(2 * np.pi * time / 2.6 + rng.uniform(0, 6))
    elif kind.medium == "water":
        pose.position[:, 1] = 0.03 * size * np.sin(2 * np.pi * time / 2.3 + rng.uniform(0, 6)) * min(1.0, 1.5 / size)
        pose.pitch[:] = 0.06 * np.sin(2 * np.pi * time / 2.9 + rng.uniform(0, 6))
        pose.roll[:] = 0.09 * waver(time, rng, 3.6)
    elif np.any(aloft):
        pose.position[:, 1] = aloft * (0.5 + 0.35 * (waver(time, rng, 5.0) + 0.6))
        pose.fly[:] = aloft
        pose.roll[:] = 0.2 * aloft * waver(time, rng, 6.0)
        pose.pitch[:] = 0.15 * aloft * waver(time, rng, 6.0)
        return
    if kind.medium in ("air", "underwater"):
        climb = np.gradient(smooth(pose.position[:, 1], 0.3), time)
        along = np.hypot(*np.gradient(pose.position[:, [0, 2]], time, axis=0).T)
        pose.pitch[:] = np.clip(np.arctan2(climb, np.maximum(along, 1.0)), -0.5, 0.5)

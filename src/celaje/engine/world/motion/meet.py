"""Two subjects and their ways: one follows the other, or both run into each other and are thrown back.

It does not know why. The follower steps where the other went, a body's length behind.
"""

import numpy as np

from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.motion.bounce import is_round
from celaje.engine.world.motion.heard import knock_sound
from celaje.engine.world.motion.moving import level_for_speed, stride, stride_rate
from celaje.engine.world.motion.timeline import Span, doing, smooth, travelled
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.scene import Event

MEET_AFTER_S = 1.6  # at least so long into the clip they touch
APPROACH_M = 2.6
REBOUND = 0.55
REBOUND_S = 0.7


def follow(pose: Pose, kind: Kind, leader: Pose, leader_kind: Kind, rng: np.random.Generator) -> None:
    """Go where `leader` goes, behind it: the same trace on the ground, so that nobody walks through anybody."""
    gap = (kind.length_m + leader_kind.length_m) / 2 + 0.5
    steps = np.hypot(np.diff(leader.position[:, 0]), np.diff(leader.position[:, 2]))
    done = np.concatenate([[0.0], np.cumsum(steps)])
    first = leader.heading[0]
    before = leader.position[0] - (gap + 1.0) * np.array([np.cos(first), 0.0, np.sin(first)])
    trace = np.concatenate([[-(gap + 1.0)], done + 1e-9 * np.arange(len(done))])
    lag = smooth(done - gap, 0.5)
    for axis in (0, 2):
        pose.position[:, axis] = np.interp(
            lag, trace, np.concatenate([before[axis : axis + 1], leader.position[:, axis]])
        )
    heading = np.interp(lag, trace, np.concatenate([[first], leader.heading]))
    pose.heading[:] = smooth(heading, 0.3)
    speed = np.gradient(lag, pose.time)
    legs = level_for_speed(kind.gait, speed)
    pose.gait[:] = legs
    if kind.gait.walk_rate_hz:
        rate = speed / np.maximum(stride(kind.gait, legs), 0.05)
        pose.phase[:] = rng.uniform(0, 2 * np.pi) + 2 * np.pi * travelled(rate)
    else:
        pose.phase[:] = 2 * np.pi * travelled(stride_rate(kind, legs, np.ones(len(legs))))
        if kind.medium in ("air", "underwater", "water"):
            pose.position[:, 1] = smooth(leader.position[:, 1], 1.0)
            pose.swim[:], pose.fly[:] = leader.swim, leader.fly
    pose.wheel[:] = lag / (kind.wheel_radius_m or np.inf)


def collide(
    poses: tuple[Pose, Pose], kinds: tuple[Kind, Kind], subject: int, span: Span, *, z_m: float, surface: str
) -> list[Event]:
    """Let two come at each other along x, touch at one moment, and be thrown back the more the lighter they are."""
    time = poses[0].time
    masses = [kind.height_m * kind.length_m**2 for kind in kinds]
    hit_s = min(span.start_s + MEET_AFTER_S, (span.start_s + 2 * span.end_s) / 3)
    speed = min(1.6, APPROACH_M / max(hit_s - span.start_s, 0.3))
    reach = [kind.length_m / 2 * (0.9 if not is_round(kind) else 1.0) for kind in kinds]
    for index, side in enumerate((-1.0, 1.0)):
        share = masses[1 - index] / (masses[0] + masses[1])
        away = _distance(time, span.start_s, hit_s, speed, 2 * speed * share * REBOUND)
        pose, kind = poses[index], kinds[index]
        pose.position[:, 0] = side * (reach[index] + away)
        pose.position[:, 2] = z_m
        pose.heading[:] = 0.0 if side < 0 or is_round(kind) else np.pi
        forward = side if is_round(kind) else -1.0
        radius = kind.wheel_radius_m or (kind.height_m / 2 if is_round(kind) else np.inf)
        pose.wheel[:] = forward * (away - away[0]) / radius
        pose.squash[:] = 0.7 * np.exp(-(((time - hit_s) / 0.05) ** 2)) * (1.0 if is_round(kind) else 0.2)
        if kind.gait.walk_rate_hz:
            legs = level_for_speed(kind.gait, np.gradient(away, time))
            pose.gait[:] = legs
            signed = -np.gradient(away, time) / np.maximum(stride(kind.gait, legs), 0.05)
            pose.phase[:] = 2 * np.pi * travelled(signed)
        elif not is_round(kind):
            pose.pitch[:] = -0.12 * np.exp(-np.maximum(time - hit_s, 0) / 0.25) * (time >= hit_s)
    hard = max(kinds, key=lambda kind: (not is_round(kind), kind.length_m))
    sound, detail = knock_sound(hard, surface)
    place = (0.0, min(kind.height_m for kind in kinds) / 2, z_m)
    return [Event(time_s=hit_s, sound=sound, strength=1.0, position=place, subject=subject, surface=detail)]


def _distance(time: Track, start_s: float, hit_s: float, speed: float, rebound: float) -> Track:
    """How far the body's front is from the point of contact: it sets off softly, hits at `speed`, and slides out."""
    soft = 0.4  # share of the approach in which it picks up speed
    length_s = max(hit_s - start_s, 0.1)
    share = np.clip((time - start_s) / length_s, 0, 1)
    left = 1 - soft / 2 - np.where(share < soft, share**2 / (2 * soft), share - soft / 2)
    after = rebound * REBOUND_S * (1 - np.exp(-np.maximum(time - hit_s, 0) / REBOUND_S))
    return np.where(time < hit_s, speed * length_s * left, after)


def contact_spans(parts: tuple[Span, ...]) -> Span | None:
    """The first collision among the actions, if there is one."""
    return next((span for span in parts if span.name == "collide"), None)


def following(time: Track, parts: tuple[Span, ...]) -> int | None:
    """Whom this subject follows for most of the shot, if anybody."""
    spans = [span for span in parts if span.name == "follow" and span.target is not None]
    if not spans or doing(time, tuple(spans), ("follow",)).mean() < 0.3:
        return None
    return spans[0].target

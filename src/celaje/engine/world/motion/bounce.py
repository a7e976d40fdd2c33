"""Things without will: they bounce, roll, fall and lie still by gravity and friction. Writes a pose and its events.

It does not know why something was thrown. All motion is in closed form between contacts, so it is exact at any rate.
"""

from dataclasses import dataclass, replace

import numpy as np

from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.motion.gesture import GRAVITY_M_S2
from celaje.engine.world.motion.heard import knock_sound
from celaje.engine.world.motion.stage import STAGE_X_M, Spot
from celaje.engine.world.motion.timeline import Span, smooth, travelled
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.scene import Event

RESTITUTION = 0.8  # share of the speed that a bounce gives back
BOX_RESTITUTION = 0.28
REST_M_S = 0.45  # slower than this it stays on the ground and rolls
ROLL_DECAY_S = 3.0
SQUASH_S = 0.035
FALL_FROM_M = 2.2
AGAIN_S = 1.2  # rests so long before it is tossed again


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One flight: leaves the ground (or a height) at `start_s`, touches down at `end_s` with `impact_m_s`."""

    start_s: float
    end_s: float
    height_m: float
    rise_m_s: float
    impact_m_s: float


def is_round(kind: Kind) -> bool:
    """Whether it rolls: it is said to."""
    return "roll" in kind.actions or "bounce" in kind.actions


def tumble(
    pose: Pose,
    kind: Kind,
    parts: tuple[Span, ...],
    subject: int,
    *,
    spot: Spot,
    reach_m: float,
    surface: str,
    rng: np.random.Generator,
) -> list[Event]:
    """Write how a thing without will moves during `parts` (bounce, roll, fall; anything else lies still)."""
    time = pose.time
    way = 1.0 if spot.x < 0 else -1.0
    speed = np.zeros(len(time))
    events: list[Event] = []
    for span in parts:
        during = (time >= span.start_s - 1e-9) & (time <= span.end_s + 1e-9)
        if span.name == "roll":
            first = float(rng.uniform(1.1, 1.7))
            since = np.mod(time - span.start_s, 3 * ROLL_DECAY_S)
            speed[during] = (first * np.exp(-since / ROLL_DECAY_S))[during]
        elif span.name == "bounce":
            hops = _bounces(span, RESTITUTION, float(rng.uniform(1.1, 1.7)), rng)
            events += _fly(pose, kind, hops, span, subject)
            drift = float(rng.uniform(0.3, 0.6))
            speed[during] = _drift_speed(time, hops, drift)[during]
        elif span.name == "fall":
            drop = Span(name="fall", start_s=span.start_s + 0.15, end_s=span.end_s, target=None)
            bounce = RESTITUTION * 0.85 if is_round(kind) else BOX_RESTITUTION
            hops = _bounces(drop, bounce, FALL_FROM_M, None)
            pose.position[:, 1] = np.where(time < drop.start_s, FALL_FROM_M, pose.position[:, 1]) * 1.0
            events += _fly(pose, kind, hops, drop, subject)
            speed[during] = _drift_speed(time, hops, 0.25 if is_round(kind) else 0.0)[during]
            if not is_round(kind):
                _rock(pose, hops)
    reach = min(reach_m, STAGE_X_M)
    start = spot.x if abs(spot.x) > 0.2 else -way * 0.6 * reach
    along = travelled(smooth(speed, 0.08))
    pose.position[:, 0] = _between_walls(start, way, along, reach)
    pose.position[:, 2] = spot.z
    pose.heading[:] = 0.0
    if is_round(kind):
        pose.wheel[:] = (pose.position[:, 0] - start) / (kind.wheel_radius_m or kind.height_m / 2)
    sound, detail = knock_sound(kind, surface)
    return [replace(_placed(event, pose), sound=sound, surface=detail) for event in events]


def _bounces(span: Span, restitution: float, height_m: float, rng: np.random.Generator | None) -> list[Hop]:
    """Flights from a drop out of `height_m` until it rests; then, if there is time, it is tossed up again."""
    start = span.start_s if rng is None else span.start_s - float(rng.uniform(0.0, 0.25))
    hops, drop_m_s = [], float(np.sqrt(2 * GRAVITY_M_S2 * height_m))
    hops.append(
        Hop(start_s=start, end_s=start + drop_m_s / GRAVITY_M_S2, height_m=height_m, rise_m_s=0.0, impact_m_s=drop_m_s)
    )
    while hops[-1].end_s < span.end_s:
        rise = hops[-1].impact_m_s * restitution
        begin = hops[-1].end_s
        if rise < REST_M_S:
            begin += AGAIN_S
            rise = drop_m_s * 0.9
            if rng is None or begin + 1.0 > span.end_s:
                break
        hops.append(
            Hop(start_s=begin, end_s=begin + 2 * rise / GRAVITY_M_S2, height_m=0.0, rise_m_s=rise, impact_m_s=rise)
        )
    return hops


def _fly(pose: Pose, kind: Kind, hops: list[Hop], span: Span, subject: int) -> list[Event]:
    """Write height and squash of the flights; an event for each touch-down."""
    time, events = pose.time, []
    strongest = max(hop.impact_m_s for hop in hops)
    for hop in hops:
        since = time - hop.start_s
        height = hop.height_m + hop.rise_m_s * since - GRAVITY_M_S2 / 2 * since**2
        inside = (time >= max(hop.start_s, span.start_s)) & (time <= min(hop.end_s, span.end_s))
        pose.position[inside, 1] = np.maximum(height[inside], 0.0)
        if span.start_s <= hop.end_s <= span.end_s:
            force = hop.impact_m_s / strongest
            flat = force * np.exp(-(((time - hop.end_s) / SQUASH_S) ** 2))
            pose.squash[:] = np.maximum(pose.squash, flat if is_round(kind) else 0.3 * flat)
            events.append(Event(time_s=hop.end_s, sound="", strength=max(0.15, force), subject=subject))
    return events


def _drift_speed(time: Track, hops: list[Hop], first_m_s: float) -> Track:
    """Speed along the ground: each touch-down takes a little; at rest it rolls out."""
    speed = np.full(len(time), first_m_s)
    for hop in hops:
        speed[time >= hop.end_s] *= 0.96
    flying = np.zeros(len(time), bool)
    for hop in hops:
        flying |= (time >= hop.start_s) & (time <= hop.end_s)
    lying = np.where(flying, 0.0, 1.0)
    return np.asarray(speed * np.exp(-travelled(lying) / 1.0))


def _between_walls(start: float, way: float, along: Track, reach: float) -> Track:
    """x after `along` metres when it comes back at -`reach` and `reach`."""
    lap = 4 * reach
    place = np.mod(start * way + along + reach, lap)
    x = np.where(place < 2 * reach, place - reach, 3 * reach - place)
    return np.asarray(x * way)


def _rock(pose: Pose, hops: list[Hop]) -> None:
    """A box turns a little in the air and comes to lie flat after its last impact."""
    impact, still = hops[0].end_s, hops[-1].end_s
    air = np.clip((impact - pose.time) / 0.8, 0, 1)
    settle = np.clip((pose.time - impact) / max(still - impact, 0.05), 0, 1)
    pose.roll[:] += 0.3 * air + 0.12 * np.sin(np.pi * settle) * (settle < 1)
    pose.heading[:] += 0.5 * air


def _placed(event: Event, pose: Pose) -> Event:
    x, z = (float(np.interp(event.time_s, pose.time, pose.position[:, axis])) for axis in (0, 2))
    return replace(event, position=(x, 0.0, z))

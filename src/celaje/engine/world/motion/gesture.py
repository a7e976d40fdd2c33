"""What a body does besides getting about: jump, dance, wave, turn, sit, talk, call, topple; and what is heard of it.

It adds to a pose that already has its way. It does not know places beyond the surface under the feet.
"""

import numpy as np

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.motion.heard import landing_sound, step_sound, voice_sound
from celaje.engine.world.motion.timeline import TICKS_PER_SECOND, Span, crossings, doing, smooth, travelled, waver
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.scene import MOUTH_RATE, Event, Line
from celaje.engine.world.sounds.mix import event_generator
from celaje.engine.world.sounds.talk import talk_envelope

GRAVITY_M_S2 = 9.8
CROUCH_S, LAND_S, PAUSE_S = 0.32, 0.28, 0.35
TURN_S = 3.2  # one whole turn on the spot


def gesture(
    pose: Pose, kind: Kind, parts: tuple[Span, ...], subject: int, surface: str, rng: np.random.Generator
) -> list[Event]:
    """Write the gestures of `parts` into `pose` and return what is heard of them on this surface."""
    time = pose.time
    pose.wave[:] = smooth(doing(time, parts, ("wave",)), 0.5)
    pose.dance[:] = smooth(doing(time, parts, ("dance",)), 0.5)
    pose.sit[:] = smooth(doing(time, parts, ("sit",)), 0.8)
    turning = smooth(doing(time, parts, ("turn",)), 0.6)
    pose.heading[:] += rng.choice((-1, 1)) * 2 * np.pi / TURN_S * travelled(turning)
    pose.heading[:] += 0.35 * pose.dance * np.sin(np.pi * pose.beat / 4 + rng.uniform(0, 6))
    events: list[Event] = []
    if kind.gait.walk_rate_hz:
        pose.look_at[:] = 0.3 * waver(time, rng, 6.0) * (1 - 0.5 * np.clip(pose.gait, 0, 1))
    for span in parts:
        if span.name == "jump":
            events += _jump(pose, kind, span, subject, surface)
        elif span.name == "fall" and kind.gait.walk_rate_hz:
            events += _topple(pose, kind, span, subject, surface)
        elif span.line is not None and span.line.mouth:
            _say(pose, span.line)
        elif span.name in ("talk", "call") and kind.voice:
            events += _speak(pose, kind, span, subject, rng)
    return events


def steps(pose: Pose, kind: Kind, subject: int, surface: str) -> list[Event]:
    """A footfall each time a foot touches down, at equal shares of a stride; none in the air or afloat."""
    feet = kind.gait.feet
    if not (feet and kind.step and kind.gait.walk_rate_hz):
        return []
    sound, detail = step_sound(kind, surface)
    events = []
    for at_s in crossings(pose.phase, pose.time, 2 * np.pi / feet):
        gait, height, swim = (
            float(np.interp(at_s, pose.time, track)) for track in (pose.gait, pose.position[:, 1], pose.swim)
        )
        if gait > 0.25 and height < 0.15 and swim < 0.3:
            events.append(_event(pose, at_s, sound, min(1.0, 0.3 + 0.3 * gait), subject, detail))
    return events


def _jump(pose: Pose, kind: Kind, span: Span, subject: int, surface: str) -> list[Event]:
    """Crouch, fly the parabola of a stone, land and give: again and again while it lasts."""
    leave_m_s = float(np.clip(2.2 + 0.5 * kind.height_m, 2.3, 3.1)) if kind.length_m < 2.5 else 2.0
    flight_s = 2 * leave_m_s / GRAVITY_M_S2
    sound, detail = landing_sound(kind, surface)
    events, start = [], span.start_s
    while start + CROUCH_S + flight_s + LAND_S <= span.end_s + 1e-6:
        since = pose.time - start
        air = since - CROUCH_S
        height = np.where((air > 0) & (air < flight_s), leave_m_s * air - GRAVITY_M_S2 / 2 * air**2, 0.0)
        pose.position[:, 1] += height
        down = np.where((since > 0) & (air <= 0), np.sin(np.pi / 2 * since / CROUCH_S) ** 2, 0.0)
        release = np.clip(air / 0.1, 0, 1)
        give = np.clip((air - flight_s) / LAND_S, 0, 1)
        pose.crouch[:] = np.maximum(
            pose.crouch, np.where(air <= 0, down, np.where(since < CROUCH_S + 0.1, 1 - release, 0.0))
        )
        pose.crouch[:] = np.maximum(pose.crouch, 0.8 * np.sin(np.pi * give**0.6))
        events.append(_event(pose, start + CROUCH_S + flight_s, sound, 0.9, subject, detail))
        start += CROUCH_S + flight_s + LAND_S + PAUSE_S
    return events


def _topple(pose: Pose, kind: Kind, span: Span, subject: int, surface: str) -> list[Event]:
    """Tip over sideways like a felled tree and stay lying."""
    start_s, length_s = span.start_s + 0.3, 0.6
    tip = np.clip((pose.time - start_s) / length_s, 0, 1) ** 2
    pose.roll[:] += np.pi / 2 * 0.95 * tip
    pose.position[:, 1] += 0.18 * kind.height_m * 0.5 * tip
    sound, detail = landing_sound(kind, surface)
    landing = _event(pose, start_s + length_s, sound, 0.8, subject, detail)
    return [landing] if landing.time_s < span.end_s else []


def _speak(pose: Pose, kind: Kind, span: Span, subject: int, rng: np.random.Generator) -> list[Event]:
    """Sentences of syllables, or single calls, with pauses: the mouth is open as long as there is voice."""
    talk = span.name == "talk"
    sound, detail = voice_sound(kind)
    events, start = [], span.start_s + float(rng.uniform(0.05, 0.4))
    while start + 0.4 < span.end_s:
        length = float(rng.uniform(1.2, 2.4) if talk else rng.uniform(0.55, 0.95))
        length = min(length, span.end_s - start)
        events.append(_event(pose, start, sound, 0.8, subject, detail, length_s=length))
        pose.mouth[:] = np.maximum(pose.mouth, mouth_open(pose.time, events[-1]))
        start += length + float(rng.uniform(0.3, 0.6) if talk else rng.uniform(0.7, 1.3))
    return events


def _say(pose: Pose, line: Line) -> None:
    """Words that have a voice: the mouth follows it, and nothing else is heard of them here."""
    since_s = pose.time - line.start_s
    opening = np.interp(since_s, np.arange(len(line.mouth)) / MOUTH_RATE, line.mouth, left=0.0, right=0.0)
    pose.mouth[:] = np.maximum(pose.mouth, opening)


def mouth_open(time: Track, event: Event) -> Track:
    """How far a mouth is open for a voice: the syllables that are heard of talk, one arc for a call."""
    since_s = time - event.time_s
    share = np.clip(since_s / event.length_s, 0, 1)
    if event.sound != "talk":
        return np.maximum(np.sin(np.pi * share), 0.0) ** 0.5
    opening = talk_envelope(event_generator(event), event.length_s)
    heard = np.interp(since_s, np.arange(len(opening)) / FRAMES_PER_SECOND, opening)
    return np.where((since_s >= 0) & (since_s <= event.length_s), heard, 0.0)


def _event(
    pose: Pose, at_s: float, sound: str, strength: float, subject: int, detail: str, length_s: float = 0.0
) -> Event:
    tick = min(len(pose.time) - 1, max(0, round((at_s - pose.time[0]) * TICKS_PER_SECOND)))
    x, y, z = (float(axis) for axis in pose.position[tick])
    return Event(
        time_s=float(at_s), sound=sound, strength=strength, position=(x, y, z), subject=subject, surface=detail,
        length_s=length_s,
    )  # fmt: skip

"""From a scene to what its subjects do: a pose at 120 ticks a second and the events, for every subject of every shot.

All randomness comes from the scene's seed. It does not know bodies beyond their size and gait, nor pixels or samples.
"""

from dataclasses import dataclass, replace

import numpy as np

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.motion.bounce import tumble
from celaje.engine.world.motion.gesture import gesture, steps
from celaje.engine.world.motion.meet import collide, contact_spans, follow, following
from celaje.engine.world.motion.moving import Stage, move
from celaje.engine.world.motion.stage import STAGE_X_M, Spot, spots
from celaje.engine.world.motion.thunder import storm_events
from celaje.engine.world.motion.timeline import Span, blank, pose_at, spans, ticks
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Place
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.scene import Event, Scene, Shot

WATER_BEYOND_SHORE_M = 2.2  # boats keep so far from the waves' edge


@dataclass(frozen=True, kw_only=True)
class Performance:
    """What one subject does in one shot. `ticks` holds its pose at 120 Hz; ask `at` for the pose at any times."""

    subject: int
    kind: Kind
    ticks: Pose

    def at(self, times: Track) -> Pose:
        """The pose at `times`, seconds of the clip inside the shot."""
        return pose_at(self.ticks, times)


@dataclass(frozen=True, kw_only=True)
class Play:
    """Everything that happens in one shot: a performance for each of its subjects, in order, and all events by time."""

    shot: Shot
    performances: tuple[Performance, ...]
    events: tuple[Event, ...]


def perform(scene: Scene) -> tuple[Play, ...]:
    """The plays of the scene's shots."""
    return tuple(_play(scene, index) for index in range(len(scene.shots)))


def _play(scene: Scene, index: int) -> Play:
    shot = scene.shots[index]
    place = PLACES[shot.place]
    kinds = [KINDS[scene.subjects[subject].kind] for subject in shot.subjects]
    time = ticks(shot.start_s, max(shot.end_s, shot.start_s + 1 / FRAMES_PER_SECOND))
    parts = [spans(scene.subjects[subject].actions, shot.start_s, shot.end_s) for subject in shot.subjects]
    poses = [blank(time) for _ in kinds]
    where = spots(tuple(_room(kind) for kind in kinds), np.random.default_rng((scene.seed, index, 5)))
    where = tuple(_on_medium(spot, kind, place) for spot, kind in zip(where, kinds, strict=True))
    events = storm_events(shot, scene.seed)
    met: set[int] = set()
    leaders: dict[int, int] = {}
    for number, subject in enumerate(shot.subjects):
        rng = np.random.default_rng((scene.seed, index, subject, 6))
        pose, kind, part = poses[number], kinds[number], parts[number]
        contact, leader = contact_spans(part), following(time, part)
        if number in met:
            continue
        if contact is not None and contact.target in shot.subjects:
            other = shot.subjects.index(contact.target)
            met |= {number, other}
            pair = (pose, poses[other]), (kind, kinds[other])
            events += collide(*pair, subject, contact, z_m=where[number].z, surface=place.surface)
        elif leader is not None and leader in shot.subjects:
            leaders[number] = shot.subjects.index(leader)
        elif _passive(kind):
            reach_m = _reach(shot, kind)
            events += tumble(
                pose, kind, part, subject, spot=where[number], reach_m=reach_m, surface=place.surface, rng=rng
            )
        else:
            stage = Stage(spot=where[number], reach_m=_reach(shot, kind), underwater=place.underwater, rng=rng)
            move(pose, kind, part, stage)
    for number, leader in leaders.items():
        rng = np.random.default_rng((scene.seed, index, shot.subjects[number], 7))
        follow(poses[number], kinds[number], poses[leader], kinds[leader], rng)
    for number, subject in enumerate(shot.subjects):
        rng = np.random.default_rng((scene.seed, index, subject, 8))
        if number not in met and not _passive(kinds[number]):
            events += gesture(poses[number], kinds[number], parts[number], subject, place.surface, rng)
        events += steps(poses[number], kinds[number], subject, place.surface)
    performances = (
        Performance(subject=subject, kind=kind, ticks=pose)
        for subject, kind, pose in zip(shot.subjects, kinds, poses, strict=True)
    )
    inside = (event for event in events if shot.start_s <= event.time_s < shot.end_s)
    return Play(
        shot=shot, performances=tuple(performances), events=tuple(sorted(inside, key=lambda event: event.time_s))
    )


def _passive(kind: Kind) -> bool:
    """Whether it has no will: no legs, no cruise."""
    return kind.gait.walk_rate_hz == 0 and kind.gait.cruise_m_s == 0


def _room(kind: Kind) -> float:
    """How long a body is for keeping distance, in metres."""
    return max(kind.length_m, 0.5 * kind.height_m)


def _reach(shot: Shot, kind: Kind) -> float:
    """How far from the middle a subject may go: the whole stage when the camera goes with it, else what is in view."""
    if shot.camera == "tracking":
        return STAGE_X_M
    return min(STAGE_X_M, 1.2 + 0.7 * kind.length_m + 0.35 * kind.height_m)


def _on_medium(spot: Spot, kind: Kind, place: Place) -> Spot:
    """Boats at a shore lie beyond the waves' edge; trains keep to the middle, where their rails are."""
    if kind.medium == "water" and "shore_z" in place.options:
        return replace(spot, z=max(spot.z, place.options["shore_z"] + WATER_BEYOND_SHORE_M))
    return replace(spot, z=0.6, x=0.0) if kind.medium == "rails" else spot

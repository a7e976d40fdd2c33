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
from celaje.engine.world.motion.happening import place_events
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
    events = storm_events(shot, scene.seed) + place_events(shot, place, scene.seed)
    met: set[int] = set()
    leaders: dict[int, int] = {}
    in_step = _in_step(scene, shot)
    way = int(np.random.default_rng((scene.seed, index, 4)).choice((-1, 1)))
    for number, subject in enumerate(shot.subjects):
        rng = np.random.default_rng((scene.seed, index, subject, 6))
        pose, kind, part = poses[number], kinds[number], parts[number]
        contact, leader = contact_spans(part), following(time, part)
        if number in met:
            continue
        reach_m = _reach(shot, kind, in_step=in_step, crowd_m=sum(map(_room, kinds)) - _room(kind))
        if shot.camera == "still" and len(kinds) == 1:
            reach_m = min(reach_m, _big_within(kind, part, scene.size.ratio))
        if contact is not None and contact.target in shot.subjects:
            other = shot.subjects.index(contact.target)
            met |= {number, other}
            pair = (pose, poses[other]), (kind, kinds[other])
            events += collide(*pair, subject, contact, z_m=where[number].z, surface=place.surface)
        elif leader is not None and leader in shot.subjects:
            leaders[number] = shot.subjects.index(leader)
        elif _passive(kind):
            events += tumble(
                pose, kind, part, subject, spot=where[number], reach_m=reach_m, surface=place.surface, rng=rng
            )
        else:
            in_line = in_step and len(kinds) > 1
            stage = Stage(spot=where[number], reach_m=reach_m, in_line=in_line, way=way, place=place, rng=rng)
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


def _in_step(scene: Scene, shot: Shot) -> bool:
    """Whether all subjects of the shot go the same way: one alone, a group doing the same, one behind the other."""
    subjects = [scene.subjects[index] for index in shot.subjects]
    doings = {(subject.kind, subject.actions) for subject in subjects if subject.actions[0].name != "follow"}
    return len(doings) <= 1


def _reach(shot: Shot, kind: Kind, *, in_step: bool, crowd_m: float) -> float:
    """How far from the middle a subject may go: the whole stage where the camera goes with it, else what is in view.

    A camera goes with one subject, or with several that move alike (`in_step`); one that pans stays where it is. The
    others of a group, `crowd_m` long in all, need room too.
    """
    in_view = 0.7 + 0.6 * kind.length_m + 0.3 * kind.height_m
    if shot.camera == "still" or not in_step:
        return min(STAGE_X_M, in_view)
    return float(np.clip(2.2 * in_view if shot.camera == "pan" else STAGE_X_M - 1.3 * crowd_m, 2.0, STAGE_X_M))


def _big_within(kind: Kind, parts: tuple[Span, ...], ratio: float) -> float:
    """How far from the middle one subject may go so that a resting camera sees it nearly half as tall or as long as the
    picture, whose width is `ratio` heights. Who runs turns less often.
    """
    near = max(ratio * kind.height_m - kind.length_m / 2, 0.55 * kind.length_m, 0.35)
    return near * (1.3 if any(span.name == "run" for span in parts) else 1.0)


def _on_medium(spot: Spot, kind: Kind, place: Place) -> Spot:
    """Boats at a shore lie beyond the waves' edge; trains keep to the middle, where their rails are."""
    if kind.medium == "water" and "shore_z" in place.options:
        return replace(spot, z=max(spot.z, place.options["shore_z"] + WATER_BEYOND_SHORE_M))
    return replace(spot, z=0.6, x=0.0) if kind.medium == "rails" else spot

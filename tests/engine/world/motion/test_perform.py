"""What holds of every motion: feet do not slide, balls obey gravity, nobody leaves or walks through another."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import Size
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.motion import Play, perform
from celaje.engine.world.sample import sample
from celaje.engine.world.scene import Action, Scene, Shot, Subject

SECONDS = 6.0


def play(*subjects: tuple[str, str], place: str = "countryside", camera: str = "still", weather: str = "clear") -> Play:
    """The play of one shot in which everybody does one thing; who follows or collides means the other one."""
    cast = tuple(
        Subject(
            kind=kind,
            look={slot: next(iter(values)) for slot, values in KINDS[kind].looks.items()},
            actions=(
                Action(
                    name=name,
                    start_s=0.0,
                    end_s=SECONDS,
                    target=1 - index if name in ("follow", "collide") else None,
                ),
            ),
        )
        for index, (kind, name) in enumerate(subjects)
    )
    shot = Shot(
        start_s=0.0,
        end_s=SECONDS,
        place=place,
        time="day",
        weather=weather,
        camera=camera,
        subjects=tuple(range(len(cast))),
    )
    scene = Scene(seed=3, size=Size(64, 64), num_frames=72, style="natural", subjects=cast, shots=(shot,))
    return perform(scene)[0]


@given(st.integers(0, 10**6), st.sampled_from([13, 64, 200]))
@settings(max_examples=60, deadline=None)
def test_every_scene_can_be_played(seed: int, num_frames: int) -> None:
    scene = sample(seed, num_frames=num_frames)
    for each in perform(scene):
        assert [actor.subject for actor in each.performances] == list(each.shot.subjects)
        assert list(each.events) == sorted(each.events, key=lambda event: event.time_s)
        assert all(each.shot.start_s <= event.time_s < each.shot.end_s for event in each.events)
        for actor in each.performances:
            assert all(np.isfinite(track).all() for track in vars(actor.ticks).values())
            x, y, z = actor.ticks.position.T
            assert np.abs(x).max() < 11
            assert y.min() > -1
            assert np.abs(z).max() < 6.5
            ground_speed = np.hypot(np.diff(x), np.diff(z)) * 120
            assert ground_speed.max(initial=0) < 8


@pytest.mark.parametrize(("kind", "action"), [("woman", "walk"), ("child", "run"), ("cat", "walk"), ("dog", "run")])
def test_one_stride_of_phase_is_one_stride_of_way(kind: str, action: str) -> None:
    each = play((kind, action), camera="tracking")
    pose, gait = each.performances[0].ticks, KINDS[kind].gait
    way = np.hypot(np.diff(pose.position[:, 0]), np.diff(pose.position[:, 2])).sum()
    strides = (pose.phase[-1] - pose.phase[0]) / (2 * np.pi)
    stride_m = gait.walk_stride_m if action == "walk" else gait.run_stride_m
    assert way == pytest.approx(strides * stride_m, rel=0.01)
    assert len([event for event in each.events if event.subject == 0]) == pytest.approx(strides * gait.feet, abs=1)


def test_the_body_looks_where_it_goes() -> None:
    pose = play(("man", "walk")).performances[0].ticks
    step = np.diff(pose.position, axis=0)
    ahead = np.cos(pose.heading[1:]) * step[:, 0] + np.sin(pose.heading[1:]) * step[:, 2]
    np.testing.assert_allclose(ahead, np.hypot(step[:, 0], step[:, 2]), rtol=0.02)


def test_a_ball_falls_with_gravity_and_loses_energy() -> None:
    each = play(("ball", "bounce"))
    pose = each.performances[0].ticks
    height = pose.position[:, 1]
    flying = (height[2:] > 0.05) & (height[1:-1] > 0.05) & (height[:-2] > 0.05)
    bend = np.diff(height, 2) * 120**2
    np.testing.assert_allclose(bend[flying], -9.8, atol=1e-6)
    bounces = [event for event in each.events if event.sound == "bounce"]
    assert len(bounces) >= 4
    for one, other in itertools.pairwise(bounces):
        assert other.strength <= one.strength + 1e-9
    for event in bounces:
        assert np.interp(event.time_s, pose.time, height) < 0.06
        assert np.interp(event.time_s, pose.time, pose.squash) > 0.1


def test_colliding_bodies_touch_once_and_never_overlap() -> None:
    each = play(("ball", "collide"), ("ball", "collide"))
    one, other = (actor.ticks.position[:, 0] for actor in each.performances)
    gap = other - one - KINDS["ball"].length_m
    (hit,) = [event for event in each.events if event.strength == 1.0]
    assert gap.min() > -0.02
    assert np.interp(hit.time_s, each.performances[0].ticks.time, gap) < 0.05
    assert gap[0] > 1
    assert gap[-1] > 0.3


@pytest.mark.parametrize("kind", ["cat", "woman", "mammoth"])
@pytest.mark.parametrize("action", ["walk", "run"])
def test_a_group_keeps_its_distance(kind: str, action: str) -> None:
    actors = play((kind, action), (kind, action), (kind, action), camera="tracking").performances
    for first in range(3):
        for second in range(first):
            apart = np.linalg.norm(actors[first].ticks.position - actors[second].ticks.position, axis=1)
            assert apart.min() > 0.45 * max(1.0, KINDS[kind].length_m)


def test_the_follower_walks_in_the_leaders_steps() -> None:
    leader, follower = (
        actor.ticks for actor in play(("woman", "walk"), ("dog", "follow"), camera="tracking").performances
    )
    apart = np.linalg.norm(leader.position - follower.position, axis=1)
    assert apart.min() > 0.8
    assert apart.max() < 2.5
    assert follower.gait.max() > 0.5


def test_the_mouth_is_open_only_while_the_voice_sounds() -> None:
    each = play(("cat", "call"))
    pose = each.performances[0].ticks
    calls = [event for event in each.events if event.sound == "meow"]
    speaking = np.zeros(len(pose.time), bool)
    for call in calls:
        speaking |= (pose.time >= call.time_s) & (pose.time <= call.time_s + call.length_s)
    assert calls
    assert pose.mouth[speaking].mean() > 0.5
    assert pose.mouth[~speaking].max() < 1e-6


def test_everybody_talks_in_their_own_voice_and_robots_clank() -> None:
    talks = [event for event in play(("woman", "talk")).events if event.sound == "talk"]
    steps = [event for event in play(("robot", "walk")).events if event.subject == 0]
    assert {event.surface for event in talks} == {"woman"}
    assert {event.sound for event in steps} == {"clank"}


def test_a_jump_lands_when_it_is_heard() -> None:
    each = play(("child", "jump"))
    pose = each.performances[0].ticks
    landings = [event.time_s for event in each.events if event.sound == "landing"]
    assert landings
    assert pose.position[:, 1].max() > 0.2
    for at_s in landings:
        assert np.interp(at_s, pose.time, pose.position[:, 1]) < 0.05
        assert np.interp(at_s - 0.1, pose.time, pose.position[:, 1]) > 0.1


def test_thunder_follows_its_flash() -> None:
    events = play(weather="storm").events
    flashes = np.array([event.time_s for event in events if event.sound == "lightning"])
    thunders = [event.time_s for event in events if event.sound == "thunder"]
    assert len(flashes)
    assert thunders
    for thunder in thunders:
        delays = thunder - flashes
        assert ((delays >= 0.2) & (delays <= 2.0)).any()


def test_any_piece_of_time_gives_the_same_pose() -> None:
    actor = play(("bird", "fly")).performances[0]
    times = np.arange(72) / 12
    whole, part = actor.at(times), actor.at(times[20:30])
    np.testing.assert_array_equal(whole.position[20:30], part.position)
    np.testing.assert_array_equal(whole.phase[20:30], part.phase)


def test_a_volcano_bursts_and_an_alley_drips() -> None:
    assert "eruption burst" in {event.sound for event in play(("man", "stand"), place="volcano").events}
    assert "drip" in {event.sound for event in play(("man", "stand"), place="alley").events}

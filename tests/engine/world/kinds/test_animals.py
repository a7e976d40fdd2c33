"""Feet stay where they stand, bodies are whole, and every look is drawn."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.engine.world.kinds import KINDS, cat, dog, elephant, horse, mammoth, turtle
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.kinds.parts import Paint, body_frame, limb
from celaje.engine.world.kinds.quadruped import Build, skeleton, stride_and_duty
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes

NAMES = (
    "cat", "dog", "horse", "mammoth", "elephant", "turtle", "bird", "fish", "butterfly",
    "ball", "car", "train", "sailing boat", "paper boat", "balloon", "drone", "spaceship", "box",
)  # fmt: skip
BUILDS = {
    "cat": cat.BUILD,
    "dog": dog.BUILD,
    "horse": horse.BUILD,
    "mammoth": mammoth.BUILD,
    "elephant": elephant.BUILD,
}
BUILDS["turtle"] = turtle.BUILD
FRAMES_PER_SECOND = 120


def pose_of(num_frames: int, **tracks: object) -> Pose:
    values = {field.name: np.zeros(num_frames) for field in fields(Pose)}
    values |= {"time": np.arange(num_frames) / FRAMES_PER_SECOND, "position": np.zeros((num_frames, 3))}
    for name, track in tracks.items():
        values[name] = np.broadcast_to(np.asarray(track, np.float64), values[name].shape).copy()
    return Pose(**values)


def drawn(kind: Kind, look: dict[str, str], pose: Pose) -> Shapes:
    shapes = Shapes(num_frames=pose.num_frames, instance=1)
    kind.draw(shapes, look, pose)
    return shapes


def moving(build: Build, gait: float) -> tuple[Pose, np.ndarray]:
    """Two seconds of a steady gait, and the body's way in metres."""
    rate = build.gait.walk_rate_hz + (build.gait.run_rate_hz - build.gait.walk_rate_hz) * max(0.0, gait - 1)
    cycles = rate * np.arange(2 * FRAMES_PER_SECOND) / FRAMES_PER_SECOND
    stride, _ = stride_and_duty(build, np.array([gait]))
    return pose_of(len(cycles), phase=2 * np.pi * cycles, gait=gait), cycles * stride[0]


@pytest.mark.parametrize("name", BUILDS)
@pytest.mark.parametrize("gait", [1.0, 2.0])
def test_planted_feet_do_not_slide(name: str, gait: float) -> None:
    build = BUILDS[name]
    if gait == 2.0 and not build.gait.run_rate_hz:
        gait = 0.6
    pose, way = moving(build, gait)
    for leg in skeleton(build, pose).legs:
        world_x = leg.foot[:, 0] + way
        planted = leg.foot[:, 1] < 0.004 * build.hip_height_m
        assert planted.mean() > 0.2
        starts = np.flatnonzero(np.diff(planted.astype(int)) == 1) + 1
        ends = np.flatnonzero(np.diff(planted.astype(int)) == -1)
        stances = [(start, ends[ends > start][0]) for start in starts if np.any(ends > start)]
        assert stances
        for start, end in stances:
            inner = world_x[start + 1 : end]
            assert np.ptp(inner) < 0.02, f"a foot slides {np.ptp(inner):.3f} m"


@pytest.mark.parametrize("name", BUILDS)
def test_left_front_foot_lands_at_phase_zero_and_four_beats_are_even(name: str) -> None:
    build = BUILDS[name]
    phase = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    legs = skeleton(build, pose_of(400, phase=phase, gait=1.0)).legs
    landings = []
    for leg in legs:
        high = leg.foot[:, 1] > 1e-6
        landings.append(np.flatnonzero(high & ~np.roll(high, -1))[0] / 400 * 4)
    assert np.allclose((np.array(landings) + 0.02) % 4 // 1, [0, 2, 3, 1])


@settings(max_examples=25, deadline=None)
@given(gait=st.floats(0, 2), phase=st.floats(0, 7), sit=st.floats(0, 1), dance=st.floats(0, 1), beat=st.floats(0, 8))
def test_bones_keep_their_length(gait: float, phase: float, sit: float, dance: float, beat: float) -> None:
    pose = pose_of(1, gait=gait, phase=phase, sit=sit, dance=dance, beat=beat)
    bone = 0.56 * cat.BUILD.hip_height_m * (1 + 0.25 * sit)
    for leg in skeleton(cat.BUILD, pose).legs:
        assert np.linalg.norm(leg.knee - leg.hip) == pytest.approx(bone, rel=0.01)
        assert np.linalg.norm(leg.foot - leg.knee) == pytest.approx(bone, rel=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_every_look_is_drawn_finite_and_distinct(name: str) -> None:
    kind = KINDS[name]
    pose = pose_of(4, phase=[0.0, 1.0, 2.0, 3.0], gait=1.0, wheel=0.7, mouth=0.5, dance=0.2)
    slot = next(iter(kind.looks))
    seen = set()
    for value in kind.looks[slot]:
        shapes = drawn(kind, {slot: value}, pose)
        seen.add((np.stack(shapes.colors).round(3).tobytes(), tuple(shapes.patterns)))
        for track in (*shapes.starts, *shapes.ends, *shapes.widths, *shapes.heights, *shapes.colors, *shapes.rolls):
            assert np.isfinite(track).all()
        assert len(shapes.solids) <= 70
    assert len(seen) == len(kind.looks[slot]) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_one_frame_is_drawn_as_in_a_row_of_frames(name: str) -> None:
    tracks = {"phase": [0.0, 1.0, 2.0], "gait": [0.0, 0.7, 1.6], "dance": [0.0, 0.5, 1.0], "sit": [0.3, 0.0, 0.0]}
    whole = drawn(KINDS[name], {}, pose_of(3, **tracks))
    alone = drawn(
        KINDS[name], {}, pose_of(1, time=1 / FRAMES_PER_SECOND, **{key: value[1] for key, value in tracks.items()})
    )
    for row, one in zip(whole.starts, alone.starts, strict=True):
        assert np.allclose(row[1], one[0], atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_body_is_as_big_as_it_says(name: str) -> None:
    kind = KINDS[name]
    shapes = drawn(kind, {}, pose_of(1, time=0.3))
    solid = np.array(shapes.shadows) == 1  # not smoke
    points = np.stack([shapes.starts, shapes.ends])[:, solid, 0]
    radius = max(size[0] for size in (*shapes.widths, *shapes.heights))
    assert 0.6 * kind.length_m < np.ptp(points[..., 0]) + 2 * radius
    assert np.abs(points[..., 0]).max() < 0.62 * kind.length_m
    assert points[..., 1].max() < 1.15 * kind.height_m


def test_wheels_roll_forwards() -> None:
    for name in ("car", "ball"):
        shapes = drawn(KINDS[name], {}, pose_of(2, wheel=[0.0, 0.5]))
        turned = [roll for roll in shapes.rolls if roll[1] > roll[0]]
        assert turned
        assert all(roll[1] - roll[0] == pytest.approx(0.5) for roll in turned)


def test_a_frame_turns_to_the_right_and_nose_up() -> None:
    frame = body_frame(1).turned(yaw=np.pi / 2)
    assert np.allclose(frame.forward, [[0, 0, 1]])
    assert np.allclose(body_frame(1).turned(pitch=np.pi / 2).forward, [[0, 1, 0]])
    assert np.allclose(body_frame(1).turned(roll=np.pi / 2).right, [[0, -1, 0]])


@given(tilt=st.floats(-1.5, 1.5))
@settings(max_examples=30, deadline=None)
def test_a_wing_keeps_its_width_along_the_given_side_however_steep(tilt: float) -> None:
    shapes, body = Shapes(num_frames=1), body_frame(1)
    tip = body.direction(0.0, np.sin(tilt), np.cos(tilt))
    limb(shapes, body.origin, tip, 0.3, Paint(color=(1.0, 1.0, 1.0)), height=0.01, side=body.forward)
    x, y, z = tip[0]
    side = np.array([-z * x, -z * y, 1 - z * z]) if abs(y) > 0.8 else np.array([-z, 0.0, x])
    side /= np.linalg.norm(side)
    across = np.cross(side, tip[0])
    roll = shapes.rolls[0][0]
    assert np.cos(roll) * side + np.sin(roll) * across == pytest.approx(np.array([1.0, 0.0, 0.0]), abs=1e-5)

"""The body that all four-legged kinds share: spine, legs by two-bone inverse kinematics, gaits whose feet do not slide.

`skeleton` turns proportions and a pose into joints; a kind draws its own coat, head and tail around them. It does not
know what an animal looks like.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from celaje.engine.world.kinds.kind import Gait
from celaje.engine.world.kinds.parts import Frame, Paint, Vectors, blend, blob, body_frame, limb
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.shapes import Shapes, Solid

#: Where in the stride each foot touches down (front left, front right, hind left, hind right), in turns.
WALK_TURNS = (0.0, 0.5, 0.75, 0.25)  # lateral sequence: hind left, front left, hind right, front right
GALLOP_TURNS = (0.0, 0.2, 0.5, 0.7)


@dataclass(frozen=True, kw_only=True)
class Build:
    """Proportions of a four-legged body, in metres."""

    gait: Gait
    hip_height_m: float  # of all four hips above the ground
    half_length_m: float  # from the middle to the shoulders and to the hind hips
    half_width_m: float  # from the middle plane to the feet
    leg_radius_m: float
    lift_m: float  # how high a foot is raised at a walk
    middle_m: float = 0.0  # x of the spine's middle: behind 0 when head and trunk reach far ahead
    walk_duty: float = 0.62  # share of the stride that a foot is on the ground
    run_duty: float = 0.4
    gallops: bool = True  # else it runs with the footfall of a walk
    hind_bend: float = -1.0  # -1: the hock points backwards; 1: a knee points forwards
    upright: float = 1.25  # radians that the spine is raised to dance
    bob_m: float = 0.012


@dataclass(frozen=True, kw_only=True)
class Leg:
    """Joints of one leg, each [T, 3]. The foot is the sole."""

    hip: Vectors
    knee: Vectors
    foot: Vectors


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """Joints of a four-legged body. Both frames have the spine's forward axis at their place."""

    chest: Frame
    rump: Frame
    legs: tuple[Leg, Leg, Leg, Leg]  # front left, front right, hind left, hind right

    @property
    def middle(self) -> Frame:
        """The axes halfway along the spine."""
        return self.chest.moved((self.chest.origin + self.rump.origin) / 2)


def skeleton(build: Build, pose: Pose) -> Skeleton:
    """Where all joints of `build` are in `pose`."""
    rump, chest = _spine(build, pose)
    share = np.clip(pose.gait - 1, 0, 1)[:, None]
    turns = blend(WALK_TURNS, GALLOP_TURNS if build.gallops else WALK_TURNS, share)  # [T, 4]
    stride, duty = stride_and_duty(build, pose.gait)
    legs = []
    for index in range(4):
        front, right = index < 2, 1.0 if index % 2 else -1.0
        hips = chest if front else rump
        hip = hips.at(0.0, 0.0, 0.8 * build.half_width_m * right)
        lift = build.lift_m * np.minimum(pose.gait, 1.0) * (1 + 0.6 * np.clip(pose.gait - 1, 0, 1))
        cycle = pose.phase / (2 * np.pi) - turns[:, index]
        ahead, up = foot_path(cycle, stride, duty, lift)
        foot = np.zeros((pose.num_frames, 3))
        foot[:, 0] = ahead + build.middle_m + build.half_length_m * (1 if front else -1)
        foot[:, 1] = up
        foot[:, 2] = build.half_width_m * right
        foot = _other_than_gait(build, pose, foot, hip, cycle, front=front, right=right)
        bone = 0.56 * build.hip_height_m * (1 + 0.25 * pose.sit[:, None])  # a seated animal stretches
        legs.append(_bent_leg(bone, hip, foot, 1.0 if front else build.hind_bend))
    return Skeleton(chest=chest, rump=rump, legs=(legs[0], legs[1], legs[2], legs[3]))


def stride_and_duty(build: Build, gait: Track) -> tuple[Track, Track]:
    """Metres that the body moves in one stride, and the share of it that a foot stands, for a gait of 0 to 2."""
    run = np.clip(gait - 1, 0, 1)
    stride = blend(build.gait.walk_stride_m * np.minimum(gait, 1.0), build.gait.run_stride_m, run)
    return stride, blend(build.walk_duty, build.run_duty, run)


def foot_path(cycle: Track, stride: Track, duty: Track, lift: Track) -> tuple[Track, Track]:
    """A foot's metres ahead of and above its resting place; it touches down at whole numbers of `cycle`.

    In stance it moves back at the body's speed, stride metres per cycle, so that it stays where it is in the world.
    """
    turn = cycle % 1.0
    reach = stride * duty / 2
    swing = np.clip((turn - duty) / (1 - duty), 0, 1)
    ease = swing * swing * (3 - 2 * swing)
    ahead = np.where(turn < duty, reach - stride * turn, reach * (2 * ease - 1))
    return ahead, lift * np.sin(np.pi * swing)


def add_legs(
    shapes: Shapes,
    build: Build,
    bones: Skeleton,
    coat: Paint,
    foot: Paint,
    *,
    thigh: float = 1.7,
    shin: float = 1.0,
    paw: tuple[float, float, float] = (1.5, 0.85, 1.15),
    hoof: bool = False,
    shin_paint: Paint | None = None,
) -> None:
    """Add four legs: thigh and shin as multiples of the leg's radius, and paws (or hooves, upright cylinders)."""
    radius = build.leg_radius_m
    ground = body_frame(shapes.num_frames)
    for index, leg in enumerate(bones.legs):
        upper = radius * (thigh if index > 1 else 0.5 * (thigh + 1))
        limb(shapes, leg.hip, leg.knee, upper * 0.8, coat, height=upper, overlap=0.22, side=ground.right)
        ankle = leg.foot + np.array([0.0, radius * paw[1], 0.0])
        limb(shapes, leg.knee, ankle, radius * shin, shin_paint or coat, overlap=0.18)
        frame = ground.moved(leg.foot)
        if hoof:
            limb(shapes, leg.foot, ankle, radius * paw[2], foot, height=radius * paw[0], solid=Solid.CYLINDER)
        else:
            size = (radius * paw[0], radius * paw[1], radius * paw[2])
            blob(shapes, frame, (radius * paw[0] * 0.35, size[1] * 0.9, 0.0), size, foot)


def head_frame(bones: Skeleton, pose: Pose, forward: float, up: float, *, nod: ArrayLike = 0.0) -> Frame:
    """Level axes of a head whose middle is so far from the chest; it looks around, nods and bobs to the beat."""
    level = body_frame(pose.num_frames)
    along = bones.chest.at(forward, up, 0.0)
    upright = np.clip(bones.chest.forward[:, 1:2] * 1.05, 0, 1)  # a dancer carries the head above the shoulders
    above = bones.chest.at(np.hypot(forward, up) * 0.95, 0.02 * up, 0.0)
    origin = blend(along, above, upright)
    sway = 0.25 * pose.dance * np.sin(np.pi * pose.beat)
    origin[:, 1] += 0.03 * pose.dance * np.abs(np.sin(np.pi * pose.beat))
    stepping = np.minimum(pose.gait, 1.0) * 0.05 * np.sin(2 * pose.phase + 0.6)
    breath = 0.03 * np.sin(1.3 * pose.time)
    return level.moved(origin).turned(pose.look_at, np.asarray(nod) + stepping + breath, sway)


def _spine(build: Build, pose: Pose) -> tuple[Frame, Frame]:
    """Frames of the rump and the chest."""
    height, half = build.hip_height_m, build.half_length_m
    run = np.clip(pose.gait - 1, 0, 1)
    walk = np.minimum(pose.gait, 1.0)
    beat = np.abs(np.sin(np.pi * pose.beat))
    bob = build.bob_m * (walk * np.cos(2 * pose.phase) + 2.0 * run * np.cos(pose.phase))
    rock = build.bob_m / half * 1.7 * run * np.sin(pose.phase)
    bob = bob - half * rock  # it rocks about the middle
    bob = bob + 0.004 * height * np.sin(2.2 * pose.time) - 0.06 * height * pose.dance * beat
    low = 1 - 0.35 * pose.crouch - 0.18 * pose.squash - 0.07 * run
    rump_x = build.middle_m - half + half * (0.55 * pose.dance + 0.42 * pose.sit * (1 - pose.dance))
    rump_y = (height + bob) * low * (1 - 0.6 * pose.sit * (1 - pose.dance) - 0.15 * pose.dance)
    sitting = np.arcsin(np.clip(0.88 * height / (2 * half), 0, 0.8))
    angle = blend(rock, sitting, pose.sit)
    angle = blend(angle, build.upright + 0.05 * np.sin(np.pi * pose.beat), pose.dance)
    level = body_frame(pose.num_frames)
    origin = np.stack([rump_x, rump_y, 0.05 * half * pose.dance * np.sin(np.pi * pose.beat)], axis=1)
    rump = level.moved(origin).turned(pitch=angle)
    length = 2 * half * (1 + 0.06 * run * np.sin(pose.phase + 1.2)) * (1 - 0.2 * pose.dance)
    return rump, rump.moved(rump.at(length, 0.0, 0.0))


def _other_than_gait(
    build: Build, pose: Pose, foot: Vectors, hip: Vectors, cycle: Track, *, front: bool, right: float
) -> Vectors:
    """The foot of a body that jumps, swims, sits, dances or waves rather than walks."""
    height = build.hip_height_m
    air = np.clip(pose.position[:, 1] / (0.3 * height) - 0.15, 0, 1) * (1 - pose.swim) * (1 - pose.fly)
    tucked = hip + np.array([0.55 if front else -0.6, -0.72, 0.0]) * height
    paddle = np.stack([np.cos(2 * np.pi * cycle), np.sin(2 * np.pi * cycle), 0 * cycle], axis=1)
    swimming = hip + np.array([0.0, -0.72 * height, 0.0]) + 0.35 * height * paddle
    foot = blend(foot, tucked, air[:, None])
    foot = blend(foot, swimming, np.maximum(pose.swim, pose.fly)[:, None])
    beat = np.pi * pose.beat
    if front:
        pump = np.stack([0.55 + 0 * beat, 0.4 * np.sin(beat + right * np.pi / 2) - 0.2, 0.3 * right + 0 * beat], axis=1)
        foot = blend(foot, hip + height * pump, pose.dance[:, None])
        if right > 0:
            swing = 0.12 * np.sin(9 * pose.time)
            raised = hip + height * np.stack([0.6 + 0 * beat, 0.45 + swing, 0.3 + swing], axis=1)
            foot = blend(foot, raised, pose.wave[:, None])
        return foot
    seated = foot + np.array([0.62 * build.half_length_m, 0.0, 0.5 * build.half_width_m * right])
    foot = blend(foot, seated, pose.sit[:, None])
    step = np.stack(
        [
            0.1 + 0 * beat,
            0.12 * np.maximum(0, np.sin(beat) * right),
            0.5 * right * build.half_width_m / height + 0 * beat,
        ],
        axis=1,
    )
    dancing = np.stack([hip[:, 0], 0 * beat, foot[:, 2]], axis=1) + height * step
    return blend(foot, dancing, pose.dance[:, None])


def _bent_leg(bone: Vectors, hip: Vectors, foot: Vectors, bend: float) -> Leg:
    """Two bones of length `bone` [T, 1] with the joint on the `bend` side; a foot out of reach is pulled in."""
    line = foot - hip
    distance = np.maximum(np.linalg.norm(line, axis=1, keepdims=True), 1e-6)
    foot = hip + line * np.minimum(1.0, 1.995 * bone / distance)
    reach = np.minimum(distance, 1.995 * bone)
    across = np.stack([-line[:, 1], line[:, 0], 0 * line[:, 0]], axis=1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)  # forwards for a leg that hangs down
    knee = (hip + foot) / 2 + bend * np.sqrt(np.maximum(bone**2 - (reach / 2) ** 2, 0.0)) * across
    return Leg(hip=hip, knee=knee, foot=foot)

"""The body that all people, the astronaut, the diver and the robot share: proportions and a pose become joints.

Gaits hold by construction: while a foot is on the ground it moves back, relative to the body, exactly as fast as the
body moves forward, and two-bone inverse kinematics bends the knee to reach it. Arms are placed the same way, by where
the hands are. It does not know skin, clothes or faces.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from celaje.engine.world.kinds.kind import Gait
from celaje.engine.world.kinds.parts import Frame, Vectors, blend, body_frame
from celaje.engine.world.pose import Pose, Track

SIDES = (-1.0, 1.0)  # left, right


@dataclass(frozen=True, kw_only=True)
class Build:
    """Proportions of an upright body, in metres, and how it carries itself."""

    gait: Gait
    height_m: float
    head_m: float  # from chin to crown
    leg_m: float  # from hip joint to ankle
    arm_m: float  # from shoulder to wrist
    shoulder_m: float  # half the distance between the shoulder joints
    hip_m: float  # half the distance between the hip joints
    waist_m: float  # half the width of the waist
    limb_m: float  # radius of a thigh
    depth_m: float  # half the depth of the chest
    stoop_rad: float = 0.0  # how far the back is bent
    grace: float = 0.0  # 0 dances with pumping fists, 1 with the arms of a ballet dancer
    arm_stroke: float = 1.0  # 1 swims with the arms, 0 with the legs alone
    walk_duty: float = 0.6  # share of the stride that a foot is on the ground
    run_duty: float = 0.36

    @property
    def ankle_m(self) -> float:
        """Height of the ankle above the sole."""
        return 0.045 * self.height_m

    @property
    def foot_m(self) -> float:
        """From the heel to the ball of the foot."""
        return 0.1 * self.height_m

    @property
    def torso_m(self) -> float:
        """From the hip joints to the base of the neck."""
        return self.height_m - 1.02 * self.head_m - self.leg_m - self.ankle_m


@dataclass(frozen=True, kw_only=True)
class FootTrack:
    """Where one foot is, relative to the body, in each of T frames."""

    ball: Vectors  # [T, 3] the ball of the foot on its sole: what stays on its spot while the foot is planted
    pitch: Track  # radians, toes up
    planted: Track  # 1 while it carries weight, else 0


@dataclass(frozen=True, kw_only=True)
class Limb:
    """Joints of an arm or a leg, and the axes of its hand or foot (origin at the wrist or ankle)."""

    root: Vectors  # [T, 3] shoulder or hip
    middle: Vectors  # [T, 3] elbow or knee
    tip: Frame


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """A figure's joints in each of T frames."""

    pelvis: Frame  # between the hip joints
    chest: Frame  # at the base of the neck
    head: Frame  # at the middle of the head
    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]

    @property
    def waist(self) -> Frame:
        """The axes halfway up the torso."""
        return self.chest.moved((self.chest.origin + self.pelvis.origin) / 2)


def skeleton(build: Build, pose: Pose) -> Skeleton:
    """The joints of a body of these proportions in each frame of the pose."""
    feet = feet_tracks(build, pose)
    pelvis = _pelvis(build, pose, feet)
    chest = _chest(build, pose, pelvis)
    head = _head(build, pose, chest)
    left_leg, right_leg = (_leg(build, pose, pelvis, foot, side) for foot, side in zip(feet, SIDES, strict=True))
    left_arm, right_arm = (_arm(build, pose, chest, side) for side in SIDES)
    return Skeleton(pelvis=pelvis, chest=chest, head=head, arms=(left_arm, right_arm), legs=(left_leg, right_leg))


# Legs


def feet_tracks(build: Build, pose: Pose) -> tuple[FootTrack, FootTrack]:
    """The left and the right foot on the ground, standing, stepping or dancing, before swimming or sitting lifts them.

    The stride is that of the gait, scaled down while a walk begins: a body that moves `stride / 2 pi` metres per radian
    of phase keeps its planted foot on one spot.
    """
    left, right = (_foot_track(build, pose, side) for side in SIDES)
    return left, right


def _foot_track(build: Build, pose: Pose, side: float) -> FootTrack:
    walk, run = _gaits(pose)
    share = ((pose.phase + (0.0 if side < 0 else np.pi)) / (2 * np.pi)) % 1.0  # of the stride, 0 at touch-down
    duty = blend(build.walk_duty, build.run_duty, run)
    half = walk * blend(build.gait.walk_stride_m, build.gait.run_stride_m, run) * duty / 2  # of the way on the ground
    planted = share < duty
    on = np.clip(share / duty, 0, 1)  # time on the ground, 0 to 1
    off = np.clip((share - duty) / (1 - duty), 0, 1)  # time in the air, 0 to 1
    forward = np.where(planted, half * (1 - 2 * on), _swing(off, half, duty))
    lift = blend(0.05, 0.17, run) * build.height_m * walk * np.sin(np.pi * off**0.8) ** 1.3
    toe_off = blend(-0.55, -0.95, run)
    on_pitch = 0.3 * (1 - run) * np.clip(1 - on / 0.14, 0, 1) + toe_off * _ease((on - 0.55) / 0.45) ** 2
    off_pitch = toe_off * (1 - _ease(off / 0.75)) + 0.3 * (1 - run) * _ease((off - 0.6) / 0.4)
    pitch = walk * np.where(planted, on_pitch, off_pitch)
    width = blend(1.05, 0.7, walk) * build.hip_m

    step = pose.dance * np.maximum(0.0, -side * np.sin(np.pi * pose.beat)) ** 2  # the foot that the beat sets free
    forward = forward + 0.35 * build.foot_m + step * (0.05 + 0.1 * build.grace) * build.height_m
    across = side * (width + pose.dance * 0.02 * build.height_m + step * 0.05 * build.height_m)
    up = lift + step * blend(0.045, 0.12, build.grace) * build.height_m
    pitch = pitch - step * blend(0.3, 1.0, build.grace)
    return FootTrack(
        ball=np.stack([forward, up, across], axis=1), pitch=pitch, planted=np.where(planted & (step < 1e-3), 1.0, 0.0)
    )


def _swing(off: Track, half: Track, duty: Track) -> Track:
    """From -half to half; it leaves and lands with most of the ground's speed (cubic Hermite): no jerks."""
    slope = -0.8 * 2 * half / duty * (1 - duty)
    start, end = off**3 - 2 * off**2 + off, off**3 - off**2
    return -half + 2 * half * _ease(off) + slope * (start + end)


def _leg(build: Build, pose: Pose, pelvis: Frame, foot: FootTrack, side: float) -> Limb:
    """The leg that reaches the foot on the ground, or kicks, floats or is drawn up where the pose says so."""
    ankle, sole = _ankle(build, foot)
    kick = np.sin(pose.phase + (0.0 if side < 0 else np.pi))
    drift = np.sin(0.9 * pose.time + side)
    hip = pelvis.moved(pelvis.at(0.0, 0.0, side * build.hip_m))
    leg = build.leg_m
    drawn_up = hip.at(0.72 * leg, 0.0, 0.2 * leg * side)
    drawn_up[:, 1] = build.ankle_m  # who sits has the soles on the ground, whatever the hips do
    for weight, there, axes in (
        (_airborne(pose), hip.at((0.12 - 0.1 * side) * leg, -0.78 * leg, 0.1 * leg * side), pelvis.turned(pitch=-0.7)),
        (pose.sit, drawn_up, body_frame(pose.num_frames)),
        (pose.fly, hip.at((0.14 + 0.12 * drift) * leg, -0.93 * leg, 0.12 * leg * side), pelvis.turned(pitch=-0.55)),
        (
            pose.swim,
            hip.at((0.2 * kick - 0.04) * leg, -0.97 * leg, 0.04 * leg * side),
            pelvis.turned(pitch=0.25 * kick - 1.35),
        ),
    ):
        ankle, sole = _between(ankle, there, weight), _turned_to(sole, axes, weight)
    knee, ankle = _bend(hip.origin, ankle, 0.51 * leg, 0.49 * leg, pelvis.direction(1.0, 0.1, 0.16 * side))
    return Limb(root=hip.origin, middle=knee, tip=sole.moved(ankle))


def _ankle(build: Build, foot: FootTrack) -> tuple[Vectors, Frame]:
    """The ankle of a foot that rolls over its ball (toes down) or its heel (toes up), and the axes of its sole."""
    sole = body_frame(len(foot.pitch)).turned(pitch=foot.pitch)
    back = 0.72 * build.foot_m
    over_ball = foot.ball + sole.direction(-back, build.ankle_m, 0.0)
    heel = foot.ball - (build.foot_m, 0.0, 0.0)
    over_heel = heel + sole.direction(build.foot_m - back, build.ankle_m, 0.0)
    return np.where((foot.pitch > 0)[:, None], over_heel, over_ball), sole


# The trunk


def _pelvis(build: Build, pose: Pose, feet: tuple[FootTrack, FootTrack]) -> Frame:
    walk, run = _gaits(pose)
    still = 1 - walk
    phase, beat = pose.phase, pose.beat
    sway = 0.03 * pose.dance * np.sin(np.pi * beat) * build.height_m
    bob = 0.011 * walk * (1 - run) * -np.cos(2 * phase) - 0.03 * run * np.cos(2 * (phase - np.pi * build.run_duty))
    bob = (
        bob
        - 0.022 * walk
        - pose.dance * (0.022 + 0.02 * np.cos(2 * np.pi * beat))
        + 0.002 * still * np.sin(1.7 * pose.time)
    )
    height = 0.992 * build.leg_m + build.ankle_m + bob * build.height_m
    height = height - pose.crouch * 0.42 * build.leg_m
    lowest = np.full_like(height, np.inf)
    for foot in feet:
        ankle, _ = _ankle(build, foot)
        reach = np.sqrt(np.maximum((0.99 * build.leg_m) ** 2 - ankle[:, 0] ** 2, 0.0)) + ankle[:, 1]
        lowest = np.where(foot.planted > 0, np.minimum(lowest, reach), lowest)
    height = np.minimum(height, lowest)
    height = blend(height, 0.085 * build.height_m, pose.sit)
    height = blend(height, 0.26 * build.height_m, pose.swim)

    frame = body_frame(pose.num_frames, height)
    back = -0.06 * build.height_m * (pose.crouch + 0.5 * pose.sit)
    frame = frame.moved(frame.at(back, 0.0, sway))
    twist = 0.12 * walk * np.cos(phase) + pose.dance * 0.25 * np.sin(np.pi * beat)
    lean = 0.1 * run + 0.35 * pose.crouch - 0.15 * pose.sit
    roll = 0.05 * walk * (1 - run) * -np.sin(phase) + pose.dance * 0.1 * np.sin(np.pi * beat)
    upright = frame.turned(yaw=twist, pitch=-lean, roll=roll)
    return upright.turned(pitch=-1.4 * pose.swim - 0.12 * pose.fly, roll=0.06 * pose.fly * np.sin(0.7 * pose.time))


def _chest(build: Build, pose: Pose, pelvis: Frame) -> Frame:
    walk, run = _gaits(pose)
    breath = (1 - walk) * 0.006 * np.sin(1.7 * pose.time)
    twist = -walk * blend(0.22, 0.35, run) * np.cos(pose.phase) - pose.dance * 0.4 * np.sin(np.pi * pose.beat)
    lean = (
        build.stoop_rad
        + 0.03 * walk
        + 0.16 * run
        + 0.25 * pose.crouch
        - 0.1 * pose.dance * build.grace
        - 0.12 * pose.swim
    )
    side = pose.dance * -0.16 * np.sin(np.pi * pose.beat) - 0.06 * pose.wave
    frame = pelvis.turned(yaw=twist, pitch=-lean, roll=side)
    return frame.moved(pelvis.origin + frame.direction(0.0, build.torso_m * (1 + breath), 0.0))


def _head(build: Build, pose: Pose, chest: Frame) -> Frame:
    walk, run = _gaits(pose)
    lean = build.stoop_rad + 0.12 * walk + 0.2 * run + 0.5 * pose.crouch - 0.05 * pose.sit
    nod = (
        pose.dance * 0.12 * np.cos(2 * np.pi * pose.beat)
        + 0.05 * pose.mouth
        + 0.025 * (1 - walk) * np.sin(0.8 * pose.time)
    )
    untwist = 0.1 * walk * np.cos(pose.phase) + pose.dance * 0.15 * np.sin(np.pi * pose.beat)
    up = 0.8 * lean + nod + 1.05 * pose.swim
    tilt = -0.1 * pose.dance * np.sin(np.pi * pose.beat) + 0.1 * pose.wave
    frame = chest.turned(yaw=pose.look_at + untwist, pitch=up, roll=tilt)
    neck = chest.origin + chest.direction(0.0, 0.02 * build.head_m, 0.0)
    return frame.moved(neck + frame.direction(0.03 * build.head_m, 0.5 * build.head_m, 0.0))


# Arms


def _arm(build: Build, pose: Pose, chest: Frame, side: float) -> Limb:
    """The arm whose hand is where the actions, one after the other, want it: in arm lengths from the shoulder."""
    walk, run = _gaits(pose)
    time, beat = pose.time, pose.beat
    swing = -side * -np.cos(pose.phase) * walk  # opposite to the leg of the same side
    walking = 0.5 * swing
    target = _target(0.06 + np.sin(walking) * 0.9, -np.cos(walking) * 0.98 + 0.06 * np.maximum(swing, 0), 0.13)
    running = _target(0.3 + 0.4 * swing, -0.42 + 0.3 * swing, 0.22 - 0.12 * swing)
    target = _between(target, running, run)
    target = _between(target, _target(-0.35, -0.75, 0.35), pose.crouch)
    target = _between(target, _target(0.3, 0.55, 0.6), _airborne(pose))
    target = _between(target, _target(0.62, -0.6, 0.05), pose.sit)
    drift = 0.12 * np.sin(0.9 * time + 1.3 * side)
    target = _between(target, _target(0.28 + drift, -0.35 + drift, 0.72), pose.fly)
    target = _between(target, _stroke(build, pose), pose.swim)
    target = _between(target, _dancing(build, beat, side), pose.dance)
    talking = np.clip(pose.mouth * 2, 0, 1) * (1 - walk) * 0.6
    target = _between(target, _target(0.5, -0.4 + 0.12 * np.sin(5 * time + side), 0.3), talking)
    if side > 0:
        target = _between(target, _target(0.12, 0.72, 0.5 + 0.22 * np.sin(9 * time)), pose.wave)
    shoulder = chest.at(0.0, -0.045 * build.height_m, side * build.shoulder_m)
    wrist = chest.moved(shoulder).at(*(target * (1, 1, side)).T * build.arm_m)
    elbow, wrist = _bend(
        shoulder, wrist, 0.52 * build.arm_m, 0.48 * build.arm_m, chest.direction(-1.0, -0.25, 0.4 * side)
    )
    hand = _along(wrist - elbow, chest.direction(0.0, 0.0, side))
    return Limb(root=shoulder, middle=elbow, tip=hand.moved(wrist))


def _stroke(build: Build, pose: Pose) -> Vectors:
    """Breast stroke for who swims with the arms; else hands that rest at the sides and scull a little."""
    turn = pose.phase - np.sin(pose.phase) * 0.4
    pull = _target(
        0.18 + 0.3 * np.sin(turn / 2) ** 2, 0.35 + 0.55 * np.cos(turn), 0.1 + 0.75 * np.clip(np.sin(turn), 0, 1)
    )
    rest = _target(0.2 + 0.05 * np.sin(pose.phase), -0.88, 0.3)
    return blend(rest, pull, build.arm_stroke)


def _dancing(build: Build, beat: Track, side: float) -> Vectors:
    """Fists that go up in turns on the beat, or, with grace, one arm in an arc above the head and one to the side."""
    turn = 0.5 + 0.5 * side * np.sin(np.pi * beat)
    fists = _target(0.4 + 0.1 * np.cos(2 * np.pi * beat), blend(-0.2, 0.7, turn), blend(0.25, 0.5, turn))
    slow = _ease(0.5 + 0.8 * side * np.sin(np.pi * beat / 4))
    arcs = _target(0.25 - 0.1 * slow, blend(-0.05, 0.93, slow), blend(0.93, 0.12, slow))
    return blend(fists, arcs, build.grace)


# Geometry


def _bend(root: Vectors, tip: Vectors, upper: float, lower: float, pole: Vectors) -> tuple[Vectors, Vectors]:
    """The joint of two bones from `root` to `tip`, bent towards `pole`; and the tip, nearer where out of reach."""
    way = tip - root
    distance = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    direction = way / distance
    length = np.clip(distance, abs(upper - lower) + 1e-3, upper + lower - 1e-4)
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    aside = pole - direction * np.sum(pole * direction, axis=1, keepdims=True)
    aside = aside / np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-6)
    joint = root + direction * along + aside * np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    return joint, root + direction * length


def _along(direction: Vectors, right: Vectors) -> Frame:
    """Axes whose forward is `direction`."""
    forward = direction / np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-6)
    right = right - forward * np.sum(forward * right, axis=1, keepdims=True)
    right = right / np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-6)
    return Frame(origin=np.zeros_like(forward), forward=forward, up=np.cross(right, forward), right=right)


def _turned_to(frame: Frame, other: Frame, share: ArrayLike) -> Frame:
    """Axes between two frames (the nearer the frames, the better): blended and made perpendicular again."""
    return _along(_between(frame.forward, other.forward, share), _between(frame.right, other.right, share))


def _between(first: Vectors, second: Vectors, share: ArrayLike) -> Vectors:
    return blend(first, second, np.atleast_1d(np.asarray(share, np.float64))[:, None])


def _target(forward: ArrayLike, up: ArrayLike, out: ArrayLike) -> Vectors:
    return np.stack(
        np.broadcast_arrays(*(np.atleast_1d(np.asarray(axis, np.float64)) for axis in (forward, up, out))), axis=1
    )


def _ease(share: ArrayLike) -> Track:
    """0 to 1 with a soft start and end."""
    clipped = np.clip(np.asarray(share, np.float64), 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def _gaits(pose: Pose) -> tuple[Track, Track]:
    """How much it goes at all, 0 to 1, and how much of that is a run."""
    return np.clip(pose.gait, 0, 1), np.clip(pose.gait - 1, 0, 1)


def _airborne(pose: Pose) -> Track:
    """0 on the ground, 1 from a hand's breadth above it: who jumps throws the arms up."""
    return _ease(pose.position[:, 1] / 0.3) * (1 - pose.fly) * (1 - pose.swim)

"""The bird: a round songbird that hops on two thin legs, folds its wings and flies."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import WHITE, Frame, Paint, blend, blob, body_frame, eyes, limb, mixed, shaded
from celaje.engine.world.kinds.quadruped import foot_path
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

COLORS = ("blue", "red", "yellow", "green", "white", "black", "orange", "brown", "pink")
GAIT = Gait(walk_stride_m=0.24, walk_rate_hz=2.0, feet=2, cruise_m_s=2.0)
HIP_M, DUTY = 0.13, 0.55
BEAK = Paint(color=(0.98, 0.66, 0.1), finish=Finish.GLOSSY)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the bird's solids."""
    color = COLOR_RGB[look.get("color", "blue")]
    plume, wing = Paint(color=color, finish=Finish.SOFT), Paint(color=shaded(color, 0.66), finish=Finish.SOFT)
    belly = Paint(color=mixed(color, WHITE, 0.72), finish=Finish.SOFT)
    walk = np.minimum(pose.gait, 1)
    bob = (
        0.012 * np.abs(np.sin(pose.phase)) * walk
        - 0.04 * pose.crouch
        + 0.02 * pose.dance * np.abs(np.sin(np.pi * pose.beat))
    )
    flap = np.sin(pose.phase)
    body = body_frame(shapes.num_frames, HIP_M + 0.1 + bob - 0.035 * pose.fly * flap)
    body = body.turned(pitch=blend(0.42, 0.06, pose.fly), roll=0.2 * pose.dance * np.sin(np.pi * pose.beat))
    blob(shapes, body, (0.0, 0.0, 0.0), (0.2, 0.135, 0.13), plume)
    blob(shapes, body, (0.03, -0.03, 0.0), (0.16, 0.115, 0.115), belly)
    tail = blend(0.1, -0.05, pose.fly) + 0.03 * np.sin(3 * pose.time)
    for side in (-1.0, 0.0, 1.0):
        end = body.at(-0.4 + 0.03 * abs(side), tail, 0.07 * side * (0.5 + pose.fly))
        limb(shapes, body.at(-0.12, 0.02, 0.0), end, 0.045, wing, height=0.016, overlap=0.08)
    _add_wings(shapes, body, pose, plume, wing)
    _add_legs(shapes, body, pose)
    _add_head(shapes, body, pose, plume, belly)


def _add_wings(shapes: Shapes, body: Frame, pose: Pose, plume: Paint, wing: Paint) -> None:
    """Folded along the sides, or spread and beating: the outer half lags behind the inner."""
    for side in (-1.0, 1.0):
        inner, outer = 0.75 * np.sin(pose.phase), 0.95 * np.sin(pose.phase - 0.8)
        root = body.at(0.06, 0.055, 0.09 * side)
        bend = root + body.direction(-0.02, 0.24 * np.sin(inner), 0.24 * np.cos(inner) * side)
        tip = bend + body.direction(-0.1, 0.28 * np.sin(outer), 0.28 * np.cos(outer) * side)
        folded, folded_tip = body.at(-0.06, 0.03, 0.125 * side), body.at(-0.27, -0.005, 0.08 * side)
        share = pose.fly[:, None]
        bend, tip = blend(folded, bend, share), blend(folded_tip, tip, share)
        limb(shapes, root, bend, blend(0.035, 0.11, pose.fly), wing, height=blend(0.075, 0.022, pose.fly), overlap=0.2)
        limb(
            shapes,
            bend,
            tip,
            blend(0.028, 0.085, pose.fly),
            plume.plain(0.85),
            height=blend(0.06, 0.016, pose.fly),
            overlap=0.25,
        )


def _add_legs(shapes: Shapes, body: Frame, pose: Pose) -> None:
    stride = GAIT.walk_stride_m * np.minimum(pose.gait, 1)
    for index, side in enumerate((-1.0, 1.0)):
        cycle = pose.phase / (2 * np.pi) - 0.5 * index
        ahead, up = foot_path(cycle, stride, DUTY + 0 * stride, 0.05 * np.minimum(pose.gait, 1))
        foot = np.stack([ahead + 0.02, up + 0.008, 0 * up + 0.055 * side], axis=1)
        foot = blend(foot, body.at(-0.16, -0.13, 0.05 * side), pose.fly[:, None])
        limb(shapes, body.at(-0.01, -0.09, 0.05 * side), foot, 0.011, BEAK, solid=Solid.CYLINDER)
        blob(shapes, body_frame(shapes.num_frames).moved(foot), (0.025, 0.0, 0.0), (0.05, 0.01, 0.026), BEAK)


def _add_head(shapes: Shapes, body: Frame, pose: Pose, plume: Paint, belly: Paint) -> None:
    level = body_frame(shapes.num_frames).moved(body.at(0.15, 0.12, 0.0))
    jerk = 0.02 * np.sin(2 * pose.phase) * np.minimum(pose.gait, 1) * (1 - pose.fly)
    tilt = 0.2 * np.sin(0.9 * pose.time) + 0.3 * pose.dance * np.sin(np.pi * pose.beat)
    head = level.moved(level.at(jerk, 0.0, 0.0)).turned(pose.look_at, 0.3 * pose.mouth, tilt)
    blob(shapes, head, (0.0, 0.02, 0.0), (0.115, 0.115, 0.115), plume)
    blob(shapes, head, (0.04, -0.03, 0.0), (0.085, 0.07, 0.09), belly)
    gape = 0.05 * pose.mouth
    limb(
        shapes,
        head.at(0.09, 0.012 + 0.3 * gape, 0.0),
        head.at(0.22, 0.005 + gape, 0.0),
        0.034,
        BEAK,
        height=0.026,
        solid=Solid.CONE,
    )
    limb(
        shapes,
        head.at(0.085, -0.008, 0.0),
        head.at(0.185, -0.012 - gape, 0.0),
        0.026,
        BEAK.plain(0.8),
        height=0.016,
        solid=Solid.CONE,
    )
    limb(shapes, head.at(-0.02, 0.1, 0.0), head.at(-0.1, 0.2, 0.0), 0.022, plume.plain(0.75), height=0.04, overlap=0.1)
    eyes(shapes, head, pose.time, (0.062, 0.04, 0.083), 0.031, outward=0.75)


KIND = Kind(
    name="bird",
    noun=Noun(
        en=("bird/birds", "little bird/little birds"), es=("pájaro/pájaros m", "ave/aves f", "pajarito/pajaritos m")
    ),
    draw=draw,
    height_m=0.6,
    length_m=0.75,
    actions=("fly", "stand", "walk", "call", "turn", "follow"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=GAIT,
    voice="bird song",
    voice_verbs=Phrase(en=("sings/sing", "chirps/chirp", "tweets/tweet"), es=("canta/cantan", "pía/pían")),
    step="",
    medium="air",
)

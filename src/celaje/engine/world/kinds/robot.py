"""A friendly robot of boxes and cylinders, with glowing eyes and an aerial."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.figure import SIDES, Build, Limb, Skeleton, skeleton
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, Words, complete, some
from celaje.engine.world.kinds.parts import Frame, Paint, blob, limb, mixed, shaded
from celaje.engine.world.kinds.person import ball
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=0.9, walk_rate_hz=0.9, run_stride_m=1.5, run_rate_hz=1.35, cruise_m_s=0.6)
BUILD = Build(
    gait=GAIT,
    height_m=1.6,
    head_m=0.36,
    leg_m=0.6,
    arm_m=0.52,
    shoulder_m=0.27,
    hip_m=0.13,
    waist_m=0.14,
    limb_m=0.065,
    depth_m=0.16,
)
EYES: Mapping[str, Color] = {
    "blue": (0.3, 0.85, 1.0),
    "green": (0.4, 1.0, 0.45),
    "red": (1.0, 0.2, 0.15),
    "yellow": (1.0, 0.88, 0.3),
}
LOOKS: Mapping[str, Mapping[str, Words]] = {
    "body color": some(
        COLOR_WORDS, "gray", "red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "white", "black"
    ),
    "eyes color": some(COLOR_WORDS, *EYES),
    "eyes": {
        "eyes": Noun(
            en=("glowing eyes/glowing eyes", "shining eyes/shining eyes"), es=("ojos brillantes/ojos brillantes m",)
        )
    },
}
STEEL = Paint(color=(0.36, 0.38, 0.42), finish=Finish.GLOSSY)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add a robot."""
    chosen = complete(look, LOOKS)
    bones = skeleton(BUILD, pose)
    shell = Paint(color=COLOR_RGB[chosen["body color"]], finish=Finish.GLOSSY)
    trim = Paint(
        color=mixed(shell.color, (1.0, 1.0, 1.0), 0.35) if max(shell.color) < 0.3 else shaded(shell.color, 0.66),
        finish=Finish.GLOSSY,
    )
    light = Paint(color=EYES[chosen["eyes color"]], glow=1.0)
    for leg in bones.legs:
        _bones(shapes, leg, shell, trim, 0.075)
        blob(shapes, leg.tip, (0.05, -0.036, 0.0), (0.135, 0.036, 0.085), trim, solid=Solid.BOX)
    for arm, side in zip(bones.arms, SIDES, strict=True):
        ball(shapes, arm.root, 0.085, trim)
        _bones(shapes, arm, shell, trim, 0.065)
        _claw(shapes, arm.tip, side)
    _trunk(shapes, bones, shell, trim, light, pose)
    _head(shapes, bones.head, shell, trim, light, pose)


def _bones(shapes: Shapes, part: Limb, shell: Paint, trim: Paint, thick: float) -> None:
    """Thin steel above, a thick cuff of the body's color below, a ball joint between."""
    limb(shapes, part.root, part.middle, 0.6 * thick, STEEL, solid=Solid.CYLINDER)
    ball(shapes, part.middle, 0.85 * thick, trim)
    way = part.tip.origin - part.middle
    limb(shapes, part.middle + 0.2 * way, part.middle + 1.0 * way, thick, shell, solid=Solid.CYLINDER)


def _claw(shapes: Shapes, wrist: Frame, side: float) -> None:
    ball(shapes, wrist.at(0.015, 0.0, 0.0), 0.05, STEEL)
    for right in (-1.0, 1.0):
        middle = wrist.at(0.075, 0.0, 0.055 * right)
        limb(shapes, wrist.at(0.015, 0.0, 0.02 * right), middle, 0.02, STEEL, solid=Solid.CYLINDER)
        limb(shapes, middle, wrist.at(0.14, 0.0, 0.025 * right), 0.02, STEEL, solid=Solid.CYLINDER)


def _trunk(shapes: Shapes, bones: Skeleton, shell: Paint, trim: Paint, light: Paint, pose: Pose) -> None:
    chest, pelvis = bones.chest, bones.pelvis
    blob(shapes, chest, (0.0, -0.2, 0.0), (0.15, 0.19, 0.22), shell, solid=Solid.BOX)
    blob(shapes, chest, (0.152, -0.17, 0.0), (0.006, 0.1, 0.15), trim, solid=Solid.BOX)
    limb(shapes, pelvis.at(0.0, 0.02, 0.0), chest.at(0.0, -0.3, 0.0), 0.1, STEEL, solid=Solid.CYLINDER)
    blob(shapes, pelvis, (0.0, 0.01, 0.0), (0.12, 0.075, 0.18), trim, solid=Solid.BOX)
    pulse = 0.55 + 0.45 * np.sin(3.1 * pose.time)
    blob(shapes, chest, (0.158, -0.15, 0.0), (0.012, 0.05, 0.05), light, glow=pulse)
    for right in (-0.1, 0.1):
        blob(
            shapes, chest, (0.158, -0.235, right), (0.008, 0.015, 0.03), Paint(color=(0.95, 0.9, 0.8)), solid=Solid.BOX
        )


def _head(shapes: Shapes, head: Frame, shell: Paint, trim: Paint, light: Paint, pose: Pose) -> None:
    limb(shapes, head.at(0.0, -0.22, 0.0), head.at(0.0, -0.1, 0.0), 0.06, STEEL, solid=Solid.CYLINDER)
    blob(shapes, head, (0.0, 0.0, 0.0), (0.16, 0.145, 0.185), shell, solid=Solid.BOX)
    blob(
        shapes,
        head,
        (0.162, 0.02, 0.0),
        (0.006, 0.095, 0.155),
        Paint(color=(0.08, 0.09, 0.12), finish=Finish.GLOSSY),
        solid=Solid.BOX,
    )
    opened = np.where((pose.time + 0.9) % 3.4 < 0.17, 0.15, 1.0)
    for side in SIDES:
        blob(shapes, head, (0.165, 0.04, 0.075 * side), (0.02, 0.042 * opened, 0.042), light)
        limb(shapes, head.at(0.0, 0.0, 0.185 * side), head.at(0.0, 0.0, 0.225 * side), 0.06, trim, solid=Solid.CYLINDER)
    blob(shapes, head, (0.17, -0.045, 0.0), (0.008, 0.008 + 0.022 * pose.mouth, 0.06), light, solid=Solid.BOX)
    top = head.at(-0.02 + 0.01 * np.sin(7 * pose.time), 0.27, 0.0)
    limb(shapes, head.at(-0.02, 0.14, 0.0), top, 0.012, STEEL, solid=Solid.CYLINDER)
    ball(shapes, top, 0.035, light)


KIND = Kind(
    name="robot",
    noun=Noun(en=("robot/robots", "android/androids"), es=("robot/robots m", "androide/androides m")),
    draw=draw,
    height_m=1.75,
    length_m=0.6,
    actions=("walk", "stand", "wave", "dance", "run", "jump", "turn", "talk", "sit", "follow", "fall"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
    step="clank",
)

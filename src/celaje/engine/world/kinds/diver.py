"""A scuba diver: wetsuit, tank, mask and long fins. Swims lying in the water, or hovers upright."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from celaje.engine.world.kinds.face import draw_face
from celaje.engine.world.kinds.figure import SIDES, Build, Limb, Skeleton, skeleton
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, SKIN_RGB, SKIN_WORDS, Words, complete, some
from celaje.engine.world.kinds.parts import Frame, Paint, blob, limb, mixed
from celaje.engine.world.kinds.person import ball, draw_hand, post, standing
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Shapes, Solid
from celaje.engine.world.words import Noun

GAIT = Gait(feet=0, cruise_m_s=0.75)
BUILD = Build(
    gait=GAIT,
    height_m=1.78,
    head_m=0.34,
    leg_m=0.76,
    arm_m=0.53,
    shoulder_m=0.185,
    hip_m=0.085,
    waist_m=0.135,
    limb_m=0.072,
    depth_m=0.12,
    arm_stroke=0.0,
)
LOOKS: Mapping[str, Mapping[str, Words]] = {
    "suit color": some(COLOR_WORDS, "black", "blue", "red", "purple", "green", "orange", "gray", "turquoise"),
    "suit": {
        "wetsuit": Noun(
            en=("wetsuit/wetsuits", "diving suit/diving suits"),
            es=("traje de buceo/trajes de buceo m", "traje de neopreno/trajes de neopreno m"),
        )
    },
    "fins color": some(COLOR_WORDS, "yellow", "orange", "turquoise", "pink", "black", "red"),
    "fins": {"fins": Noun(en=("fins/fins", "flippers/flippers"), es=("aletas/aletas f",))},
    "tank color": some(COLOR_WORDS, "yellow", "gray", "red", "blue", "white"),
    "tank": {
        "tank": Noun(
            en=("air tank/air tanks", "scuba tank/scuba tanks"),
            es=("botella de aire/botellas de aire f", "tanque de aire/tanques de aire m"),
        )
    },
    "skin": SKIN_WORDS,
}
DARK = Paint(color=(0.1, 0.1, 0.12), finish=Finish.GLOSSY)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add a diver."""
    chosen = complete(look, LOOKS)
    pose = replace(pose, fly=np.maximum(pose.fly, 1 - pose.swim), sit=np.zeros_like(pose.sit))  # hovers, never stands
    bones = skeleton(BUILD, pose)
    suit = Paint(color=COLOR_RGB[chosen["suit color"]], finish=Finish.GLOSSY)
    stripe = Paint(color=mixed(COLOR_RGB[chosen["fins color"]], suit.color, 0.15))
    skin = Paint(color=SKIN_RGB[chosen["skin"]], finish=Finish.SOFT)
    for leg in bones.legs:
        _limb(shapes, leg, BUILD.limb_m, suit)
        _fin(shapes, leg.tip, Paint(color=COLOR_RGB[chosen["fins color"]]))
    for arm, side in zip(bones.arms, SIDES, strict=True):
        ball(shapes, arm.root, 0.068, suit)
        _limb(shapes, arm, 0.056, suit)
        draw_hand(shapes, BUILD, arm.tip, skin, side)
    _trunk(shapes, bones, suit, stripe, Paint(color=COLOR_RGB[chosen["tank color"]], finish=Finish.GLOSSY))
    _head(shapes, bones.head, chosen, suit, stripe, pose)
    _hose(shapes, bones)


def _limb(shapes: Shapes, part: Limb, thick: float, suit: Paint) -> None:
    limb(shapes, part.root, part.middle, thick, suit, solid=Solid.CYLINDER)
    ball(shapes, part.middle, 0.95 * thick, suit)
    limb(shapes, part.middle, part.tip.origin, 0.82 * thick, suit, solid=Solid.CYLINDER)


def _fin(shapes: Shapes, ankle: Frame, paint: Paint) -> None:
    """A boot and a blade that widens; the ankle's forward axis points to the toes."""
    blob(shapes, ankle, (0.06, -0.03, 0.0), (0.13, 0.055, 0.06), DARK)
    standing(shapes, ankle.at(0.08, -0.035, 0.0), ankle.at(0.56, -0.045, 0.0), 0.014, 0.125, ankle.right, paint)
    standing(
        shapes,
        ankle.at(0.3, -0.045, 0.0),
        ankle.at(0.52, -0.045, 0.0),
        0.012,
        0.115,
        ankle.right,
        paint,
        solid=Solid.BOX,
    )


def _trunk(shapes: Shapes, bones: Skeleton, suit: Paint, stripe: Paint, tank: Paint) -> None:
    chest, pelvis, torso = bones.chest, bones.pelvis, BUILD.torso_m
    post(shapes, pelvis, (0.0, 0.02, 0.0), (0.115, 0.15, 0.15), suit)
    standing(
        shapes,
        pelvis.at(0.0, 0.02, 0.0),
        chest.at(0.0, -0.42 * torso, 0.0),
        0.11,
        BUILD.waist_m,
        bones.waist.right,
        suit,
        solid=Solid.CYLINDER,
    )
    post(shapes, chest, (0.0, -0.36 * torso, 0.0), (0.13, 0.42 * torso, 0.185), suit)
    limb(shapes, chest.at(-0.22, -0.46, 0.0), chest.at(-0.22, 0.0, 0.0), 0.095, tank, solid=Solid.CYLINDER)
    limb(shapes, chest.at(-0.22, -0.1, 0.0), chest.at(-0.22, 0.09, 0.0), 0.095, tank)
    limb(shapes, chest.at(-0.22, 0.06, 0.0), chest.at(-0.22, 0.15, 0.0), 0.035, DARK, solid=Solid.CYLINDER)
    standing(
        shapes,
        chest.at(-0.04, -0.3, 0.0),
        chest.at(-0.04, -0.25, 0.0),
        0.18,
        0.19,
        chest.right,
        DARK,
        solid=Solid.CYLINDER,
    )
    standing(
        shapes,
        pelvis.at(0.0, 0.12, 0.0),
        pelvis.at(0.0, 0.17, 0.0),
        0.125,
        0.15,
        bones.waist.right,
        stripe,
        solid=Solid.CYLINDER,
    )
    for side in SIDES:
        limb(shapes, chest.at(0.11, -0.36, 0.09 * side), chest.at(0.02, 0.0, 0.1 * side), 0.028, stripe)


def _head(shapes: Shapes, head: Frame, look: dict[str, str], suit: Paint, stripe: Paint, pose: Pose) -> None:
    size = BUILD.head_m
    draw_face(shapes, head, size, look | {"hair color": "black"}, pose)
    blob(shapes, head, (-0.08 * size, 0.1 * size, 0.0), (0.45 * size, 0.46 * size, 0.49 * size), suit)
    blob(shapes, head, (-0.1 * size, -0.24 * size, 0.0), (0.36 * size, 0.3 * size, 0.4 * size), suit)
    start, end = head.at(0.3 * size, 0.04 * size, 0.0), head.at(0.41 * size, 0.04 * size, 0.0)
    limb(shapes, start, end, 0.37 * size, stripe, height=0.2 * size)
    limb(
        shapes,
        head.at(0.28 * size, 0.04 * size, 0.0),
        head.at(0.385 * size, 0.04 * size, 0.0),
        0.38 * size,
        stripe,
        height=0.21 * size,
        solid=Solid.CYLINDER,
    )
    limb(
        shapes,
        head.at(-0.12 * size, 0.05 * size, 0.0),
        head.at(-0.12 * size, 0.12 * size, 0.0),
        0.5 * size,
        DARK,
        height=0.47 * size,
        solid=Solid.CYLINDER,
    )
    glass = Paint(color=(0.55, 0.85, 0.95), finish=Finish.GLOSSY)
    for side in SIDES:
        blob(
            shapes,
            head,
            (0.375 * size, 0.04 * size, 0.175 * side * size),
            (0.06 * size, 0.15 * size, 0.15 * size),
            glass,
        )
        blob(
            shapes,
            head,
            (0.41 * size, 0.04 * size, 0.165 * side * size),
            (0.035 * size, 0.07 * size, 0.055 * size),
            DARK,
        )
    blob(shapes, head, (0.44 * size, -0.27 * size, 0.0), (0.1 * size, 0.08 * size, 0.11 * size), DARK)


def _hose(shapes: Shapes, bones: Skeleton) -> None:
    """From the mouthpiece around the right side to the tank's valve."""
    size = BUILD.head_m
    points = [
        bones.head.at(0.42 * size, -0.28 * size, 0.02), bones.head.at(0.2 * size, -0.38 * size, 0.52 * size),
        bones.chest.at(-0.1, 0.1, 0.18), bones.chest.at(-0.22, 0.1, 0.03),
    ]  # fmt: skip
    for start, end in pairwise(points):
        limb(shapes, start, end, 0.022, DARK, overlap=0.12)


KIND = Kind(
    name="diver",
    noun=Noun(
        en=("diver/divers", "scuba diver/scuba divers"),
        es=("buceador/buceadores m", "buceadora/buceadoras f", "buzo/buzos m", "submarinista/submarinistas m"),
    ),
    draw=draw,
    height_m=1.78,
    length_m=2.0,
    actions=("swim", "float", "wave", "turn", "follow"),
    looks=LOOKS,
    gait=GAIT,
    hum="bubbles",
    medium="underwater",
)

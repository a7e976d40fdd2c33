"""An astronaut in a padded space suit, with a wool knitted motorcycle helmet or one with a golden visor; may float."""

from collections.abc import Mapping

from celaje.engine.world.kinds.face import draw_face
from celaje.engine.world.kinds.figure import SIDES, Build, Limb, Skeleton, skeleton
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, SKIN_WORDS, Words, complete, some
from celaje.engine.world.kinds.parts import Frame, Paint, blob, limb, mixed, shaded
from celaje.engine.world.kinds.person import ball, draw_hand, draw_shoe, post, standing
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.0, walk_rate_hz=0.85, run_stride_m=1.6, run_rate_hz=1.2, cruise_m_s=0.6)
BUILD = Build(
    gait=GAIT,
    height_m=1.8,
    head_m=0.37,
    leg_m=0.7,
    arm_m=0.55,
    shoulder_m=0.22,
    hip_m=0.1,
    waist_m=0.19,
    limb_m=0.1,
    depth_m=0.16,
)
HELMETS = {
    "knitted": Noun(
        en=(
            "wool knitted motorcycle helmet/wool knitted motorcycle helmets",
            "knitted helmet/knitted helmets",
            "woolen motorcycle helmet/woolen motorcycle helmets",
        ),
        es=("casco de moto de lana tejida/cascos de moto de lana tejida m", "casco de lana/cascos de lana m"),
    ),
    "visor": Noun(
        en=("space helmet/space helmets", "helmet/helmets"), es=("casco espacial/cascos espaciales m", "casco/cascos m")
    ),
}
LOOKS: Mapping[str, Mapping[str, Words]] = {
    "suit color": some(COLOR_WORDS, "white", "orange", "blue", "gray", "yellow", "black", "green", "pink"),
    "suit": {
        "space suit": Noun(
            en=("space suit/space suits", "spacesuit/spacesuits"), es=("traje espacial/trajes espaciales m",)
        )
    },
    "helmet color": some(COLOR_WORDS, "red", "white", "blue", "yellow", "orange", "green", "turquoise", "purple"),
    "helmet": HELMETS,
    "skin": SKIN_WORDS,
}
GRAY = Paint(color=(0.42, 0.44, 0.48))


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add an astronaut."""
    chosen = complete(look, LOOKS)
    bones = skeleton(BUILD, pose)
    suit = Paint(color=COLOR_RGB[chosen["suit color"]])
    ring = Paint(color=shaded(suit.color, 0.62) if min(suit.color) > 0.5 else mixed(suit.color, (1.0, 1.0, 1.0), 0.35))
    for leg in bones.legs:
        _padded(shapes, leg, BUILD.limb_m, suit, ring)
        draw_shoe(shapes, BUILD, leg.tip, GRAY, 1.25)
    for arm, side in zip(bones.arms, SIDES, strict=True):
        ball(shapes, arm.root, 0.098, suit)
        _padded(shapes, arm, 0.078, suit, ring)
        draw_hand(shapes, BUILD, arm.tip, GRAY, side, 1.2)
    _trunk(shapes, bones, suit, ring)
    _helmet(shapes, bones.head, chosen, pose)


def _padded(shapes: Shapes, part: Limb, thick: float, suit: Paint, ring: Paint) -> None:
    """A limb of two cushions with a ring at the joint and a cuff at the end."""
    limb(shapes, part.root, part.middle, thick, suit, solid=Solid.CYLINDER)
    ball(shapes, part.middle, thick, suit)
    end = part.tip.origin
    limb(shapes, part.middle, end, 0.9 * thick, suit, solid=Solid.CYLINDER)
    way = end - part.middle
    limb(shapes, part.middle + 0.78 * way, end, 0.98 * thick, ring, solid=Solid.CYLINDER)
    limb(
        shapes,
        part.root + 0.6 * (part.middle - part.root),
        part.root + 0.72 * (part.middle - part.root),
        1.06 * thick,
        ring,
        solid=Solid.CYLINDER,
    )


def _trunk(shapes: Shapes, bones: Skeleton, suit: Paint, ring: Paint) -> None:
    chest, pelvis, torso = bones.chest, bones.pelvis, BUILD.torso_m
    post(shapes, pelvis, (0.0, 0.02, 0.0), (0.155, 0.15, 0.195), suit)
    standing(
        shapes,
        pelvis.at(0.0, 0.0, 0.0),
        chest.at(0.0, -0.3, 0.0),
        0.15,
        0.18,
        bones.waist.right,
        suit,
        solid=Solid.CYLINDER,
    )
    post(shapes, chest, (0.0, -0.36 * torso, 0.0), (0.175, 0.44 * torso, 0.235), suit)
    standing(
        shapes,
        pelvis.at(0.0, 0.1, 0.0),
        pelvis.at(0.0, 0.15, 0.0),
        0.165,
        0.195,
        bones.waist.right,
        ring,
        solid=Solid.CYLINDER,
    )
    blob(shapes, chest, (-0.21, -0.2, 0.0), (0.1, 0.27, 0.19), Paint(color=shaded(suit.color, 0.85)), solid=Solid.BOX)
    blob(shapes, chest, (0.165, -0.24, 0.0), (0.035, 0.075, 0.11), GRAY, solid=Solid.BOX)
    for right, color in ((-0.06, (0.9, 0.15, 0.12)), (0.0, (0.98, 0.8, 0.15)), (0.06, (0.2, 0.75, 0.95))):
        blob(shapes, chest, (0.205, -0.22, right), (0.012, 0.022, 0.022), Paint(color=color, glow=0.5))
    for side in SIDES:
        limb(shapes, chest.at(0.17, -0.28, 0.08 * side), chest.at(-0.18, -0.33, 0.23 * side), 0.025, ring, overlap=0.05)
    limb(shapes, chest.at(0.0, -0.04, 0.0), chest.at(0.0, 0.05, 0.0), 0.15, GRAY, solid=Solid.CYLINDER)


def _helmet(shapes: Shapes, head: Frame, look: dict[str, str], pose: Pose) -> None:
    size, color = BUILD.head_m, COLOR_RGB[look["helmet color"]]
    if look["helmet"] == "visor":
        shell, visor = Paint(color=color, finish=Finish.GLOSSY), Paint(color=(0.95, 0.62, 0.16), finish=Finish.GLOSSY)
        blob(shapes, head, (-0.06 * size, 0.03 * size, 0.0), (0.54 * size, 0.56 * size, 0.57 * size), shell)
        blob(shapes, head, (0.15 * size, 0.02 * size, 0.0), (0.42 * size, 0.38 * size, 0.47 * size), visor)
        for side in SIDES:
            blob(shapes, head, (-0.08 * size, 0.0, 0.56 * side * size), (0.12 * size, 0.12 * size, 0.07 * size), GRAY)
        return
    knit = Paint(color=color, pattern=Pattern.KNIT, color2=shaded(color, 0.62), scale=45.0, finish=Finish.SOFT)
    rib = Paint(color=shaded(color, 0.72), finish=Finish.SOFT)
    face = head.moved(head.at(0.06 * size, 0.03 * size, 0.0))  # forward, to be seen between brow and chin bar
    draw_face(shapes, face, 0.92 * size, look | {"hair color": "brown"}, pose)
    blob(shapes, head, (-0.1 * size, 0.06 * size, 0.0), (0.5 * size, 0.56 * size, 0.57 * size), knit)
    blob(shapes, head, (0.02 * size, -0.2 * size, 0.0), (0.53 * size, 0.33 * size, 0.525 * size), knit)
    blob(shapes, head, (0.1 * size, 0.38 * size, 0.0), (0.38 * size, 0.08 * size, 0.46 * size), rib)


KIND = Kind(
    name="astronaut",
    noun=Noun(
        en=("astronaut/astronauts", "space man/space men", "spaceman/spacemen", "cosmonaut/cosmonauts"),
        es=("astronauta/astronautas m", "cosmonauta/cosmonautas m", "hombre del espacio/hombres del espacio m"),
    ),
    draw=draw,
    height_m=1.82,
    length_m=0.7,
    actions=("walk", "stand", "fly", "float", "wave", "run", "jump", "dance", "sit", "talk", "turn", "follow", "fall"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
)

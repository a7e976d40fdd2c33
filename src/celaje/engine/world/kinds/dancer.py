"""A dancer in a tutu, a flamenco dress or an evening gown, who dances with the arms of a ballet."""

from collections.abc import Mapping
from dataclasses import replace

from celaje.engine.world.kinds.face import draw_head
from celaje.engine.world.kinds.figure import SIDES, Build, Skeleton, skeleton
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import (
    COLOR_RGB,
    COLOR_WORDS,
    HAIR_COLOR_WORDS,
    HAIR_WORDS,
    SKIN_RGB,
    SKIN_WORDS,
    Words,
    complete,
    some,
)
from celaje.engine.world.kinds.parts import Paint, blob, limb, mixed, shaded
from celaje.engine.world.kinds.person import Clothes, draw_arm, draw_leg, post, skirt, standing
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.15, walk_rate_hz=0.95, run_stride_m=1.9, run_rate_hz=1.4, cruise_m_s=0.7)
BUILD = Build(
    gait=GAIT,
    height_m=1.7,
    head_m=0.325,
    leg_m=0.76,
    arm_m=0.54,
    shoulder_m=0.155,
    hip_m=0.08,
    waist_m=0.1,
    limb_m=0.06,
    depth_m=0.098,
    grace=1.0,
)
DRESSES = {
    "tutu": Noun(
        en=("tutu/tutus", "ballet dress/ballet dresses"), es=("tutú/tutús m", "vestido de ballet/vestidos de ballet m")
    ),
    "flamenco dress": Noun(
        en=("flamenco dress/flamenco dresses",),
        es=("traje de flamenca/trajes de flamenca m", "vestido flamenco/vestidos flamencos m"),
    ),
    "evening gown": Noun(
        en=("evening gown/evening gowns", "gown/gowns"),
        es=("vestido de noche/vestidos de noche m", "vestido de gala/vestidos de gala m"),
    ),
}
LOOKS: Mapping[str, Mapping[str, Words]] = {
    "dress color": some(
        COLOR_WORDS, "red", "white", "pink", "blue", "purple", "black", "yellow", "green", "turquoise", "orange"
    ),
    "dress": DRESSES,
    "hair color": some(HAIR_COLOR_WORDS, "black", "brown", "blond", "red"),
    "hair": some(HAIR_WORDS, "bun", "long", "ponytail"),
    "skin": SKIN_WORDS,
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add a dancer."""
    chosen = complete(look, LOOKS)
    bones = skeleton(BUILD, pose)
    color = COLOR_RGB[chosen["dress color"]]
    dress, skin = Paint(color=color), Paint(color=SKIN_RGB[chosen["skin"]], finish=Finish.SOFT)
    shoes = Paint(color=mixed(color, (1.0, 0.85, 0.8), 0.45), finish=Finish.GLOSSY)
    long = chosen["dress"] != "tutu"
    legs = dress if long else skin  # what comes out of a long dress reads as its cloth
    slim = 0.75 if long else 1.0
    clothes = Clothes(
        top=skin, bottom=legs, thigh=legs, skin=skin, shoes=shoes, under=skin, sleeve=1.0, leg=1.0, slim=slim
    )
    for leg in bones.legs:
        draw_leg(shapes, BUILD, leg, clothes)
    for arm, side in zip(bones.arms, SIDES, strict=True):
        draw_arm(shapes, BUILD, arm, clothes, side)
    _bodice(shapes, bones, dress, skin)
    {"tutu": _tutu, "flamenco dress": _flamenco, "evening gown": _gown}[chosen["dress"]](shapes, bones, dress)
    draw_head(shapes, bones.head, BUILD.head_m, chosen, pose)
    if chosen["dress"] == "flamenco dress":
        blob(shapes, bones.head, (-0.02, 0.12, -0.15), (0.05, 0.05, 0.035), dress)


def _bodice(shapes: Shapes, bones: Skeleton, dress: Paint, skin: Paint) -> None:
    """Bare shoulders and neck, a fitted top below."""
    chest, torso = bones.chest, BUILD.torso_m
    limb(shapes, chest.at(0.0, -0.06, 0.0), bones.head.origin, 0.05, skin, solid=Solid.CYLINDER)
    post(shapes, chest, (0.0, -0.3 * torso, 0.0), (0.092, 0.36 * torso, 0.148), skin)
    post(shapes, chest, (0.008, -0.5 * torso, 0.0), (0.104, 0.34 * torso, 0.142), dress)
    low = bones.pelvis.at(0.0, 0.0, 0.0)
    standing(
        shapes,
        low,
        chest.at(0.0, -0.5 * torso, 0.0),
        0.088,
        BUILD.waist_m,
        bones.waist.right,
        dress,
        solid=Solid.CYLINDER,
    )
    post(shapes, bones.pelvis, (0.0, 0.01, 0.0), (0.095, 0.13, 0.138), dress)


def _tutu(shapes: Shapes, bones: Skeleton, dress: Paint) -> None:
    """A stiff skirt that stands off, lighter and darker frills below each other."""
    pelvis = bones.pelvis
    for low, wide, shade in ((-0.03, 0.32, 0.75), (0.025, 0.38, 0.9), (0.06, 0.42, 1.0)):
        frill = Paint(color=shaded(dress.color, shade), finish=Finish.SOFT)
        standing(
            shapes,
            pelvis.at(0.0, low, 0.0),
            pelvis.at(0.0, low + 0.17, 0.0),
            wide,
            wide,
            pelvis.right,
            frill,
            solid=Solid.CONE,
        )
        post(shapes, pelvis, (0.0, low, 0.0), (wide, 0.02, wide), frill)


def _flamenco(shapes: Shapes, bones: Skeleton, dress: Paint) -> None:
    """A long dotted skirt with two ruffles at the hem."""
    dotted = replace(
        dress,
        pattern=Pattern.SPOTS,
        color2=(0.97, 0.96, 0.93) if min(dress.color) < 0.6 else (0.1, 0.1, 0.1),
        scale=8.0,
    )
    hem = skirt(shapes, BUILD, bones, [leg.tip.at(-0.02, 0.06, 0.0) for leg in bones.legs], 0.17, dotted)
    for up, grow in ((0.03, 1.08), (0.16, 0.92)):
        ruffle = Paint(color=shaded(dress.color, 0.8), finish=Finish.SOFT)
        low, high = (hem.middle + (hem.tip - hem.middle) * share for share in (up - 0.035, up + 0.035))
        standing(shapes, low, high, hem.depth * grow, hem.wide * grow, bones.pelvis.right, ruffle)


def _gown(shapes: Shapes, bones: Skeleton, dress: Paint) -> None:
    skirt(shapes, BUILD, bones, [leg.tip.at(-0.02, 0.0, 0.0) for leg in bones.legs], 0.17, dress)
    sash = Paint(color=shaded(dress.color, 0.7) if max(dress.color) > 0.3 else (0.8, 0.65, 0.25), finish=Finish.GLOSSY)
    right = bones.waist.right
    standing(
        shapes,
        bones.pelvis.at(0.0, 0.12, 0.0),
        bones.pelvis.at(0.0, 0.18, 0.0),
        0.096,
        0.11,
        right,
        sash,
        solid=Solid.CYLINDER,
    )


KIND = Kind(
    name="dancer",
    noun=Noun(
        en=("dancer/dancers", "ballerina/ballerinas"),
        es=("bailarina/bailarinas f", "danzarina/danzarinas f", "bailaora/bailaoras f"),
    ),
    draw=draw,
    height_m=BUILD.height_m,
    length_m=0.7,
    actions=("dance", "walk", "stand", "jump", "turn", "wave", "run", "sit", "follow"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
)

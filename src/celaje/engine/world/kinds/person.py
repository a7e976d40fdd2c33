"""A dressed person: a top and a bottom garment on the shared figure, hands, shoes and the shared head.

Each garment, color and pattern is its own slot of the look. It does not know motion.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from celaje.engine.world.kinds.face import draw_head
from celaje.engine.world.kinds.figure import SIDES, Build, Limb, Skeleton, skeleton
from celaje.engine.world.kinds.looks import COLOR_RGB, PATTERNS, SKIN_RGB
from celaje.engine.world.kinds.parts import BLACK, Frame, Paint, Vectors, blob, limb, mixed, shaded
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.shapes import Finish, Shapes, Solid


@dataclass(frozen=True, kw_only=True)
class Clothes:
    """Paints of what is worn. `sleeve` and `leg` say how far it covers a limb: 0 not at all, 0.5 half, 1 whole."""

    top: Paint
    bottom: Paint
    thigh: Paint  # that of the bottom, or of a coat that hangs over it
    skin: Paint
    shoes: Paint
    under: Paint  # seen where a jacket or coat is open
    sleeve: float
    leg: float
    slim: float = 1.0  # legs under a skirt are drawn thinner, so that they do not show through it


def draw_person(shapes: Shapes, build: Build, look: Mapping[str, str], pose: Pose) -> None:
    """Add a person. `look` is complete: every slot of `looks.person_looks` has a value."""
    bones = skeleton(build, pose)
    clothes = _clothes(look)
    for leg in bones.legs:
        draw_leg(shapes, build, leg, clothes)
    for arm, side in zip(bones.arms, SIDES, strict=True):
        draw_arm(shapes, build, arm, clothes, side)
    _bottom(shapes, build, bones, look["bottom"], clothes.bottom)
    _top(shapes, build, bones, look["top"], clothes)
    neck = 0.5 * (bones.head.origin + bones.chest.origin)
    limb(shapes, bones.chest.at(0.0, -0.03, 0.0), neck, 0.17 * build.head_m, clothes.skin, solid=Solid.CYLINDER)
    draw_head(shapes, bones.head, build.head_m, look, pose)


def _clothes(look: Mapping[str, str]) -> Clothes:
    pattern, scale = PATTERNS[look["top pattern"]]
    color, bottom = COLOR_RGB[look["top color"]], COLOR_RGB[look["bottom color"]]
    second = mixed(color, (1.0, 1.0, 1.0), 0.75) if max(color) < 0.9 or min(color) < 0.3 else (0.16, 0.2, 0.34)
    shiny = look["top"] == "leather jacket"
    dressed = look["bottom"] == "long dress"
    return Clothes(
        top=Paint(
            color=color, pattern=pattern, color2=second, scale=scale, finish=Finish.GLOSSY if shiny else Finish.MATTE
        ),
        bottom=Paint(color=bottom),
        thigh=Paint(color=color if look["top"] == "coat" else bottom),
        skin=Paint(color=SKIN_RGB[look["skin"]], finish=Finish.SOFT),
        shoes=Paint(color=(0.13, 0.1, 0.1) if dressed else (0.32, 0.2, 0.14), finish=Finish.GLOSSY),
        under=Paint(color=bottom if dressed else (0.93, 0.92, 0.9)),
        sleeve=0.5 if look["top"] == "t-shirt" else 1.0,
        leg={"trousers": 1.0, "long dress": 1.0, "shorts": 0.5, "skirt": 0.4}[look["bottom"]],
        slim=0.72 if look["bottom"] in ("skirt", "long dress") else 1.0,
    )


def draw_leg(shapes: Shapes, build: Build, leg: Limb, clothes: Clothes) -> None:
    """Add thigh, knee, shin and shoe."""
    thick = build.limb_m * clothes.slim
    knee = leg.middle
    cover = knee if clothes.leg >= 0.5 else leg.root + (knee - leg.root) * 0.8
    limb(shapes, leg.root, cover, thick, clothes.thigh, solid=Solid.CYLINDER)
    lower = clothes.bottom if clothes.leg == 1.0 else clothes.skin
    wide = 0.8 if clothes.leg == 1.0 else 0.62
    limb(
        shapes,
        knee - 0.9 * thick * leg.tip.up,
        knee + 0.9 * thick * leg.tip.up,
        0.9 * thick,
        clothes.bottom if clothes.leg >= 0.5 else lower,
    )
    if clothes.leg < 0.5:
        limb(shapes, cover, knee, 0.75 * thick, lower, solid=Solid.CYLINDER)
    limb(shapes, knee, leg.tip.origin, wide * thick, lower, solid=Solid.CYLINDER)
    draw_shoe(shapes, build, leg.tip, clothes.shoes)


def draw_shoe(shapes: Shapes, build: Build, ankle: Frame, paint: Paint, size: float = 1.0) -> None:
    """Add a shoe around the sole of the foot whose ankle axes are given."""
    long, tall = build.foot_m, build.ankle_m
    half = (0.74 * long * size, 0.62 * tall * size, 0.42 * long * size)
    blob(shapes, ankle, (0.36 * long, -tall + half[1] * 0.9, 0.0), half, paint)
    blob(
        shapes,
        ankle,
        (-0.02 * long, -0.45 * tall, 0.0),
        (0.36 * long * size, 0.62 * tall * size, 0.38 * long * size),
        paint,
    )


def draw_arm(shapes: Shapes, build: Build, arm: Limb, clothes: Clothes, side: float) -> None:
    """Add shoulder, sleeve, elbow, forearm and hand."""
    thick = 0.78 * build.limb_m
    plain = clothes.top.plain()
    ball(shapes, arm.root, 1.12 * thick, plain)
    sleeve = arm.root + (arm.middle - arm.root) * (1.0 if clothes.sleeve == 1.0 else 0.72)
    limb(shapes, arm.root, sleeve, thick * (1.0 if clothes.sleeve == 1.0 else 1.08), clothes.top, solid=Solid.CYLINDER)
    lower = clothes.top if clothes.sleeve == 1.0 else clothes.skin
    if clothes.sleeve < 1.0:
        limb(shapes, sleeve, arm.middle, 0.8 * thick, clothes.skin, solid=Solid.CYLINDER)
    fit = 1.0 if clothes.sleeve == 1.0 else 0.8
    ball(shapes, arm.middle, fit * thick, lower.plain())
    limb(shapes, arm.middle, arm.tip.origin, 0.88 * fit * thick, lower, solid=Solid.CYLINDER)
    draw_hand(shapes, build, arm.tip, clothes.skin, side)


def draw_hand(shapes: Shapes, build: Build, wrist: Frame, paint: Paint, side: float, size: float = 1.0) -> None:
    """Add a mitten of a hand with a thumb."""
    unit = 0.036 * build.height_m * size
    blob(shapes, wrist, (0.95 * unit, 0.0, 0.0), (1.35 * unit, 1.0 * unit, 0.75 * unit), paint)
    thumb = wrist.at(0.3 * unit, -0.5 * unit * side, -0.3 * unit)
    limb(shapes, thumb, wrist.at(1.7 * unit, -1.3 * unit * side, -0.4 * unit), 0.4 * unit, paint)


def _bottom(shapes: Shapes, build: Build, bones: Skeleton, kind: str, paint: Paint) -> None:
    """The hips, and a skirt that spreads as far as the legs do."""
    pelvis, thick = bones.pelvis, build.limb_m
    tall = 0.085 * build.height_m
    post(shapes, pelvis, (0.0, 0.15 * tall, 0.0), (0.92 * build.depth_m, tall, build.hip_m + 0.95 * thick), paint)
    if kind == "skirt":
        knees = [leg.middle for leg in bones.legs]
        skirt(shapes, build, bones, knees, 0.13, paint)
    elif kind == "long dress":
        ankles = [leg.tip.at(-0.1 * build.foot_m, 0.02 * build.height_m, 0.0) for leg in bones.legs]
        skirt(shapes, build, bones, ankles, 0.16, paint)


@dataclass(frozen=True, kw_only=True)
class Hem:
    """Where a skirt's cone ends: the middle and half sizes of its hem, and its tip inside the chest."""

    middle: Vectors
    tip: Vectors
    depth: Track
    wide: float


def skirt(shapes: Shapes, build: Build, bones: Skeleton, legs: list[Vectors], flare: float, paint: Paint) -> Hem:
    """Add a cone from inside the chest to where the two legs are at its hem; `flare` is in body heights."""
    middle = (legs[0] + legs[1]) / 2
    pelvis, right = bones.pelvis, bones.pelvis.right
    spread = np.abs(np.sum((legs[0] - legs[1]) * pelvis.forward, axis=1)) / 2
    hip = build.hip_m + 1.1 * build.limb_m
    wide = 0.55 * hip + flare * build.height_m
    hem = Hem(middle=middle, tip=bones.chest.at(0.0, -0.3 * build.torso_m, 0.0), depth=spread + 0.72 * wide, wide=wide)
    standing(shapes, middle, hem.tip, hem.depth, wide, right, paint, solid=Solid.CONE)
    waist = pelvis.at(0.0, 0.1 * build.torso_m, 0.0)
    end = waist + (middle - waist) * 0.97
    standing(shapes, waist, end, 0.5 * spread + 0.8 * hip, hip, right, paint.plain())
    return hem


def _top(shapes: Shapes, build: Build, bones: Skeleton, kind: str, clothes: Clothes) -> None:
    """Chest and waist, and what tells one garment from another."""
    chest, torso = bones.chest, build.torso_m
    loose = {"t-shirt": 1.0, "shirt": 1.02, "leather jacket": 1.1, "hoodie": 1.12, "coat": 1.12}[kind]
    depth, wide, paint = build.depth_m * loose, build.shoulder_m * loose, clothes.top
    post(shapes, chest, (0.0, -0.33 * torso, 0.0), (depth, 0.4 * torso, 0.97 * wide), paint)
    left, right = (arm.root for arm in bones.arms)
    limb(shapes, left, right, 0.82 * depth, paint.plain(), height=0.05 * build.height_m, overlap=0.04)
    low = bones.pelvis.at(0.0, (0.12 if kind == "leather jacket" else -0.02) * torso, 0.0)
    waist = build.waist_m * loose if kind != "coat" else build.hip_m + 1.05 * build.limb_m
    standing(
        shapes,
        low,
        chest.at(0.0, -0.42 * torso, 0.0),
        0.9 * depth,
        waist,
        bones.waist.right,
        paint,
        solid=Solid.CYLINDER,
    )
    if kind == "shirt":
        _open_front(shapes, build, chest, depth, Paint(color=shaded(paint.color, 0.8)), 0.045)
        _collar(shapes, build, chest, paint.plain(1.1), 0.05)
    elif kind == "leather jacket":
        _open_front(shapes, build, chest, depth, clothes.under, 0.3)
        _collar(
            shapes, build, chest, Paint(color=mixed(paint.color, (0.4, 0.4, 0.42), 0.25), finish=Finish.GLOSSY), 0.09
        )
        belt = bones.pelvis.at(0.0, 0.17 * torso, 0.0)
        standing(
            shapes, low, belt, 0.94 * depth, 1.04 * waist, bones.waist.right, paint.plain(0.75), solid=Solid.CYLINDER
        )
    elif kind == "hoodie":
        blob(
            shapes,
            chest,
            (-0.75 * depth, 0.06 * torso, 0.0),
            (0.55 * depth, 0.16 * torso, 0.6 * wide),
            paint.plain(0.92),
        )
        post(
            shapes,
            chest,
            (0.45 * depth, -0.68 * torso, 0.0),
            (0.58 * depth, 0.13 * torso, 0.5 * wide),
            paint.plain(0.85),
        )
    elif kind == "coat":
        _collar(shapes, build, chest, paint.plain(0.8), 0.1)
        skirt(shapes, build, bones, [leg.middle - 0.04 * leg.tip.up for leg in bones.legs], 0.045, paint)
        for row in (0.3, 0.48, 0.66):
            button = chest.at(0.93 * depth, -row * torso, 0.0)
            ball(
                shapes,
                button,
                0.013 * build.height_m,
                Paint(color=mixed(paint.color, BLACK, 0.6), finish=Finish.GLOSSY),
            )


def _open_front(shapes: Shapes, build: Build, chest: Frame, depth: float, paint: Paint, share: float) -> None:
    """What is seen between the two halves of an open jacket, or a shirt's row of buttons."""
    torso = build.torso_m
    post(
        shapes,
        chest,
        (0.2 * depth, -0.46 * torso, 0.0),
        (0.88 * depth, 0.52 * torso, 1.4 * share * build.shoulder_m),
        paint,
    )


def _collar(shapes: Shapes, build: Build, chest: Frame, paint: Paint, size: float) -> None:
    """Two flaps that meet in front of the neck."""
    unit = build.head_m
    for side in SIDES:
        start, end = (
            chest.at(-0.16 * unit, 0.06 * unit, 0.16 * unit * side),
            chest.at(0.3 * unit, -0.22 * unit, 0.1 * unit * side),
        )
        limb(shapes, start, end, 0.1 * unit, paint, height=(0.05 + size) * unit, overlap=0.1)


def post(shapes: Shapes, frame: Frame, center: tuple[float, ...], half: tuple[float, ...], paint: Paint) -> None:
    """As `parts.blob`, but with the axis upwards, so that stripes run around it."""
    (x, y, z), (depth, tall, wide) = center, half
    standing(shapes, frame.at(x, y - tall, z), frame.at(x, y + tall, z), depth, wide, frame.right, paint)


def standing(
    shapes: Shapes,
    start: Vectors,
    end: Vectors,
    depth: ArrayLike,
    wide: ArrayLike,
    right: Vectors,
    paint: Paint,
    solid: Solid = Solid.ELLIPSOID,
) -> None:
    """Add a solid around the axis from `start` to `end` that is `wide` along `right` and `depth` across it.

    A solid's own "sideways" is near z for an upright axis and horizontal for a lying one; `roll` turns it to `right`.
    """
    axis = end - start
    axis = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
    x, y, z = axis.T
    upright = np.stack([-z * x, -z * y, 1 - z * z], axis=1)
    lying = np.stack([-z, 0 * z, x], axis=1)
    side = np.where(np.abs(y)[:, None] > 0.8, upright, lying)
    side = side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    across = np.cross(side, axis)
    roll = np.arctan2(np.sum(right * across, axis=1), np.sum(right * side, axis=1))
    limb(shapes, start, end, wide, paint, height=depth, solid=solid, roll=roll)


def ball(shapes: Shapes, center: Vectors, radius: float, paint: Paint) -> None:
    """Add a ball."""
    up = np.array((0.0, radius, 0.0))
    limb(shapes, center - up, center + up, radius, paint)

"""The cat: pointed ears, whisker cheeks, a tail that thinks for itself. In a club it dances on its hind legs."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.parts import (
    WHITE,
    Frame,
    Paint,
    blend,
    blob,
    body_frame,
    chain,
    curl,
    eyes,
    limb,
    mixed,
)
from celaje.engine.world.kinds.quadruped import Build, Skeleton, add_legs, head_frame, skeleton
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=0.42, walk_rate_hz=1.5, run_stride_m=1.05, run_rate_hz=2.4, feet=4)
BUILD = Build(
    gait=GAIT,
    hip_height_m=0.25,
    half_length_m=0.19,
    half_width_m=0.075,
    middle_m=0.02,
    leg_radius_m=0.036,
    lift_m=0.06,
    run_duty=0.24,
)

ORANGE: Color = (0.96, 0.53, 0.13)
PINK: Color = (0.95, 0.6, 0.62)


def _tabby(color: Color, stripe: Color) -> Paint:
    return Paint(color=color, pattern=Pattern.TABBY, color2=stripe, scale=9.0, finish=Finish.SOFT)


def _plain(color: Color) -> Paint:
    return Paint(color=color, finish=Finish.SOFT)


#: Per coat: the back, the chest with muzzle and paws, the eyes.
COATS: Mapping[str, tuple[Paint, Paint, Color]] = {
    "orange tabby": (_tabby(ORANGE, (0.72, 0.29, 0.05)), _plain((0.99, 0.8, 0.55)), (0.62, 0.78, 0.2)),
    "white and orange tabby": (_tabby(ORANGE, (0.74, 0.3, 0.05)), _plain(WHITE), (0.45, 0.78, 0.3)),
    "gray tabby": (_tabby((0.6, 0.6, 0.62), (0.25, 0.25, 0.28)), _plain((0.82, 0.82, 0.83)), (0.95, 0.75, 0.15)),
    "black": (_plain((0.1, 0.1, 0.125)), _plain((0.13, 0.13, 0.155)), (0.98, 0.85, 0.15)),
    "white": (_plain(WHITE), _plain(WHITE), (0.25, 0.6, 0.95)),
    "gray": (_plain((0.47, 0.5, 0.55)), _plain((0.55, 0.58, 0.63)), (0.95, 0.72, 0.15)),
    "brown": (_plain((0.45, 0.28, 0.17)), _plain((0.55, 0.37, 0.24)), (0.6, 0.8, 0.3)),
    "black and white": (_plain((0.1, 0.1, 0.12)), _plain(WHITE), (0.6, 0.85, 0.25)),
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the cat's solids."""
    coat, light, iris = COATS[look.get("coat", "orange tabby")]
    bones = skeleton(BUILD, pose)
    _add_body(shapes, bones, coat, light)
    add_legs(shapes, BUILD, bones, coat, light, thigh=1.9, paw=(1.55, 0.8, 1.2), shin_paint=light)
    head = head_frame(bones, pose, 0.12, 0.16, nod=0.35 * pose.mouth + 0.12 * pose.sit)
    limb(shapes, bones.chest.at(-0.02, 0.0, 0.0), head.at(-0.03, -0.02, 0.0), 0.075, coat.plain(), overlap=0.1)
    _add_head(shapes, head, pose, coat, light, iris)
    _add_tail(shapes, bones, pose, coat, light)


def _add_body(shapes: Shapes, bones: Skeleton, coat: Paint, light: Paint) -> None:
    blob(shapes, bones.middle, (0.0, 0.012, 0.0), (0.27, 0.098, 0.095), coat)
    blob(shapes, bones.rump, (0.0, 0.0, 0.0), (0.115, 0.105, 0.1), coat)
    blob(shapes, bones.middle, (0.03, -0.032, 0.0), (0.22, 0.082, 0.082), light)
    blob(shapes, bones.chest, (0.035, -0.008, 0.0), (0.09, 0.105, 0.088), light)


def _add_head(shapes: Shapes, head: Frame, pose: Pose, coat: Paint, light: Paint, iris: Color) -> None:
    blob(shapes, head, (0.0, 0.0, 0.0), (0.13, 0.13, 0.158), coat)
    open_m = 0.036 * pose.mouth
    blob(
        shapes, head, (0.105, -0.07 - 0.6 * open_m, 0.0), (0.036, 0.01 + open_m, 0.042), Paint(color=(0.45, 0.06, 0.1))
    )
    blob(shapes, head, (0.08, -0.086 - open_m, 0.0), (0.054, 0.026, 0.05), light)
    dark = coat.color[0] < 0.15
    blob(shapes, head, (0.156, -0.016, 0.0), (0.014, 0.013, 0.021), Paint(color=(0.3, 0.2, 0.22) if dark else PINK))
    ear, inner = coat.plain(), Paint(color=mixed(PINK, coat.color, 0.25))
    for side in (-1.0, 1.0):
        blob(shapes, head, (0.042, -0.055, 0.09 * side), (0.072, 0.06, 0.07), light)
        blob(shapes, head, (0.112, -0.048, 0.031 * side), (0.043, 0.036, 0.041), light)
        twitch = 0.02 * np.maximum(0, np.sin(1.7 * pose.time + side)) ** 8
        tip = head.at(-0.005 - twitch, 0.225 - 0.3 * twitch, (0.128 + twitch) * side)
        limb(
            shapes,
            head.at(-0.005, 0.055, 0.09 * side),
            tip,
            0.066,
            ear,
            height=0.042,
            solid=Solid.CONE,
            side=head.right,
        )
        limb(
            shapes,
            head.at(0.022, 0.066, 0.091 * side),
            tip - 0.025 * head.up,
            0.041,
            inner,
            height=0.025,
            side=head.right,
            solid=Solid.CONE,
        )
        for level in (-0.022, 0.022):
            end = head.at(0.09, -0.045 + 2.0 * level, 0.195 * side)
            hair = Paint(color=WHITE if dark else mixed(light.color, coat.color, 0.35))
            limb(shapes, head.at(0.12, -0.044 + level, 0.06 * side), end, 0.003, hair, solid=Solid.CYLINDER, shadow=0)
    if light.color == WHITE and coat.pattern is Pattern.TABBY:  # a white blaze between the eyes
        blob(shapes, head, (0.09, 0.03, 0.0), (0.045, 0.085, 0.026), light)
    eyes(shapes, head, pose.time, (0.102, 0.026, 0.066), 0.04, iris=iris, outward=0.42)


def _add_tail(shapes: Shapes, bones: Skeleton, pose: Pose, coat: Paint, tip: Paint) -> None:
    back = body_frame(shapes.num_frames).moved(bones.rump.at(-0.085, 0.045, 0.0)).turned(yaw=np.pi)
    run = np.clip(pose.gait - 1, 0, 1)
    speed = 2.1 * pose.time
    pitches = [
        blend(rest, flat, run) + 0.13 * np.sin(speed + 1 - 0.5 * index)
        for index, (rest, flat) in enumerate(
            zip((0.35, 0.75, 1.15, 1.45, 1.15, 0.5), (0.3, 0.4, 0.35, 0.25, 0.3, 0.5), strict=True)
        )
    ]
    yaws = [
        0.4 * np.sin(speed - 0.6 * index) * (index + 1) / 6 + 0.2 * pose.dance * np.sin(np.pi * pose.beat)
        for index in range(6)
    ]
    points = curl(back, (0.07,) * 6, pitches, yaws)
    chain(shapes, points, (0.033, 0.032, 0.031, 0.03, 0.029, 0.028), (coat,) * 5 + (tip,))


KIND = Kind(
    name="cat",
    noun=Noun(
        en=("cat/cats", "kitty/kitties", "feline/felines"),
        es=("gato/gatos m", "gata/gatas f", "gatito/gatitos m", "felino/felinos m"),
    ),
    draw=draw,
    height_m=0.7,
    length_m=1.05,
    actions=("walk", "stand", "run", "sit", "jump", "dance", "turn", "call", "wave", "follow"),
    looks={"coat": coats(COATS)},
    gait=GAIT,
    voice="meow",
    voice_verbs=Phrase(en=("meows/meow", "mews/mew"), es=("maúlla/maúllan",)),
    step="paw",
)

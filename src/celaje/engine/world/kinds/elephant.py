"""The elephant: great flapping ears, a trunk, tusks, legs like columns."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB
from celaje.engine.world.kinds.parts import Frame, Paint, blob, body_frame, chain, curl, eyes, limb, mixed, shaded
from celaje.engine.world.kinds.quadruped import Build, Skeleton, add_legs, head_frame, skeleton
from celaje.engine.world.kinds.trunk import add_trunk, add_tusks
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.8, walk_rate_hz=0.75, run_stride_m=2.7, run_rate_hz=1.15, feet=4)
BUILD = Build(
    gait=GAIT, hip_height_m=1.25, half_length_m=0.66, half_width_m=0.38, middle_m=-0.45,
    leg_radius_m=0.25, lift_m=0.2, walk_duty=0.66,
    run_duty=0.52, gallops=False, hind_bend=1.0, upright=0.85, bob_m=0.035,
)  # fmt: skip

COATS: Mapping[str, Color] = {
    "gray": (0.52, 0.54, 0.59),
    "brown": (0.5, 0.38, 0.29),
    "white": (0.93, 0.92, 0.91),
    "pink": (0.95, 0.6, 0.7),
    "blue": (0.3, 0.46, 0.78),
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the elephant's solids."""
    color = COATS[look.get("skin", "gray")]
    skin, fold = Paint(color=color), Paint(color=shaded(color, 0.84))
    bones = skeleton(BUILD, pose)
    add_legs(shapes, BUILD, bones, skin, fold, thigh=1.45, shin=0.95, paw=(1.1, 0.45, 1.08))
    _add_body(shapes, bones, pose, skin, fold)
    head = head_frame(bones, pose, 0.62, 0.55, nod=0.22 * pose.mouth)
    limb(shapes, bones.chest.at(-0.1, 0.1, 0.0), head.at(-0.05, -0.05, 0.0), 0.48, skin, overlap=0.1)
    _add_head(shapes, head, pose, skin, fold)


def _add_body(shapes: Shapes, bones: Skeleton, pose: Pose, skin: Paint, fold: Paint) -> None:
    blob(shapes, bones.middle, (-0.04, 0.14, 0.0), (1.12, 0.74, 0.66), skin)
    blob(shapes, bones.rump, (0.05, 0.12, 0.0), (0.55, 0.64, 0.58), skin)
    blob(shapes, bones.chest, (-0.08, 0.1, 0.0), (0.5, 0.62, 0.56), skin)
    back = body_frame(shapes.num_frames).moved(bones.rump.at(-0.48, 0.35, 0.0)).turned(yaw=np.pi)
    swing = 0.35 * np.sin(pose.phase + 0.5) * np.minimum(pose.gait, 1) + 0.2 * np.sin(1.3 * pose.time)
    points = curl(back, (0.3, 0.3, 0.2), (-1.0, -1.35, -1.5), (swing,) * 3)
    chain(shapes, points, (0.07, 0.05, 0.08), (skin, skin, fold.plain(0.4)))


def _add_head(shapes: Shapes, head: Frame, pose: Pose, skin: Paint, fold: Paint) -> None:
    blob(shapes, head, (0.0, 0.02, 0.0), (0.5, 0.54, 0.46), skin)
    for side in (-1.0, 1.0):
        blob(shapes, head, (0.0, 0.36, 0.16 * side), (0.3, 0.26, 0.24), skin)
    jaw = 0.12 * pose.mouth
    blob(
        shapes,
        head,
        (0.22, -0.42 - jaw, 0.0),
        (0.24, 0.13, 0.18),
        Paint(color=mixed(skin.color, COLOR_RGB["pink"], 0.5)),
    )
    flap = 0.22 * np.sin(2.4 * pose.time) + 0.45 * pose.mouth + 0.3 * pose.dance * np.sin(np.pi * pose.beat)
    for side in (-1.0, 1.0):
        hinge = head.moved(head.at(-0.16, 0.08, 0.36 * side)).turned(yaw=-side * (0.75 + flap))
        blob(shapes, hinge, (0.0, -0.02, 0.42 * side), (0.075, 0.6, 0.46), fold)
        inner = Paint(color=mixed(skin.color, COLOR_RGB["pink"], 0.35))
        blob(shapes, hinge, (0.045, -0.02, 0.42 * side), (0.06, 0.48, 0.35), inner, shadow=0)
    add_trunk(shapes, head.moved(head.at(0.34, -0.14, 0.0)), pose, skin, length_m=1.55, radius_m=0.24)
    add_tusks(
        shapes,
        head,
        (0.34, -0.34, 0.22),
        length_m=0.85,
        radius_m=0.075,
        pitches=(-0.75, -0.3, 0.2),
        yaws=(0.25, 0.1, 0.0),
    )
    eyes(shapes, head, pose.time, (0.36, 0.1, 0.34), 0.085, outward=0.7)


KIND = Kind(
    name="elephant",
    noun=Noun(en=("elephant/elephants",), es=("elefante/elefantes m", "elefanta/elefantas f")),
    draw=draw,
    height_m=2.5,
    length_m=4.0,
    actions=("walk", "stand", "run", "call", "dance", "turn", "sit", "follow"),
    looks={"skin": coats(COATS)},
    gait=GAIT,
    voice="trumpet",
    voice_verbs=Phrase(en=("trumpets/trumpet",), es=("barrita/barritan",)),
)

"""The woolly mammoth: a domed head, huge curved tusks, a shoulder hump and skirts of shaggy fur."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.parts import Frame, Paint, blob, body_frame, chain, curl, eyes, limb, shaded
from celaje.engine.world.kinds.quadruped import Build, Skeleton, add_legs, head_frame, skeleton
from celaje.engine.world.kinds.trunk import add_trunk, add_tusks
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.9, walk_rate_hz=0.75, run_stride_m=2.8, run_rate_hz=1.1, feet=4)
BUILD = Build(
    gait=GAIT, hip_height_m=1.25, half_length_m=0.72, half_width_m=0.4, middle_m=-0.5,
    leg_radius_m=0.24, lift_m=0.2, walk_duty=0.66,
    run_duty=0.52, gallops=False, hind_bend=1.0, upright=0.85, bob_m=0.035,
)  # fmt: skip

COATS: Mapping[str, Color] = {
    "brown": (0.45, 0.27, 0.14),
    "dark brown": (0.25, 0.15, 0.09),
    "ginger": (0.68, 0.34, 0.12),
    "gray": (0.47, 0.46, 0.46),
    "white": (0.93, 0.92, 0.9),
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the mammoth's solids."""
    color = COATS[look.get("coat", "brown")]
    fur = Paint(color=color, pattern=Pattern.FUR, color2=shaded(color, 0.55), scale=5.0, finish=Finish.SOFT)
    dark = Paint(
        color=shaded(color, 0.78), pattern=Pattern.FUR, color2=shaded(color, 0.45), scale=5.0, finish=Finish.SOFT
    )
    bones = skeleton(BUILD, pose)
    add_legs(shapes, BUILD, bones, dark, dark.plain(0.8), thigh=1.5, shin=1.05, paw=(1.15, 0.4, 1.1))
    _add_body(shapes, bones, pose, fur, dark)
    head = head_frame(bones, pose, 0.55, 0.62, nod=0.22 * pose.mouth)
    limb(shapes, bones.chest.at(-0.1, 0.1, 0.0), head.at(-0.05, -0.05, 0.0), 0.56, fur, overlap=0.1)
    _add_head(shapes, head, pose, fur, dark)


def _add_body(shapes: Shapes, bones: Skeleton, pose: Pose, fur: Paint, dark: Paint) -> None:
    blob(shapes, bones.middle, (-0.05, 0.2, 0.0), (1.15, 0.68, 0.66), fur)
    blob(shapes, bones.chest, (-0.12, 0.52, 0.0), (0.62, 0.6, 0.5), fur)
    blob(shapes, bones.rump, (0.0, 0.05, 0.0), (0.55, 0.62, 0.58), fur)
    sway = 0.06 * np.sin(pose.phase)
    for side in (-1.0, 1.0):
        blob(shapes, bones.middle, (-0.12, -0.12, 0.38 * side), (1.08, 0.46, 0.27), fur)
        for x, length in ((-0.85, 0.68), (-0.3, 0.78), (0.3, 0.8)):
            top = bones.middle.at(x, 0.3, 0.4 * side)
            end = bones.middle.at(x - 0.08 + sway, -length, (0.48 + 0.6 * sway) * side)
            limb(shapes, top, end, 0.16, dark, height=0.42)
    blob(shapes, bones.chest, (0.32, -0.3, sway), (0.3, 0.55, 0.34), dark)
    back = body_frame(shapes.num_frames).moved(bones.rump.at(-0.5, 0.35, 0.0)).turned(yaw=np.pi)
    swing = 0.35 * np.sin(pose.phase + 0.5) * np.minimum(pose.gait, 1) + 0.15 * np.sin(1.3 * pose.time)
    chain(shapes, curl(back, (0.25, 0.3, 0.25), (-0.9, -1.35, -1.5), (swing,) * 3), (0.1, 0.08, 0.11), (dark,) * 3)


def _add_head(shapes: Shapes, head: Frame, pose: Pose, fur: Paint, dark: Paint) -> None:
    blob(shapes, head, (0.0, 0.0, 0.0), (0.52, 0.55, 0.46), fur)
    blob(shapes, head, (-0.08, 0.42, 0.0), (0.34, 0.4, 0.32), fur)
    blob(shapes, head, (-0.1, 0.7, 0.0), (0.2, 0.22, 0.2), dark)
    flap = 0.18 * np.sin(1.9 * pose.time) + 0.3 * pose.mouth
    for side in (-1.0, 1.0):
        root, end = head.at(-0.12, 0.2, 0.42 * side), head.at(-0.3, -0.32, (0.6 + 0.25 * flap) * side)
        limb(shapes, root, end, 0.09, dark, height=0.24, overlap=0.05, side=head.right)
    jaw = 0.12 * pose.mouth
    blob(shapes, head, (0.24, -0.42 - jaw, 0.0), (0.2, 0.16, 0.2), dark)
    add_trunk(shapes, head.moved(head.at(0.36, -0.14, 0.0)), pose, fur, length_m=1.5, radius_m=0.25)
    add_tusks(
        shapes, head, (0.32, -0.34, 0.22), length_m=2.1, radius_m=0.115, pitches=(-0.95, -0.6, -0.1, 0.55, 1.15, 1.6),
        yaws=(0.75, 0.6, 0.35, 0.0, -0.5, -1.0),
    )  # fmt: skip
    eyes(shapes, head, pose.time, (0.33, 0.08, 0.36), 0.085, outward=0.75)


KIND = Kind(
    name="mammoth",
    noun=Noun(
        en=("woolly mammoth/woolly mammoths", "mammoth/mammoths"),
        es=("mamut lanudo/mamuts lanudos m", "mamut/mamuts m"),
    ),
    draw=draw,
    height_m=2.85,
    length_m=4.3,
    actions=("walk", "stand", "run", "call", "turn", "follow", "sit"),
    looks={"coat": coats(COATS)},
    gait=GAIT,
    voice="trumpet",
    voice_verbs=Phrase(en=("trumpets/trumpet", "bellows/bellow"), es=("barrita/barritan",)),
    places=("snowy meadow", "mountain valley", "countryside"),
)

"""The horse: a long neck with a mane, an elongated head, slim legs on hooves and a tail of long hair."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.parts import BLACK, WHITE, Frame, Paint, blob, body_frame, chain, curl, eyes, limb, mixed
from celaje.engine.world.kinds.quadruped import Build, Skeleton, add_legs, head_frame, skeleton
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.45, walk_rate_hz=1.0, run_stride_m=2.9, run_rate_hz=1.7, feet=4)
BUILD = Build(
    gait=GAIT, hip_height_m=0.98, half_length_m=0.52, half_width_m=0.19, middle_m=-0.15,
    leg_radius_m=0.082, lift_m=0.2, run_duty=0.27,
    upright=0.9, bob_m=0.035,
)  # fmt: skip

#: Per coat: body, mane and tail, muzzle.
COATS: Mapping[str, tuple[Paint, Color, Color]] = {
    "chestnut": (Paint(color=(0.55, 0.27, 0.12), finish=Finish.SOFT), (0.22, 0.1, 0.05), (0.4, 0.2, 0.1)),
    "black": (Paint(color=(0.11, 0.105, 0.125), finish=Finish.SOFT), (0.03, 0.03, 0.04), (0.14, 0.13, 0.14)),
    "white": (Paint(color=WHITE, finish=Finish.SOFT), (0.82, 0.8, 0.77), (0.78, 0.7, 0.68)),
    "gray": (Paint(color=(0.55, 0.57, 0.6), finish=Finish.SOFT), (0.25, 0.26, 0.29), (0.38, 0.38, 0.41)),
    "golden": (Paint(color=(0.9, 0.66, 0.3), finish=Finish.SOFT), (0.98, 0.93, 0.8), (0.75, 0.53, 0.26)),
    "brown and white": (
        Paint(color=(0.47, 0.26, 0.12), pattern=Pattern.PATCHES, color2=WHITE, scale=1.1, finish=Finish.SOFT),
        (0.2, 0.11, 0.06),
        (0.4, 0.24, 0.14),
    ),
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the horse's solids."""
    coat, mane_color, muzzle = COATS[look.get("coat", "chestnut")]
    mane = Paint(
        color=mane_color, pattern=Pattern.FUR, color2=mixed(mane_color, WHITE, 0.18), scale=9.0, finish=Finish.SOFT
    )
    bones = skeleton(BUILD, pose)
    blob(shapes, bones.middle, (0.0, -0.02, 0.0), (0.72, 0.27, 0.26), coat)
    blob(shapes, bones.rump, (-0.02, 0.03, 0.0), (0.33, 0.3, 0.28), coat)
    blob(shapes, bones.chest, (-0.02, 0.0, 0.0), (0.3, 0.33, 0.25), coat)
    add_legs(
        shapes,
        BUILD,
        bones,
        coat,
        Paint(color=(0.13, 0.11, 0.1)),
        thigh=1.9,
        shin=0.85,
        paw=(1.05, 1.05, 1.05),
        hoof=True,
    )
    stretch = 0.1 * np.clip(pose.gait - 1, 0, 1)
    head = head_frame(bones, pose, 0.5, 0.66, nod=-0.45 + 0.5 * pose.mouth + stretch)
    base, top = bones.chest.at(0.02, 0.06, 0.0), head.at(-0.1, 0.02, 0.0)
    limb(shapes, base, base + 0.6 * (top - base), 0.17, coat, height=0.23, overlap=0.25)
    limb(shapes, base + 0.4 * (top - base), top, 0.125, coat, height=0.165, overlap=0.2)
    behind = bones.chest.direction(-0.17, 0.05, 0.0)
    sway = 0.05 * np.sin(pose.phase - 0.5)[:, None] * head.right
    hair = [
        base + share * (top - base) + behind * (1 - 0.35 * share) + sway * (1 - share)
        for share in (-0.1, 0.3, 0.7, 1.05)
    ]
    for start, end in pairwise(hair):
        limb(shapes, start, end, 0.065, mane, height=0.12, overlap=0.3)
    _add_head(shapes, head, pose, coat, mane, Paint(color=muzzle, finish=Finish.SOFT))
    _add_tail(shapes, bones, pose, mane)


def _add_head(shapes: Shapes, head: Frame, pose: Pose, coat: Paint, mane: Paint, muzzle: Paint) -> None:
    blob(shapes, head, (0.02, 0.0, 0.0), (0.2, 0.155, 0.14), coat)
    blob(shapes, head, (0.2, -0.03, 0.0), (0.26, 0.11, 0.1), coat)
    blob(shapes, head, (0.4, -0.045, 0.0), (0.12, 0.1, 0.098), muzzle)
    jaw = head.moved(head.at(0.1, -0.1, 0.0)).turned(pitch=-0.35 * pose.mouth)
    blob(shapes, jaw, (0.16, -0.01, 0.0), (0.2, 0.05, 0.075), muzzle)
    blob(shapes, head, (0.1, 0.12, 0.0), (0.14, 0.07, 0.06), mane)
    for side in (-1.0, 1.0):
        flick = 0.04 * np.maximum(0, np.sin(1.3 * pose.time + 2 * side)) ** 6
        ear = head.at(-0.03 - flick, 0.36, (0.12 + flick) * side)
        limb(shapes, head.at(-0.03, 0.1, 0.08 * side), ear, 0.055, coat.plain(), height=0.05, solid=Solid.CONE)
        blob(shapes, head, (0.49, -0.02, 0.05 * side), (0.02, 0.026, 0.022), Paint(color=BLACK), shadow=0)
    eyes(shapes, head, pose.time, (0.1, 0.055, 0.118), 0.042, outward=0.85)


def _add_tail(shapes: Shapes, bones: Skeleton, pose: Pose, mane: Paint) -> None:
    back = body_frame(shapes.num_frames).moved(bones.rump.at(-0.3, 0.16, 0.0)).turned(yaw=np.pi)
    run = np.clip(pose.gait - 1, 0, 1)
    pitches = [
        rest + 0.9 * run + 0.1 * np.sin(pose.phase - index) for index, rest in enumerate((-0.5, -1.2, -1.4, -1.4))
    ]
    yaws = [0.35 * np.sin(1.9 * pose.time - 0.5 * index) for index in range(4)]
    chain(shapes, curl(back, (0.16, 0.2, 0.2, 0.2), pitches, yaws), (0.07, 0.1, 0.11, 0.075), (mane,) * 4)


KIND = Kind(
    name="horse",
    noun=Noun(en=("horse/horses", "mare/mares"), es=("caballo/caballos m", "yegua/yeguas f")),
    draw=draw,
    height_m=2.0,
    length_m=2.65,
    actions=("walk", "stand", "run", "call", "jump", "turn", "follow"),
    looks={"coat": coats(COATS)},
    gait=GAIT,
    voice="neigh",
    voice_verbs=Phrase(en=("neighs/neigh", "whinnies/whinny"), es=("relincha/relinchan",)),
    step="hoof",
    places=("countryside", "snowy meadow", "mountain valley", "beach"),
)

"""The dog: hanging ears, a long muzzle with a black nose, a tongue when it runs, a tail that wags."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.parts import BLACK, WHITE, Frame, Paint, blob, body_frame, chain, curl, eyes, limb
from celaje.engine.world.kinds.quadruped import Build, Skeleton, add_legs, head_frame, skeleton
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=0.6, walk_rate_hz=1.4, run_stride_m=1.35, run_rate_hz=2.2, feet=4)
BUILD = Build(
    gait=GAIT,
    hip_height_m=0.36,
    half_length_m=0.25,
    half_width_m=0.1,
    middle_m=-0.07,
    leg_radius_m=0.046,
    lift_m=0.08,
    run_duty=0.26,
)

#: Per coat: back, ears, and chest with paws and muzzle.
COATS: Mapping[str, tuple[Paint, Color, Color]] = {
    "brown": (Paint(color=(0.5, 0.3, 0.16), finish=Finish.SOFT), (0.3, 0.17, 0.09), (0.72, 0.52, 0.34)),
    "golden": (Paint(color=(0.9, 0.68, 0.34), finish=Finish.SOFT), (0.74, 0.48, 0.2), (0.98, 0.87, 0.65)),
    "black": (Paint(color=(0.1, 0.1, 0.12), finish=Finish.SOFT), (0.06, 0.06, 0.075), (0.16, 0.15, 0.17)),
    "white": (Paint(color=WHITE, finish=Finish.SOFT), (0.86, 0.83, 0.79), WHITE),
    "gray": (Paint(color=(0.5, 0.52, 0.56), finish=Finish.SOFT), (0.33, 0.35, 0.39), (0.75, 0.76, 0.79)),
    "spotted": (
        Paint(color=WHITE, pattern=Pattern.FLOWERS, color2=(0.07, 0.07, 0.08), scale=11.0, finish=Finish.SOFT),
        (0.07, 0.07, 0.08),
        WHITE,
    ),
    "brown and white": (
        Paint(color=(0.55, 0.32, 0.15), pattern=Pattern.PATCHES, color2=WHITE, scale=2.2, finish=Finish.SOFT),
        (0.45, 0.25, 0.11),
        WHITE,
    ),
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the dog's solids."""
    coat, ears, light_color = COATS[look.get("coat", "brown")]
    light = Paint(color=light_color, finish=Finish.SOFT)
    bones = skeleton(BUILD, pose)
    blob(shapes, bones.middle, (-0.02, 0.0, 0.0), (0.33, 0.115, 0.11), coat)
    blob(shapes, bones.rump, (0.0, -0.005, 0.0), (0.14, 0.125, 0.12), coat)
    blob(shapes, bones.chest, (-0.01, -0.025, 0.0), (0.16, 0.165, 0.13), coat)
    blob(shapes, bones.chest, (0.05, -0.055, 0.0), (0.12, 0.13, 0.105), light)
    add_legs(shapes, BUILD, bones, coat, light, thigh=1.8, paw=(1.6, 0.8, 1.2))
    head = head_frame(bones, pose, 0.17, 0.235, nod=0.3 * pose.mouth + 0.1 * pose.sit)
    limb(shapes, bones.chest.at(0.0, 0.02, 0.0), head.at(-0.02, 0.0, 0.0), 0.095, coat, overlap=0.12)
    collar = bones.chest.at(0.0, 0.02, 0.0) * 0.45 + head.at(-0.02, 0.0, 0.0) * 0.55
    axis = 0.025 * (head.at(-0.02, 0.0, 0.0) - bones.chest.at(0.0, 0.02, 0.0)) / 0.24
    limb(shapes, collar - axis, collar + axis, 0.112, Paint(color=(0.85, 0.12, 0.12), finish=Finish.GLOSSY))
    _add_head(shapes, head, pose, coat, Paint(color=ears, finish=Finish.SOFT), light)
    _add_tail(shapes, bones, pose, coat, light)


def _add_head(shapes: Shapes, head: Frame, pose: Pose, coat: Paint, ear: Paint, light: Paint) -> None:
    blob(shapes, head, (0.0, 0.0, 0.0), (0.15, 0.142, 0.145), coat)
    opened = np.maximum(pose.mouth, 0.55 * np.clip(pose.gait - 1, 0, 1))
    jaw = head.moved(head.at(0.05, -0.07, 0.0)).turned(pitch=-0.5 * opened)
    blob(shapes, jaw, (0.1, -0.012, 0.0), (0.1, 0.026, 0.055), light)
    blob(shapes, jaw, (0.11, 0.01, 0.0), (0.095 + 0.03 * opened, 0.014, 0.04), Paint(color=(0.93, 0.4, 0.45)))
    blob(shapes, head, (0.15, -0.035, 0.0), (0.125, 0.052, 0.068), light)
    blob(shapes, head, (0.262, -0.008, 0.0), (0.03, 0.03, 0.038), Paint(color=BLACK, finish=Finish.GLOSSY))
    flap = 0.35 * np.clip(pose.gait, 0, 2) * np.abs(np.sin(pose.phase)) + 0.25 * pose.dance
    for side in (-1.0, 1.0):
        root = head.at(-0.02, 0.1, 0.12 * side)
        end = head.at(-0.06 - 0.03 * flap, -0.11 + 0.09 * flap, (0.17 + 0.05 * flap) * side)
        limb(shapes, root, end, 0.035, ear, height=0.075, overlap=0.08, side=head.right)
    eyes(shapes, head, pose.time, (0.12, 0.05, 0.066), 0.034, iris=(0.35, 0.2, 0.1), outward=0.4)


def _add_tail(shapes: Shapes, bones: Skeleton, pose: Pose, coat: Paint, tip: Paint) -> None:
    back = body_frame(shapes.num_frames).moved(bones.rump.at(-0.1, 0.06, 0.0)).turned(yaw=np.pi)
    wag = 0.6 * np.sin(11 * pose.time)
    points = curl(back, (0.09,) * 4, (0.5, 0.85, 1.15, 1.3), (0.4 * wag, 0.8 * wag, wag, 1.1 * wag))
    chain(shapes, points, (0.04, 0.038, 0.035, 0.032), (coat, coat, coat, tip))


KIND = Kind(
    name="dog",
    noun=Noun(
        en=("dog/dogs", "hound/hounds", "puppy/puppies"), es=("perro/perros m", "perra/perras f", "perrito/perritos m")
    ),
    draw=draw,
    height_m=0.76,
    length_m=1.3,
    actions=("walk", "stand", "run", "sit", "jump", "call", "turn", "dance", "swim", "follow", "fall"),
    looks={"coat": coats(COATS)},
    gait=GAIT,
    voice="bark",
    voice_verbs=Phrase(en=("barks/bark",), es=("ladra/ladran",)),
    step="paw",
)

"""The turtle: a big patterned shell on short legs, or all of glass with golden cracks. It swims with flippers."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.parts import BLACK, Frame, Paint, blend, blob, eyes, limb, shaded
from celaje.engine.world.kinds.quadruped import Build, Skeleton, head_frame, skeleton
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun

GAIT = Gait(walk_stride_m=0.36, walk_rate_hz=0.9, feet=4, cruise_m_s=0.6)
BUILD = Build(
    gait=GAIT, hip_height_m=0.2, half_length_m=0.27, half_width_m=0.27, middle_m=-0.12,
    leg_radius_m=0.075, lift_m=0.05, walk_duty=0.68,
    gallops=False, upright=0.7, bob_m=0.01,
)  # fmt: skip
GOLD: Color = (1.0, 0.76, 0.18)

#: Per look: the shell, its second color, the skin.
LOOKS: Mapping[str, tuple[Color, Color, Color]] = {
    "green": ((0.24, 0.5, 0.2), (0.1, 0.27, 0.11), (0.5, 0.74, 0.34)),
    "brown": ((0.55, 0.36, 0.16), (0.28, 0.17, 0.08), (0.66, 0.6, 0.38)),
    "glass": ((0.7, 0.9, 0.95), GOLD, (0.74, 0.92, 0.96)),
    "blue": ((0.13, 0.36, 0.8), (0.07, 0.18, 0.48), (0.5, 0.75, 0.92)),
    "red": ((0.8, 0.14, 0.12), (0.45, 0.06, 0.06), (0.93, 0.72, 0.45)),
    "yellow": ((0.95, 0.78, 0.16), (0.66, 0.45, 0.05), (0.6, 0.7, 0.35)),
}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the turtle's solids."""
    name = look.get("shell", "green")
    color, color2, skin_color = LOOKS[name]
    if name == "glass":
        shell = Paint(color=color, pattern=Pattern.CRACKS, color2=color2, scale=5.0, finish=Finish.GLASS)
        skin = Paint(color=skin_color, pattern=Pattern.CRACKS, color2=color2, scale=7.0, finish=Finish.GLASS)
        rim = Paint(color=GOLD, finish=Finish.GLOSSY, glow=0.15)
    else:
        shell = Paint(color=color, pattern=Pattern.SCALES, color2=color2, scale=5.0, finish=Finish.GLOSSY)
        skin = Paint(color=skin_color)
        rim = Paint(color=shaded(color2, 1.25))
    bones = skeleton(BUILD, pose)
    middle = bones.middle
    blob(shapes, middle, (0.0, 0.045, 0.0), (0.46, 0.1, 0.4), rim)
    blob(shapes, middle, (-0.01, 0.06, 0.0), (0.42, 0.33, 0.36), shell)
    blob(shapes, middle, (0.02, -0.03, 0.0), (0.4, 0.09, 0.34), skin)
    _add_legs(shapes, bones, pose, skin)
    tail = bones.rump.at(-0.32 + 0 * pose.time, -0.06, 0.05 * np.sin(pose.phase))
    limb(shapes, bones.rump.at(-0.1, 0.0, 0.0), tail, 0.07, skin, solid=Solid.CONE)
    head = head_frame(bones, pose, 0.36, 0.15, nod=0.35 * pose.mouth)
    limb(shapes, bones.chest.at(0.0, 0.0, 0.0), head.at(-0.03, -0.03, 0.0), 0.085, skin, overlap=0.15)
    _add_head(shapes, head, pose, skin)


def _add_legs(shapes: Shapes, bones: Skeleton, pose: Pose, skin: Paint) -> None:
    """Stumpy legs; while it swims, flat flippers that beat."""
    wet = np.maximum(pose.swim, pose.fly)
    for index, leg in enumerate(bones.legs):
        side = 1.0 if index % 2 else -1.0
        stroke = np.sin(pose.phase + (0.0 if index < 2 else 1.6))
        reach, sweep = (0.42, 0.05) if index < 2 else (0.2, -0.3)
        flipper = leg.hip + np.stack(
            [sweep - 0.16 * np.cos(pose.phase), 0.3 * stroke, 0 * stroke + reach * side], axis=1
        )
        end = blend(leg.foot + np.array([0.02, 0.02, 0.0]), flipper, wet[:, None])
        limb(shapes, leg.hip, end, blend(0.075, 0.12, wet), skin, height=blend(0.075, 0.035, wet), overlap=0.12)
        paw = bones.rump.moved(leg.foot)
        blob(shapes, paw, (0.025, 0.04, 0.0), (0.095, 0.045, 0.08 * (wet < 0.5)), skin)


def _add_head(shapes: Shapes, head: Frame, pose: Pose, skin: Paint) -> None:
    blob(shapes, head, (0.02, 0.0, 0.0), (0.155, 0.125, 0.13), skin)
    blob(shapes, head, (0.1, -0.04, 0.0), (0.1, 0.07, 0.1), skin)
    open_m = 0.04 * pose.mouth
    blob(
        shapes, head, (0.13, -0.06 - 0.5 * open_m, 0.0), (0.075, 0.008 + open_m, 0.085), Paint(color=(0.3, 0.12, 0.12))
    )
    for side in (-1.0, 1.0):
        blob(shapes, head, (0.192, -0.01, 0.022 * side), (0.007, 0.007, 0.007), Paint(color=BLACK), shadow=0)
    eyes(shapes, head, pose.time, (0.1, 0.055, 0.082), 0.042, white=True, outward=0.5)


KIND = Kind(
    name="turtle",
    noun=Noun(en=("turtle/turtles", "tortoise/tortoises"), es=("tortuga/tortugas f",)),
    draw=draw,
    height_m=0.62,
    length_m=1.4,
    actions=("walk", "stand", "swim", "turn", "sit", "follow"),
    looks={"shell": coats(LOOKS)},
    gait=GAIT,
    step="paw",
    places=("beach", "underwater", "countryside"),
)

"""The turtle: a big patterned shell on short legs, or all of glass with golden cracks. It swims with flippers."""

from collections.abc import Mapping
from itertools import pairwise

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
    "green": ((0.2, 0.5, 0.18), (0.07, 0.2, 0.08), (0.55, 0.77, 0.36)),
    "brown": ((0.56, 0.35, 0.15), (0.24, 0.14, 0.06), (0.7, 0.64, 0.4)),
    "glass": ((0.7, 0.9, 0.95), GOLD, (0.74, 0.92, 0.96)),
    "blue": ((0.13, 0.36, 0.8), (0.05, 0.13, 0.36), (0.5, 0.75, 0.92)),
    "red": ((0.8, 0.14, 0.12), (0.33, 0.04, 0.04), (0.93, 0.72, 0.45)),
    "yellow": ((0.95, 0.78, 0.16), (0.55, 0.36, 0.04), (0.6, 0.7, 0.35)),
}

#: Cracks of the glass shell: the direction in which each runs down, and how it swerves, in radians.
CRACKS = (
    (0.3, (0.0, 0.3, -0.1, 0.25)),
    (1.5, (0.0, -0.25, 0.15, -0.15)),
    (2.6, (0.0, 0.3, 0.0, 0.35)),
    (3.7, (0.0, -0.3, 0.1, -0.2)),
    (4.8, (0.0, 0.25, -0.15, 0.2)),
    (5.6, (0.0, -0.1, 0.2, -0.1)),
)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the turtle's solids."""
    name = look.get("shell", "green")
    color, color2, skin_color = LOOKS[name]
    if name == "glass":
        shell = Paint(color=color, pattern=Pattern.CRACKS, color2=color2, scale=9.0, finish=Finish.GLASS)
        skin = Paint(color=skin_color, pattern=Pattern.CRACKS, color2=color2, scale=11.0, finish=Finish.GLASS)
        rim = Paint(color=GOLD, finish=Finish.GLOSSY, glow=0.15)
    else:
        shell = Paint(color=color, finish=Finish.GLOSSY)
        skin = Paint(color=skin_color)
        rim = Paint(color=shaded(color2, 1.25))
    seam = Paint(color=color2, finish=Finish.GLOSSY)
    bones = skeleton(BUILD, pose)
    middle = bones.middle
    blob(shapes, middle, (0.0, 0.045, 0.0), (0.46, 0.1, 0.4), rim)
    blob(shapes, middle, (-0.01, 0.06, 0.0), (0.42, 0.33, 0.36), shell if name == "glass" else seam)
    blob(shapes, middle, (0.02, -0.03, 0.0), (0.4, 0.09, 0.34), skin)
    if name == "glass":
        _add_cracks(shapes, middle.moved(middle.at(-0.01, 0.06, 0.0)))
    else:
        _add_plates(shapes, middle.moved(middle.at(-0.01, 0.06, 0.0)), shell)
    _add_legs(shapes, bones, pose, skin)
    tail = bones.rump.at(-0.32 + 0 * pose.time, -0.06, 0.05 * np.sin(pose.phase))
    limb(shapes, bones.rump.at(-0.1, 0.0, 0.0), tail, 0.07, skin, solid=Solid.CONE)
    head = head_frame(bones, pose, 0.36, 0.15, nod=0.35 * pose.mouth)
    limb(shapes, bones.chest.at(0.0, 0.0, 0.0), head.at(-0.03, -0.03, 0.0), 0.085, skin, overlap=0.15)
    _add_head(shapes, head, pose, skin)


def _add_plates(shapes: Shapes, shell: Frame, plate: Paint) -> None:
    """Bulging plates on the shell, one on top and two rings around it; the seams between them stay seen."""
    for down, count, size in ((0.0, 1, 1.0), (0.82, 6, 1.02), (1.42, 9, 0.86)):
        for around in np.arange(count) * 2 * np.pi / count + 0.3 * (count > 6):
            x, y = 0.42 * np.sin(down) * np.cos(around), 0.33 * np.cos(down)
            z = 0.36 * np.sin(down) * np.sin(around)
            inward = 0.35 / size
            reach = (1 - inward) * float(np.sqrt(x * x + y * y + z * z)) + 0.008
            blob(shapes, shell, (inward * x, inward * y, inward * z), (reach, reach, reach), plate, shadow=0)


def _add_cracks(shapes: Shapes, shell: Frame) -> None:
    """Veins of gold on the shell: jagged lines from its top down to the rim, wide enough to be seen from afar."""
    gold = Paint(color=GOLD, glow=0.45)
    for around, jags in CRACKS:
        points = []
        for step, jag in enumerate(jags):
            down = 0.12 + 1.35 * step / (len(jags) - 1)
            length, width = 0.425 * np.sin(down), 0.365 * np.sin(down)
            angle = around + jag
            points.append(shell.at(length * np.cos(angle), 0.335 * np.cos(down), width * np.sin(angle)))
        for start, end in pairwise(points):
            limb(shapes, start, end, 0.012, gold, overlap=0.1, shadow=0)


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

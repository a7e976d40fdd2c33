"""The fish: a tall round body that bends with each stroke of its tail."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.coats import coats
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB
from celaje.engine.world.kinds.parts import WHITE, Paint, blob, body_frame, eyes, limb, mixed, shaded
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Pattern, Shapes
from celaje.engine.world.words import Noun

COLORS = ("orange", "striped", "blue", "yellow", "red", "green", "purple", "pink", "white")


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the fish's solids."""
    name = look.get("color", "orange")
    color = COLOR_RGB["orange" if name == "striped" else name]
    if name == "striped":
        scales = Paint(color=color, pattern=Pattern.STRIPES, color2=WHITE, scale=5.0, finish=Finish.GLOSSY)
    else:
        scales = Paint(
            color=color, pattern=Pattern.SCALES, color2=shaded(color, 0.72), scale=12.0, finish=Finish.GLOSSY
        )
    fin = Paint(color=shaded(mixed(color, (1.0, 0.9, 0.5), 0.25), 0.85))
    stroke = np.sin(pose.phase)
    middle = body_frame(shapes.num_frames, 0.24).turned(yaw=0.1 * stroke)
    middle = middle.moved(middle.at(0.12, 0.0, 0.0))
    blob(shapes, middle, (0.04, 0.0, 0.0), (0.3, 0.19, 0.11), scales)
    blob(shapes, middle, (0.09, -0.04, 0.0), (0.2, 0.135, 0.1), Paint(color=mixed(color, WHITE, 0.55)))
    rear = middle.moved(middle.at(-0.18, 0.0, 0.0)).turned(yaw=-0.45 * np.sin(pose.phase - 0.7))
    blob(shapes, rear, (-0.08, 0.0, 0.0), (0.16, 0.095, 0.06), scales)
    tail = rear.moved(rear.at(-0.2, 0.0, 0.0)).turned(yaw=-0.6 * np.sin(pose.phase - 1.3))
    for up in (-1.0, 1.0):
        limb(shapes, tail.at(0.03, 0.0, 0.0), tail.at(-0.2, 0.17 * up, 0.0), 0.018, fin, height=0.075, overlap=0.08)
    sway = 0.04 * np.sin(pose.phase - 0.4)
    limb(shapes, middle.at(0.14, 0.14, 0.0), middle.at(-0.17, 0.26, sway), 0.016, fin, height=0.075, overlap=0.05)
    limb(shapes, middle.at(0.0, -0.15, 0.0), middle.at(-0.17, -0.23, sway), 0.014, fin, height=0.05, overlap=0.05)
    for side in (-1.0, 1.0):
        paddle = 0.1 + 0.06 * np.sin(1.4 * pose.phase + side)
        end = middle.at(-0.08, -0.1 + 0.5 * paddle, (0.1 + paddle) * side)
        limb(shapes, middle.at(0.08, -0.05, 0.095 * side), end, 0.03, fin, height=0.055)
    gulp = 0.012 + 0.012 * (1 + np.sin(4 * pose.time)) * (1 - pose.mouth) + 0.035 * pose.mouth
    blob(shapes, middle, (0.325, -0.03, 0.0), (0.022, gulp, 0.032), Paint(color=(0.4, 0.1, 0.1)))
    blob(shapes, middle, (0.31, -0.03, 0.0), (0.025, gulp + 0.014, 0.044), fin)
    eyes(shapes, middle, pose.time, (0.215, 0.055, 0.078), 0.048, white=True, outward=0.85)


KIND = Kind(
    name="fish",
    noun=Noun(en=("fish/fish", "little fish/little fish"), es=("pez/peces m", "pececito/pececitos m")),
    draw=draw,
    height_m=0.5,
    length_m=0.95,
    actions=("swim", "turn", "follow"),
    looks={"color": coats(COLORS)},
    gait=Gait(feet=0, cruise_m_s=1.0),
    step="",
    medium="underwater",
)

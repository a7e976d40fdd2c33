"""The paper boat: folded from one sheet, with a peak in the middle. It floats and rocks."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import Paint, body_frame, limb, shaded
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes, Solid
from celaje.engine.world.words import Noun

COLORS = ("white", "red", "blue", "yellow", "green", "pink", "orange")


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the boat's folds; the water stands at y = 0."""
    color = COLOR_RGB[look.get("color", "white")]
    paper, fold, inside = Paint(color=color), Paint(color=shaded(color, 0.9)), Paint(color=shaded(color, 0.72))
    boat = body_frame(shapes.num_frames, 0.015 * np.sin(2.3 * pose.time))
    boat = boat.turned(pitch=0.07 * np.sin(2.1 * pose.time), roll=0.1 * np.sin(1.6 * pose.time))
    limb(shapes, boat.at(0.0, 0.33, 0.0), boat.at(0.0, -0.42, 0.0), 0.3, paper, height=0.78, solid=Solid.CONE)
    limb(shapes, boat.at(0.0, 0.31, 0.0), boat.at(0.0, 0.336, 0.0), 0.26, inside, height=0.7, solid=Solid.CYLINDER)
    limb(shapes, boat.at(0.0, 0.1, 0.0), boat.at(0.0, 0.78, 0.0), 0.12, paper, height=0.46, solid=Solid.CONE)
    limb(shapes, boat.at(0.0, 0.1, 0.0), boat.at(0.0, 0.76, 0.0), 0.17, fold, height=0.16, solid=Solid.CONE)


KIND = Kind(
    name="paper boat",
    noun=Noun(
        en=("paper boat/paper boats",),
        es=("barco de papel/barcos de papel m", "barquito de papel/barquitos de papel m"),
    ),
    draw=draw,
    height_m=0.78,
    length_m=1.55,
    actions=("float", "sail", "follow"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=0.7),
    step="",
    medium="water",
)

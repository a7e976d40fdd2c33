"""The hot-air balloon: a striped envelope over a wicker basket, with a flame that breathes. It sways."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import WHITE, Frame, Paint, body_frame, limb, shaded
from celaje.engine.world.kinds.vehicle import box, rod
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Pattern, Shapes, Solid
from celaje.engine.world.words import Noun

COLORS = ("red", "blue", "yellow", "green", "orange", "purple", "pink", "turquoise")
WICKER = Paint(color=(0.62, 0.42, 0.2), pattern=Pattern.CHECKS, color2=(0.45, 0.29, 0.13), scale=9.0)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the balloon's solids."""
    name = look.get("color", "red")
    color = COLOR_RGB[name]
    cloth = Paint(color=color, pattern=Pattern.SECTORS, color2=WHITE)
    sway = 0.05 * np.sin(1.1 * pose.time)
    top = body_frame(shapes.num_frames, 3.0).turned(pitch=sway, roll=0.05 * np.sin(0.9 * pose.time + 1))
    limb(shapes, top.at(0.0, -1.35, 0.0), top.at(0.0, 1.55, 0.0), 1.4, cloth)
    limb(shapes, top.at(0.0, -0.75, 0.0), top.at(0.0, -2.37, 0.0), 1.135, cloth, solid=Solid.CONE)
    skirt = Paint(color=shaded(color, 0.65))
    limb(shapes, top.at(0.0, -1.62, 0.0), top.at(0.0, -1.82, 0.0), 0.4, skirt, solid=Solid.CYLINDER)
    _add_basket(shapes, top.turned(pitch=0.06 * np.sin(1.1 * pose.time - 0.9)), pose)


def _add_basket(shapes: Shapes, top: Frame, pose: Pose) -> None:
    rope = Paint(color=(0.3, 0.22, 0.14))
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            rod(shapes, top, (0.3 * x, -1.75, 0.3 * z), (0.27 * x, -2.5, 0.27 * z), 0.014, rope)
    box(shapes, top, (0.0, -2.72, 0.0), (0.3, 0.25, 0.3), WICKER)
    box(shapes, top, (0.0, -2.48, 0.0), (0.34, 0.045, 0.34), WICKER.plain(0.8))
    burst = np.clip(np.sin(1.9 * pose.time) * 3, 0.15, 1)
    flame = Paint(color=(1.0, 0.62, 0.12), glow=1.0)
    limb(shapes, top.at(0.0, -2.2, 0.0), top.at(0.0, -2.1 + 0.4 * burst, 0.0), 0.085, flame, solid=Solid.CONE, shadow=0)


KIND = Kind(
    name="balloon",
    noun=Noun(
        en=("hot-air balloon/hot-air balloons", "balloon/balloons"),
        es=("globo aerostático/globos aerostáticos m", "globo/globos m"),
    ),
    draw=draw,
    height_m=4.6,
    length_m=2.8,
    actions=("float", "fly"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=0.8),
    hum="balloon burner",
    step="",
    medium="air",
    places=("countryside", "mountain valley", "dunes", "salt desert"),
)

"""The sailing boat: a colored hull, a wooden deck and mast, and two sails that fill with wind."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import WHITE, Paint, blob, body_frame, limb, mixed
from celaje.engine.world.kinds.vehicle import box, rod
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

COLORS = ("red", "blue", "white", "yellow", "green", "black", "orange", "turquoise")
WOOD = Paint(color=(0.62, 0.4, 0.2), pattern=Pattern.WOOD, color2=(0.45, 0.27, 0.12), scale=3.0)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the boat's solids; the water stands at y = 0."""
    name = look.get("color", "red")
    color = COLOR_RGB[name]
    hull = Paint(color=color, finish=Finish.GLOSSY)
    band = Paint(color=COLOR_RGB["blue"] if name == "white" else WHITE, finish=Finish.GLOSSY)
    boat = body_frame(shapes.num_frames, 0.02 * np.sin(1.9 * pose.time))
    boat = boat.turned(pitch=0.025 * np.sin(1.7 * pose.time), roll=0.05 * np.sin(1.25 * pose.time) + 0.06)
    blob(shapes, boat, (0.0, 0.22, 0.0), (1.5, 0.5, 0.56), hull)
    limb(shapes, boat.at(0.7, 0.3, 0.0), boat.at(1.75, 0.52, 0.0), 0.42, hull, height=0.26, solid=Solid.CONE)
    box(shapes, boat, (-0.55, 0.42, 0.0), (0.85, 0.16, 0.46), hull)
    blob(shapes, boat, (0.0, 0.42, 0.0), (1.46, 0.07, 0.545), band)
    blob(shapes, boat, (-0.05, 0.5, 0.0), (1.35, 0.12, 0.47), WOOD)
    box(shapes, boat, (-0.55, 0.72, 0.0), (0.42, 0.15, 0.3), band.plain(0.97))
    for x in (-0.72, -0.4):
        blob(shapes, boat, (x, 0.74, 0.0), (0.08, 0.08, 0.32), Paint(color=(0.2, 0.4, 0.55), finish=Finish.GLOSSY))
    rod(shapes, boat, (0.18, 0.4, 0.0), (0.18, 3.5, 0.0), 0.05, WOOD)
    rod(shapes, boat, (0.2, 0.98, 0.0), (-1.35, 0.98, 0.0), 0.035, WOOD)
    wind = 0.05 + 0.04 * np.sin(1.6 * pose.time)
    sail = Paint(color=mixed(WHITE, color, 0.06))
    tip = boat.at(0.12, 3.38, wind)
    limb(shapes, boat.at(-0.58, 1.03, 1.6 * wind), tip, 0.045, sail, height=0.72, solid=Solid.CONE)
    foot, stripe = boat.at(-0.46, 1.45, 1.5 * wind), boat.at(0.12, 3.42, wind)
    limb(shapes, foot, foot + 0.16 * (stripe - foot), 0.046, hull.plain(), height=0.6, solid=Solid.CYLINDER)
    limb(
        shapes,
        boat.at(0.86, 0.82, 1.5 * wind),
        boat.at(0.26, 2.9, 0.5 * wind),
        0.035,
        hull.plain(),
        height=0.56,
        solid=Solid.CONE,
    )
    flutter = 0.08 * np.sin(9 * pose.time)
    limb(
        shapes,
        boat.at(0.18, 3.52, 0.0),
        boat.at(-0.26, 3.5 + 0.3 * flutter, flutter),
        0.01,
        hull.plain(),
        height=0.09,
        solid=Solid.CONE,
    )


KIND = Kind(
    name="sailing boat",
    noun=Noun(
        en=("sailing boat/sailing boats", "sailboat/sailboats", "boat/boats"),
        es=("velero/veleros m", "barco de vela/barcos de vela m", "barco/barcos m"),
    ),
    draw=draw,
    height_m=3.6,
    length_m=3.5,
    actions=("sail", "float", "call", "follow"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=1.6),
    voice="bell",
    voice_verbs=Phrase(en=("rings its bell/ring their bells",), es=("toca la campana/tocan la campana",)),
    hum="boat creak",
    step="",
    medium="water",
    places=("open sea",),
)

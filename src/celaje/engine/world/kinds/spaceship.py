"""The spaceship: a toy rocket that flies on its belly, with a glass cockpit, swept fins and glowing engines."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import WHITE, Paint, blob, body_frame, limb
from celaje.engine.world.kinds.vehicle import CHROME, DARK, rod
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Shapes, Solid
from celaje.engine.world.words import Noun

COLORS = ("white", "red", "blue", "yellow", "green", "purple", "black", "orange")


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the spaceship's solids."""
    name = look.get("color", "white")
    color = COLOR_RGB[name]
    hull = Paint(color=color, finish=Finish.GLOSSY)
    trim = Paint(color=COLOR_RGB["red"] if name in ("white", "black") else WHITE, finish=Finish.GLOSSY)
    ship = body_frame(shapes.num_frames, 0.85 + 0.03 * np.sin(1.7 * pose.time)).turned(
        roll=0.05 * np.sin(1.2 * pose.time)
    )
    blob(shapes, ship, (-0.1, 0.0, 0.0), (1.55, 0.46, 0.48), hull)
    blob(shapes, ship, (-0.6, -0.02, 0.0), (0.95, 0.44, 0.5), hull.plain(0.85))
    limb(shapes, ship.at(0.95, 0.0, 0.0), ship.at(1.75, -0.03, 0.0), 0.345, trim, height=0.325, solid=Solid.CONE)
    rod(shapes, ship, (0.28, 0.0, 0.0), (0.4, 0.0, 0.0), 0.465, trim)
    blob(shapes, ship, (0.42, 0.3, 0.0), (0.42, 0.27, 0.25), Paint(color=(0.45, 0.8, 0.95), finish=Finish.GLASS))
    rod(shapes, ship, (-1.45, 0.0, 0.0), (-1.15, 0.0, 0.0), 0.3, DARK)
    limb(shapes, ship.at(-0.8, 0.2, 0.0), ship.at(-1.6, 0.95, 0.0), 0.05, trim, height=0.3, overlap=0.05)
    flicker = 0.55 + 0.12 * np.sin(31 * pose.time) + 0.1 * np.sin(47 * pose.time)
    for side in (-1.0, 1.0):
        limb(
            shapes,
            ship.at(-0.35, -0.1, 0.3 * side),
            ship.at(-1.35, -0.3, 1.35 * side),
            0.4,
            trim,
            height=0.05,
            overlap=0.03,
        )
        rod(shapes, ship, (-1.5, -0.29, 1.18 * side), (-0.75, -0.29, 1.18 * side), 0.13, hull)
        limb(
            shapes, ship.at(-0.75, -0.29, 1.18 * side), ship.at(-0.4, -0.29, 1.18 * side), 0.13, trim, solid=Solid.CONE
        )
        for x in (-0.35, -0.75, -1.1):
            porthole = ship.at(x, 0.1, (0.46 - 0.06 * abs(x + 0.5)) * side)
            blob(shapes, ship.moved(porthole), (0.0, 0.0, 0.0), (0.1, 0.1, 0.05), CHROME, shadow=0)
            glass = Paint(color=(1.0, 0.92, 0.55), glow=0.6)
            blob(shapes, ship.moved(porthole), (0.0, 0.0, 0.025 * side), (0.072, 0.072, 0.04), glass, shadow=0)
        jet = ship.at(-1.5 - 1.1 * flicker, -0.29, 1.18 * side)
        blue = Paint(color=(0.35, 0.75, 1.0), glow=1.0)
        limb(shapes, ship.at(-1.5, -0.29, 1.18 * side), jet, 0.1, blue, solid=Solid.CONE, shadow=0)
    for reach, radius, glow_color in ((1.6, 0.26, (1.0, 0.5, 0.1)), (0.9, 0.17, (1.0, 0.95, 0.6))):
        end = ship.at(-1.45 - reach * flicker, 0.0, 0.0)
        limb(
            shapes, ship.at(-1.46, 0.0, 0.0), end, radius, Paint(color=glow_color, glow=1.0), solid=Solid.CONE, shadow=0
        )


KIND = Kind(
    name="spaceship",
    noun=Noun(
        en=("spaceship/spaceships", "rocket ship/rocket ships"), es=("nave espacial/naves espaciales f", "nave/naves f")
    ),
    draw=draw,
    height_m=1.85,
    length_m=4.7,
    actions=("fly", "float", "follow"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=3.0),
    hum="jet hum",
    step="",
    medium="air",
    places=("moon",),
)

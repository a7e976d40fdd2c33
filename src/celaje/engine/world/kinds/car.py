"""The car: a round little saloon with big lamps."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import Paint, blob, body_frame, limb, shaded
from celaje.engine.world.kinds.vehicle import CHROME, DARK, PANE, add_lamp, add_wheel, box, rod
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

COLORS = ("red", "blue", "yellow", "green", "white", "black", "orange", "turquoise", "pink", "gray", "purple")
WHEEL_RADIUS_M = 0.34


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the car's solids."""
    color = COLOR_RGB[look.get("color", "red")]
    paint = Paint(color=color, finish=Finish.GLOSSY)
    lower = Paint(color=shaded(color, 0.62), finish=Finish.GLOSSY)
    ground = body_frame(shapes.num_frames)
    shake = 0.012 * np.sin(21 * pose.time) + 0.015 * np.sin(3.1 * pose.time)
    body = body_frame(shapes.num_frames, shake - 0.15 * pose.squash)
    box(shapes, body, (0.0, 0.42, 0.0), (1.42, 0.1, 0.66), lower)
    box(shapes, body, (0.0, 0.66, 0.0), (1.3, 0.18, 0.7), paint)
    for x in (-1.3, 1.3):
        limb(shapes, body.at(x, 0.62, -0.7), body.at(x, 0.62, 0.7), 0.22, paint, solid=Solid.CYLINDER)
        limb(shapes, body.at(1.13 * x, 0.42, -0.62), body.at(1.13 * x, 0.42, 0.62), 0.07, CHROME, solid=Solid.CYLINDER)
    blob(shapes, body, (0.85, 0.78, 0.0), (0.75, 0.16, 0.66), paint)
    blob(shapes, body, (-1.0, 0.78, 0.0), (0.55, 0.16, 0.66), paint)
    blob(shapes, body, (-0.25, 0.84, 0.0), (0.92, 0.6, 0.63), PANE)
    blob(shapes, body, (-0.3, 1.18, 0.0), (0.72, 0.28, 0.6), paint)
    for side in (-1.0, 1.0):
        limb(
            shapes, body.at(-0.22, 0.8, 0.6 * side), body.at(-0.22, 1.2, 0.5 * side), 0.06, paint, solid=Solid.CYLINDER
        )
        limb(
            shapes, body.at(0.66, 0.8, 0.6 * side), body.at(0.16, 1.26, 0.47 * side), 0.05, paint, solid=Solid.CYLINDER
        )
        blob(shapes, body, (-0.4, 0.72, 0.7 * side), (0.09, 0.02, 0.025), CHROME)
        blob(shapes, body, (0.5, 0.92, 0.74 * side), (0.06, 0.07, 0.08), paint)
        add_lamp(shapes, body, (1.45, 0.68, 0.44 * side), 0.15, (1.0, 0.95, 0.75))
        add_lamp(shapes, body, (-1.47, 0.66, 0.48 * side), 0.1, (1.0, 0.12, 0.08))
        for x in (-0.88, 0.88):
            limb(shapes, body.at(x, 0.42, 0.5 * side), body.at(x, 0.42, 0.72 * side), 0.385, DARK, solid=Solid.CYLINDER)
            add_wheel(shapes, ground, (x, WHEEL_RADIUS_M, 0.64 * side), WHEEL_RADIUS_M, 0.24, pose.wheel)
    rod(shapes, body, (1.51, 0.5, -0.28), (1.51, 0.5, 0.28), 0.06, DARK)


KIND = Kind(
    name="car",
    noun=Noun(en=("car/cars", "automobile/automobiles"), es=("coche/coches m", "auto/autos m", "carro/carros m")),
    draw=draw,
    height_m=1.48,
    length_m=3.2,
    actions=("drive", "stand", "call", "follow", "collide"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=3.5),
    voice="horn",
    voice_verbs=Phrase(
        en=("honks/honk", "honks its horn/honk their horns"), es=("pita/pitan", "toca el claxon/tocan el claxon")
    ),
    hum="engine",
    step="",
    medium="road",
    wheel_radius_m=WHEEL_RADIUS_M,
)

"""The drone: four arms with whirling rotors, a camera for an eye, a red and a green lamp."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import BLACK, Paint, blob, body_frame, limb, shaded
from celaje.engine.world.kinds.vehicle import CHROME, DARK, rod
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun

COLORS = ("white", "black", "red", "orange", "yellow", "blue", "green")
TURNS_PER_S = 5.3  # seen at 12 frames a second the blades seem to whirl


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the drone's solids."""
    color = COLOR_RGB[look.get("color", "white")]
    shell = Paint(color=color, finish=Finish.GLOSSY)
    rotor = Paint(color=(0.75, 0.8, 0.86), pattern=Pattern.SECTORS, color2=(0.55, 0.6, 0.68), finish=Finish.GLASS)
    body = body_frame(shapes.num_frames, 0.26 + 0.01 * np.sin(7 * pose.time))
    body = body.turned(pitch=0.02 * np.sin(5 * pose.time), roll=0.03 * np.sin(3.3 * pose.time))
    blob(shapes, body, (0.0, 0.0, 0.0), (0.3, 0.11, 0.17), shell)
    blob(shapes, body, (-0.03, 0.055, 0.0), (0.19, 0.075, 0.12), shell.plain(0.72))
    for ahead in (-1.0, 1.0):
        for side in (-1.0, 1.0):
            rod(shapes, body, (0.12 * ahead, 0.0, 0.08 * side), (0.36 * ahead, 0.06, 0.4 * side), 0.035, shell)
            rod(shapes, body, (0.36 * ahead, 0.0, 0.4 * side), (0.36 * ahead, 0.13, 0.4 * side), 0.055, DARK)
            hub = body.moved(body.at(0.36 * ahead, 0.15, 0.4 * side))
            angle = 2 * np.pi * TURNS_PER_S * pose.time * ahead * side
            limb(
                shapes,
                hub.at(0.0, -0.004, 0.0),
                hub.at(0.0, 0.004, 0.0),
                0.25,
                rotor,
                solid=Solid.CYLINDER,
                roll=angle,
                shadow=0.3,
            )
            blade = hub.turned(yaw=angle)
            blob(shapes, blade, (0.0, 0.014, 0.0), (0.25, 0.008, 0.028), DARK)
            lamp = (1.0, 0.1, 0.1) if side < 0 else (0.1, 1.0, 0.25)
            blob(shapes, body, (0.36 * ahead, -0.02, 0.4 * side), (0.035,) * 3, Paint(color=lamp, glow=0.9), shadow=0)
    for side in (-1.0, 1.0):
        rod(shapes, body, (-0.17, -0.22, 0.17 * side), (0.17, -0.22, 0.17 * side), 0.017, DARK)
        for x in (-0.1, 0.1):
            rod(shapes, body, (x, -0.04, 0.1 * side), (x, -0.22, 0.17 * side), 0.015, DARK)
    eye = body.moved(body.at(0.2, -0.1, 0.0)).turned(yaw=0.4 * np.sin(0.9 * pose.time), pitch=-0.2)
    blob(
        shapes,
        eye,
        (0.0, 0.0, 0.0),
        (0.085, 0.085, 0.085),
        Paint(color=shaded(CHROME.color, 0.5), finish=Finish.GLOSSY),
    )
    blob(shapes, eye, (0.06, 0.0, 0.0), (0.04, 0.055, 0.055), Paint(color=BLACK, finish=Finish.GLOSSY))


KIND = Kind(
    name="drone",
    noun=Noun(en=("drone/drones", "quadcopter/quadcopters"), es=("dron/drones m", "cuadricóptero/cuadricópteros m")),
    draw=draw,
    height_m=0.45,
    length_m=1.2,
    actions=("fly", "float", "follow"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=1.8),
    hum="rotor",
    step="",
    medium="air",
)

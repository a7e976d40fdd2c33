"""The train: a steam engine with chimney and smoke, and two wagons."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import Frame, Paint, blob, body_frame, limb, mixed, shaded
from celaje.engine.world.kinds.vehicle import CHROME, DARK, PANE, add_lamp, add_wheel, box, rod
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

COLORS = ("red", "green", "blue", "black", "yellow", "orange", "purple", "white")
WHEEL_RADIUS_M = 0.28
CREAM: Color = (0.96, 0.9, 0.74)
BRASS = Paint(color=(0.95, 0.74, 0.28), finish=Finish.GLOSSY)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add engine, wagons and smoke."""
    color = COLOR_RGB[look.get("color", "red")]
    paint = Paint(color=color, finish=Finish.GLOSSY)
    ground = body_frame(shapes.num_frames)
    shake = 0.012 * np.sin(13 * pose.time)
    _add_engine(shapes, ground.moved(ground.at(2.2, shake, 0.0)), pose, paint)
    for index, x in enumerate((-0.45, -2.75)):
        jolt = 0.012 * np.sin(13 * pose.time - 1.7 * (index + 1))
        _add_wagon(shapes, ground.moved(ground.at(x, jolt, 0.0)), pose, paint)
        rod(shapes, ground, (x + 1.0, 0.45, 0.0), (x + 1.35, 0.45, 0.0), 0.05, DARK)
    _add_smoke(shapes, ground, pose)


def _add_engine(shapes: Shapes, engine: Frame, pose: Pose, paint: Paint) -> None:
    dark = paint.plain(0.6)
    box(shapes, engine, (0.0, 0.5, 0.0), (1.15, 0.1, 0.5), DARK)
    rod(shapes, engine, (-0.4, 1.02, 0.0), (1.1, 1.02, 0.0), 0.44, paint)
    blob(shapes, engine, (1.1, 1.02, 0.0), (0.12, 0.42, 0.42), DARK)
    for x in (-0.1, 0.5, 1.02):
        rod(shapes, engine, (x - 0.03, 1.02, 0.0), (x + 0.03, 1.02, 0.0), 0.46, BRASS)
    rod(shapes, engine, (0.78, 1.35, 0.0), (0.78, 1.85, 0.0), 0.14, DARK)
    rod(shapes, engine, (0.78, 1.95, 0.0), (0.78, 1.45, 0.0), 0.27, DARK, solid=Solid.CONE)
    blob(shapes, engine, (0.22, 1.45, 0.0), (0.19, 0.22, 0.19), BRASS)
    box(shapes, engine, (-0.78, 1.2, 0.0), (0.4, 0.65, 0.56), paint)
    box(shapes, engine, (-0.78, 1.5, 0.0), (0.26, 0.2, 0.575), PANE)
    box(shapes, engine, (-0.78, 1.9, 0.0), (0.52, 0.07, 0.68), dark)
    add_lamp(shapes, engine, (1.24, 1.2, 0.0), 0.14, (1.0, 0.92, 0.6))
    rod(shapes, engine, (1.08, 0.36, 0.0), (1.55, 0.16, 0.0), 0.38, dark, solid=Solid.CONE)
    for side in (-1.0, 1.0):
        for x in (-0.72, 0.02, 0.76):
            add_wheel(
                shapes,
                engine,
                (x, WHEEL_RADIUS_M, 0.5 * side),
                WHEEL_RADIUS_M,
                0.1,
                pose.wheel,
                tyre=dark,
                hub=BRASS.color,
            )
        turn_x, turn_y = 0.14 * np.cos(pose.wheel), WHEEL_RADIUS_M - 0.14 * np.sin(pose.wheel)
        start, end = engine.at(-0.72 + turn_x, turn_y, 0.59 * side), engine.at(0.76 + turn_x, turn_y, 0.59 * side)
        limb(shapes, start, end, 0.035, CHROME, solid=Solid.CYLINDER)


def _add_wagon(shapes: Shapes, wagon: Frame, pose: Pose, paint: Paint) -> None:
    box(shapes, wagon, (0.0, 0.46, 0.0), (1.0, 0.08, 0.46), DARK)
    box(shapes, wagon, (0.0, 0.82, 0.0), (1.02, 0.3, 0.54), paint)
    box(shapes, wagon, (0.0, 1.32, 0.0), (1.0, 0.24, 0.52), Paint(color=mixed(CREAM, paint.color, 0.12)))
    for x in (-0.64, 0.0, 0.64):
        box(shapes, wagon, (x, 1.32, 0.0), (0.2, 0.16, 0.535), Paint(color=PANE.color, finish=Finish.GLOSSY, glow=0.25))
    blob(shapes, wagon, (0.0, 1.56, 0.0), (1.12, 0.16, 0.6), Paint(color=shaded(paint.color, 0.6)))
    for side in (-1.0, 1.0):
        for x in (-0.62, 0.62):
            add_wheel(shapes, wagon, (x, 0.24, 0.46 * side), 0.24, 0.1, pose.wheel * WHEEL_RADIUS_M / 0.24)


def _add_smoke(shapes: Shapes, ground: Frame, pose: Pose) -> None:
    """Puffs that leave the chimney one after the other, grow, fall back and fade to nothing."""
    smoke = Paint(color=(0.9, 0.9, 0.92), finish=Finish.SOFT)
    for index in range(5):
        age = (1.1 * pose.time + index / 5) % 1.0
        size = (0.14 + 0.42 * age) * np.minimum(1.0, 6 * (1 - age)) * np.minimum(1.0, 8 * age)
        center = (2.98 - 1.3 * age, 1.95 + 0.95 * age**0.7, 0.12 * np.sin(9 * index + 3 * age))
        blob(shapes, ground, center, (size, 0.85 * size, size), smoke, shadow=0.3)


KIND = Kind(
    name="train",
    noun=Noun(en=("train/trains", "steam train/steam trains"), es=("tren/trenes m", "tren de vapor/trenes de vapor m")),
    draw=draw,
    height_m=2.1,
    length_m=7.7,
    actions=("drive", "stand", "call"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=3.5),
    voice="bell",
    voice_verbs=Phrase(en=("rings its bell/ring their bells",), es=("toca la campana/tocan la campana",)),
    hum="train",
    step="",
    medium="rails",
    wheel_radius_m=WHEEL_RADIUS_M,
)

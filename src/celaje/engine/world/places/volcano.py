"""An active volcano: a dark cone with a burning crater, streams of lava, a plume of smoke, glowing rocks and sparks."""

import itertools
import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import blob, both_sides, pick, rock, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

LAVA: Color = (1.0, 0.38, 0.06)
HOT: Color = (1.0, 0.72, 0.18)
BASALT: Color = (0.21, 0.17, 0.17)
CONE_Z, CONE_RADIUS, CONE_HEIGHT, CRATER = 46.0, 17.0, 13.0, 0.74


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The cone closes the view; its streams reach the plain, where lava pools and rocks lie around the stage."""
    x = float(rng.uniform(-4.0, 4.0))
    _cone(shapes, rng, x)
    _plume(shapes, rng, x)
    for side in (-1.0, 1.0):
        height = float(rng.uniform(5.0, 7.0))
        shapes.add(
            (side * 34.0, -0.5, 52.0),
            (side * 34.0, height, 52.0),
            height * 1.4,
            color=varied(rng, BASALT),
            solid=Solid.CONE,
            pattern=Pattern.STONE,
            color2=(0.13, 0.1, 0.1),
            scale=0.4,
            shadow=0.0,
        )
    lamps = [Lamp(position=(x, 11.0, CONE_Z - 14.0), color=LAVA, reach_m=26.0, night_only=False)]
    for index, (pool_x, pool_z) in enumerate(both_sides(rng, 3, 3.0, 6.5, 3.2, 7.5)):
        size = float(rng.uniform(0.9, 1.6))
        blob(shapes, pool_x, 0.0, pool_z, (size * 1.25, 0.05, size * 0.8), (0.12, 0.09, 0.09), shadow=0.0)
        blob(
            shapes,
            pool_x,
            0.0,
            pool_z,
            (size, 0.07, size * 0.6),
            (1.0, 0.52, 0.1),
            glow=1.0,
            shadow=0.0,
        )
        if index < 2:
            lamps.append(Lamp(position=(pool_x, 0.8, pool_z - 0.5), color=LAVA, reach_m=6.0, night_only=False))
    for x_rock, z_rock in both_sides(rng, 6, 2.5, 9.0, 3.0, 11.0):
        rock(shapes, rng, x_rock, z_rock, float(rng.uniform(0.4, 1.0)), BASALT)
    for x_rock, z_rock in both_sides(rng, 8, 12.0, 16.5, -0.5, 9.0):
        _spire(shapes, rng, x_rock, z_rock)
    return tuple(lamps)


def _cone(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """The mountain: a cone whose tip is hidden by the bulge of lava in its crater, a ragged rim, five streams."""
    shapes.add(
        (x, -0.5, CONE_Z),
        (x, CONE_HEIGHT, CONE_Z),
        CONE_RADIUS,
        color=BASALT,
        solid=Solid.CONE,
        pattern=Pattern.LAVA,
        color2=LAVA,
        scale=0.5,
        shadow=0.0,
    )
    rim_y, rim_radius = CONE_HEIGHT * CRATER, CONE_RADIUS * (1 - CRATER)
    blob(
        shapes,
        x,
        rim_y,
        CONE_Z,
        (rim_radius, CONE_HEIGHT * (1 - CRATER) * 1.08, rim_radius),
        HOT,
        pattern=Pattern.PATCHES,
        color2=LAVA,
        scale=0.7,
        glow=1.0,
        shadow=0.0,
    )
    for index in range(8):
        angle = index * math.tau / 8 + float(rng.uniform(-0.2, 0.2))
        size = float(rng.uniform(1.3, 1.9))
        blob(
            shapes,
            x + math.cos(angle) * rim_radius,
            rim_y + 0.2,
            CONE_Z + math.sin(angle) * rim_radius,
            (size, size * 0.75, size),
            varied(rng, BASALT),
            pattern=Pattern.STONE,
            color2=(0.12, 0.09, 0.09),
            scale=1.0,
            shadow=0.0,
        )
    first = float(rng.uniform(-0.3, 0.3))
    for index in range(5):
        _stream(shapes, rng, x, -math.pi / 2 + first + (index - 2) * 0.62)


def _stream(shapes: Shapes, rng: np.random.Generator, x: float, angle: float) -> None:
    """Lava that runs down the cone at `angle` around it in three bent pieces, each wider than the last."""
    points = []
    bend = float(rng.uniform(-0.12, 0.12))
    for height in (CRATER + 0.02, 0.5, 0.25, 0.0):
        turn = angle + bend * (1 - height) * 3.0 * float(rng.uniform(0.4, 1.0))
        radius = CONE_RADIUS * (1 - height) + 0.15
        points.append((x + math.cos(turn) * radius, CONE_HEIGHT * height + 0.1, CONE_Z + math.sin(turn) * radius))
    for index, (high, low) in enumerate(itertools.pairwise(points)):
        shapes.add(
            high,
            low,
            0.34 + 0.12 * index,
            0.3,
            color=HOT if index == 0 else (1.0, 0.5, 0.1),
            solid=Solid.CYLINDER,
            glow=1.0,
            shadow=0.0,
        )


def _plume(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """Smoke that rises and drifts, lit from below, with a fountain and sparks in it."""
    drift = pick(rng, (-1.0, 1.0)) * float(rng.uniform(0.6, 1.4))
    for index in range(9):
        size = 1.6 + index * 0.6
        grey = 0.34 - index * 0.01
        warm = max(0.0, 0.3 - index * 0.07)
        blob(
            shapes,
            x + drift * index * 0.8 + float(rng.uniform(-0.8, 0.8)),
            CONE_HEIGHT + 1.0 + index * 1.5,
            CONE_Z + float(rng.uniform(-1.0, 1.0)),
            (size * 1.15, size, size),
            (grey + warm, grey + warm * 0.35, grey),
            finish=Finish.SOFT,
            glow=warm,
            shadow=0.0,
        )
    for index in range(10):
        angle = float(rng.uniform(-1.2, 1.2))
        reach = float(rng.uniform(2.0, 6.5))
        size = float(rng.uniform(0.16, 0.4))
        blob(
            shapes,
            x + math.sin(angle) * reach,
            CONE_HEIGHT * 0.9 + math.cos(angle) * reach,
            CONE_Z - 4.0 - index * 0.2,
            (size, size, size),
            pick(rng, (HOT, LAVA)),
            glow=1.0,
            shadow=0.0,
        )


def _spire(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A jagged dark rock with glowing veins."""
    height = float(rng.uniform(1.2, 3.2))
    lean = float(rng.uniform(-0.4, 0.4))
    shapes.add(
        (x, -0.2, z),
        (x + lean, height, z),
        height * 0.42,
        color=varied(rng, BASALT),
        solid=Solid.CONE,
        pattern=Pattern.CRACKS,
        color2=LAVA,
        scale=1.0,
    )


VOLCANO = Place(
    name="volcano",
    phrase=Phrase(
        en=(
            "at an active volcano",
            "near an erupting volcano",
            "among lava and black rock",
            "on the slopes of a volcano with streams of lava",
            "on a volcano that throws out smoke and sparks",
            "by a burning volcano",
        ),
        es=(
            "en un volcán activo",
            "cerca de un volcán en erupción",
            "entre lava y roca negra",
            "en las laderas de un volcán con ríos de lava",
            "en un volcán que echa humo y chispas",
            "junto a un volcán ardiente",
        ),
    ),
    noun=Noun(
        en=("active volcano/active volcanoes", "erupting volcano/erupting volcanoes", "volcano/volcanoes"),
        es=("volcán activo/volcanes activos m", "volcán en erupción/volcanes en erupción m", "volcán/volcanes m"),
    ),
    ground=Ground.LAVA,
    build=build,
    surface="stone",
    sounds=("lava rumble", "wind"),
    media=("ground", "air"),
    weathers=("clear", "rain", "fog", "storm"),
    tint=(1.0, 0.86, 0.82),
    now_and_then={"eruption burst": (2.5, 5.0)},
    hills=(0.2, 0.15, 0.17),
    hills_height=0.06,
    landmark=(0.0, 0.0, CONE_Z),
    landmark_size_m=(CONE_HEIGHT + 8.0, CONE_RADIUS * 2.2),
)

"""The ruins of an old city: pale pavement, columns, broken arches, a temple on its steps, ivy and cypresses."""

import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import blob, block, both_sides, bush, pick, post, rock, varied
from celaje.engine.world.shapes import Color, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

STONES: tuple[Color, ...] = ((0.88, 0.8, 0.66), (0.9, 0.86, 0.78), (0.86, 0.72, 0.56))
IVY: Color = (0.34, 0.5, 0.22)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The temple stands on its steps at the back, arches lead away at one side, columns frame the stage."""
    stone = pick(rng, STONES)
    worn = (stone[0] * 0.8, stone[1] * 0.78, stone[2] * 0.74)
    side = pick(rng, (-1.0, 1.0))
    flag = (stone[0] * 0.93, stone[1] * 0.93, stone[2] * 0.92)
    block(shapes, 0.0, 0.6, (36.0, 0.012, 7.0), stone, pattern=Pattern.CHECKS, color2=flag, scale=0.8, shadow=0.0)
    _temple(shapes, rng, -side * float(rng.uniform(1.0, 3.0)), 22.0, stone, worn)
    for index in range(2):
        _arch(shapes, rng, side * (5.6 + index * 4.2), 11.0 + index * 2.0, stone, worn, broken=index == 0)
    for x, z in both_sides(rng, 4, 3.2, 6.0, 3.3, 6.5):
        _column(shapes, x, z, float(rng.uniform(1.3, 4.2)), 0.36, stone, worn)
    for x, z in both_sides(rng, 6, 12.0, 16.5, -0.5, 9.0):
        _column(shapes, x, z, float(rng.uniform(2.0, 5.0)), 0.42, stone, worn)
    for x, z in both_sides(rng, 3, 1.8, 5.0, 3.4, 5.0):
        turn = float(rng.uniform(-0.9, 0.9))
        dx, dz = math.cos(turn) * 0.55, math.sin(turn) * 0.55
        shapes.add(
            (x - dx, 0.33, z - dz),
            (x + dx, 0.33, z + dz),
            0.36,
            color=varied(rng, stone, 0.05),
            solid=Solid.CYLINDER,
            pattern=Pattern.STONE,
            color2=worn,
        )
    for x, z in both_sides(rng, 4, 2.0, 8.0, 4.0, 9.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.25, 0.6)), stone)
    for x, z in both_sides(rng, 3, 2.5, 8.0, 3.0, 8.0):
        bush(shapes, rng, x, z, float(rng.uniform(0.35, 0.6)), IVY)
    for x, z in both_sides(rng, 4, 8.0, 15.0, 24.0, 34.0):
        height = float(rng.uniform(5.0, 7.5))
        blob(
            shapes,
            x,
            height * 0.5,
            z,
            (0.75, height * 0.55, 0.75),
            varied(rng, (0.18, 0.34, 0.2)),
            pattern=Pattern.LEAVES,
            color2=(0.11, 0.22, 0.13),
        )
    return ()


def _column(shapes: Shapes, x: float, z: float, height: float, radius: float, stone: Color, worn: Color) -> None:
    """A broken column on its foot. 2 solids."""
    block(shapes, x, z, (radius * 2.9, 0.24, radius * 2.9), worn)
    post(shapes, x, z, height, radius, stone, y=0.24, pattern=Pattern.STONE, color2=worn, scale=1.5)


def _temple(shapes: Shapes, rng: np.random.Generator, x: float, z: float, stone: Color, worn: Color) -> None:
    """Four steps, six columns of which one is broken, and what is left of the beam and gable above."""
    for index in range(4):
        block(
            shapes,
            x,
            z,
            (11.6 - index * 0.9, 0.32, 6.4 - index * 0.9),
            stone if index % 2 else worn,
            y=index * 0.32,
            pattern=Pattern.STONE,
            color2=worn,
            scale=1.0,
        )
    broken = int(rng.integers(4, 6))
    for index in range(6):
        column_x = x + (index - 2.5) * 1.6
        height = 4.0 if index != broken else float(rng.uniform(1.2, 2.4))
        post(shapes, column_x, z - 1.2, height, 0.36, stone, y=1.28, pattern=Pattern.STONE, color2=worn, scale=1.5)
    block(shapes, x - 1.75, z - 1.2, (5.6, 0.75, 1.0), stone, y=5.28, pattern=Pattern.STONE, color2=worn)
    shapes.add((x - 1.75, 6.0, z - 1.2), (x - 1.75, 7.7, z - 1.2), 0.5, 2.8, color=worn, solid=Solid.CONE)


def _arch(
    shapes: Shapes, rng: np.random.Generator, x: float, z: float, stone: Color, worn: Color, *, broken: bool
) -> None:
    """Two piers and the stones of a round arch; a broken one has lost those near the top. 6 or 8 solids."""
    for side in (-1.3, 1.3):
        block(
            shapes,
            x + side,
            z,
            (0.8, 2.9, 0.9),
            varied(rng, stone, 0.05),
            pattern=Pattern.BRICK,
            color2=worn,
            scale=1.2,
        )
    for index in range(7):
        if broken and index in (2, 3, 4):
            continue
        low, high = math.pi * index / 7, math.pi * (index + 1) / 7
        start = (x + math.cos(low) * 1.35, 2.9 + math.sin(low) * 1.35, z)
        end = (x + math.cos(high) * 1.35, 2.9 + math.sin(high) * 1.35, z)
        shapes.add(
            start, end, 0.45, 0.42, color=varied(rng, stone, 0.08), solid=Solid.BOX, pattern=Pattern.STONE, color2=worn
        )


RUINS = Place(
    name="ruins",
    phrase=Phrase(
        en=(
            "in the ruins of an old city",
            "among ancient ruins",
            "among broken columns and arches",
            "near a ruined temple",
            "in the ruins of an ancient city with stone steps",
            "in the remains of an old city",
        ),
        es=(
            "en las ruinas de una ciudad antigua",
            "entre ruinas antiguas",
            "entre columnas rotas y arcos",
            "junto a un templo en ruinas",
            "en las ruinas de una vieja ciudad con escalones de piedra",
            "en los restos de una ciudad antigua",
        ),
    ),
    noun=Noun(
        en=("ruined city/ruined cities", "ancient ruin/ancient ruins", "ruined temple/ruined temples"),
        es=(
            "ciudad en ruinas/ciudades en ruinas f",
            "ruina antigua/ruinas antiguas f",
            "templo en ruinas/templos en ruinas m",
        ),
    ),
    ground=Ground.COBBLES,
    build=build,
    surface="stone",
    sounds=("light wind", "crickets"),
    media=("ground", "air"),
    tint=(1.03, 0.99, 0.93),
    hills=(0.6, 0.56, 0.42),
    hills_height=0.13,
)

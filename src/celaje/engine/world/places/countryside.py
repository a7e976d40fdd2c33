"""The countryside: a dirt lane, striped fields, a fence, a farm with a red barn, hay bales, a windmill, trees."""

import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import WARM, blob, block, both_sides, bush, cloud, pick, tree, varied
from celaje.engine.world.shapes import Color, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

FIELDS: tuple[tuple[Color, Color], ...] = (
    ((0.93, 0.76, 0.28), (0.84, 0.64, 0.2)),
    ((0.52, 0.7, 0.26), (0.4, 0.58, 0.2)),
    ((0.62, 0.44, 0.28), (0.52, 0.35, 0.22)),
    ((0.66, 0.46, 0.76), (0.45, 0.6, 0.3)),
)
LEAF: Color = (0.3, 0.58, 0.2)
FENCE: Color = (0.92, 0.9, 0.84)
HAY: Color = (0.92, 0.74, 0.32)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The fence runs behind the stage with bales beyond it; farm and windmill stand on either side."""
    side = pick(rng, (-1.0, 1.0))
    _fields(shapes, rng)
    lane = varied(rng, (0.72, 0.56, 0.38))
    shapes.add(
        (-40.0, 0.0, 0.4),
        (40.0, 0.0, 0.4),
        1.2,
        0.012,
        color=lane,
        solid=Solid.BOX,
        pattern=Pattern.STONE,
        color2=(0.62, 0.47, 0.31),
        scale=0.8,
        shadow=0.0,
    )
    _fence(shapes, 3.4, pick(rng, (FENCE, (0.55, 0.4, 0.26))))
    lamp = _farm(shapes, rng, side * float(rng.uniform(4.0, 6.0)), 20.0, time)
    _windmill(shapes, rng, -side * float(rng.uniform(4.5, 7.0)), float(rng.uniform(26.0, 31.0)))
    for x, z in both_sides(rng, 4, 1.6, 6.0, 5.0, 10.0):
        _bale(shapes, rng, x, z)
    for x, z in both_sides(rng, 3, 8.0, 12.0, 11.0, 20.0):
        tree(shapes, rng, x, z, 5.0, LEAF)
    for x, z in both_sides(rng, 4, 12.0, 16.5, -0.5, 9.0):
        tree(shapes, rng, x, z, 4.6, LEAF)
    for x, z in both_sides(rng, 4, 3.0, 7.0, 2.7, 3.2):
        bush(shapes, rng, x, z, float(rng.uniform(0.3, 0.5)), (0.36, 0.6, 0.24))
    cloud(shapes, rng, float(rng.uniform(-20.0, 20.0)), 16.0, 60.0, 2.8, (1.0, 1.0, 1.0))
    return (lamp,)


def _fields(shapes: Shapes, rng: np.random.Generator) -> None:
    """Four flat fields with rows, and rolling hills behind them."""
    order = rng.permutation(len(FIELDS))
    for index, (x, z) in enumerate(((-15.0, 15.0), (2.0, 31.0), (17.0, 16.0), (-22.0, 34.0))):
        color, color2 = FIELDS[int(order[index])]
        shapes.add(
            (x - 8.0, 0.02, z),
            (x + 8.0, 0.02, z),
            6.0,
            0.03,
            color=color,
            solid=Solid.BOX,
            pattern=Pattern.STRIPES,
            color2=color2,
            scale=0.8,
            shadow=0.0,
        )
    for x, z, height in ((-30.0, 50.0, 4.5), (6.0, 56.0, 5.5), (36.0, 50.0, 4.5)):
        blob(shapes, x, -0.5, z, (21.0, height, 9.0), varied(rng, (0.42, 0.64, 0.3)), shadow=0.0)


def _fence(shapes: Shapes, z: float, color: Color) -> None:
    """Posts and two rails along the whole view."""
    for index in range(9):
        block(shapes, (index - 4) * 2.6, z, (0.14, 1.05, 0.12), color)
    for level in (0.42, 0.8):
        shapes.add((-15.0, level, z), (15.0, level, z), 0.035, 0.07, color=color, solid=Solid.BOX)


def _farm(shapes: Shapes, rng: np.random.Generator, x: float, z: float, time: str) -> Lamp:
    """A white house and a red barn, both under steep roofs."""
    lit = 0.1 if time == "day" else 1.0
    barn = varied(rng, (0.74, 0.18, 0.14))
    block(
        shapes,
        x + 2.2,
        z,
        (4.0, 2.5, 3.6),
        barn,
        pattern=Pattern.WOOD,
        color2=(barn[0] * 0.75, barn[1] * 0.75, barn[2] * 0.75),
    )
    _roof(shapes, x + 2.2, z, (4.4, 4.4), 2.5, 1.4, (0.32, 0.3, 0.32))
    block(shapes, x + 2.2, z - 1.83, (1.3, 1.6, 0.06), (0.95, 0.93, 0.88))
    block(shapes, x - 2.2, z + 0.4, (3.2, 2.1, 3.0), (0.96, 0.93, 0.86))
    _roof(shapes, x - 2.2, z + 0.4, (3.6, 3.6), 2.1, 1.2, (0.7, 0.34, 0.2))
    for window in (-0.75, 0.75):
        block(
            shapes,
            x - 2.2 + window,
            z - 1.13,
            (0.6, 0.7, 0.06),
            WARM if lit > 0.5 else (0.4, 0.55, 0.7),
            y=0.8,
            glow=lit,
        )
    block(
        shapes,
        x - 1.4,
        z + 0.8,
        (0.4, 1.6, 0.4),
        (0.6, 0.32, 0.24),
        y=2.4,
        pattern=Pattern.BRICK,
        color2=(0.8, 0.75, 0.7),
    )
    return Lamp(position=(x - 2.2, 1.2, z - 2.0), color=WARM, reach_m=7.0)


def _roof(
    shapes: Shapes, x: float, z: float, size: tuple[float, float], base: float, rise: float, color: Color
) -> None:
    """Two slabs of `size` (width along x, depth along z) that lean against each other along the ridge."""
    width, depth = size
    for front in (-1.0, 1.0):
        shapes.add(
            (x, base - 0.15, z + front * depth / 2),
            (x, base + rise, z),
            width / 2,
            0.1,
            color=color,
            solid=Solid.BOX,
        )


def _windmill(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A white tower with a red cap and four sails."""
    shapes.add((x, 0.0, z), (x, 12.0, z), 1.7, color=(0.95, 0.92, 0.86), solid=Solid.CONE)
    blob(shapes, x, 5.9, z, (1.15, 1.15, 1.15), (0.95, 0.92, 0.86))
    shapes.add((x, 5.8, z), (x, 8.0, z), 1.35, color=(0.72, 0.24, 0.18), solid=Solid.CONE)
    shapes.add((x, 5.2, z - 1.1), (x, 5.2, z - 1.9), 0.16, color=(0.35, 0.25, 0.18), solid=Solid.CYLINDER)
    turn = float(rng.uniform(0.2, 1.3))
    for index in range(4):
        angle = turn + index * math.pi / 2
        tip = (x + math.cos(angle) * 3.8, 5.2 + math.sin(angle) * 3.8, z - 1.8)
        shapes.add(
            (x, 5.2, z - 1.8),
            tip,
            0.05,
            0.34,
            color=(0.9, 0.85, 0.74),
            solid=Solid.BOX,
            pattern=Pattern.STRIPES,
            color2=(0.66, 0.55, 0.42),
            scale=2.0,
        )


def _bale(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A round bale of hay that lies on its side."""
    turn = float(rng.uniform(-0.5, 0.5))
    across = (math.sin(turn) * 0.6, math.cos(turn) * 0.6)
    shapes.add(
        (x - across[0], 0.65, z - across[1]),
        (x + across[0], 0.65, z + across[1]),
        0.65,
        color=varied(rng, HAY),
        solid=Solid.CYLINDER,
        pattern=Pattern.FUR,
        color2=(0.74, 0.55, 0.2),
    )


COUNTRYSIDE = Place(
    name="countryside",
    phrase=Phrase(
        en=(
            "in the countryside",
            "in a green field near a farm",
            "on a farm with a red barn and a windmill",
            "among fields and hay bales",
            "in the country beside a wooden fence",
            "in a rural landscape",
        ),
        es=(
            "en el campo",
            "en un campo verde cerca de una granja",
            "en una granja con un granero rojo y un molino",
            "entre campos y fardos de heno",
            "en el campo junto a una valla de madera",
            "en un paisaje rural",
        ),
    ),
    noun=Noun(
        en=("countryside/countrysides", "farm/farms", "green field/green fields"),
        es=("campo/campos m", "granja/granjas f", "paisaje rural/paisajes rurales m"),
    ),
    ground=Ground.GRASS,
    build=build,
    surface="grass",
    sounds=("birds", "light wind"),
    media=("ground", "road", "air", "rails"),
    tint=(1.0, 1.0, 0.98),
    hills=(0.42, 0.58, 0.4),
    hills_height=0.07,
)

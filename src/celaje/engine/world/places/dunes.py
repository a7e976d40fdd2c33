"""A sea of golden dunes: long soft crests one behind the other, cacti, sun-bleached rocks, a far pyramid."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import blob, both_sides, pick, rock, varied
from celaje.engine.world.shapes import Color, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

SANDS: tuple[Color, ...] = ((0.93, 0.68, 0.36), (0.92, 0.6, 0.32), (0.95, 0.74, 0.44))
CACTUS: Color = (0.24, 0.5, 0.26)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Four rows of dunes that grow with distance, each a little paler; between them cacti and rocks."""
    sand = pick(rng, SANDS)
    for row, (z, height, length) in enumerate(
        ((14.0, 1.2, 8.0), (24.0, 2.3, 13.0), (38.0, 4.2, 18.0), (56.0, 6.5, 26.0))
    ):
        for index in range(4):
            x = (index - 1.5) * length * 1.35 + float(rng.uniform(-0.3, 0.3)) * length
            tall = height * float(rng.uniform(0.75, 1.2))
            pale = row * 0.02
            color = varied(rng, (min(1.0, sand[0] + pale), sand[1] + pale * 0.6, sand[2] + pale), 0.03)
            skew = float(rng.uniform(-0.12, 0.12)) * length
            shapes.add((x - length, -0.2, z - skew), (x + length, -0.2, z + skew), length * 0.42, tall, color=color)
    for side in (-1.0, 1.0):
        shapes.add((side * 17.0, -0.2, 0.0), (side * 21.0, -0.2, 15.0), 5.0, 1.9, color=varied(rng, sand, 0.03))
    for x, z in both_sides(rng, 4, 4.5, 8.5, 4.5, 12.0):
        _cactus(shapes, rng, x, z)
    for x, z in both_sides(rng, 5, 3.0, 10.0, 3.0, 9.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.25, 0.6)), (0.74, 0.5, 0.34))
    for x, z in both_sides(rng, 2, 12.0, 16.5, -0.5, 9.0):
        _cactus(shapes, rng, x, z)
    if rng.random() < 0.6:
        x = pick(rng, (-1.0, 1.0)) * float(rng.uniform(5.0, 14.0))
        shapes.add(
            (x, 0.0, 50.0),
            (x, 11.0, 50.0),
            11.0,
            color=varied(rng, (0.8, 0.58, 0.36)),
            solid=Solid.CONE,
            pattern=Pattern.STRIPES,
            color2=(0.72, 0.5, 0.3),
            scale=0.6,
            shadow=0.0,
        )
    return ()


def _cactus(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A column with two raised arms. 4 solids."""
    height = float(rng.uniform(1.3, 2.2))
    color = varied(rng, CACTUS)
    dark = (color[0] * 0.7, color[1] * 0.75, color[2] * 0.7)
    blob(shapes, x, height * 0.5, z, (0.26, height * 0.55, 0.26), color, pattern=Pattern.FUR, color2=dark)
    for side, level in ((-1.0, 0.45), (1.0, 0.58)):
        elbow = (x + side * 0.62, height * level, z)
        shapes.add((x, height * level, z), elbow, 0.14, color=color, solid=Solid.CYLINDER)
        shapes.add((elbow[0], elbow[1] - 0.1, z), (elbow[0], elbow[1] + height * 0.36, z), 0.15, color=color)


DUNES = Place(
    name="dunes",
    phrase=Phrase(
        en=(
            "in a desert of dunes",
            "among golden sand dunes",
            "in the sandy desert",
            "on the dunes",
            "in a sea of sand with cacti",
            "on the hot sand of a desert",
        ),
        es=(
            "en un desierto de dunas",
            "entre dunas de arena dorada",
            "en el desierto de arena",
            "en las dunas",
            "en un mar de arena con cactus",
            "sobre la arena ardiente de un desierto",
        ),
    ),
    noun=Noun(
        en=("sand dune/sand dunes", "sandy desert/sandy deserts", "sea of dunes/seas of dunes"),
        es=(
            "duna de arena/dunas de arena f",
            "desierto de arena/desiertos de arena m",
            "mar de dunas/mares de dunas m",
        ),
    ),
    ground=Ground.SAND,
    build=build,
    surface="sand",
    sounds=("wind",),
    weathers=("clear", "rain", "fog", "storm"),
    tint=(1.05, 0.99, 0.93),
    hills=(0.86, 0.64, 0.42),
    hills_height=0.08,
)

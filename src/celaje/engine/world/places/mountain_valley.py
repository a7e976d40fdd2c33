"""A green valley between steep peaks: meadow with flowers, a river, pines on the slopes, a wooden hut."""

import itertools
import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import WARM, blob, block, both_sides, cloud, mountain, pick, pine, rock, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

FLOWERS: tuple[Color, ...] = ((0.98, 0.85, 0.2), (0.95, 0.95, 0.98), (0.72, 0.42, 0.9), (0.95, 0.35, 0.45))


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The valley opens in the middle: slopes rise at both sides and the highest peak closes it far away."""
    stone = pick(rng, ((0.5, 0.5, 0.58), (0.56, 0.5, 0.48), (0.46, 0.52, 0.56)))
    mountain(shapes, rng, float(rng.uniform(-5.0, 5.0)), 70.0, float(rng.uniform(14.0, 17.0)), stone, snow=0.38)
    for x in (-40.0, -24.0, 25.0, 42.0):
        mountain(shapes, rng, x, float(rng.uniform(54.0, 64.0)), float(rng.uniform(9.0, 13.0)), stone, snow=0.3)
    for side in (-1.0, 1.0):
        for x, z, height in ((20.0, 30.0, 4.2), (27.0, 14.0, 4.6)):
            slope = varied(rng, (0.3, 0.52, 0.24))
            blob(
                shapes,
                side * x,
                -1.0,
                z,
                (12.0, height, 8.0),
                slope,
                pattern=Pattern.LEAVES,
                color2=(0.22, 0.42, 0.2),
                scale=0.8,
            )
    _river(shapes, rng)
    green = pick(rng, ((0.13, 0.36, 0.2), (0.16, 0.4, 0.22), (0.12, 0.33, 0.26)))
    for x, z in both_sides(rng, 5, 7.5, 12.5, 13.0, 25.0):
        pine(shapes, rng, x, z, float(rng.uniform(3.4, 4.8)), green)
    for x, z in both_sides(rng, 4, 12.0, 16.5, -0.5, 9.0):
        pine(shapes, rng, x, z, float(rng.uniform(3.2, 4.6)), green)
    for x, z in both_sides(rng, 3, 3.0, 7.5, 3.0, 7.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.3, 0.7)), stone)
    _flowers(shapes, rng)
    lamp = _hut(shapes, pick(rng, (-6.5, 6.5)), 15.5, time)
    cloud(shapes, rng, float(rng.uniform(-20.0, 20.0)), 13.0, 80.0, 3.0, (1.0, 1.0, 1.0))
    return (lamp,)


def _river(shapes: Shapes, rng: np.random.Generator) -> None:
    """A bright river that winds from the far peak and passes behind the stage."""
    bend = float(rng.uniform(0.0, math.tau))
    points = [(-26.0, 8.0), (-12.0, 8.6), (0.0, 10.0), (3.0, 17.0), (-3.0, 26.0), (0.0, 42.0)]
    if rng.random() < 0.5:
        points = [(-x, z) for x, z in points]
    points = [(x + math.sin(bend + z), z) for x, z in points]
    for (x0, z0), (x1, z1) in itertools.pairwise(points):
        shapes.add(
            (x0, 0.01, z0),
            (x1, 0.01, z1),
            1.35,
            0.012,
            color=(0.3, 0.66, 0.86),
            solid=Solid.BOX,
            finish=Finish.GLOSSY,
            shadow=0.0,
        )
        blob(shapes, x1, 0.01, z1, (1.35, 0.013, 1.35), (0.3, 0.66, 0.86), finish=Finish.GLOSSY, shadow=0.0)


def _flowers(shapes: Shapes, rng: np.random.Generator) -> None:
    """Cushions of flowers around the stage, and flat patches of them on it."""
    color = pick(rng, FLOWERS)
    for x, z in both_sides(rng, 6, 1.5, 8.0, 2.6, 6.5):
        size = float(rng.uniform(0.25, 0.45))
        blob(
            shapes,
            x,
            size * 0.3,
            z,
            (size, size * 0.6, size),
            (0.3, 0.56, 0.2),
            pattern=Pattern.FLOWERS,
            color2=color,
            scale=3.0,
        )
    for x, z in both_sides(rng, 4, 0.5, 6.0, -2.0, 2.2):
        patch = (float(rng.uniform(0.6, 1.1)), 0.02, float(rng.uniform(0.35, 0.6)))
        blob(shapes, x, 0.0, z, patch, (0.34, 0.62, 0.2), pattern=Pattern.FLOWERS, color2=color, scale=4.0, shadow=0.0)


def _hut(shapes: Shapes, x: float, z: float, time: str) -> Lamp:
    """A wooden hut with a red roof and a lit window."""
    block(shapes, x, z, (3.2, 1.7, 2.6), (0.56, 0.38, 0.24), pattern=Pattern.WOOD, color2=(0.42, 0.27, 0.16))
    shapes.add((x, 1.55, z), (x, 3.4, z), 2.2, 2.6, color=(0.62, 0.22, 0.16), solid=Solid.CONE)
    block(shapes, x, z - 1.32, (0.7, 0.7, 0.06), WARM, y=0.7, glow=0.1 if time == "day" else 1.0)
    return Lamp(position=(x, 1.0, z - 2.0), color=WARM, reach_m=6.0)


MOUNTAIN_VALLEY = Place(
    name="mountain valley",
    phrase=Phrase(
        en=(
            "in a mountain valley",
            "in a green valley between high mountains",
            "in an alpine meadow beside a river",
            "in a valley with a river and snowy peaks",
            "in a valley in the mountains",
            "in the mountains",
        ),
        es=(
            "en un valle de montaña",
            "en un valle verde entre altas montañas",
            "en un prado alpino junto a un río",
            "en un valle con un río y picos nevados",
            "en un valle entre montañas",
            "en la montaña",
        ),
    ),
    noun=Noun(
        en=("mountain valley/mountain valleys", "alpine valley/alpine valleys", "green valley/green valleys"),
        es=("valle de montaña/valles de montaña m", "valle alpino/valles alpinos m", "valle verde/valles verdes m"),
    ),
    ground=Ground.GRASS,
    build=build,
    surface="grass",
    sounds=("river", "light wind", "birds"),
    media=("ground", "road", "air", "rails"),
    hills=(0.36, 0.46, 0.5),
    hills_height=0.1,
)

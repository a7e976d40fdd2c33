"""A flat of cracked white salt under a huge blue sky, with low mountains on the horizon."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import blob, both_sides, mountain, pick, rock, varied
from celaje.engine.world.shapes import Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

SALT = (0.96, 0.96, 0.98)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Purple mountains far away, little heaps of salt in rows, crusts, and one dark island of rock."""
    far = pick(rng, ((0.52, 0.46, 0.6), (0.56, 0.44, 0.5), (0.46, 0.48, 0.64)))
    for index in range(7):
        x = -66.0 + index * 22.0 + float(rng.uniform(-7.0, 7.0))
        mountain(shapes, rng, x, float(rng.uniform(78.0, 90.0)), float(rng.uniform(6.0, 13.0)), far)
    row_x = pick(rng, (-1.0, 1.0)) * float(rng.uniform(4.0, 6.0))
    for index in range(5):
        size = float(rng.uniform(0.5, 0.8))
        x, z = row_x + index * 0.5 * (1.0 if row_x > 0 else -1.0), 5.5 + index * 3.2
        shapes.add((x, -0.05, z), (x, size * 1.3, z), size * 1.25, color=varied(rng, SALT, 0.02), solid=Solid.CONE)
    for x, z in both_sides(rng, 8, 2.5, 14.0, 2.8, 20.0):
        radius = float(rng.uniform(0.6, 1.6))
        blob(shapes, x, 0.0, z, (radius, 0.07, radius * 0.6), varied(rng, SALT, 0.02), shadow=0.4)
    island = pick(rng, (-1.0, 1.0)) * float(rng.uniform(9.0, 14.0))
    for shift in (-2.2, 0.0, 2.0):
        rock(shapes, rng, island + shift, 30.0, float(rng.uniform(1.2, 2.2)), (0.46, 0.34, 0.3))
    for x, z in both_sides(rng, 5, 12.0, 16.5, -0.5, 9.0):
        size = float(rng.uniform(0.35, 0.75))
        blob(
            shapes,
            x,
            0.0,
            z,
            (size * 1.5, size * 0.6, size),
            varied(rng, SALT, 0.03),
            pattern=Pattern.STONE,
            color2=(0.84, 0.84, 0.88),
            scale=2.0,
        )
    return ()


SALT_DESERT = Place(
    name="salt desert",
    phrase=Phrase(
        en=(
            "in a salt desert",
            "on a cracked white salt flat",
            "in a salt desert under a huge sky",
            "on an endless salt flat",
            "on white salt with mountains on the horizon",
            "in a desert of salt",
        ),
        es=(
            "en un desierto de sal",
            "en un salar blanco y agrietado",
            "en un desierto de sal bajo un cielo inmenso",
            "en un salar infinito",
            "sobre la sal blanca con montañas en el horizonte",
            "en un salar",
        ),
    ),
    noun=Noun(
        en=("salt desert/salt deserts", "salt flat/salt flats", "white salt plain/white salt plains"),
        es=("desierto de sal/desiertos de sal m", "salar/salares m", "llanura de sal/llanuras de sal f"),
    ),
    ground=Ground.SALT,
    build=build,
    surface="stone",
    sounds=("wind",),
    media=("ground", "road", "air", "rails"),
    weathers=("clear", "rain", "fog", "storm"),
    tint=(0.92, 0.98, 1.08),
    hills=(0.58, 0.52, 0.66),
    hills_height=0.05,
)

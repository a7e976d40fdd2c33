"""The surface of the moon: grey dust and craters, a lander with gold foil, a flag, the blue earth in a black sky."""

import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import STONE, beam, blob, block, both_sides, pick, post, rock, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

DUST: Color = (0.6, 0.6, 0.62)
GOLD: Color = (0.92, 0.68, 0.22)
SILVER: Color = (0.82, 0.84, 0.88)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The lander stands on one side of the stage, the earth hangs above the other; craters with raised rims between."""
    side = pick(rng, (-1.0, 1.0))
    _earth(shapes, rng, -side * float(rng.uniform(5.0, 13.0)), float(rng.uniform(12.0, 15.0)))
    _lander(shapes, side * float(rng.uniform(3.2, 4.4)), float(rng.uniform(9.0, 11.0)))
    _flag(shapes, rng, -side * float(rng.uniform(2.4, 4.0)), 4.0)
    for index in range(6):
        x = (index - 2.5) * 22.0 + float(rng.uniform(-6.0, 6.0))
        height = float(rng.uniform(2.5, 6.0))
        blob(
            shapes,
            x,
            0.0,
            68.0,
            (height * 2.4, height, 6.0),
            varied(rng, (0.52, 0.52, 0.55)),
            pattern=Pattern.STONE,
            color2=(0.4, 0.4, 0.43),
            scale=0.3,
            shadow=0.0,
        )
    for x, z in both_sides(rng, 3, 1.0, 5.0, 10.0, 22.0):
        _crater(shapes, rng, x, z, float(rng.uniform(1.6, 3.0)))
    for x, z in both_sides(rng, 2, 12.0, 16.5, -0.5, 9.0):
        _crater(shapes, rng, x, z, 1.6)
    for x, z in both_sides(rng, 8, 2.2, 9.0, 2.8, 14.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.2, 0.7)), DUST)
    for x, z in both_sides(rng, 5, 12.0, 16.5, -0.5, 9.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.5, 1.3)), STONE)
    return ()


def _earth(shapes: Shapes, rng: np.random.Generator, x: float, y: float) -> None:
    """The blue planet with land and cloud, a crescent of shade on one side."""
    radius = float(rng.uniform(4.2, 5.6))
    blob(
        shapes,
        x,
        y,
        72.0,
        (radius, radius, radius),
        (0.16, 0.42, 0.86),
        pattern=Pattern.PATCHES,
        color2=(0.3, 0.58, 0.3),
        scale=0.35,
        glow=0.55,
        shadow=0.0,
    )
    turn = float(rng.uniform(0.0, math.tau))
    for index in range(4):
        angle = turn + index * 1.7
        blob(
            shapes,
            x + math.cos(angle) * radius * 0.5,
            y + math.sin(angle) * radius * 0.55,
            72.0 - radius * 0.72,
            (radius * 0.36, radius * 0.1, radius * 0.3),
            (0.97, 0.98, 1.0),
            finish=Finish.SOFT,
            glow=0.5,
            shadow=0.0,
        )


def _lander(shapes: Shapes, x: float, z: float) -> None:
    """The landing craft: gold lower stage on four legs, silver cabin with windows, a dish."""
    post(
        shapes,
        x,
        z,
        1.0,
        1.35,
        GOLD,
        y=0.95,
        pattern=Pattern.PATCHES,
        color2=(0.74, 0.48, 0.12),
        scale=3.0,
        finish=Finish.GLOSSY,
    )
    shapes.add(
        (x - 0.75, 2.6, z), (x + 0.75, 2.6, z), 0.85, 0.72, color=SILVER, solid=Solid.CYLINDER, finish=Finish.GLOSSY
    )
    block(
        shapes, x, z - 0.6, (0.8, 0.9, 0.9), (0.72, 0.74, 0.78), y=2.0, pattern=Pattern.CHECKS, color2=(0.6, 0.62, 0.66)
    )
    block(shapes, x - 0.05, z - 1.06, (0.34, 0.3, 0.04), (0.1, 0.14, 0.2), y=2.45, finish=Finish.GLASS)
    post(shapes, x - 0.45, z, 0.45, 0.3, (0.86, 0.66, 0.26), y=3.25)
    for leg_x in (-1.0, 1.0):
        for leg_z in (-1.0, 1.0):
            foot = (x + leg_x * 2.1, 0.06, z + leg_z * 1.5)
            beam(shapes, (x + leg_x * 1.0, 1.6, z + leg_z * 0.8), foot, 0.08, SILVER)
            post(shapes, foot[0], foot[2], 0.1, 0.36, GOLD)
    shapes.add((x, 0.5, z), (x, 1.1, z), 0.5, color=(0.3, 0.3, 0.33), solid=Solid.CONE)
    beam(shapes, (x + 0.5, 3.4, z), (x + 0.9, 4.4, z), 0.04, SILVER)
    shapes.add(
        (x + 0.8, 4.25, z - 0.15), (x + 0.95, 4.55, z - 0.3), 0.45, color=(0.95, 0.95, 0.97), finish=Finish.GLOSSY
    )


def _flag(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A flag held out by a bar, since there is no wind."""
    color = pick(rng, ((0.9, 0.25, 0.2), (0.2, 0.4, 0.85), (0.95, 0.75, 0.15), (0.15, 0.62, 0.5)))
    post(shapes, x, z, 2.1, 0.03, SILVER)
    block(
        shapes, x + 0.55, z, (1.05, 0.7, 0.03), color, y=1.4, pattern=Pattern.STRIPES, color2=(1.0, 1.0, 1.0), scale=2.8
    )


def _crater(shapes: Shapes, rng: np.random.Generator, x: float, z: float, radius: float) -> None:
    """A ring of light rim around a dark flat middle. 2 solids."""
    flat = radius * float(rng.uniform(0.7, 0.9))
    blob(shapes, x, 0.0, z, (radius * 1.25, radius * 0.16, flat * 1.25), varied(rng, (0.5, 0.5, 0.52), 0.04))
    blob(shapes, x, radius * 0.05, z - 0.05, (radius * 0.92, radius * 0.125, flat * 0.9), (0.3, 0.3, 0.33), shadow=0.0)


MOON = Place(
    name="moon",
    phrase=Phrase(
        en=(
            "on the moon",
            "on the surface of the moon",
            "on the moon with the earth in the sky",
            "among craters on the moon beside a lander",
            "on the grey dust of the moon",
            "on the lunar surface",
        ),
        es=(
            "en la luna",
            "en la superficie de la luna",
            "en la luna con la Tierra en el cielo",
            "entre cráteres lunares junto a un módulo de aterrizaje",
            "sobre el polvo gris de la luna",
            "en la superficie lunar",
        ),
    ),
    noun=Noun(
        en=("moon/moons", "lunar surface/lunar surfaces", "moonscape/moonscapes"),
        es=("luna/lunas f", "superficie lunar/superficies lunares f", "paisaje lunar/paisajes lunares m"),
    ),
    ground=Ground.MOON,
    build=build,
    surface="dust",
    sounds=("space hum",),
    times=("day", "night"),
    weathers=("clear",),
    tint=(0.9, 0.95, 1.05),
    hills=(0.42, 0.42, 0.45),
    hills_height=0.0,
    options={"black_sky": 1.0},
)

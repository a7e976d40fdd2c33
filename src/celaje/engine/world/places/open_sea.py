"""The open sea: water to the horizon, a lighthouse on its rock, an ice floe or islet, a buoy, towers of cloud."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import IRON, WARM, blob, both_sides, cloud, mountain, pick, post, rock, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

STRIPES: tuple[Color, ...] = ((0.88, 0.16, 0.15), (0.12, 0.3, 0.66), (0.14, 0.14, 0.16))


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Little stands in the water, all of it far enough to leave a wide stage for ships."""
    side = pick(rng, (-1.0, 1.0))
    lamp = _lighthouse(shapes, rng, side * float(rng.uniform(5.0, 9.0)), 33.0, time)
    for index in range(2):
        mountain(shapes, rng, -side * (26.0 + index * 24.0), 95.0, float(rng.uniform(7.0, 12.0)), (0.42, 0.5, 0.62))
    x = -side * float(rng.uniform(4.5, 6.5))
    buoy = pick(rng, ((0.95, 0.3, 0.12), (0.98, 0.8, 0.12), (0.1, 0.62, 0.35)))
    blob(shapes, x, 0.1, 7.5, (0.55, 0.4, 0.55), buoy, finish=Finish.GLOSSY)
    shapes.add(
        (x, 0.3, 7.5),
        (x, 1.7, 7.5),
        0.36,
        color=buoy,
        solid=Solid.CONE,
        pattern=Pattern.STRIPES,
        color2=(1.0, 1.0, 1.0),
        scale=2.5,
        finish=Finish.GLOSSY,
    )
    blob(shapes, x, 1.78, 7.5, (0.14, 0.14, 0.14), (1.0, 0.85, 0.4), glow=0.2 if time == "day" else 1.0, shadow=0.0)
    for x, z in both_sides(rng, 4, 12.0, 16.5, -0.5, 9.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.6, 1.5)), (0.36, 0.36, 0.4))
    ship = -side * float(rng.uniform(12.0, 20.0))
    _far_sail(shapes, rng, ship, 52.0)
    for index in range(3):
        white = (1.0, 1.0, 1.0)
        x = -34.0 + index * 34.0 + float(rng.uniform(-8.0, 8.0))
        cloud(shapes, rng, x, float(rng.uniform(9.0, 16.0)), 90.0, float(rng.uniform(3.0, 5.0)), white, puffs=4)
    return (lamp,)


def _lighthouse(shapes: Shapes, rng: np.random.Generator, x: float, z: float, time: str) -> Lamp:
    """A banded tower with its lamp, on an islet of rocks."""
    for shift, size in ((-1.8, 1.5), (0.0, 2.4), (1.9, 1.3)):
        rock(shapes, rng, x + shift, z + float(rng.uniform(-0.5, 0.5)), size, (0.4, 0.38, 0.38))
    post(
        shapes,
        x,
        z,
        6.4,
        0.8,
        (0.97, 0.97, 0.95),
        y=0.9,
        pattern=Pattern.STRIPES,
        color2=pick(rng, STRIPES),
        scale=0.45,
    )
    post(shapes, x, z, 0.2, 1.1, IRON, y=7.3)
    post(shapes, x, z, 0.9, 0.5, WARM, y=7.5, glow=0.25 if time == "day" else 1.0, shadow=0.0)
    shapes.add((x, 8.4, z), (x, 9.3, z), 0.75, color=(0.72, 0.16, 0.14), solid=Solid.CONE)
    return Lamp(position=(x, 7.9, z - 1.5), color=WARM, reach_m=16.0)


def _far_sail(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A small ship under sail on the horizon."""
    shapes.add((x - 3.0, 0.4, z), (x + 3.0, 0.4, z), 0.6, 0.6, color=(0.42, 0.26, 0.18), shadow=0.0)
    sail = varied(rng, (0.98, 0.95, 0.88), 0.03)
    shapes.add((x - 0.4, 0.9, z), (x - 0.4, 6.4, z), 0.1, 2.0, color=sail, solid=Solid.CONE, shadow=0.0)
    shapes.add((x + 1.8, 0.9, z), (x + 1.8, 4.6, z), 0.1, 1.2, color=sail, solid=Solid.CONE, shadow=0.0)


OPEN_SEA = Place(
    name="open sea",
    phrase=Phrase(
        en=(
            "on the open sea",
            "at sea",
            "in the wide ocean",
            "on the waves of the open ocean",
            "on the blue sea",
            "at sea with a lighthouse in the distance",
        ),
        es=(
            "en alta mar",
            "en mar abierto",
            "en el ancho océano",
            "sobre las olas del océano",
            "en el mar azul",
            "en el mar con un faro a lo lejos",
        ),
    ),
    noun=Noun(
        en=("open sea/open seas", "ocean/oceans", "blue sea/blue seas"),
        es=("mar abierto/mares abiertos m", "océano/océanos m", "alta mar/altas mares f"),
    ),
    ground=Ground.WATER,
    build=build,
    surface="water",
    sounds=("sea", "wind"),
    media=("water", "air"),
    weathers=("clear", "rain", "heavy rain", "fog", "storm"),
    tint=(0.95, 1.0, 1.05),
    hills_height=0.0,
)

"""A white meadow: pines under snow at both sides, snow-covered mountains far away."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import SNOW, blob, both_sides, mountain, pick, pine, rock, varied
from celaje.engine.world.shapes import Finish, Shapes
from celaje.engine.world.words import Noun, Phrase


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Peaks at 60 m, a loose belt of pines, two near ones, drifts and a few snowed rocks."""
    blue = pick(rng, ((0.5, 0.58, 0.72), (0.46, 0.56, 0.7), (0.55, 0.58, 0.68)))
    for index in range(5):
        x = -48.0 + index * 24.0 + float(rng.uniform(-6.0, 6.0))
        mountain(shapes, rng, x, 62.0, float(rng.uniform(9.0, 14.0)), blue, snow=0.62)
    green = pick(rng, ((0.14, 0.36, 0.28), (0.16, 0.38, 0.24), (0.13, 0.32, 0.32)))
    for x, z in both_sides(rng, 6, 5.5, 14.0, 9.0, 24.0):
        pine(shapes, rng, x, z, float(rng.uniform(4.5, 7.0)), green, snowy=True)
    for x, z in both_sides(rng, 2, 4.4, 6.0, 4.0, 6.5):
        pine(shapes, rng, x, z, float(rng.uniform(3.0, 4.2)), green, snowy=True)
    for x, z in both_sides(rng, 4, 12.0, 16.5, -0.5, 9.0):
        pine(shapes, rng, x, z, float(rng.uniform(4.0, 6.5)), green, snowy=True)
    for x, z in both_sides(rng, 4, 2.0, 9.0, 4.0, 15.0):
        rock(shapes, rng, x, z, float(rng.uniform(0.35, 0.8)), (0.48, 0.5, 0.56), snowy=True)
    for x, z in both_sides(rng, 5, 2.0, 13.0, 5.0, 22.0):
        drift = (float(rng.uniform(2.0, 4.5)), float(rng.uniform(0.25, 0.6)), float(rng.uniform(0.8, 1.6)))
        blob(shapes, x, 0.0, z, drift, varied(rng, SNOW, 0.02), finish=Finish.SOFT, shadow=0.3)
    return ()


SNOWY_MEADOW = Place(
    name="snowy meadow",
    phrase=Phrase(
        en=(
            "in a snowy meadow",
            "in a snowy meadow with snow-covered mountains in the distance",
            "in a snow-covered field",
            "in deep snow among pines with white mountains far away",
            "in a white winter meadow",
            "on the snow with mountains behind",
        ),
        es=(
            "en una pradera nevada",
            "en una pradera nevada con montañas cubiertas de nieve a lo lejos",
            "en un campo cubierto de nieve",
            "sobre la nieve entre pinos con montañas blancas al fondo",
            "en un prado blanco de invierno",
            "en la nieve con montañas detrás",
        ),
    ),
    noun=Noun(
        en=("snowy meadow/snowy meadows", "snow-covered field/snow-covered fields", "winter meadow/winter meadows"),
        es=(
            "pradera nevada/praderas nevadas f",
            "campo nevado/campos nevados m",
            "prado de invierno/prados de invierno m",
        ),
    ),
    ground=Ground.SNOW,
    build=build,
    surface="snow",
    sounds=("wind",),
    media=("ground", "road", "air", "rails"),
    weathers=("clear", "snow", "fog"),
    tint=(0.98, 1.0, 1.04),
    hills=(0.8, 0.86, 0.95),
    hills_height=0.1,
)

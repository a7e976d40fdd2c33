"""A beach: sand on this side, waves behind the stage, palms, a parasol, islands far out."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import beam, blob, block, bush, cloud, palm, pick, rock, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

SHORE_Z = 4.4
PARASOLS: tuple[tuple[Color, Color], ...] = (
    ((0.92, 0.2, 0.2), (1.0, 1.0, 1.0)),
    ((0.98, 0.78, 0.16), (1.0, 1.0, 1.0)),
    ((0.1, 0.55, 0.8), (1.0, 0.95, 0.8)),
)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Palms stand on the sand at both sides; rocks lie in the surf, islands and a sail on the horizon."""
    for x, z in ((-4.4, 3.8), (4.6, 3.7)):
        palm(shapes, rng, x + float(rng.uniform(-0.6, 0.6)), z, 2.9)
    for x, z in ((-13.5, 2.0), (14.0, 1.0)):
        palm(shapes, rng, x, z, 4.2)
    side = pick(rng, (-1.0, 1.0))
    for index in range(3):
        x = side * (6.0 + index * 1.4) + float(rng.uniform(-0.4, 0.4))
        rock(shapes, rng, x, 6.2 + index * 0.7, float(rng.uniform(0.5, 1.2)), (0.42, 0.38, 0.36))
    for x, z in ((-13.5, 0.0), (14.5, 2.5), (-12.5, 3.4), (12.0, 0.2)):
        bush(shapes, rng, x, z, float(rng.uniform(0.8, 1.4)), (0.26, 0.54, 0.24))
    for x in (-side * float(rng.uniform(10.0, 16.0)), side * float(rng.uniform(20.0, 30.0))):
        _island(shapes, rng, x)
    _spit(shapes, rng, -side * float(rng.uniform(5.0, 6.5)))
    _parasol(shapes, rng, -side * float(rng.uniform(2.0, 3.0)))
    sail = side * float(rng.uniform(4.0, 11.0))
    shapes.add((sail, 0.2, 46.0), (sail, 5.4, 46.0), 0.1, 1.7, color=(1.0, 0.98, 0.94), solid=Solid.CONE, shadow=0.0)
    shapes.add((sail - 2.0, 0.3, 46.0), (sail + 2.0, 0.3, 46.0), 0.5, 0.45, color=(0.6, 0.25, 0.2), shadow=0.0)
    for _ in range(3):
        x, z = float(rng.uniform(-5.0, 5.0)), float(rng.uniform(2.1, 2.9))
        blob(shapes, x, 0.03, z, (0.12, 0.06, 0.1), pick(rng, ((0.95, 0.5, 0.4), (0.98, 0.9, 0.8), (0.9, 0.65, 0.75))))
    cloud(shapes, rng, float(rng.uniform(-18.0, 18.0)), 14.0, 70.0, 3.2, (1.0, 1.0, 1.0))
    return ()


def _island(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """A green hump on the horizon with a strip of sand."""
    length = float(rng.uniform(6.0, 10.0))
    green = varied(rng, (0.24, 0.46, 0.34))
    shapes.add((x - length, 0.0, 62.0), (x + length, 0.0, 62.0), 2.0, length * 0.3, color=green, shadow=0.0)
    blob(shapes, x + length * 0.3, 0.0, 61.0, (length * 0.45, length * 0.5, 2.0), green, shadow=0.0)
    shapes.add(
        (x - length * 1.1, 0.0, 60.5), (x + length * 1.1, 0.0, 60.5), 1.0, 0.35, color=(0.95, 0.85, 0.62), shadow=0.0
    )


def _spit(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """A tongue of sand with two palms that reaches into the bay."""
    shapes.add((x - 6.0, -0.1, 12.5), (x + 4.0, -0.1, 12.5), 2.2, 0.5, color=(0.96, 0.86, 0.62), shadow=0.0)
    for shift in (-1.2, 1.1):
        palm(shapes, rng, x + shift, 12.5, 3.4)
    bush(shapes, rng, x + 0.2, 12.2, 0.8, (0.26, 0.54, 0.24))


def _parasol(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """A striped parasol over a towel, with a beach ball's colours."""
    color, color2 = pick(rng, PARASOLS)
    beam(shapes, (x, 0.0, 3.4), (x + 0.25, 2.1, 3.4), 0.035, (0.95, 0.93, 0.9))
    shapes.add(
        (x + 0.22, 1.75, 3.4),
        (x + 0.27, 2.35, 3.4),
        1.25,
        color=color,
        solid=Solid.CONE,
        pattern=Pattern.SECTORS,
        color2=color2,
    )
    block(
        shapes, x, 3.0, (1.9, 0.03, 0.8), color2, pattern=Pattern.STRIPES, color2=color, scale=3.0, finish=Finish.MATTE
    )


BEACH = Place(
    name="beach",
    phrase=Phrase(
        en=(
            "on a beach",
            "on a sandy beach with palm trees",
            "on the seashore",
            "by the sea beside the waves",
            "on a tropical beach",
            "on the sand with waves rolling in behind",
        ),
        es=(
            "en una playa",
            "en una playa de arena con palmeras",
            "en la orilla del mar",
            "junto al mar y las olas",
            "en una playa tropical",
            "sobre la arena con olas detrás",
        ),
    ),
    noun=Noun(
        en=("beach/beaches", "seashore/seashores", "tropical beach/tropical beaches"),
        es=("playa/playas f", "orilla del mar/orillas del mar f", "playa tropical/playas tropicales f"),
    ),
    ground=Ground.SHORE,
    build=build,
    surface="sand",
    sounds=("waves", "gulls"),
    media=("ground", "air"),
    weathers=("clear", "rain", "heavy rain", "fog", "storm"),
    tint=(0.98, 1.0, 1.03),
    hills_height=0.0,
    options={"shore_z": SHORE_Z},
)

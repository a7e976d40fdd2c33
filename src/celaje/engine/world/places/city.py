"""A city street in its night life: tall fronts, upright neon signs, lanterns, a vending machine, a crossing."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import IRON, blob, block, lamp_post, pick, post, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

NEON: tuple[Color, ...] = ((1.0, 0.16, 0.58), (0.1, 0.92, 1.0), (1.0, 0.86, 0.14), (0.2, 1.0, 0.42), (0.72, 0.32, 1.0))
FRONTS: tuple[Color, ...] = (
    (0.3, 0.31, 0.4),
    (0.42, 0.34, 0.36),
    (0.26, 0.34, 0.42),
    (0.46, 0.42, 0.38),
    (0.34, 0.28, 0.4),
)
LIT_WINDOW: Color = (1.0, 0.84, 0.5)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """A row of fronts behind a wide pavement, with one gap where far towers show."""
    neon = list(NEON)
    rng.shuffle(neon)
    lamps: list[Lamp] = []
    _towers(shapes, rng)
    gap = int(rng.integers(2, 5))
    for index in range(7):
        x = (index - 3) * 5.4 + float(rng.uniform(-0.3, 0.3))
        if index != gap:
            lamp = _front(shapes, rng, x, float(rng.uniform(8.8, 9.6)), neon[index % 5], neon[(index + 2) % 5], time)
            lamps += [lamp] if 1 <= index <= 5 else []
    _street(shapes, rng, neon, time)
    lamps.append(lamp_post(shapes, pick(rng, (-5.2, 5.0)), 5.0, 3.6, time, arm=-0.9, color=(1.0, 0.86, 0.7)))
    return tuple(lamps)


def _towers(shapes: Shapes, rng: np.random.Generator) -> None:
    """Far silhouettes, and buildings at both ends of the street."""
    for index in range(7):
        size = (float(rng.uniform(5.0, 7.5)), float(rng.uniform(9.0, 22.0)), 6.0)
        block(
            shapes,
            -27.0 + index * 9.0,
            float(rng.uniform(30.0, 40.0)),
            size,
            varied(rng, pick(rng, FRONTS)),
            pattern=Pattern.WINDOWS,
            color2=LIT_WINDOW,
            scale=0.5,
            shadow=0.0,
        )
    for x, z in ((-23.0, 3.0), (23.0, 3.0)):
        size = (8.0, float(rng.uniform(8.0, 14.0)), 8.0)
        block(
            shapes,
            x,
            z,
            size,
            varied(rng, pick(rng, FRONTS)),
            pattern=Pattern.WINDOWS,
            color2=LIT_WINDOW,
            scale=0.7,
            shadow=0.0,
        )


def _front(
    shapes: Shapes, rng: np.random.Generator, x: float, face: float, sign: Color, shop: Color, time: str
) -> Lamp:
    """One building with a shop below, a lit band over it, an upright sign of glowing letters and a small round one."""
    shine = 0.55 if time == "day" else 1.0
    width, height = float(rng.uniform(4.3, 4.9)), float(rng.uniform(6.5, 13.0))
    block(
        shapes,
        x,
        face + 2.5,
        (width, height, 5.0),
        varied(rng, pick(rng, FRONTS)),
        pattern=Pattern.WINDOWS,
        color2=LIT_WINDOW,
        scale=0.9,
    )
    shapes.add(
        (x - width * 0.42, 0.85, face),
        (x + width * 0.42, 0.85, face),
        0.1,
        0.8,
        color=varied(rng, LIT_WINDOW),
        solid=Solid.BOX,
        pattern=Pattern.STRIPES,
        color2=(0.5, 0.34, 0.26),
        scale=1.1,
        glow=shine * 0.5,
    )
    block(shapes, x, face - 0.25, (width * 0.9, 0.5, 0.6), shop, y=1.75, glow=shine)
    side = pick(rng, (-1.0, 1.0)) * width * 0.34
    sign_height, bottom = float(rng.uniform(2.0, 2.8)), float(rng.uniform(1.0, 1.6))
    block(shapes, x + side, face - 0.75, (0.86, sign_height, 0.16), IRON, y=bottom)
    for index in range(3):
        part = (sign_height - 0.2) / 3
        color = sign if index != 1 else (sign[0] * 0.4 + 0.6, sign[1] * 0.4 + 0.6, sign[2] * 0.4 + 0.6)
        y = bottom + 0.1 + index * part
        block(shapes, x + side, face - 0.86, (0.66, part * 0.82, 0.08), color, y=y, glow=shine, shadow=0.0)
    return Lamp(position=(x + side, bottom + 0.4, face - 2.2), color=sign, reach_m=9.0)


def _street(shapes: Shapes, rng: np.random.Generator, neon: list[Color], time: str) -> None:
    """What stands on the far pavement, and the painted crossing."""
    shine = 0.5 if time == "day" else 1.0
    x = pick(rng, (-3.2, 3.4))
    block(shapes, x, 6.0, (1.1, 2.0, 0.8), pick(rng, ((0.85, 0.12, 0.16), (0.12, 0.35, 0.85))), finish=Finish.GLOSSY)
    block(
        shapes,
        x,
        5.57,
        (0.85, 1.0, 0.08),
        (0.85, 0.95, 1.0),
        y=0.8,
        pattern=Pattern.CHECKS,
        color2=neon[3],
        scale=4.0,
        glow=shine * 0.8,
    )
    middle = float(rng.uniform(-1.5, 1.5))
    for index in range(5):
        blob(
            shapes,
            middle + index * 0.95,
            2.15,
            5.8,
            (0.26, 0.34, 0.26),
            (1.0, 0.22, 0.12),
            pattern=Pattern.STRIPES,
            color2=(1.0, 0.5, 0.2),
            glow=shine * 0.9,
            shadow=0.0,
        )
    crossing = pick(rng, (-7.5, 4.5))
    for index in range(5):
        block(shapes, crossing + index * 0.95, 0.6, (0.5, 0.012, 4.4), (0.82, 0.82, 0.8), shadow=0.0)
    for end in (-12.0, 12.0):
        post(shapes, end, 4.8, 3.6, 0.08, IRON)
        block(shapes, end, 4.7, (0.45, 1.2, 0.35), IRON, y=2.9)
        blob(shapes, end, 3.75, 4.48, (0.15, 0.15, 0.1), pick(rng, ((1.0, 0.1, 0.08), (0.1, 1.0, 0.4))), glow=1.0)


CITY = Place(
    name="city",
    phrase=Phrase(
        en=(
            "on a city street with neon signs",
            "on a Tokyo street with neon signs",
            "in a busy city street full of glowing signs",
            "among the neon lights of the city",
            "in a street with neon signs and wet asphalt",
            "amid the neon lights of a Tokyo street",
            "in the city",
        ),
        es=(
            "en una calle de la ciudad con letreros de neón",
            "en una calle de Tokio con letreros de neón",
            "en una calle llena de carteles luminosos",
            "entre las luces de neón de la ciudad",
            "en una calle con neones y asfalto mojado",
            "entre los neones de una calle de Tokio",
            "en la ciudad",
        ),
    ),
    noun=Noun(
        en=("city street/city streets", "Tokyo street/Tokyo streets", "neon-lit street/neon-lit streets"),
        es=(
            "calle de la ciudad/calles de la ciudad f",
            "calle de Tokio/calles de Tokio f",
            "calle con neones/calles con neones f",
        ),
    ),
    ground=Ground.ROAD,
    build=build,
    surface="stone",
    sounds=("city hum", "neon buzz"),
    tint=(0.95, 0.92, 1.05),
    hills=(0.24, 0.24, 0.34),
    hills_height=0.0,
    options={"wet": 0.5},
)

"""A living room: sofa, lamp, carpet, window with the hour's sky, shelf with books, pictures, a plant."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import WARM, blob, block, pick, post, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

WALLS: tuple[Color, ...] = (
    (0.86, 0.76, 0.6),
    (0.6, 0.72, 0.68),
    (0.82, 0.62, 0.54),
    (0.66, 0.7, 0.82),
    (0.84, 0.82, 0.74),
)
SOFAS: tuple[Color, ...] = ((0.16, 0.44, 0.5), (0.78, 0.3, 0.2), (0.9, 0.66, 0.2), (0.36, 0.34, 0.6), (0.3, 0.5, 0.3))
BOOKS: tuple[Color, ...] = (
    (0.78, 0.2, 0.18),
    (0.18, 0.36, 0.62),
    (0.92, 0.72, 0.24),
    (0.22, 0.52, 0.36),
    (0.5, 0.26, 0.5),
)
WOOD: Color = (0.5, 0.32, 0.19)
DARK_WOOD: Color = (0.36, 0.22, 0.13)
CREAM: Color = (0.96, 0.93, 0.86)
SKIES: dict[str, tuple[Color, Color]] = {
    "dawn": ((1.0, 0.80, 0.88), (0.70, 0.66, 0.92)),
    "day": ((0.62, 0.84, 1.0), (0.42, 0.72, 0.42)),
    "sunset": ((1.0, 0.56, 0.26), (0.66, 0.34, 0.48)),
    "night": ((0.07, 0.1, 0.27), (0.03, 0.05, 0.13)),
}
BACK_Z = 6.0


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Everything stands along the back wall; the carpet lies on the stage."""
    wall = pick(rng, WALLS)
    side = pick(rng, (-1.0, 1.0))
    _walls(shapes, wall)
    _window(shapes, rng, side * float(rng.uniform(0.6, 1.2)), time)
    sofa = pick(rng, SOFAS)
    _sofa(shapes, rng, -side * 2.9, sofa)
    lamp = _floor_lamp(shapes, -side * 5.0, 4.7, time)
    _shelf(shapes, rng, side * 4.6)
    _pictures(shapes, rng, -side * 2.9)
    _plant(shapes, rng, side * 2.75, 4.9)
    _carpet(shapes, rng)
    _sides(shapes, rng, sofa)
    ceiling = Lamp(position=(0.0, 3.4, 0.5), color=(1.0, 0.9, 0.74), reach_m=9.0)
    return (lamp, ceiling)


def _walls(shapes: Shapes, wall: Color) -> None:
    """Three walls (none where cameras stand) with a white skirting board."""
    for x, z, size in (
        (0.0, BACK_Z + 0.5, (27.0, 6.0, 1.0)),
        (-13.0, 2.5, (1.0, 6.0, 9.0)),
        (13.0, 2.5, (1.0, 6.0, 9.0)),
    ):
        block(shapes, x, z, size, wall, shadow=0.0)
        board = (size[0] + 0.08, 0.22, size[2] + 0.08)
        block(shapes, x, z, board, CREAM, shadow=0.0)


def _window(shapes: Shapes, rng: np.random.Generator, x: float, time: str) -> None:
    """A window whose pane shows sky above and land below, between curtains."""
    sky, land = SKIES[time]
    z = BACK_Z - 0.05
    block(shapes, x, z, (2.5, 2.2, 0.12), CREAM, y=1.15, shadow=0.0)
    block(shapes, x, z - 0.05, (2.2, 1.35, 0.1), sky, y=1.8, glow=0.35 if time == "night" else 1.0, shadow=0.0)
    block(shapes, x, z - 0.05, (2.2, 0.55, 0.1), land, y=1.28, glow=0.3 if time == "night" else 0.8, shadow=0.0)
    block(shapes, x, z - 0.1, (0.1, 2.0, 0.1), CREAM, y=1.2, shadow=0.0)
    block(shapes, x, z - 0.1, (2.3, 0.09, 0.1), CREAM, y=2.2, shadow=0.0)
    curtain = varied(rng, pick(rng, ((0.82, 0.3, 0.26), (0.94, 0.9, 0.82), (0.3, 0.46, 0.6), (0.88, 0.7, 0.32))))
    for edge in (-1.5, 1.5):
        shapes.add(
            (x + edge, 0.4, z - 0.15),
            (x + edge, 3.6, z - 0.15),
            0.12,
            0.42,
            color=curtain,
            solid=Solid.CYLINDER,
            finish=Finish.SOFT,
            shadow=0.3,
        )
    shapes.add(
        (x - 2.0, 3.6, z - 0.15), (x + 2.0, 3.6, z - 0.15), 0.06, color=DARK_WOOD, solid=Solid.CYLINDER, shadow=0.0
    )


def _sofa(shapes: Shapes, rng: np.random.Generator, x: float, color: Color) -> None:
    """A sofa with two cushions and a small table before it."""
    dark = (color[0] * 0.8, color[1] * 0.8, color[2] * 0.8)
    block(shapes, x, 4.6, (3.1, 0.5, 1.2), color, y=0.12, finish=Finish.SOFT)
    block(shapes, x, 5.2, (3.1, 1.2, 0.4), color, y=0.12, finish=Finish.SOFT)
    for arm in (-1.6, 1.6):
        block(shapes, x + arm, 4.6, (0.36, 0.85, 1.2), dark, y=0.1, finish=Finish.SOFT)
    for place in (-0.95, 0.95):
        cushion = varied(rng, pick(rng, BOOKS))
        blob(
            shapes,
            x + place,
            0.88,
            4.85,
            (0.38, 0.32, 0.17),
            cushion,
            pattern=pick(rng, (Pattern.STRIPES, Pattern.SPOTS)),
            color2=CREAM,
            scale=4.0,
        )


def _floor_lamp(shapes: Shapes, x: float, z: float, time: str) -> Lamp:
    """A standing lamp with a cloth shade."""
    post(shapes, x, z, 1.75, 0.035, (0.3, 0.24, 0.16), finish=Finish.GLOSSY)
    post(shapes, x, z, 0.05, 0.3, (0.3, 0.24, 0.16))
    shapes.add(
        (x, 1.6, z),
        (x, 2.75, z),
        0.5,
        color=(1.0, 0.86, 0.58),
        solid=Solid.CONE,
        glow=0.2 if time == "day" else 0.95,
        shadow=0.0,
    )
    return Lamp(position=(x, 1.7, z - 0.3), color=WARM, reach_m=7.0)


def _shelf(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """A tall shelf; every board carries two blocks of books."""
    block(shapes, x, 5.75, (2.3, 2.9, 0.4), DARK_WOOD)
    for level in range(4):
        y = 0.14 + level * 0.7
        block(shapes, x, 5.5, (2.3, 0.08, 0.3), WOOD, y=y - 0.08, shadow=0.0)
        width = float(rng.uniform(0.8, 1.2))
        for start, length in ((-1.05, width), (-1.05 + width + 0.08, 1.95 - width)):
            book_height = float(rng.uniform(0.38, 0.52))
            first, second = pick(rng, BOOKS), pick(rng, BOOKS)
            shapes.add(
                (x + start, y + book_height / 2, 5.48),
                (x + start + length, y + book_height / 2, 5.48),
                0.14,
                book_height / 2,
                color=first,
                solid=Solid.BOX,
                pattern=Pattern.STRIPES,
                color2=second,
                scale=4.0,
                shadow=0.0,
            )


def _pictures(shapes: Shapes, rng: np.random.Generator, x: float) -> None:
    """A big picture and a small one above the sofa."""
    for shift, width, height in ((-0.5, 1.5, 1.05), (1.0, 0.8, 0.9)):
        block(shapes, x + shift, BACK_Z - 0.03, (width, height, 0.1), DARK_WOOD, y=1.8, shadow=0.0)
        block(
            shapes,
            x + shift,
            BACK_Z - 0.08,
            (width - 0.16, height - 0.16, 0.08),
            varied(rng, pick(rng, BOOKS), 0.2),
            y=1.88,
            pattern=pick(rng, (Pattern.PATCHES, Pattern.FLOWERS, Pattern.STRIPES, Pattern.SPOTS)),
            color2=varied(rng, pick(rng, SOFAS), 0.2),
            scale=2.5,
            shadow=0.0,
        )


def _plant(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A big plant in a pot."""
    post(shapes, x, z, 0.5, 0.28, pick(rng, ((0.78, 0.42, 0.28), (0.9, 0.9, 0.88), (0.26, 0.36, 0.44))))
    for angle in (-0.7, -0.25, 0.2, 0.65):
        height = float(rng.uniform(1.2, 1.7))
        shapes.add(
            (x, 0.45, z),
            (x + angle * 0.9, height, z + float(rng.uniform(-0.2, 0.1))),
            0.07,
            0.2,
            color=varied(rng, (0.2, 0.5, 0.24), 0.15),
        )


def _carpet(shapes: Shapes, rng: np.random.Generator) -> None:
    """A flat carpet with a border, on the stage."""
    bright, border = varied(rng, pick(rng, BOOKS), 0.15), pick(rng, (CREAM, (0.9, 0.78, 0.56)))
    color = (bright[0] * 0.5 + 0.34, bright[1] * 0.5 + 0.3, bright[2] * 0.5 + 0.24)
    block(shapes, 0.0, 0.6, (8.4, 0.012, 4.2), border, shadow=0.0)
    block(
        shapes,
        0.0,
        0.6,
        (7.8, 0.018, 3.6),
        color,
        pattern=pick(rng, (Pattern.CHECKS, Pattern.STRIPES, Pattern.PLAIN)),
        color2=(color[0] * 0.75, color[1] * 0.75, color[2] * 0.8),
        scale=1.2,
        shadow=0.0,
    )


def _sides(shapes: Shapes, rng: np.random.Generator, sofa: Color) -> None:
    """A sideboard with a clock on one side wall, an armchair and a door on the other."""
    side = pick(rng, (-1.0, 1.0))
    block(shapes, side * 12.0, 0.5, (0.9, 0.95, 3.0), WOOD, pattern=Pattern.WOOD, color2=DARK_WOOD)
    shapes.add((side * 12.45, 2.3, 0.5), (side * 12.35, 2.3, 0.5), 0.45, color=CREAM, solid=Solid.CYLINDER)
    block(shapes, -side * 12.45, 0.3, (0.1, 2.3, 1.2), CREAM)
    block(shapes, -side * 11.0, 2.6, (1.2, 0.5, 1.2), sofa, finish=Finish.SOFT)
    block(shapes, -side * 11.6, 2.6, (0.35, 1.1, 1.2), sofa, finish=Finish.SOFT)


LIVING_ROOM = Place(
    name="living room",
    phrase=Phrase(
        en=(
            "in a living room",
            "in a cosy living room",
            "at home by the sofa",
            "on the carpet of a living room",
            "inside a house beside a sofa and a lamp",
            "in the lounge",
        ),
        es=(
            "en un salón",
            "en una sala de estar acogedora",
            "en casa delante del sofá",
            "sobre la alfombra de un salón",
            "dentro de una casa junto a un sofá y una lámpara",
            "en la sala",
        ),
    ),
    noun=Noun(
        en=("living room/living rooms", "cosy living room/cosy living rooms", "lounge/lounges"),
        es=("salón/salones m", "sala de estar/salas de estar f", "sala acogedora/salas acogedoras f"),
    ),
    ground=Ground.WOOD,
    build=build,
    surface="wood",
    sounds=("room tone",),
    media=("ground",),
    weathers=("clear",),
    indoors=True,
    tint=(1.0, 0.92, 0.82),
    hills_height=0.0,
    landmark=(0.0, 0.0, 3.0),
    landmark_size_m=(3.0, 6.0),
)

"""A dark dance club: a floor of lit tiles, LED strips, a disco ball, loudspeakers, a desk, spot lamps that pulse."""

import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import IRON, beam, blob, block, pick, post
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

PALETTES: tuple[tuple[Color, Color, Color], ...] = (
    ((1.0, 0.1, 0.62), (0.1, 0.85, 1.0), (0.58, 0.22, 1.0)),
    ((0.2, 0.4, 1.0), (1.0, 0.2, 0.3), (0.15, 1.0, 0.75)),
    ((0.72, 0.15, 1.0), (1.0, 0.6, 0.1), (0.12, 0.75, 1.0)),
    ((0.1, 1.0, 0.55), (0.95, 0.15, 0.9), (0.2, 0.45, 1.0)),
)
WALL: Color = (0.1, 0.08, 0.15)
BLACK: Color = (0.06, 0.06, 0.08)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Dark walls all round carry the strips; the desk and the loudspeakers stand before the back wall."""
    colors = pick(rng, PALETTES)
    _walls(shapes, rng, colors)
    _desk(shapes, rng, float(rng.uniform(-1.0, 1.0)), colors)
    for side in (-1.0, 1.0):
        _loudspeakers(shapes, side * float(rng.uniform(4.4, 5.0)), 5.2, colors[0])
        _table(shapes, side * 11.5, float(rng.uniform(0.5, 3.0)), colors[1])
    ball_x = float(rng.uniform(-1.2, 1.2))
    beam(shapes, (ball_x, 3.4, 5.0), (ball_x, 6.2, 5.0), 0.03, IRON)
    blob(
        shapes,
        ball_x,
        2.95,
        5.0,
        (0.55, 0.55, 0.55),
        (0.88, 0.9, 0.98),
        pattern=Pattern.CHECKS,
        color2=(0.5, 0.52, 0.68),
        scale=5.0,
        finish=Finish.GLOSSY,
        glow=0.25,
        shadow=0.0,
    )
    beam(shapes, (-7.0, 3.9, 5.6), (7.0, 3.9, 5.6), 0.09, IRON)
    lamps = []
    for index in range(6):
        x = (index - 2.5) * 2.3
        color = colors[index % 3]
        shapes.add((x, 3.85, 5.55), (x, 3.45, 5.3), 0.22, color=BLACK, solid=Solid.CYLINDER)
        blob(shapes, x, 3.42, 5.26, (0.19, 0.12, 0.19), color, glow=1.0, shadow=0.0)
        if index in (0, 2, 4, 5):
            lamps.append(Lamp(position=(x * 0.8, 3.2, 0.8), color=color, reach_m=8.0, beat=True, night_only=False))
    lamps.append(Lamp(position=(0.0, 2.6, -3.0), color=(0.55, 0.5, 0.75), reach_m=9.0, night_only=False))
    return tuple(lamps)


def _walls(shapes: Shapes, rng: np.random.Generator, colors: tuple[Color, Color, Color]) -> None:
    """Three walls (none where cameras stand), with upright strips on the back one and long strips at the sides."""
    block(shapes, 0.0, 8.0, (32.0, 7.0, 1.0), WALL, shadow=0.0)
    strips = int(rng.integers(7, 10))
    slant = float(rng.uniform(-0.6, 0.6))
    for index in range(strips):
        x = (index - (strips - 1) / 2) * 18.0 / strips
        height = 2.6 + 1.8 * abs(math.sin(index * 1.3 + slant * 4))
        shapes.add(
            (x, 0.5, 7.45),
            (x + slant, 0.5 + height, 7.45),
            0.06,
            0.11,
            color=colors[index % 3],
            solid=Solid.BOX,
            glow=1.0,
            shadow=0.0,
        )
    for side in (-1.0, 1.0):
        block(shapes, side * 14.0, 3.5, (1.0, 7.0, 10.0), WALL, shadow=0.0)
        for level in (1.0, 2.4):
            color = colors[1] if level < 2 else colors[2]
            block(shapes, side * 13.4, 3.5, (0.12, 0.14, 8.0), color, y=level, glow=1.0, shadow=0.0)


def _desk(shapes: Shapes, rng: np.random.Generator, x: float, colors: tuple[Color, Color, Color]) -> None:
    """The DJ's desk: a glowing front, two turntables, a screen behind it."""
    block(shapes, x, 5.8, (3.4, 1.15, 1.0), BLACK)
    block(
        shapes,
        x,
        5.26,
        (3.1, 0.8, 0.06),
        colors[1],
        y=0.2,
        pattern=Pattern.CHECKS,
        color2=colors[2],
        scale=2.0,
        glow=1.0,
        shadow=0.0,
    )
    for side in (-0.85, 0.85):
        post(shapes, x + side, 5.7, 0.08, 0.4, (0.2, 0.2, 0.24), y=1.15, finish=Finish.GLOSSY)
    pattern = pick(rng, (Pattern.STRIPES, Pattern.CHECKS, Pattern.SPOTS))
    block(
        shapes,
        x,
        7.3,
        (5.0, 2.2, 0.1),
        colors[0],
        y=2.0,
        pattern=pattern,
        color2=colors[2],
        scale=1.4,
        glow=0.8,
        shadow=0.0,
    )


def _loudspeakers(shapes: Shapes, x: float, z: float, color: Color) -> None:
    """A tower of two boxes with round cones, ringed by light."""
    block(shapes, x, z, (1.5, 3.0, 1.0), BLACK)
    for y, radius in ((0.8, 0.52), (2.1, 0.52)):
        shapes.add(
            (x, y, z - 0.45), (x, y, z - 0.54), radius * 1.12, color=color, solid=Solid.CYLINDER, glow=1.0, shadow=0.0
        )
        shapes.add(
            (x, y, z - 0.45),
            (x, y, z - 0.58),
            radius,
            color=(0.16, 0.16, 0.19),
            solid=Solid.CYLINDER,
            finish=Finish.GLOSSY,
        )


def _table(shapes: Shapes, x: float, z: float, color: Color) -> None:
    """A bar table whose top glows, with a glass on it."""
    post(shapes, x, z, 1.05, 0.08, IRON)
    post(shapes, x, z, 0.08, 0.55, color, y=1.05, glow=0.8)
    post(shapes, x + 0.15, z, 0.3, 0.08, (1.0, 0.8, 0.4), y=1.13, finish=Finish.GLASS, glow=0.4)


CLUB = Place(
    name="club",
    phrase=Phrase(
        en=(
            "in a dark club with LED lights",
            "in a dance club",
            "on the dance floor of a dark club",
            "inside a nightclub with a disco ball",
            "in a nightclub full of coloured lights",
            "under the disco ball of a club",
        ),
        es=(
            "en un club oscuro con luces LED",
            "en una discoteca",
            "en la pista de baile de un club oscuro",
            "dentro de una discoteca con una bola de espejos",
            "en un club nocturno lleno de luces de colores",
            "bajo la bola de espejos de un club",
        ),
    ),
    noun=Noun(
        en=("dance club/dance clubs", "nightclub/nightclubs", "dark club/dark clubs"),
        es=("discoteca/discotecas f", "club nocturno/clubes nocturnos m", "club oscuro/clubes oscuros m"),
    ),
    ground=Ground.TILES,
    build=build,
    surface="stone",
    sounds=("club beat",),
    media=("ground",),
    times=("night",),
    weathers=("clear",),
    indoors=True,
    tint=(0.5, 0.4, 0.8),
    hills_height=0.0,
    landmark=(0.0, 0.0, 3.0),
    landmark_size_m=(3.4, 6.0),
)

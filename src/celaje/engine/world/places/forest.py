"""A deep forest: tall trunks in layers, a high roof of leaves, ferns, toadstools, a fallen log."""

import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import BARK, beam, blob, both_sides, bush, pick, post, rock, varied
from celaje.engine.world.shapes import Color, Pattern, Shapes
from celaje.engine.world.words import Noun, Phrase

LEAVES: tuple[Color, ...] = (
    (0.25, 0.56, 0.19),
    (0.33, 0.6, 0.2),
    (0.19, 0.5, 0.26),
    (0.5, 0.46, 0.14),
    (0.66, 0.36, 0.12),
)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Two near trees frame the stage, seven stand behind it, the rest closes the sides and the back."""
    leaf = pick(rng, LEAVES[:3]) if rng.random() < 0.75 else pick(rng, LEAVES[3:])
    bark = pick(rng, (BARK, (0.42, 0.3, 0.2), (0.3, 0.23, 0.2)))
    for x, z in both_sides(rng, 2, 3.6, 5.0, 3.4, 4.6):
        _giant(shapes, rng, x, z, 0.42, bark, leaf)
    for index in range(7):
        x = (index - 3.0) * 2.6 + float(rng.uniform(-0.8, 0.8))
        z = float(rng.uniform(7.5, 15.0))
        _giant(shapes, rng, x, z, float(rng.uniform(0.26, 0.4)), bark, leaf)
        low = varied(rng, leaf, 0.12)
        size = float(rng.uniform(0.9, 1.3))
        lift = float(rng.uniform(2.5, 3.4))
        blob(
            shapes,
            x + pick(rng, (-0.9, 0.9)),
            lift,
            z - 0.5,
            (size * 1.3, size * 0.7, size),
            low,
            pattern=Pattern.LEAVES,
            color2=(low[0] * 0.6, low[1] * 0.64, low[2] * 0.6),
            scale=2.2,
        )
    for x, z in both_sides(rng, 7, 12.0, 16.5, -0.5, 9.0):
        _giant(shapes, rng, x, z, 0.4, bark, leaf)
    for index in range(6):
        x = (index - 2.5) * 8.0 + float(rng.uniform(-1.5, 1.5))
        blob(
            shapes,
            x,
            float(rng.uniform(1.5, 3.5)),
            26.0,
            (5.5, 5.5, 3.0),
            varied(rng, (leaf[0] * 0.7, leaf[1] * 0.75, leaf[2] * 0.8)),
            pattern=Pattern.LEAVES,
            color2=(leaf[0] * 0.45, leaf[1] * 0.5, leaf[2] * 0.5),
            scale=0.9,
        )
    for x, z in both_sides(rng, 6, 0.3, 6.5, -2.5, 3.0):
        moss = varied(rng, (0.3, 0.46, 0.16))
        patch = (float(rng.uniform(0.8, 1.9)), 0.02, float(rng.uniform(0.4, 0.8)))
        blob(shapes, x, 0.0, z, patch, moss, pattern=Pattern.LEAVES, color2=leaf, scale=4.0, shadow=0.0)
    for x, z in both_sides(rng, 8, 1.0, 7.0, 2.7, 8.0):
        bush(shapes, rng, x, z, float(rng.uniform(0.35, 0.75)), (leaf[0] * 1.1, leaf[1] * 1.1, leaf[2]))
    for x, z in both_sides(rng, 2, 2.0, 4.2, 2.5, 3.2):
        _toadstool(shapes, rng, x, z)
    x = pick(rng, (-3.2, 3.0))
    beam(
        shapes, (x - 1.5, 0.28, 4.6), (x + 1.5, 0.34, 4.0), 0.32, bark, pattern=Pattern.WOOD, color2=(0.24, 0.34, 0.14)
    )
    rock(shapes, rng, -x, 3.6, 0.5, (0.42, 0.46, 0.36))
    return ()


def _giant(
    shapes: Shapes, rng: np.random.Generator, x: float, z: float, radius: float, bark: Color, leaf: Color
) -> None:
    """One tall trunk under two heaps of leaves. 3 solids."""
    height = float(rng.uniform(6.0, 8.5))
    post(
        shapes,
        x,
        z,
        height,
        radius,
        varied(rng, bark),
        pattern=Pattern.WOOD,
        color2=(bark[0] * 0.6, bark[1] * 0.62, bark[2] * 0.6),
        scale=2.0,
    )
    turn = float(rng.uniform(0.0, math.tau))
    for shift, lift, size in ((0.0, 0.5, 2.1), (1.0, -0.5, 1.6)):
        color = varied(rng, leaf, 0.12)
        blob(
            shapes,
            x + math.cos(turn) * shift * 1.2,
            height + lift,
            z + math.sin(turn) * shift,
            (size * 1.15, size * 0.85, size),
            color,
            pattern=Pattern.LEAVES,
            color2=(color[0] * 0.6, color[1] * 0.64, color[2] * 0.6),
            scale=1.8,
        )


def _toadstool(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """A red toadstool with white dots."""
    height = float(rng.uniform(0.3, 0.5))
    post(shapes, x, z, height, height * 0.16, (0.94, 0.9, 0.82))
    blob(
        shapes,
        x,
        height,
        z,
        (height * 0.55, height * 0.34, height * 0.55),
        (0.86, 0.14, 0.1),
        pattern=Pattern.SPOTS,
        color2=(1.0, 0.96, 0.92),
        scale=6.0,
    )


FOREST = Place(
    name="forest",
    phrase=Phrase(
        en=(
            "in a forest",
            "in a deep green forest",
            "among tall trees",
            "in the woods",
            "in a forest with ferns and toadstools",
            "among the trunks of an old forest",
        ),
        es=(
            "en un bosque",
            "en un bosque verde y profundo",
            "entre árboles altos",
            "en el bosque",
            "en un bosque con helechos y setas",
            "entre los troncos de un bosque viejo",
        ),
    ),
    noun=Noun(
        en=("forest/forests", "wood/woods", "deep forest/deep forests"),
        es=("bosque/bosques m", "bosque profundo/bosques profundos m", "arboleda/arboledas f"),
    ),
    ground=Ground.EARTH,
    build=build,
    surface="leaves",
    sounds=("forest leaves", "birds"),
    media=("ground", "air"),
    tint=(0.94, 1.02, 0.94),
    hills=(0.16, 0.3, 0.18),
    hills_height=0.25,
)

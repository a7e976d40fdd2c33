"""The bottom of the sea: the wreck of a ship, corals, sea weed, a treasure chest, boulders in blue haze."""

import math

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import blob, block, both_sides, pick, rock, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid
from celaje.engine.world.words import Noun, Phrase

CORALS: tuple[Color, ...] = (
    (1.0, 0.42, 0.42),
    (1.0, 0.62, 0.2),
    (0.9, 0.34, 0.7),
    (0.98, 0.82, 0.32),
    (0.62, 0.42, 0.95),
)
WEED: Color = (0.2, 0.62, 0.34)
PLANKS: Color = (0.5, 0.33, 0.2)
ROTTEN: Color = (0.28, 0.36, 0.26)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The wreck leans behind the stage; corals and weeds frame it at both sides."""
    _wreck(shapes, float(rng.uniform(-2.0, 2.0)), 7.5, pick(rng, (-1.0, 1.0)))
    for index, (x, z) in enumerate(both_sides(rng, 4, 3.0, 5.2, 2.8, 6.0)):
        _coral(shapes, rng, x, z, index % 2 == 0)
    for x, z in both_sides(rng, 5, 3.4, 7.5, 2.6, 7.0):
        _weeds(shapes, rng, x, z)
    for index, (x, z) in enumerate(both_sides(rng, 6, 11.2, 14.0, -5.0, 5.0)):
        rock(shapes, rng, x, z, float(rng.uniform(0.9, 1.9)), (0.34, 0.4, 0.44))
        if index % 3 == 0:
            _weeds(shapes, rng, x * 0.93, z - 0.8)
        else:
            blob(
                shapes,
                x * 0.92,
                0.4,
                z - 0.6,
                (0.5, 0.55, 0.5),
                varied(rng, pick(rng, CORALS)),
                pattern=Pattern.SPOTS,
                color2=(1.0, 0.9, 0.75),
            )
    for x, z in ((-15.0, 13.0), (15.0, 14.0), (-9.0, -14.0), (9.0, -15.0)):
        blob(
            shapes,
            x,
            0.0,
            z,
            (5.0, float(rng.uniform(2.5, 4.5)), 3.5),
            (0.28, 0.36, 0.42),
            pattern=Pattern.STONE,
            color2=(0.2, 0.28, 0.34),
            scale=0.7,
        )
    _chest(shapes, pick(rng, (-2.6, 2.8)))
    return ()


def _wreck(shapes: Shapes, x: float, z: float, lean: float) -> None:
    """Half of a wooden ship that sank by its stern: hull, ribs, deck house, two broken masts, dark portholes."""
    bow, stern = (x + lean * 5.2, 2.1, z), (x - lean * 5.4, 0.1, z)
    shapes.add(stern, bow, 1.9, 1.7, color=PLANKS, pattern=Pattern.RUST, color2=ROTTEN, scale=1.2)
    shapes.add(
        (x - lean * 3.6, 1.35, z),
        (x + lean * 3.8, 2.85, z),
        1.5,
        0.22,
        color=(0.58, 0.41, 0.26),
        solid=Solid.BOX,
        pattern=Pattern.WOOD,
        color2=(0.4, 0.3, 0.2),
        scale=2.0,
    )
    shapes.add((x + lean * 3.0, 2.0, z), (x + lean * 7.6, 4.0, z), 0.14, color=PLANKS, solid=Solid.CONE)
    shapes.add(
        (x - lean * 2.9, 1.4, z),
        (x - lean * 3.3, 3.2, z),
        1.1,
        1.1,
        color=(0.46, 0.3, 0.19),
        solid=Solid.BOX,
        pattern=Pattern.WOOD,
        color2=ROTTEN,
        scale=2.0,
    )
    for along, height, tilt in ((0.8, 6.2, 0.9), (-1.5, 4.2, -0.5)):
        foot = (x + lean * along, 1.8, z)
        top = (x + lean * (along - tilt * 1.4), height, z + 0.4)
        shapes.add(foot, top, 0.16, color=(0.42, 0.3, 0.2), solid=Solid.CYLINDER)
        yard = (foot[0] * 0.3 + top[0] * 0.7, foot[1] * 0.3 + top[1] * 0.7, z)
        shapes.add(
            (yard[0] - 1.3, yard[1] + 0.3, z),
            (yard[0] + 1.3, yard[1] - 0.3, z),
            0.09,
            color=(0.42, 0.3, 0.2),
            solid=Solid.CYLINDER,
        )
    for along in (-2.6, -1.2, 0.2, 1.6, 2.9):
        hole_y = 0.98 + along * 0.21
        blob(shapes, x + lean * along, hole_y, z - 1.72 + abs(along) * 0.08, (0.27, 0.27, 0.14), (0.05, 0.09, 0.11))
    for along in (-4.6, -3.9):
        shapes.add(
            (x + lean * along, 0.0, z - 1.0),
            (x + lean * (along - 0.3), 2.0, z - 1.5),
            0.1,
            color=PLANKS,
            solid=Solid.CYLINDER,
        )


def _coral(shapes: Shapes, rng: np.random.Generator, x: float, z: float, branched: bool) -> None:
    """A fan of branches, or a heap of round corals. 4 solids."""
    color = varied(rng, pick(rng, CORALS))
    if branched:
        for index in range(4):
            angle = (index - 1.5) * 0.42
            length = float(rng.uniform(0.9, 1.4))
            tip = (x + math.sin(angle) * length, math.cos(angle) * length, z + float(rng.uniform(-0.15, 0.15)))
            shapes.add((x, 0.0, z), tip, 0.15, 0.15, color=color, finish=Finish.SOFT)
        return
    for shift, size in ((-0.45, 0.4), (0.1, 0.6), (0.6, 0.36)):
        blob(
            shapes,
            x + shift,
            size * 0.6,
            z,
            (size, size * 0.85, size),
            color,
            pattern=Pattern.SPOTS,
            color2=(color[0] * 0.7, color[1] * 0.6, color[2] * 0.7),
            scale=5.0,
        )
    blob(shapes, x, 0.2, z - 0.5, (0.3, 0.25, 0.3), varied(rng, pick(rng, CORALS)))


def _weeds(shapes: Shapes, rng: np.random.Generator, x: float, z: float) -> None:
    """Three waving blades. 3 solids."""
    for shift in (-0.22, 0.0, 0.22):
        height = float(rng.uniform(1.3, 2.6))
        lean = float(rng.uniform(-0.3, 0.3))
        shapes.add((x + shift, -0.1, z), (x + shift + lean, height, z), 0.07, 0.14, color=varied(rng, WEED, 0.15))


def _chest(shapes: Shapes, x: float) -> None:
    """An old chest with gold in it."""
    block(shapes, x, 3.1, (0.9, 0.45, 0.6), (0.45, 0.27, 0.14), yaw=0.3, pattern=Pattern.WOOD, color2=(0.3, 0.18, 0.1))
    blob(
        shapes,
        x,
        0.46,
        3.1,
        (0.38, 0.16, 0.24),
        (1.0, 0.82, 0.22),
        pattern=Pattern.SPOTS,
        color2=(0.85, 0.6, 0.1),
        scale=12.0,
        finish=Finish.GLOSSY,
    )
    shapes.add((x - 0.42, 0.75, 3.4), (x + 0.42, 0.75, 3.4), 0.12, 0.28, color=(0.45, 0.27, 0.14), solid=Solid.BOX)


UNDERWATER = Place(
    name="underwater",
    phrase=Phrase(
        en=(
            "under the water",
            "under the sea beside a shipwreck",
            "at the bottom of the sea",
            "under the water among corals and sea weed",
            "in the blue depths by the wreck of a ship",
            "under the sea near a sunken ship",
        ),
        es=(
            "bajo el agua",
            "bajo el mar junto a un naufragio",
            "en el fondo del mar",
            "bajo el agua entre corales y algas",
            "en las profundidades azules junto a los restos de un barco",
            "bajo el mar cerca de un barco hundido",
        ),
    ),
    noun=Noun(
        en=("sea floor/sea floors", "shipwreck under the sea/shipwrecks under the sea", "coral reef/coral reefs"),
        es=(
            "fondo del mar/fondos del mar m",
            "naufragio bajo el mar/naufragios bajo el mar m",
            "arrecife de coral/arrecifes de coral m",
        ),
    ),
    ground=Ground.SEABED,
    build=build,
    surface="sand",
    sounds=("underwater hum", "bubbles"),
    media=("underwater",),
    times=("day", "night"),
    weathers=("clear",),
    underwater=True,
    hills=(0.08, 0.34, 0.44),
    hills_height=0.0,
)

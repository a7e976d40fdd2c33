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
PLANKS: Color = (0.72, 0.48, 0.28)
ROTTEN: Color = (0.4, 0.3, 0.2)


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """The wreck leans behind the stage; corals and weeds frame it at both sides."""
    _wreck(shapes, float(rng.uniform(-1.5, 1.5)), 7.8, pick(rng, (-1.0, 1.0)))
    for index, (x, z) in enumerate(both_sides(rng, 4, 3.0, 5.2, 2.8, 6.0)):
        _coral(shapes, rng, x, z, index % 2 == 0)
    for x, z in both_sides(rng, 5, 3.4, 7.5, 2.6, 7.0):
        _weeds(shapes, rng, x, z)
    for index, (x, z) in enumerate(both_sides(rng, 6, 12.0, 16.5, -0.5, 9.0)):
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
    for x, z in ((-15.0, 13.0), (15.0, 14.0)):
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
    """A wooden ship that sank by its stern: hull with a bright rail, deck house, two broken masts, dark portholes."""
    timber = (0.4, 0.27, 0.16)

    def at(along: float, up: float, out: float = 0.0) -> tuple[float, float, float]:
        """A point of the tilted ship: metres towards the bow, above the keel, and towards the camera."""
        return (x + lean * (along * 0.97 - up * 0.2), along * 0.2 + up + 0.25, z - out)

    shapes.add(at(-5.0, 0.5), at(4.8, 0.7), 1.4, 1.1, color=PLANKS, pattern=Pattern.WOOD, color2=ROTTEN, scale=1.0)
    shapes.add(
        at(-3.6, 1.1),
        at(4.4, 1.2),
        1.25,
        0.42,
        color=PLANKS,
        solid=Solid.BOX,
        pattern=Pattern.WOOD,
        color2=ROTTEN,
        scale=1.0,
    )
    shapes.add(at(-3.7, 1.6), at(4.6, 1.7), 1.32, 0.1, color=(0.86, 0.64, 0.38), solid=Solid.BOX)
    shapes.add(at(4.2, 1.5), at(7.4, 2.4), 0.13, color=PLANKS, solid=Solid.CONE)
    shapes.add(
        at(-3.6, 2.1),
        at(-1.7, 2.1),
        0.95,
        0.5,
        color=(0.66, 0.44, 0.26),
        solid=Solid.BOX,
        pattern=Pattern.WOOD,
        color2=ROTTEN,
    )
    for along, up, tilt in ((1.6, 4.6, -0.7), (-1.0, 3.4, 0.9)):
        foot, top = at(along, 1.6), at(along + tilt, up)
        shapes.add(foot, top, 0.14, color=timber, solid=Solid.CYLINDER)
        yard_y = foot[1] * 0.35 + top[1] * 0.65
        yard_x = foot[0] * 0.35 + top[0] * 0.65
        shapes.add(
            (yard_x - 1.2, yard_y + 0.3, z), (yard_x + 1.2, yard_y - 0.3, z), 0.08, color=timber, solid=Solid.CYLINDER
        )
    for along in (-2.6, -1.2, 0.2, 1.6, 3.0):
        hole = at(along, 1.12, 1.26)
        blob(shapes, hole[0], hole[1], hole[2], (0.22, 0.22, 0.06), (0.04, 0.07, 0.09))
    for along in (-4.7, -4.0):
        shapes.add(at(along, 0.6, 1.0), at(along + 0.2, 2.2, 1.4), 0.1, color=PLANKS, solid=Solid.CYLINDER)


def _coral(shapes: Shapes, rng: np.random.Generator, x: float, z: float, branched: bool) -> None:
    """A fan of branches, or a heap of round corals. 4 solids."""
    color = varied(rng, pick(rng, CORALS))
    if branched:
        for index in range(4):
            angle = (index - 1.5) * 0.42
            length = float(rng.uniform(0.9, 1.4))
            tip = (x + math.sin(angle) * length, math.cos(angle) * length, z + float(rng.uniform(-0.15, 0.15)))
            shapes.add((x, 0.0, z), tip, 0.15, 0.15, color=color, finish=Finish.SOFT, glow=0.3)
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
            glow=0.3,
        )
    blob(shapes, x, 0.2, z - 0.5, (0.3, 0.25, 0.3), varied(rng, pick(rng, CORALS)), glow=0.3)


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

"""Things that several places share: trees, rocks, buildings, lamps, clouds. It does not know where they stand.

Every function adds a few solids at (x, z) on the ground, in metres, and draws its small differences from `rng`.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from celaje.engine.world.places.place import Lamp
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid

Value = TypeVar("Value")

BARK: Color = (0.36, 0.24, 0.16)
SNOW: Color = (0.94, 0.97, 1.0)
STONE: Color = (0.55, 0.54, 0.52)
IRON: Color = (0.17, 0.18, 0.21)
WARM: Color = (1.0, 0.78, 0.42)


def pick(rng: np.random.Generator, values: Sequence[Value]) -> Value:
    """One of `values`, each as likely."""
    return values[int(rng.integers(len(values)))]


def varied(rng: np.random.Generator, color: Color, amount: float = 0.08) -> Color:
    """`color` made a little lighter or darker, and shifted a little in hue."""
    level = 1.0 + rng.uniform(-amount, amount)
    red, green, blue = (float(np.clip(c * level + rng.uniform(-amount, amount) * 0.3, 0.0, 1.0)) for c in color)
    return red, green, blue


def both_sides(
    rng: np.random.Generator, count: int, near_x: float, far_x: float, near_z: float, far_z: float
) -> Iterator[tuple[float, float]]:
    """`count` points (x, z), left and right in turn, spread in depth, `near_x` to `far_x` metres from the middle."""
    first = int(rng.integers(2))
    for index in range(count):
        side = 1.0 if (index + first) % 2 else -1.0
        z = near_z + (far_z - near_z) * (index + float(rng.uniform(0.1, 0.9))) / count
        yield side * float(rng.uniform(near_x, far_x)), z


def block(
    shapes: Shapes,
    x: float,
    z: float,
    size: tuple[float, float, float],
    color: Color,
    *,
    y: float = 0.0,
    yaw: float = 0.0,
    pattern: Pattern = Pattern.PLAIN,
    color2: Color = (0.0, 0.0, 0.0),
    scale: float = 4.0,
    finish: Finish = Finish.MATTE,
    glow: float = 0.0,
    shadow: float = 1.0,
) -> None:
    """An upright box of `size` (x, y, z) whose bottom face has its middle at (x, y, z)."""
    shapes.add(
        (x, y, z),
        (x, y + size[1], z),
        size[2] / 2,
        size[0] / 2,
        color=color,
        solid=Solid.BOX,
        pattern=pattern,
        color2=color2,
        scale=scale,
        finish=finish,
        glow=glow,
        roll=yaw,
        shadow=shadow,
    )


def post(
    shapes: Shapes,
    x: float,
    z: float,
    height: float,
    radius: float,
    color: Color,
    *,
    y: float = 0.0,
    pattern: Pattern = Pattern.PLAIN,
    color2: Color = (0.0, 0.0, 0.0),
    scale: float = 4.0,
    finish: Finish = Finish.MATTE,
    glow: float = 0.0,
    shadow: float = 1.0,
) -> None:
    """An upright cylinder that stands on (x, y, z)."""
    shapes.add(
        (x, y, z),
        (x, y + height, z),
        radius,
        color=color,
        solid=Solid.CYLINDER,
        pattern=pattern,
        color2=color2,
        scale=scale,
        finish=finish,
        glow=glow,
        shadow=shadow,
    )


def beam(
    shapes: Shapes,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius: float,
    color: Color,
    *,
    solid: Solid = Solid.CYLINDER,
    pattern: Pattern = Pattern.PLAIN,
    color2: Color = (0.0, 0.0, 0.0),
    scale: float = 4.0,
    finish: Finish = Finish.MATTE,
    glow: float = 0.0,
    shadow: float = 1.0,
) -> None:
    """A round bar from `start` to `end`."""
    shapes.add(
        start,
        end,
        radius,
        color=color,
        solid=solid,
        pattern=pattern,
        color2=color2,
        scale=scale,
        finish=finish,
        glow=glow,
        shadow=shadow,
    )


def blob(
    shapes: Shapes,
    x: float,
    y: float,
    z: float,
    radii: tuple[float, float, float],
    color: Color,
    *,
    pattern: Pattern = Pattern.PLAIN,
    color2: Color = (0.0, 0.0, 0.0),
    scale: float = 4.0,
    finish: Finish = Finish.MATTE,
    glow: float = 0.0,
    shadow: float = 1.0,
) -> None:
    """An ellipsoid around (x, y, z) with `radii` along x, y and z."""
    shapes.add(
        (x, y - radii[1], z),
        (x, y + radii[1], z),
        radii[2],
        radii[0],
        color=color,
        pattern=pattern,
        color2=color2,
        scale=scale,
        finish=finish,
        glow=glow,
        shadow=shadow,
    )


def mountain(
    shapes: Shapes, rng: np.random.Generator, x: float, z: float, height: float, color: Color, *, snow: float = 0.0
) -> None:
    """A far peak with one shoulder; the upper `snow` (0 to 1) of its height is white. 2 or 4 solids."""
    radius = height * float(rng.uniform(0.95, 1.25))
    side = pick(rng, (-1.0, 1.0))
    peaks = (
        (x, z, height, radius),
        (
            x + side * radius * float(rng.uniform(0.5, 0.7)),
            z + 1.0,
            height * float(rng.uniform(0.55, 0.72)),
            radius * 0.75,
        ),
    )
    for peak_x, peak_z, peak_height, peak_radius in peaks:
        shapes.add(
            (peak_x, -0.5, peak_z),
            (peak_x, peak_height, peak_z),
            peak_radius,
            color=varied(rng, color, 0.05),
            solid=Solid.CONE,
            pattern=Pattern.STONE,
            color2=(color[0] * 0.7, color[1] * 0.7, color[2] * 0.75),
            scale=0.3,
            shadow=0.0,
        )
        if snow > 0.0:
            base = peak_height * (1.0 - snow)
            shapes.add(
                (peak_x, base, peak_z),
                (peak_x, peak_height * 1.02, peak_z),
                peak_radius * snow * 1.08,
                color=SNOW,
                solid=Solid.CONE,
                shadow=0.0,
            )


def pine(
    shapes: Shapes, rng: np.random.Generator, x: float, z: float, height: float, color: Color, *, snowy: bool = False
) -> None:
    """A conifer: a trunk and three cones, with snow on them if `snowy`. 4 solids."""
    height *= float(rng.uniform(0.85, 1.15))
    post(shapes, x, z, height * 0.3, height * 0.035, BARK, pattern=Pattern.WOOD, color2=(0.25, 0.16, 0.1))
    leaf = varied(rng, color)
    spread = height * float(rng.uniform(0.2, 0.26))
    for base, top, radius in ((0.14, 0.58, 1.0), (0.36, 0.8, 0.76), (0.58, 1.0, 0.5)):
        shapes.add(
            (x, height * base, z),
            (x, height * top, z),
            spread * radius,
            color=leaf,
            solid=Solid.CONE,
            pattern=Pattern.SNOWCAP if snowy and base > 0.2 else Pattern.LEAVES,
            color2=SNOW if snowy and base > 0.2 else (leaf[0] * 0.6, leaf[1] * 0.65, leaf[2] * 0.6),
            scale=3.0,
        )


def tree(shapes: Shapes, rng: np.random.Generator, x: float, z: float, height: float, color: Color) -> None:
    """A broad-leaved tree: a trunk and three leafy balls. 4 solids."""
    height *= float(rng.uniform(0.85, 1.15))
    trunk = height * 0.5
    lean = float(rng.uniform(-0.06, 0.06)) * height
    beam(
        shapes,
        (x, 0.0, z),
        (x + lean, trunk, z),
        height * 0.045,
        BARK,
        pattern=Pattern.WOOD,
        color2=(0.24, 0.15, 0.1),
        scale=3.0,
    )
    crown = height * 0.27
    for angle, lift, size in ((0.0, 0.78, 1.0), (2.2, 0.62, 0.78), (4.3, 0.64, 0.74)):
        turn = angle + float(rng.uniform(-0.5, 0.5))
        offset = 0.0 if lift > 0.7 else crown * 0.75
        leaf = varied(rng, color)
        blob(
            shapes,
            x + lean + math.cos(turn) * offset,
            height * lift,
            z + math.sin(turn) * offset * 0.6,
            (crown * size, crown * size * 0.85, crown * size),
            leaf,
            pattern=Pattern.LEAVES,
            color2=(leaf[0] * 0.62, leaf[1] * 0.66, leaf[2] * 0.6),
            scale=2.5,
        )


def bush(shapes: Shapes, rng: np.random.Generator, x: float, z: float, size: float, color: Color) -> None:
    """A low leafy ball. 1 solid."""
    leaf = varied(rng, color)
    blob(
        shapes,
        x,
        size * 0.4,
        z,
        (size * float(rng.uniform(0.8, 1.2)), size * 0.65, size * 0.8),
        leaf,
        pattern=Pattern.LEAVES,
        color2=(leaf[0] * 0.65, leaf[1] * 0.68, leaf[2] * 0.6),
        scale=4.0,
    )


def rock(
    shapes: Shapes,
    rng: np.random.Generator,
    x: float,
    z: float,
    size: float,
    color: Color = STONE,
    *,
    snowy: bool = False,
) -> None:
    """A boulder, half in the ground. 1 solid."""
    shade = varied(rng, color)
    tilt = float(rng.uniform(-0.3, 0.3)) * size
    shapes.add(
        (x - size * 0.9, size * 0.2 - tilt, z),
        (x + size * 0.9, size * 0.2 + tilt, z),
        size * float(rng.uniform(0.65, 0.95)),
        size * float(rng.uniform(0.45, 0.75)),
        color=shade,
        pattern=Pattern.SNOWCAP if snowy else Pattern.STONE,
        color2=SNOW if snowy else (shade[0] * 0.68, shade[1] * 0.68, shade[2] * 0.7),
        scale=2.0,
    )


def palm(shapes: Shapes, rng: np.random.Generator, x: float, z: float, height: float) -> None:
    """A leaning palm with six drooping leaves and a coconut. 9 solids."""
    height *= float(rng.uniform(0.9, 1.15))
    lean = height * float(rng.uniform(0.12, 0.3)) * pick(rng, (-1.0, 1.0))
    joints = [(x + lean * t * t, height * t, z) for t in (0.0, 0.45, 1.0)]
    for low, high in itertools.pairwise(joints):
        beam(
            shapes,
            low,
            high,
            height * 0.03,
            (0.52, 0.4, 0.27),
            pattern=Pattern.STRIPES,
            color2=(0.4, 0.29, 0.19),
            scale=3.0,
        )
    top_x, top_y, top_z = joints[-1]
    start = float(rng.uniform(0.0, 1.0))
    for index in range(6):
        angle = start + index * math.tau / 6
        reach = height * float(rng.uniform(0.34, 0.42))
        tip = (
            top_x + math.cos(angle) * reach,
            top_y - height * float(rng.uniform(0.05, 0.2)),
            top_z + math.sin(angle) * reach,
        )
        leaf = varied(rng, (0.2, 0.55, 0.22))
        shapes.add((top_x, top_y + 0.05, top_z), tip, height * 0.07, height * 0.025, color=leaf)
    blob(shapes, top_x, top_y - 0.15, top_z - 0.12, (0.15, 0.15, 0.15), (0.35, 0.22, 0.12))


def lamp_post(
    shapes: Shapes, x: float, z: float, height: float, time: str, *, arm: float = 0.0, color: Color = WARM
) -> Lamp:
    """A street lamp, lit when it is not day; its arm reaches `arm` metres along x. 3 solids."""
    lit = 0.15 if time == "day" else 1.0
    post(shapes, x, z, height, 0.07, IRON, finish=Finish.GLOSSY)
    beam(shapes, (x, height, z), (x + arm, height + 0.1, z), 0.05, IRON)
    blob(shapes, x + arm, height - 0.02, z, (0.22, 0.16, 0.22), color, glow=lit, shadow=0.0)
    return Lamp(position=(x + arm, height - 0.1, z), color=color, reach_m=height * 2.2)


def cloud(
    shapes: Shapes,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    size: float,
    color: Color,
    *,
    puffs: int = 3,
    glow: float = 0.0,
) -> None:
    """A soft heap of `puffs` balls, for clouds, smoke and steam. One solid each."""
    for index in range(puffs):
        shift = (index - (puffs - 1) / 2) * size * 0.9
        radius = size * float(rng.uniform(0.65, 1.05))
        blob(
            shapes,
            x + shift,
            y + float(rng.uniform(-0.3, 0.3)) * size,
            z + float(rng.uniform(-0.3, 0.3)) * size,
            (radius * 1.2, radius * 0.8, radius),
            varied(rng, color, 0.04),
            finish=Finish.SOFT,
            glow=glow,
            shadow=0.0,
        )

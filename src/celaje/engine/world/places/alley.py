"""A narrow brick alley: walls on both sides, bins, a fire escape, a hanging lamp, puddles and a lit end."""

import numpy as np

from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.props import IRON, WARM, beam, blob, block, pick, post, varied
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes
from celaje.engine.world.words import Noun, Phrase

BRICKS: tuple[Color, ...] = ((0.62, 0.3, 0.22), (0.55, 0.34, 0.27), (0.66, 0.38, 0.24))
MORTAR: Color = (0.36, 0.3, 0.28)
NEON: tuple[Color, ...] = ((0.15, 0.9, 1.0), (1.0, 0.25, 0.5), (0.35, 1.0, 0.45))


def build(shapes: Shapes, rng: np.random.Generator, time: str) -> tuple[Lamp, ...]:
    """Two walls stand behind the stage with the depth of the alley between them."""
    lit = 0.25 if time == "day" else 1.0
    middle = float(rng.uniform(-2.0, 2.0))
    brick = pick(rng, BRICKS)
    _walls(shapes, rng, middle, brick, lit)
    _fire_escape(shapes, middle + pick(rng, (-6.2, 6.2)))
    _things(shapes, rng, middle)
    color = pick(rng, NEON)
    sign_x = middle + pick(rng, (-1.0, 1.0)) * 3.1
    block(
        shapes,
        sign_x,
        3.6,
        (0.9, 1.7, 0.15),
        color,
        y=2.7,
        pattern=Pattern.CHECKS,
        color2=(1.0, 1.0, 1.0),
        scale=1.8,
        glow=lit,
        shadow=0.0,
    )
    lamp_x = middle + float(rng.uniform(-0.4, 0.4))
    beam(shapes, (middle - 2.6, 3.1, 4.6), (middle + 2.6, 3.1, 4.6), 0.03, IRON)
    beam(shapes, (lamp_x, 3.1, 4.6), (lamp_x, 2.75, 4.6), 0.02, IRON)
    shapes.add((lamp_x, 2.5, 4.6), (lamp_x, 2.85, 4.6), 0.42, color=(0.2, 0.36, 0.32))
    blob(shapes, lamp_x, 2.47, 4.6, (0.22, 0.18, 0.22), WARM, glow=lit, shadow=0.0)
    return (
        Lamp(position=(lamp_x, 2.3, 3.8), color=WARM, reach_m=11.0),
        Lamp(position=(sign_x, 2.3, 2.4), color=color, reach_m=6.0),
        Lamp(position=(middle, 2.0, 15.0), color=(0.55, 0.75, 1.0), reach_m=9.0),
    )


def _walls(shapes: Shapes, rng: np.random.Generator, middle: float, brick: Color, lit: float) -> None:
    """Two long buildings whose fronts face the stage, and the passage between them that ends in light."""
    for side in (-1.0, 1.0):
        color = varied(rng, brick, 0.12)
        center = middle + side * 12.6
        block(
            shapes,
            center,
            12.0,
            (20.0, float(rng.uniform(8.5, 12.0)), 16.0),
            color,
            pattern=Pattern.BRICK,
            color2=MORTAR,
            scale=2.2,
        )
        block(shapes, center, 3.95, (20.0, 0.5, 0.25), (0.42, 0.4, 0.4), pattern=Pattern.STONE, color2=(0.3, 0.3, 0.3))
        for index in range(2):
            x = middle + side * (4.6 + index * 3.6 + float(rng.uniform(-0.3, 0.3)))
            shine = lit * 0.85 if rng.random() < 0.55 else 0.05
            block(shapes, x, 3.95, (1.3, 1.7, 0.18), (0.25, 0.2, 0.18), y=1.6)
            block(
                shapes,
                x,
                3.9,
                (1.0, 1.4, 0.2),
                (0.98, 0.8, 0.45),
                y=1.75,
                pattern=Pattern.CHECKS,
                color2=(0.8, 0.6, 0.32),
                scale=1.0,
                glow=shine,
                finish=Finish.GLOSSY,
            )
        block(
            shapes,
            middle + side * 18.0,
            1.5,
            (6.0, 8.0, 6.0),
            varied(rng, brick),
            pattern=Pattern.BRICK,
            color2=MORTAR,
            scale=2.2,
        )
    block(
        shapes,
        middle,
        30.0,
        (9.0, 13.0, 2.0),
        (0.3, 0.32, 0.4),
        pattern=Pattern.WINDOWS,
        color2=(1.0, 0.85, 0.5),
        scale=0.7,
    )
    block(shapes, middle, 28.5, (4.0, 2.4, 0.4), (0.5, 0.85, 1.0), y=0.4, glow=lit * 0.7, shadow=0.0)


def _fire_escape(shapes: Shapes, x: float) -> None:
    """Two iron landings with rails and a stair between them, on the front of a wall."""
    for level in (2.3, 4.9):
        block(shapes, x, 3.3, (3.2, 0.12, 1.2), IRON, y=level)
        block(shapes, x, 2.74, (3.2, 0.08, 0.06), IRON, y=level + 0.9)
        for post_x in (-1.55, 0.0, 1.55):
            block(shapes, x + post_x, 2.74, (0.07, 0.95, 0.06), IRON, y=level)
    beam(shapes, (x - 1.3, 2.4, 3.1), (x + 1.2, 4.9, 3.1), 0.09, IRON)
    beam(shapes, (x + 1.3, 0.4, 3.0), (x + 1.3, 2.3, 3.0), 0.07, IRON)


def _things(shapes: Shapes, rng: np.random.Generator, middle: float) -> None:
    """Bins, crates and a barrel along the walls, a pipe, and puddles that mirror the light."""
    side = pick(rng, (-1.0, 1.0))
    skip_color = pick(rng, ((0.16, 0.42, 0.3), (0.2, 0.34, 0.56), (0.5, 0.46, 0.16)))
    skip_x = middle + side * float(rng.uniform(4.6, 5.6))
    block(shapes, skip_x, 3.2, (2.1, 1.1, 1.0), skip_color, finish=Finish.GLOSSY)
    block(shapes, skip_x, 3.2, (2.2, 0.14, 1.1), (0.13, 0.14, 0.15), y=1.1, yaw=0.0)
    for index in range(2):
        x = middle - side * (3.5 + index * 1.0)
        post(
            shapes,
            x,
            3.2,
            0.95,
            0.38,
            (0.5, 0.53, 0.56),
            pattern=Pattern.STRIPES,
            color2=(0.36, 0.38, 0.42),
            scale=5.0,
            finish=Finish.GLOSSY,
        )
        blob(shapes, x, 0.96, 3.2, (0.42, 0.12, 0.42), (0.44, 0.46, 0.5), finish=Finish.GLOSSY)
    blob(shapes, middle - side * 5.6, 0.35, 3.1, (0.5, 0.42, 0.42), (0.1, 0.1, 0.12), finish=Finish.GLOSSY)
    block(
        shapes,
        middle - side * 7.3,
        3.1,
        (0.9, 0.8, 0.8),
        (0.62, 0.46, 0.28),
        yaw=0.3,
        pattern=Pattern.WOOD,
        color2=(0.45, 0.31, 0.18),
    )
    post(
        shapes, middle + side * 3.0, 3.85, 8.0, 0.09, (0.4, 0.36, 0.34), pattern=Pattern.RUST, color2=(0.5, 0.26, 0.12)
    )
    for _ in range(3):
        x, z = float(rng.uniform(-5.0, 5.0)), float(rng.uniform(1.6, 2.9))
        blob(
            shapes,
            x,
            0.0,
            z,
            (float(rng.uniform(0.7, 1.5)), 0.012, 0.35),
            (0.2, 0.24, 0.3),
            finish=Finish.GLASS,
            shadow=0.0,
        )


ALLEY = Place(
    name="alley",
    phrase=Phrase(
        en=(
            "in an alley",
            "in a narrow brick alley",
            "in a back alley with bins and a fire escape",
            "in a dim alley with a hanging lamp",
            "among the brick walls of an alley",
            "in an alleyway",
        ),
        es=(
            "en un callejón",
            "en un callejón estrecho de ladrillo",
            "en un callejón oscuro",
            "en un callejón con cubos de basura y escalera de incendios",
            "entre las paredes de ladrillo de un callejón",
            "en una callejuela",
        ),
    ),
    noun=Noun(
        en=("alley/alleys", "narrow alley/narrow alleys", "alleyway/alleyways"),
        es=("callejón/callejones m", "callejón estrecho/callejones estrechos m", "callejuela/callejuelas f"),
    ),
    ground=Ground.COBBLES,
    build=build,
    surface="stone",
    sounds=("city hum", "light wind"),
    media=("ground", "air"),
    tint=(0.95, 0.92, 0.92),
    now_and_then={"drip": (0.5, 1.8)},
    hills_height=0.0,
    options={"wet": 0.4},
)

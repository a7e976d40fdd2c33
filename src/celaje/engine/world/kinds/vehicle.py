"""What vehicles share: wheels that turn, lamps that shine at night, rounded hulls. It does not know a whole vehicle."""

from numpy.typing import ArrayLike

from celaje.engine.world.kinds.parts import Frame, Paint, blob, limb
from celaje.engine.world.shapes import Color, Finish, Pattern, Shapes, Solid

TYRE = Paint(color=(0.09, 0.09, 0.1))
CHROME = Paint(color=(0.78, 0.8, 0.83), finish=Finish.GLOSSY)
PANE = Paint(color=(0.45, 0.66, 0.82), finish=Finish.GLOSSY)
DARK = Paint(color=(0.12, 0.12, 0.14))


def add_wheel(
    shapes: Shapes, frame: Frame, center: tuple[float, float, float], radius_m: float, width_m: float,
    angle: ArrayLike,
    *, tyre: Paint = TYRE, hub: Color = (0.85, 0.86, 0.88), hub2: Color = (0.42, 0.43, 0.46),
) -> None:  # fmt: skip
    """Add a wheel across the frame that has turned forwards by `angle`; its hub has spokes on both faces."""
    x, y, z = center
    rim = Paint(color=hub, pattern=Pattern.SECTORS, color2=hub2, finish=Finish.GLOSSY)
    for part, radius, half in ((tyre, radius_m, width_m / 2), (rim, 0.62 * radius_m, width_m / 2 + 0.012)):
        limb(shapes, frame.at(x, y, z - half), frame.at(x, y, z + half), radius, part, solid=Solid.CYLINDER, roll=angle)


def add_lamp(shapes: Shapes, frame: Frame, center: tuple[float, float, float], radius_m: float, color: Color) -> None:
    """Add a round lamp that shines by itself."""
    blob(
        shapes,
        frame,
        center,
        (radius_m * 0.6, radius_m, radius_m),
        Paint(color=color, glow=0.75, finish=Finish.GLOSSY),
        shadow=0,
    )


def box(
    shapes: Shapes, frame: Frame, center: tuple[float, float, float], half: tuple[float, float, float], paint: Paint
) -> None:
    """Add a box around `center` that reaches `half` metres forward, up and to the right."""
    blob(shapes, frame, center, half, paint, solid=Solid.BOX)


def rod(
    shapes: Shapes,
    frame: Frame,
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius_m: float,
    paint: Paint,
    *,
    solid: Solid = Solid.CYLINDER,
) -> None:
    """Add a cylinder (or cone) between two points of the frame."""
    limb(shapes, frame.at(*start), frame.at(*end), radius_m, paint, solid=solid)

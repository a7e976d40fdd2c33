"""The head that all people share: face, hair, beard, glasses and hat, each by its own slot of the look.

Sizes are shares of the head's height. It does not know bodies or clothes.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from celaje.engine.world.kinds.looks import COLOR_RGB, HAIR_RGB, SKIN_RGB
from celaje.engine.world.kinds.parts import BLACK, Frame, Paint, blob, eyes, limb, mixed, shaded
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.shapes import Finish, Pattern, Shapes, Solid

SIDES = (-1.0, 1.0)
LIPS = (0.62, 0.14, 0.16)


def draw_head(shapes: Shapes, head: Frame, size_m: float, look: Mapping[str, str], pose: Pose) -> None:
    """Add the whole head. `look` gives "skin", "hair", "hair color", and perhaps more."""
    draw_face(shapes, head, size_m, look, pose)
    part = _Part(shapes, head, size_m)
    hair = Paint(color=HAIR_RGB[look["hair color"]], finish=Finish.SOFT)
    hat = look.get("hat", "none")
    _hair(part, look["hair"], hair, covered=hat != "none", time=pose.time)
    _beard(part, look.get("beard", "none"), hair, pose.mouth)
    _glasses(part, look.get("glasses", "none"))
    if hat != "none":
        _hat(part, hat, COLOR_RGB[look["hat color"]])


def draw_face(shapes: Shapes, head: Frame, size_m: float, look: Mapping[str, str], pose: Pose) -> None:
    """Add skull, jaw, eyes, brows, nose, ears and a mouth that opens. `look` gives "skin" and "hair color"."""
    part = _Part(shapes, head, size_m)
    skin = Paint(color=SKIN_RGB[look["skin"]], finish=Finish.SOFT)
    part.blob((0.0, 0.08, 0.0), (0.44, 0.42, 0.42), skin)
    part.blob((0.03, -0.06, 0.0), (0.425, 0.43, 0.395), skin)
    part.blob((0.45, -0.07, 0.0), (0.07, 0.06, 0.055), Paint(color=shaded(skin.color, 0.93), finish=Finish.SOFT))
    brow = Paint(color=mixed(HAIR_RGB[look["hair color"]], BLACK, 0.45))
    lips = Paint(color=mixed(LIPS, shaded(skin.color, 0.5), 0.35))
    open_mouth = 0.095 * pose.mouth
    part.blob((0.37, -0.265 - 0.4 * open_mouth, 0.0), (0.05, open_mouth, 0.1 * (pose.mouth > 0.05)), lips)
    for side in SIDES:
        part.limb((0.42, -0.255, -0.01 * side), (0.365, -0.215, 0.145 * side), 0.024, lips)  # the corners smile
        part.blob((-0.03, -0.02, 0.42 * side), (0.075, 0.11, 0.055), skin)
        part.blob((0.395, 0.185 + 0.03 * pose.mouth, 0.17 * side), (0.04, 0.026, 0.095), brow)
    eyes(
        shapes, head, pose.time, (0.35 * size_m, 0.03 * size_m, 0.17 * size_m), 0.095 * size_m, white=True, outward=0.3
    )


class _Part:
    """Solids in the head's axes, in shares of its height."""

    def __init__(self, shapes: Shapes, head: Frame, size_m: float) -> None:
        self.shapes, self.head, self.size_m = shapes, head, size_m

    def blob(
        self, center: Sequence[ArrayLike], half: Sequence[ArrayLike], paint: Paint, solid: Solid = Solid.ELLIPSOID
    ) -> None:
        """As `parts.blob`."""
        center, half = ([np.asarray(value) * self.size_m for value in values] for values in (center, half))
        blob(self.shapes, self.head, center, half, paint, solid=solid)

    def limb(
        self,
        start: Sequence[ArrayLike],
        end: Sequence[ArrayLike],
        width: float,
        paint: Paint,
        *,
        height: float | None = None,
        solid: Solid = Solid.ELLIPSOID,
    ) -> None:
        """As `parts.limb`."""
        first, last = (self.head.at(*(np.asarray(value) * self.size_m for value in point)) for point in (start, end))
        tall = None if height is None else height * self.size_m
        limb(self.shapes, first, last, width * self.size_m, paint, height=tall, solid=solid)


def _hair(part: _Part, cut: str, hair: Paint, *, covered: bool, time: Track) -> None:
    if cut == "bald":
        return
    top = 0.34 if covered else 0.43
    part.blob((-0.075, 0.165, 0.0), (0.435, top, 0.455), hair)
    part.blob((-0.2, -0.06, 0.0), (0.28, 0.3, 0.4), hair)
    sway = 0.03 * np.sin(2.2 * time)
    if cut == "long":
        part.limb((-0.22, 0.3, 0.0), (-0.34 + sway, -0.95, 0.0), 0.42, hair, height=0.2)
        for side in SIDES:
            part.limb((-0.02, 0.3, 0.36 * side), (-0.08 + sway, -0.78, 0.42 * side), 0.12, hair, height=0.17)
            part.limb((0.2, 0.56, 0.05 * side), (0.1, 0.02, 0.47 * side), 0.1, hair)
    elif cut == "bun":
        part.blob((-0.4, 0.42, 0.0), (0.2, 0.2, 0.2), hair)
    elif cut == "ponytail":
        part.blob((-0.46, 0.3, 0.0), (0.12, 0.12, 0.12), Paint(color=mixed(hair.color, (1.0, 1.0, 1.0), 0.15)))
        part.limb((-0.42, 0.36, 0.0), (-0.74 + sway, -0.55, sway), 0.15, hair)
    elif cut == "curly":
        for turn in np.linspace(0, 2 * np.pi, 7, endpoint=False):
            x, z = float(np.cos(turn)), float(np.sin(turn))
            if x < 0.85:
                part.blob((-0.1 + 0.36 * x, 0.16 + 0.1 * x, 0.42 * z), (0.2, 0.22, 0.2), hair)
        if not covered:
            for x, z in ((0.22, 0.16), (0.22, -0.16), (-0.08, 0.27), (-0.08, -0.27), (-0.32, 0.0)):
                part.blob((x, 0.47, z), (0.2, 0.17, 0.19), hair)
    elif not covered:
        part.limb((0.33, 0.36, 0.2), (0.06, 0.58, -0.22), 0.13, hair)  # the fringe of a short cut


def _beard(part: _Part, kind: str, hair: Paint, mouth: Track) -> None:
    if kind == "none":
        return
    for side in SIDES:
        part.limb((0.45, -0.155, 0.01 * side), (0.39, -0.2, 0.19 * side), 0.045, hair)
    if kind == "beard":
        part.blob((0.09, -0.34 - 0.02 * mouth, 0.0), (0.36, 0.25, 0.36), hair)
        for side in SIDES:
            part.limb((0.05, 0.05, 0.41 * side), (0.14, -0.42, 0.26 * side), 0.08, hair, height=0.13)


def _glasses(part: _Part, kind: str) -> None:
    if kind == "none":
        return
    frame = Paint(color=(0.1, 0.08, 0.09), finish=Finish.GLOSSY)
    for side in SIDES:
        if kind == "sunglasses":
            part.blob((0.44, 0.03, 0.19 * side), (0.05, 0.105, 0.155), frame)
        else:  # a disc behind the ball of the eye is seen as a rim around it
            part.limb((0.37, 0.03, 0.18 * side), (0.4, 0.03, 0.18 * side), 0.155, frame, solid=Solid.CYLINDER)
        part.limb((0.4, 0.06, 0.3 * side), (-0.02, 0.05, 0.45 * side), 0.02, frame, solid=Solid.CYLINDER)
    part.limb((0.44, 0.06, -0.09), (0.44, 0.06, 0.09), 0.022, frame, solid=Solid.CYLINDER)


def _hat(part: _Part, kind: str, color: tuple[float, float, float]) -> None:
    if kind == "cap":
        paint = Paint(color=color)
        part.blob((-0.04, 0.27, 0.0), (0.48, 0.36, 0.475), paint)
        part.blob((0.46, 0.26, 0.0), (0.3, 0.04, 0.33), Paint(color=shaded(color, 0.85)))
    elif kind == "beanie":
        knit = Paint(color=color, pattern=Pattern.KNIT, color2=shaded(color, 0.7), scale=60.0)
        part.blob((-0.05, 0.3, 0.0), (0.48, 0.42, 0.485), knit)
        part.limb((-0.05, 0.19, 0.0), (-0.05, 0.34, 0.0), 0.49, Paint(color=shaded(color, 0.8)), solid=Solid.CYLINDER)
        part.blob(
            (-0.06, 0.76, 0.0), (0.12, 0.12, 0.12), Paint(color=mixed(color, (1.0, 1.0, 1.0), 0.5), finish=Finish.SOFT)
        )
    elif kind == "wide-brim":
        paint = Paint(color=color)
        part.limb((-0.04, 0.29, 0.0), (-0.045, 0.34, 0.0), 0.84, paint, solid=Solid.CYLINDER)
        part.limb((-0.04, 0.3, 0.0), (-0.05, 0.68, 0.0), 0.43, paint, solid=Solid.CYLINDER)
        part.limb(
            (-0.04, 0.34, 0.0), (-0.045, 0.44, 0.0), 0.445, Paint(color=shaded(color, 0.45)), solid=Solid.CYLINDER
        )

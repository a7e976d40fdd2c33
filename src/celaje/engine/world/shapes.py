"""The list of solids that a frame is made of. Bodies and places add to it; the renderer reads the arrays.

A solid stands between two points, so a limb is one line of code. Numbers may be plain or arrays over T frames: the same
code draws one frame or a second of them at once. It does not know light or pixels.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Point = tuple[ArrayLike, ArrayLike, ArrayLike]
Color = tuple[float, float, float]


class Solid(IntEnum):
    """Form between `start` and `end`, which are the middles of its two end faces (an ellipsoid's two poles)."""

    ELLIPSOID = 0
    BOX = 1
    CYLINDER = 2
    CONE = 3  # the tip is at `end`


class Pattern(IntEnum):
    """How `color` and `color2` are laid on a solid. Patterns stick to the solid (its own axes), not to the world."""

    PLAIN = 0
    STRIPES = 1  # rings around the axis
    SPOTS = 2
    CHECKS = 3
    TABBY = 4  # irregular stripes, broken by the second colour underneath
    PATCHES = 5  # big soft-edged areas
    FUR = 6  # fine strands, light and dark
    KNIT = 7  # rows of stitches
    CRACKS = 8  # thin veins of the second colour, glowing a little
    WINDOWS = 9  # rows of windows, lit at night
    SNOWCAP = 10  # snow where it faces up
    LAVA = 11  # glowing streams that run down
    WOOD = 12
    BRICK = 13
    SECTORS = 14  # beach ball
    LEAVES = 15
    RUST = 16
    FLOWERS = 17
    SCALES = 18
    STONE = 19


class Finish(IntEnum):
    """How a solid answers light."""

    MATTE = 0
    GLOSSY = 1  # highlight: leather, paint, metal
    GLASS = 2  # shows a bent piece of sky and ground, bright rim
    SOFT = 3  # light wraps around: fur, cloud, smoke


@dataclass
class Shapes:
    """Solids, in the order they were added, with T frames of motion.

    `instance` 0 is the place; 1, 2, 3 the subjects.
    """

    num_frames: int
    instance: int = 0
    starts: list[NDArray[np.float32]] = field(default_factory=list)  # each [T, 3]
    ends: list[NDArray[np.float32]] = field(default_factory=list)  # each [T, 3]
    widths: list[NDArray[np.float32]] = field(default_factory=list)  # each [T]: radius sideways, metres
    heights: list[NDArray[np.float32]] = field(default_factory=list)  # each [T]: radius across both, metres
    colors: list[NDArray[np.float32]] = field(default_factory=list)  # each [T, 3], 0 to 1, sRGB
    colors2: list[NDArray[np.float32]] = field(default_factory=list)  # each [T, 3]
    glows: list[NDArray[np.float32]] = field(default_factory=list)  # each [T], 0 to 1: shines by itself
    rolls: list[NDArray[np.float32]] = field(default_factory=list)  # each [T]: turn about the axis, radians
    solids: list[int] = field(default_factory=list)
    patterns: list[int] = field(default_factory=list)
    scales: list[float] = field(default_factory=list)  # pattern repeats per metre
    finishes: list[int] = field(default_factory=list)
    shadows: list[float] = field(default_factory=list)  # 0 casts none, 1 full
    instances: list[int] = field(default_factory=list)

    def add(
        self,
        start: Point,
        end: Point,
        width: ArrayLike,
        height: ArrayLike | None = None,
        *,
        color: Color,
        solid: Solid = Solid.ELLIPSOID,
        pattern: Pattern = Pattern.PLAIN,
        color2: Color = (0.0, 0.0, 0.0),
        scale: float = 4.0,
        finish: Finish = Finish.MATTE,
        glow: ArrayLike = 0.0,
        roll: ArrayLike = 0.0,
        shadow: float = 1.0,
    ) -> None:
        """Add one solid from `start` to `end`. `width` is its radius sideways, `height` (or the same) its other radius.

        "Sideways" is horizontal and perpendicular to the axis (for a vertical axis: along z). A solid with zero width
        in some frames is not drawn in those.
        """
        self.starts.append(self._points(start))
        self.ends.append(self._points(end))
        self.widths.append(self._numbers(width))
        self.heights.append(self._numbers(width if height is None else height))
        self.colors.append(self._points(color))
        self.colors2.append(self._points(color2))
        self.glows.append(self._numbers(glow))
        self.rolls.append(self._numbers(roll))
        self.solids.append(int(solid))
        self.patterns.append(int(pattern))
        self.scales.append(scale)
        self.finishes.append(int(finish))
        self.shadows.append(shadow)
        self.instances.append(self.instance)

    def _numbers(self, value: ArrayLike) -> NDArray[np.float32]:
        numbers = np.empty(self.num_frames, np.float32)
        numbers[:] = value
        return numbers

    def _points(self, point: Point) -> NDArray[np.float32]:
        points = np.empty((self.num_frames, 3), np.float32)
        for axis, values in enumerate(point):
            points[:, axis] = values
        return points

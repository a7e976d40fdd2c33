"""Solids in the axes of a moving part: a head is drawn in its own axes, wherever the body carries it.

A `Frame` is such a set of axes over T frames, a `Paint` says how a surface looks. It does not know any kind of body.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celaje.engine.world.pose import Track
from celaje.engine.world.shapes import Color, Finish, Pattern, Point, Shapes, Solid

Vectors = NDArray[np.float64]  # [T, 3]

BLACK: Color = (0.05, 0.05, 0.06)
WHITE: Color = (0.97, 0.96, 0.94)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Axes of a part in each of T frames, all [T, 3]: where it is, and its forward, up and right directions."""

    origin: Vectors
    forward: Vectors
    up: Vectors
    right: Vectors

    def at(self, forward: ArrayLike, up: ArrayLike, right: ArrayLike) -> Vectors:
        """The point that lies so many metres forward, up and to the right of the origin, [T, 3]."""
        return self.origin + self.direction(forward, up, right)

    def direction(self, forward: ArrayLike, up: ArrayLike, right: ArrayLike) -> Vectors:
        """The vector with these parts along the three axes, [T, 3]."""
        return _column(forward) * self.forward + _column(up) * self.up + _column(right) * self.right

    def moved(self, origin: Vectors) -> "Frame":
        """The same axes at another origin."""
        return replace(self, origin=origin)

    def turned(self, yaw: ArrayLike = 0.0, pitch: ArrayLike = 0.0, roll: ArrayLike = 0.0) -> "Frame":
        """The axes turned by `yaw` (positive to the right), then `pitch` (nose up), then `roll` (right side down)."""
        forward, up, right = self.forward, self.up, self.right
        forward, right = _rotated(forward, right, yaw)
        forward, up = _rotated(forward, up, pitch)
        right, up = _rotated(right, up, -np.asarray(roll))
        return Frame(origin=self.origin, forward=forward, up=up, right=right)


def body_frame(num_frames: int, height: ArrayLike = 0.0) -> Frame:
    """The body's own axes, raised by `height` metres."""
    forward, up, right = np.broadcast_to(np.eye(3)[:, None], (3, num_frames, 3))
    return Frame(origin=_column(height) * up, forward=forward, up=up, right=right)


@dataclass(frozen=True, kw_only=True)
class Paint:
    """How a surface looks. See `Shapes.add`; `scale` is pattern repeats per metre."""

    color: Color
    pattern: Pattern = Pattern.PLAIN
    color2: Color = (0.0, 0.0, 0.0)
    scale: float = 4.0
    finish: Finish = Finish.MATTE
    glow: float = 0.0

    def plain(self, shade: float = 1.0) -> "Paint":
        """The first colour without pattern, darker for `shade` below 1."""
        return replace(self, color=shaded(self.color, shade), pattern=Pattern.PLAIN)


def shaded(color: Color, factor: float) -> Color:
    """The color times `factor`: darker below 1, lighter (at most white) above."""
    red, green, blue = (min(1.0, channel * factor) for channel in color)
    return red, green, blue


def mixed(first: Color, second: Color, share: float) -> Color:
    """The color between two, with `share` 0 to 1 of the second."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def blob(
    shapes: Shapes,
    frame: Frame,
    center: Sequence[ArrayLike],
    half: Sequence[ArrayLike],
    paint: Paint,
    *,
    solid: Solid = Solid.ELLIPSOID,
    glow: ArrayLike | None = None,
    shadow: float = 1.0,
) -> None:
    """Add a solid around `center` that reaches `half` metres forward, up and to the right in the frame's axes."""
    x, y, z = center
    length, height, width = half
    start = frame.at(np.asarray(x) - length, y, z)
    end = frame.at(np.asarray(x) + length, y, z)
    limb(shapes, start, end, width, paint, height=height, solid=solid, side=frame.right, glow=glow, shadow=shadow)


def limb(
    shapes: Shapes,
    start: Vectors,
    end: Vectors,
    width: ArrayLike,
    paint: Paint,
    *,
    height: ArrayLike | None = None,
    solid: Solid = Solid.ELLIPSOID,
    overlap: float = 0.0,
    glow: ArrayLike | None = None,
    roll: ArrayLike = 0.0,
    side: Vectors | None = None,
    shadow: float = 1.0,
) -> None:
    """Add a solid from `start` to `end`, made longer at both ends by `overlap` of its length so that joints close.

    Its width lies along `side` [T, 3] as well as it can; without one it is horizontal, see `Shapes.add`.
    """
    if side is not None and height is not None:
        roll = np.asarray(roll, np.float64) + _roll_towards(end - start, side)
    stretch = overlap * (end - start)
    shapes.add(
        _point(start - stretch), _point(end + stretch), width, height, color=paint.color, solid=solid,
        pattern=paint.pattern, color2=paint.color2, scale=paint.scale, finish=paint.finish,
        glow=paint.glow if glow is None else glow, roll=roll, shadow=shadow,
    )  # fmt: skip


def chain(shapes: Shapes, points: Sequence[Vectors], radii: Sequence[ArrayLike], paints: Sequence[Paint]) -> None:
    """Add a soft tube through `points`: one limb between each two, of the radius and paint with its index."""
    for start, end, radius, paint in zip(points[:-1], points[1:], radii, paints, strict=True):
        limb(shapes, start, end, radius, paint, overlap=0.36)


def curl(
    frame: Frame, lengths: Sequence[float], pitches: Sequence[ArrayLike], yaws: Sequence[ArrayLike]
) -> list[Vectors]:
    """Points of a tail or trunk that starts at the frame's origin: each piece points where its pitch and yaw say."""
    points = [frame.origin]
    for length, pitch, yaw in zip(lengths, pitches, yaws, strict=True):
        flat = length * np.cos(pitch)
        points.append(points[-1] + frame.direction(flat * np.cos(yaw), length * np.sin(pitch), flat * np.sin(yaw)))
    return points


def eyes(
    shapes: Shapes,
    head: Frame,
    time: Track,
    place: tuple[float, float, float],
    radius: float,
    *,
    iris: Color | None = None,
    outward: float = 0.4,
    white: bool = False,
) -> None:
    """Add two eyes at `place` and its mirror image, turned `outward` (0 ahead, 1 sideways). They blink now and then.

    Black beads with a spark of light; with `iris` a colored ball with a black pupil; `white` a white ball with a pupil.
    """
    opened = np.where((time + 0.9) % 3.4 < 0.17, 0.15, 1.0)
    forward, side = np.sqrt(1 - outward**2), outward
    ball = WHITE if white else iris or BLACK
    for right in (-1.0, 1.0):
        x, y, z = place[0], place[1], place[2] * right
        blob(
            shapes,
            head,
            (x, y, z),
            (radius, radius * opened, radius),
            Paint(color=ball, finish=Finish.GLOSSY),
            shadow=0,
        )
        step = radius * (0.55 if white or iris else 0.0)
        pupil = 0.68 * radius
        if step:
            center = (x + step * forward, y, z + step * side * right)
            blob(shapes, head, center, (pupil, pupil * opened, pupil), Paint(color=BLACK), shadow=0)
        spark = (
            x + (step + pupil * 0.75) * forward,
            y + radius * 0.4,
            z + (step + pupil * 0.75) * side * right - 0.2 * radius,
        )
        blob(
            shapes,
            head,
            spark,
            (radius * 0.28,) * 3,
            Paint(color=(1.0, 1.0, 1.0), glow=0.4),
            glow=0.4 * (opened > 0.5),
            shadow=0,
        )


def blend(first: ArrayLike, second: ArrayLike, share: ArrayLike) -> Track:
    """Between two values, by a share of 0 to 1."""
    low = np.asarray(first, np.float64)
    return low + (np.asarray(second, np.float64) - low) * np.asarray(share, np.float64)


def _rotated(first: Vectors, second: Vectors, angle: ArrayLike) -> tuple[Vectors, Vectors]:
    """Two perpendicular axes turned by `angle`, the first towards the second."""
    cosine, sine = _column(np.cos(angle)), _column(np.sin(angle))
    return first * cosine + second * sine, second * cosine - first * sine


def _roll_towards(axis: Vectors, side: Vectors) -> Track:
    """[T] the roll that turns a solid's width from where `kernels.solids.side_of` puts it towards `side`."""
    unit = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
    x, y, z = unit.T
    steep = np.stack([-z * x, -z * y, 1 - z * z], axis=1)
    level = np.stack([-z, 0 * y, x], axis=1)
    width = np.where((np.abs(y) > 0.8)[:, None], steep, level)
    height = np.cross(width, unit)
    return np.asarray(np.arctan2((side * height).sum(axis=1), (side * width).sum(axis=1)), np.float64)


def _column(value: ArrayLike) -> NDArray[np.float64]:
    """[T] or a number as [T, 1] or [1, 1]."""
    return np.atleast_1d(np.asarray(value, np.float64))[:, None]


def _point(vectors: Vectors) -> Point:
    return vectors[:, 0], vectors[:, 1], vectors[:, 2]

"""From solids, ground, light and camera to frames with ground truth: the order of the work; `kernels/` does it.

It does not know scenes, kinds or words: `View` says all that matters. One call draws a chunk of T frames; a caller who
goes through a long clip chunk by chunk needs no more memory for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celaje.clip import Size
from celaje.engine.world.camera import CameraTrack
from celaje.engine.world.kernels import air as air_kernels
from celaje.engine.world.kernels import ground as ground_kernels
from celaje.engine.world.kernels import noise, shade, solids
from celaje.engine.world.light import Light
from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.shapes import Color, Shapes

SKY_DEPTH_M = 1000.0
_PICTURE = noise.noise_picture()
_VOLUME = noise.noise_volume()


@dataclass(frozen=True, kw_only=True)
class View:
    """All that is drawn besides the solids, over the same T frames."""

    camera: CameraTrack
    light: Light
    ground: Ground
    options: Mapping[str, float]  # the ground painter's numbers
    lamps: tuple[Lamp, ...]
    place: Place  # its hills, indoors, underwater
    weather: str
    time_s: Track  # [T]
    beat: Track  # [T] beats since the clip's start
    flash: Track  # [T] lightning, 0 to 1
    seed: int


@dataclass(frozen=True, kw_only=True)
class Frames:
    """T pictures and what is true about each pixel."""

    color: NDArray[np.uint8]  # [T, H, W, 3] sRGB
    instance: NDArray[np.uint8]  # [T, H, W] 0 the place, 1 to 3 the subjects
    depth: NDArray[np.float32]  # [T, H, W] metres along the camera's axis; SKY_DEPTH_M at most
    flow: NDArray[np.float32]  # [T, H, W, 2] pixels (x, y) to the next frame; 0 in the last, which has no next


@dataclass(frozen=True, kw_only=True)
class _Solids:
    """`Shapes` as arrays: T frames, N solids."""

    matrices: NDArray[np.float32]  # [T, N, 3, 4]
    kinds: NDArray[np.int32]  # [N]
    colors: NDArray[np.float32]  # [T, N, 3]
    instances: NDArray[np.uint8]  # [N]


def render(shapes: Shapes, view: View, size: Size, *, truth: bool = True) -> Frames:
    """Draw the frames of `shapes` and `view`. Without `truth` instance, depth and flow stay zero and it is a bit faster."""
    frames, height, width = shapes.num_frames, size.height, size.width
    stood = _stand(shapes)
    count = len(stood.kinds)
    inverses, eyes = np.zeros((count, 3, 3), np.float32), np.zeros((count, 3), np.float32)
    bounds = np.zeros((count, 4), np.int32)
    depth, seen = np.zeros((height, width), np.float32), np.zeros((height, width), np.int32)
    image = np.zeros((height, width, 3), np.float32)
    result = Frames(
        color=np.zeros((frames, height, width, 3), np.uint8),
        instance=np.zeros((frames, height, width), np.uint8),
        depth=np.zeros((frames, height, width), np.float32),
        flow=np.zeros((frames, height, width, 2), np.float32),
    )
    lenses = _lenses(view.camera, size)
    painter = _painter(view)
    for t in range(frames):
        air = _air(view, t, size)
        solids.aim(lenses[t], stood.kinds, stood.matrices[t], False, width, height, inverses, eyes, bounds)
        solids.see(lenses[t], stood.kinds, inverses, eyes, bounds, 1.0, depth, seen)
        shade.shade(lenses[t], air, painter, _PICTURE, stood.kinds, stood.colors[t], inverses, eyes, depth, seen, image)
        result.color[t] = np.sqrt(np.clip(image, 0, 1)) * 255
        if truth:
            result.depth[t] = np.minimum(depth, SKY_DEPTH_M)
            result.instance[t] = np.where(seen >= 0, stood.instances[np.maximum(seen, 0)], 0) if count else 0
            if t + 1 < frames:
                solids.flow_to(
                    lenses[t], lenses[t + 1], stood.matrices[t + 1], inverses, eyes, depth, seen, result.flow[t]
                )
    return result


def place_body(body: Shapes, pose: Pose) -> Shapes:
    """`body`, drawn in its own axes, put into the world: rolled, pitched and turned, then moved to `pose.position`."""
    turn = _rotation(pose)  # [T, 3, 3]
    placed = merge(body)
    for index, (start, end) in enumerate(zip(body.starts, body.ends, strict=True)):
        placed.starts[index] = (np.einsum("tij,tj->ti", turn, start) + pose.position).astype(np.float32)
        placed.ends[index] = (np.einsum("tij,tj->ti", turn, end) + pose.position).astype(np.float32)
        placed.rolls[index] = body.rolls[index] + _roll_kept(end - start, turn)
    return placed


def merge(*shapes: Shapes) -> Shapes:
    """One list with the solids of all, in order. Raises ValueError when their numbers of frames differ."""
    if len({part.num_frames for part in shapes}) != 1:
        raise ValueError(f"shapes of {[part.num_frames for part in shapes]} frames cannot be merged: give equal numbers")
    merged = Shapes(shapes[0].num_frames, shapes[0].instance)
    for part in shapes:
        for name, values in vars(part).items():
            if isinstance(values, list):
                getattr(merged, name).extend(values)
    return merged


def _rotation(pose: Pose) -> Track:
    """[T, 3, 3] from body to world axes: roll about x, then pitch about z, then heading about y."""
    ch, sh, cp, sp, cr, sr = (f(angle) for angle in (pose.heading, pose.pitch, pose.roll) for f in (np.cos, np.sin))
    zero, one = np.zeros_like(ch), np.ones_like(ch)
    heading = np.stack([ch, zero, -sh, zero, one, zero, sh, zero, ch], axis=1).reshape(-1, 3, 3)
    pitch = np.stack([cp, -sp, zero, sp, cp, zero, zero, zero, one], axis=1).reshape(-1, 3, 3)
    roll = np.stack([one, zero, zero, zero, cr, -sr, zero, sr, cr], axis=1).reshape(-1, 3, 3)
    return heading @ pitch @ roll


def _roll_kept(axis: NDArray[np.float32], turn: Track) -> NDArray[np.float32]:
    """[T] the extra roll that a solid's side needs to turn with the body: "sideways" is told from the world's axes."""
    before = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
    after = np.einsum("tij,tj->ti", turn, before)
    wanted = np.einsum("tij,tj->ti", turn, _sides(before))
    side = _sides(after)
    over = np.cross(side, after)
    return np.arctan2((wanted * over).sum(1), (wanted * side).sum(1)).astype(np.float32)


def _sides(axis: Track) -> Track:
    """As `kernels.solids.side_of`, for [T, 3] unit axes."""
    x, y, z = axis.T
    steep = np.stack([-z * x, -z * y, 1 - z * z], axis=1)
    level = np.stack([-z, 0 * y, x], axis=1)
    side = np.where((np.abs(y) > 0.8)[:, None], steep, level)
    return np.asarray(side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9), np.float64)


def _stand(shapes: Shapes) -> _Solids:
    frames, count = shapes.num_frames, len(shapes.solids)

    def stacked(values: list[NDArray[np.float32]], *tail: int) -> NDArray[np.float32]:
        return np.ascontiguousarray(np.stack(values, axis=1)) if values else np.zeros((frames, 0, *tail), np.float32)

    matrices = np.zeros((frames, count, 3, 4), np.float32)
    solids.stand(
        stacked(shapes.starts, 3), stacked(shapes.ends, 3), stacked(shapes.widths), stacked(shapes.heights),
        stacked(shapes.rolls), matrices,
    )  # fmt: skip
    return _Solids(
        matrices=matrices,
        kinds=np.array(shapes.solids, np.int32),
        colors=stacked(shapes.colors, 3),
        instances=np.array(shapes.instances, np.uint8),
    )


def _lenses(camera: CameraTrack, size: Size) -> list[solids.Lens]:
    forward, right, up = camera.axes()
    tangent = float(np.tan(camera.field_of_view / 2))
    right, up = right * tangent * size.ratio, up * tangent
    return [
        solids.Lens(_three(camera.eye[t]), _three(forward[t]), _three(right[t]), _three(up[t])) for t in range(len(camera.eye))
    ]


def _three(vector: Track) -> tuple[float, float, float]:
    return (float(vector[0]), float(vector[1]), float(vector[2]))


def _painter(view: View) -> ground_kernels.Painter:
    return ground_kernels.Painter(
        material=int(view.ground),
        shore_z=float(view.options.get("shore_z", 2.5)),
        lane_z=float(view.options.get("lane_z", 0.5)),
        lane_width=float(view.options.get("lane_width", 6.0)),
    )


def _air(view: View, t: int, size: Size) -> air_kernels.Air:
    light, flash = view.light, float(view.flash[t])

    def square(color: Color, brighter: float = 1.0) -> tuple[float, float, float]:
        return (color[0] ** 2 * brighter, color[1] ** 2 * brighter, color[2] ** 2 * brighter)

    return air_kernels.Air(
        to_sun=light.sun_direction,
        sun=square(light.sun),
        ambient=square(light.ambient, 1 + 2.0 * flash),
        bounce=square(light.bounce, 1 + 1.0 * flash),
        zenith=square(light.zenith),
        horizon=square(light.horizon),
        glow=square(light.glow),
        fog=square(light.fog),
        cloud=square(light.cloud),
        hills=square(view.place.hills),
        fog_density=light.fog_density,
        night=light.night,
        wetness=light.wetness,
        shadow=light.shadow,
        stars=light.stars,
        clouds=light.clouds,
        hills_height=0.0 if view.place.underwater or view.place.indoors else view.place.hills_height,
        moon=1.0 if light.moon else 0.0,
        snow_cover=1.0 if view.ground == Ground.SNOW else 0.0,
        indoors=view.place.indoors,
        underwater=view.place.underwater,
        time_s=float(view.time_s[t]),
        beat=float(view.beat[t]),
        flash=flash,
        pixel=float(np.tan(view.camera.field_of_view / 2)) * 2 / size.height,
        seed=view.seed % 1000,
    )

"""From solids, ground, light and camera to frames with ground truth: the order of the work; `kernels/` does it.

The order is the same on a processor and on a GPU. To a GPU the solids go once; all it gets for a frame are lamps and
what falls, and pictures come back once, when all frames are drawn. It does not know scenes, kinds or words: `View` says
all that matters. One call draws a chunk of T frames; a caller who goes through a long clip chunk by chunk needs no more
memory for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from celaje.clip import Size
from celaje.engine.world import weather
from celaje.engine.world.camera import CameraTrack
from celaje.engine.world.kernels import air as air_kernels
from celaje.engine.world.kernels import cpu, drops, noise, shade, shadow, solids
from celaje.engine.world.kernels import ground as ground_kernels
from celaje.engine.world.light import Light
from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.shapes import Color, Shapes

SKY_DEPTH_M = 1000.0
MIRROR = 2  # the ground's mirror is this many times smaller than the picture
LAMP_POWER = 1.3
SMALL_PX = 320  # pictures up to this height show rain and snow wider than they are
DEVICES = ("cpu", "cuda")
_TEXTURES = shade.Textures(noise.noise_picture(), noise.noise_volume())


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
    burst: Track  # [T] how much brighter what glows is, 0 to 1
    seed: int


@dataclass(frozen=True, kw_only=True)
class Frames:
    """T pictures and what is true about each pixel."""

    color: NDArray[np.uint8]  # [T, H, W, 3] sRGB
    instance: NDArray[np.uint8]  # [T, H, W] 0 the place, 1 to 3 the subjects
    depth: NDArray[np.float32]  # [T, H, W] metres along the camera's axis; SKY_DEPTH_M at most
    flow: NDArray[np.float32]  # [T, H, W, 2] pixels (x, y) to the next frame; 0 in the last, which has no next


def kernels_for(device: str) -> ModuleType:
    """The stages for a device of `DEVICES`: `kernels.cpu` or `kernels.gpu`, which have the same names.

    Raises ValueError for any other device, and for a GPU that is not there.
    """
    if device not in DEVICES:
        raise ValueError(f'the world cannot be drawn on the device "{device}": give one of {", ".join(DEVICES)}')
    if device == "cpu":
        return cpu
    from celaje.engine.world.kernels import gpu

    gpu.check()
    return gpu


def render(shapes: Shapes, view: View, size: Size, *, truth: bool = True, device: str = "cpu") -> Frames:
    """Draw the frames. Without `truth` instance, depth and flow stay zero and it is a bit faster.

    `device` is "cpu" or "cuda"; raises ValueError when that is not there.
    """
    on = kernels_for(device)
    frames, height, width = shapes.num_frames, size.height, size.width
    stood, desk, told = _stand(shapes, on), _Desk.of(len(shapes.solids), size, on), on if truth else cpu
    textures = shade.Textures(on.array(_TEXTURES.picture), on.array(_TEXTURES.volume))
    result = Frames(
        color=on.zeros((frames, height, width, 3), np.uint8),
        instance=told.zeros((frames, height, width), np.uint8),
        depth=told.zeros((frames, height, width)),
        flow=told.zeros((frames, height, width, 2)),
    )
    lenses, painter = _lenses(view.camera, size), _painter(view)
    for t in range(frames):
        things = stood.things(t, desk)
        air, lamps = _air(view, t, size), on.array(_lamps(view, t))
        _see(on, lenses[t], stood, t, desk)
        shadows = _cast(on, view, t, size, stood, desk)
        _mirror(on, lenses[t], air, textures, stood, t, things, lamps, shadows, desk, needed=_shines(view))
        on.shade(
            lenses[t], air, painter, textures, things, lamps, shadows, desk.mirror, desk.depth, desk.seen, desk.image,
            desk.surface, desk.halo,
        )  # fmt: skip
        _finish(on, lenses[t], view, t, things, desk, result.color[t])
        if truth:
            _tell(on, lenses, stood, t, desk, result)
    return Frames(
        color=on.host(result.color),
        instance=told.host(result.instance),
        depth=told.host(result.depth),
        flow=told.host(result.flow),
    )


@dataclass(frozen=True, kw_only=True)
class _Solids:
    """`Shapes` as arrays on the device: T frames, N solids."""

    matrices: NDArray[np.float32]  # [T, N, 3, 4]
    sizes: NDArray[np.float32]  # [T, N, 3]
    colors: NDArray[np.float32]  # [T, N, 3]
    colors2: NDArray[np.float32]  # [T, N, 3]
    glows: NDArray[np.float32]  # [T, N]
    kinds: NDArray[np.int32]  # [N], and so on
    patterns: NDArray[np.int32]
    finishes: NDArray[np.int32]
    scales: NDArray[np.float32]
    strengths: NDArray[np.float32]  # of shadows
    instances: NDArray[np.uint8]  # [N + 2], the last two serve GROUND (-1) and SKY (-2)

    def things(self, t: int, desk: "_Desk") -> shade.Things:
        """Frame `t` for the shader."""
        return shade.Things(
            kinds=self.kinds, patterns=self.patterns, finishes=self.finishes, scales=self.scales, colors=self.colors[t],
            colors2=self.colors2[t], glows=self.glows[t], instances=self.instances,
            sizes=self.sizes[t], inverses=desk.inverses, eyes=desk.eyes,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """The arrays on the device that every frame is drawn on."""

    inverses: NDArray[np.float32]  # [N, 3, 3]
    eyes: NDArray[np.float32]  # [N, 3]
    bounds: NDArray[np.int32]  # [N, 4]
    depth: NDArray[np.float32]  # [H, W]
    seen: NDArray[np.int32]  # [H, W]
    surface: NDArray[np.int32]  # [H, W]
    image: NDArray[np.float32]  # [H, W, 3]
    smooth: NDArray[np.float32]  # [H, W, 3]
    halo: NDArray[np.float32]  # [H / 4, W / 4, 3]
    spare: NDArray[np.float32]
    mirror: NDArray[np.float32]  # [H / 2, W / 2, 4]; before it is blurred; its own inverses, eyes, depth and seen
    sharp_mirror: NDArray[np.float32]
    mirror_inverses: NDArray[np.float32]
    mirror_eyes: NDArray[np.float32]
    mirror_depth: NDArray[np.float32]
    mirror_seen: NDArray[np.int32]
    sun_map: NDArray[np.float32]
    contact_map: NDArray[np.float32]

    @classmethod
    def of(cls, count: int, size: Size, on: ModuleType) -> "_Desk":
        """An empty desk for `count` solids."""
        h, w, small = size.height, size.width, shade.HALO
        halo = ((h + small - 1) // small, (w + small - 1) // small, 3)
        h2, w2 = h // MIRROR, w // MIRROR
        return cls(
            inverses=on.zeros((count, 3, 3)),
            eyes=on.zeros((count, 3)),
            bounds=on.zeros((count, 4), np.int32),
            depth=on.zeros((h, w)),
            seen=on.zeros((h, w), np.int32),
            surface=on.zeros((h, w), np.int32),
            image=on.zeros((h, w, 3)),
            smooth=on.zeros((h, w, 3)),
            halo=on.zeros(halo),
            spare=on.zeros(halo),
            mirror=on.zeros((h2, w2, 4)),
            sharp_mirror=on.zeros((h2, w2, 4)),
            mirror_inverses=on.zeros((count, 3, 3)),
            mirror_eyes=on.zeros((count, 3)),
            mirror_depth=on.zeros((h2, w2)),
            mirror_seen=on.zeros((h2, w2), np.int32),
            sun_map=on.zeros((shadow.MAP_SIDE, shadow.MAP_SIDE)),
            contact_map=on.zeros((shadow.CONTACT_SIDE, shadow.CONTACT_SIDE)),
        )


def _see(on: ModuleType, lens: solids.Lens, stood: _Solids, t: int, desk: _Desk) -> None:
    height, width = desk.depth.shape
    on.aim(lens, stood.matrices[t], False, width, height, desk.inverses, desk.eyes, desk.bounds)
    on.see(lens, stood.kinds, desk.inverses, desk.eyes, desk.bounds, 1.0, desk.depth, desk.seen)


def _cast(on: ModuleType, view: View, t: int, size: Size, stood: _Solids, desk: _Desk) -> shadow.Shadows:
    """Shadow maps about the point that the camera looks at, moved in whole cells so that resting shadows rest."""
    eye, target = view.camera.eye[t], view.camera.target[t]
    away = float(np.linalg.norm(target - eye))
    reach = float(np.clip(2.0 * away * np.tan(view.camera.field_of_view / 2) * max(1.0, size.ratio) + 0.6, 1.2, 18.0))
    towards = np.array(view.light.sun_direction) / np.linalg.norm(view.light.sun_direction)
    across = np.cross((0.0, 1.0, 0.0), towards)
    across /= np.linalg.norm(across)
    along = np.cross(towards, across)
    cell, contact_cell = 2 * reach / shadow.MAP_SIDE, 2 * reach / shadow.CONTACT_SIDE
    middle = np.array([target[0], 0.0, target[2]])
    shadows = shadow.Shadows(
        sun=desk.sun_map, contact=desk.contact_map, across=_three(across), along=_three(along), towards=_three(towards),
        u=float(np.round(middle @ across / cell) * cell), v=float(np.round(middle @ along / cell) * cell),
        x=float(np.round(middle[0] / contact_cell) * contact_cell),
        z=float(np.round(middle[2] / contact_cell) * contact_cell),
        reach=reach,
    )  # fmt: skip
    on.cast(shadows, stood.kinds, stood.strengths, stood.matrices[t])
    return shadows


def _shines(view: View) -> bool:
    """Whether the ground mirrors anything."""
    still = (Ground.WATER, Ground.SHORE, Ground.TILES, Ground.WOOD)
    return view.ground in still or max(view.light.wetness, float(view.options.get("wet", 0.0))) > 0.15


def _mirror(
    on: ModuleType, lens: solids.Lens, air: air_kernels.Air, textures: shade.Textures, stood: _Solids, t: int,
    things: shade.Things, lamps: NDArray[np.float32], shadows: shadow.Shadows, desk: _Desk, *, needed: bool,
) -> None:  # fmt: skip
    """Draw, small, what a mirror on the ground would show."""
    if not needed:
        return
    height, width = desk.mirror_depth.shape
    inverses, eyes = desk.mirror_inverses, desk.mirror_eyes
    on.aim(lens, stood.matrices[t], True, width, height, inverses, eyes, desk.bounds)
    on.see(lens, stood.kinds, inverses, eyes, desk.bounds, -1.0, desk.mirror_depth, desk.mirror_seen)
    on.shade_mirror(
        lens, air, textures, things._replace(inverses=inverses, eyes=eyes), lamps, shadows, desk.mirror_depth,
        desk.mirror_seen, desk.seen, desk.sharp_mirror,
    )  # fmt: skip
    on.blur(desk.sharp_mirror, 1, desk.mirror)


def _finish(
    on: ModuleType, lens: solids.Lens, view: View, t: int, things: shade.Things, desk: _Desk, color: NDArray[np.uint8]
) -> None:
    """Edges, what falls, halos, eight bits."""
    on.smooth_edges(lens, things.kinds, desk.inverses, desk.eyes, desk.surface, desk.image, desk.smooth)
    light = view.light
    height, width = desk.depth.shape
    lit = tuple(min(1.0, 0.25 * h + 0.75 * a) for h, a in zip(light.horizon, light.ambient, strict=True))
    for lines in weather.lines_in_air(
        view.weather, underwater=view.place.underwater, indoors=view.place.indoors, time_s=float(view.time_s[t]),
        flash=float(view.flash[t]), eye=lens.eye, forward=lens.forward, air=(lit[0], lit[1], lit[2]), seed=view.seed,
        fine=min(1.0, (SMALL_PX / height) ** 0.6),
    ):  # fmt: skip
        placed = np.zeros((len(lines.starts), drops.PLACED))
        drops.place_lines(lens, lines.starts, lines.ends, lines.widths, lines.strengths, width, height, placed)
        on.draw_lines(on.array(placed), _square(lines.color), desk.depth, desk.smooth)
    glows = on.spread(desk.halo, desk.spare)
    halo = (0.75 + 0.35 * light.night) * (1 + 1.5 * float(view.burst[t])) / shade.HALO**2
    on.develop(desk.smooth, desk.halo, halo if glows else 0.0, color)


def _tell(on: ModuleType, lenses: list[solids.Lens], stood: _Solids, t: int, desk: _Desk, result: Frames) -> None:
    """Write down what is true about frame `t`."""
    on.tell(desk.depth, desk.seen, stood.instances, SKY_DEPTH_M, result.depth[t], result.instance[t])
    if t + 1 < len(lenses):
        on.flow_to(
            lenses[t], lenses[t + 1], stood.matrices[t + 1], desk.inverses, desk.eyes, desk.depth, desk.seen,
            result.flow[t],
        )  # fmt: skip


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
        raise ValueError(
            f"shapes of {[part.num_frames for part in shapes]} frames cannot be merged: give equal numbers"
        )
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
    return np.asarray(heading @ pitch @ roll, np.float64)


def _roll_kept(axis: NDArray[np.float32], turn: Track) -> NDArray[np.float32]:
    """[T] the extra roll that a solid's side needs to turn with the body: "sideways" is told from the world's axes."""
    before = axis / np.maximum(np.linalg.norm(axis, axis=1, keepdims=True), 1e-9)
    after = np.einsum("tij,tj->ti", turn, before)
    wanted = np.einsum("tij,tj->ti", turn, _sides(before))
    side = _sides(after)
    over = np.cross(side, after)
    return np.asarray(np.arctan2((wanted * over).sum(1), (wanted * side).sum(1)), np.float32)


def _sides(axis: Track) -> Track:
    """As `kernels.solids.side_of`, for [T, 3] unit axes."""
    x, y, z = axis.T
    steep = np.stack([-z * x, -z * y, 1 - z * z], axis=1)
    level = np.stack([-z, 0 * y, x], axis=1)
    side = np.where((np.abs(y) > 0.8)[:, None], steep, level)
    return np.asarray(side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9), np.float64)


def _stand(shapes: Shapes, on: ModuleType) -> _Solids:
    frames, count = shapes.num_frames, len(shapes.solids)

    def stacked(values: list[NDArray[np.float32]], *tail: int) -> NDArray[np.float32]:
        return np.ascontiguousarray(np.stack(values, axis=1)) if values else np.zeros((frames, 0, *tail), np.float32)

    matrices = np.zeros((frames, count, 3, 4), np.float32)
    solids.stand(
        stacked(shapes.starts, 3), stacked(shapes.ends, 3), stacked(shapes.widths), stacked(shapes.heights),
        stacked(shapes.rolls), matrices,
    )  # fmt: skip
    return _Solids(
        matrices=on.array(matrices),
        sizes=on.array(np.sqrt((matrices[..., :3] ** 2).sum(2))),
        colors=on.array(stacked(shapes.colors, 3)),
        colors2=on.array(stacked(shapes.colors2, 3)),
        glows=on.array(stacked(shapes.glows)),
        kinds=on.array(np.array(shapes.solids, np.int32)),
        patterns=on.array(np.array(shapes.patterns, np.int32)),
        finishes=on.array(np.array(shapes.finishes, np.int32)),
        scales=on.array(np.array(shapes.scales, np.float32)),
        strengths=on.array(np.array(shapes.shadows, np.float32)),
        instances=on.array(np.array([*shapes.instances, 0, 0], np.uint8)),
    )


def _lenses(camera: CameraTrack, size: Size) -> list[solids.Lens]:
    forward, right, up = camera.axes()
    tangent = float(np.tan(camera.field_of_view / 2))
    right, up = right * tangent * size.ratio, up * tangent
    return [
        solids.Lens(_three(camera.eye[t]), _three(forward[t]), _three(right[t]), _three(up[t]))
        for t in range(len(camera.eye))
    ]


def _three(vector: Track) -> tuple[float, float, float]:
    return (float(vector[0]), float(vector[1]), float(vector[2]))


def _painter(view: View) -> ground_kernels.Painter:
    return ground_kernels.Painter(
        material=int(view.ground),
        shore_z=float(view.options.get("shore_z", 2.5)),
        lane_z=float(view.options.get("lane_z", 0.4)),
        lane_width=float(view.options.get("lane_width", 7.6)),
        wet=float(view.options.get("wet", 0.0)),
    )


def _lamps(view: View, t: int) -> NDArray[np.float32]:
    """[L, 7] position, squared colour, reach of the lamps that are lit in frame `t`."""
    since_beat = float(view.beat[t]) % 1.0
    rows = []
    for lamp in view.lamps:
        power = (view.light.lamplight if lamp.night_only else 1.0) * (1.0 - 0.7 * since_beat if lamp.beat else 1.0)
        power *= 1 + 0.6 * float(view.burst[t])
        if power > 0.05:
            rows.append([*lamp.position, *_square(lamp.color, LAMP_POWER * power), lamp.reach_m])
    return np.array(rows, np.float32).reshape(-1, 7)


def _square(color: Color, power: float = 1.0) -> tuple[float, float, float]:
    """sRGB to the kernels' light."""
    return (color[0] ** 2 * power, color[1] ** 2 * power, color[2] ** 2 * power)


def _air(view: View, t: int, size: Size) -> air_kernels.Air:
    light, flash = view.light, float(view.flash[t])
    length = float(np.linalg.norm(light.sun_direction))
    return air_kernels.Air(
        to_sun=(light.sun_direction[0] / length, light.sun_direction[1] / length, light.sun_direction[2] / length),
        sun=_square(light.sun),
        ambient=_square(light.ambient, 1 + 2.5 * flash),
        bounce=_square(light.bounce, 1 + 1.0 * flash),
        fill=_square(light.fill),
        zenith=_square(light.zenith),
        horizon=_square(light.horizon),
        glow=_square(light.glow),
        fog=_square(light.fog, 1 + 0.8 * flash),
        cloud=_square(light.cloud),
        hills=_square(view.place.hills),
        fog_density=light.fog_density,
        night=light.night,
        lamplight=light.lamplight,
        wetness=light.wetness,
        shadow=light.shadow,
        stars=light.stars,
        clouds=light.clouds,
        hills_height=0.0 if view.place.underwater or view.place.indoors else view.place.hills_height,
        moon=1.0 if light.moon else 0.0,
        snow_cover=1.0 if view.ground == Ground.SNOW else light.snow_cover,
        indoors=view.place.indoors,
        underwater=view.place.underwater,
        time_s=float(view.time_s[t]),
        beat=float(view.beat[t]),
        flash=flash,
        pixel=float(np.tan(view.camera.field_of_view / 2)) * 2 / size.height,
        seed=view.seed % 1000,
    )

"""Film a scene: frames, sound, events and, if wanted, what is true about every pixel. Pure in the scene's seed.

`stream` gives a clip piece by piece with memory that does not grow with its length; `record` gives it whole. It does
not know sentences or files.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.world.camera import CameraTrack, shoot
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.light import facing_camera, light_for
from celaje.engine.world.motion import Performance, Play, perform
from celaje.engine.world.motion.timeline import BEATS_PER_SECOND, TICKS_PER_SECOND
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.rails import add_rails
from celaje.engine.world.pose import Pose, Track
from celaje.engine.world.render import Frames, View, kernels_for, merge, place_body, render
from celaje.engine.world.scene import Event, Scene
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.sounds.mix import Hum, mix, surroundings
from celaje.engine.world.styles import apply_style
from celaje.engine.world.truth import Truth, joined, truth_of

BURST = "eruption burst"
BURST_S = 0.6  # its glow fades by e in this time
FLASH_S = 0.13  # lightning fades by e in this time
SILENT = "lightning"  # an event that is only seen
REACH_UP = 1.25  # arms and paws above the head, in heights
RUN_WIDE = 0.75  # how far arms and legs spread when running, in heights
STILL_S = 4.0  # a still is a moment of a clip this long


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A clip, or a piece of one. Times of events count from the clip's start."""

    frames: NDArray[np.uint8]  # [T, H, W, 3] sRGB
    samples: NDArray[np.float32]  # [T * 24 000 / rate], mono, 24 kHz, -1 to 1; empty without sound
    events: tuple[Event, ...]
    truth: Truth | None


@dataclass(frozen=True, kw_only=True)
class _Take:
    """One shot ready to be drawn: who plays, from where it is filmed, and which frames of the clip it is."""

    scene: Scene
    play: Play
    first: int  # of its frames in the clip
    times: Track  # [T] when each frame is taken, in seconds of the play
    camera: CameraTrack
    flash: Track  # [T]


def record(
    scene: Scene, *, truth: bool = False, sound: bool = True, picture: bool = True, device: str = "cpu"
) -> Recording:
    """The whole clip of `scene`: num_frames frames, and sound as long as they are shown.

    Without `picture` no frame is drawn and `frames` is [0, H, W, 3]; without `sound` there are no samples. Pictures are
    drawn on `device`, "cpu" or "cuda"; raises ValueError when that is not there.
    """
    pieces = list(stream(scene, truth=truth, sound=sound, picture=picture, device=device))
    return Recording(
        frames=np.concatenate([piece.frames for piece in pieces]),
        samples=np.concatenate([piece.samples for piece in pieces]),
        events=tuple(event for piece in pieces for event in piece.events),
        truth=joined([piece.truth for piece in pieces if piece.truth is not None]) if truth and picture else None,
    )


def stream(
    scene: Scene,
    chunk_frames: int = 48,
    *,
    truth: bool = False,
    sound: bool = True,
    picture: bool = True,
    threads: int = 1,
    device: str = "cpu",
) -> Iterator[Recording]:
    """The clip in pieces of at most `chunk_frames` frames; a piece never reaches across a cut.

    With several `threads`, as many pieces are drawn side by side while one is looked at. `device` is that of `record`.
    """
    if chunk_frames < 1:
        raise ValueError(f"pieces of {chunk_frames} frames are not possible: give 1 or more")
    kernels_for(device)  # says what is not there before anything is done
    played, at_s = _long_enough(scene)
    rate, samples_per_frame = scene.frames_per_second, SAMPLE_RATE // scene.frames_per_second
    takes = [_take(played, play, scene.num_frames, at_s) for play in perform(played)]
    events = [replace(event, time_s=event.time_s - at_s) for take in takes for event in take.play.events]
    samples = _sound(takes, events, scene) if sound else np.zeros(0, np.float32)

    def piece(take: _Take, start: int) -> Recording:
        stop = min(start + chunk_frames, len(take.times))
        first, last = take.first + start, take.first + stop
        heard = tuple(e for e in events if first - 1e-6 <= e.time_s * rate < last - 1e-6)
        drawn = _draw(take, start, min(stop + truth, len(take.times)), truth=truth, device=device) if picture else None
        return Recording(
            frames=_empty(scene) if drawn is None else _styled(scene, drawn, stop - start, first),
            samples=samples[first * samples_per_frame : last * samples_per_frame],
            events=heard,
            truth=truth_of(scene, take.play.shot, drawn, stop - start, first, heard) if drawn and truth else None,
        )

    starts = [(take, start) for take in takes for start in range(0, len(take.times), chunk_frames)]
    if threads == 1:
        yield from (piece(take, start) for take, start in starts)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        ahead: deque[Future[Recording]] = deque()
        for take, start in starts:
            ahead.append(pool.submit(piece, take, start))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def record_frame(scene: Scene, number: int, *, device: str = "cpu") -> NDArray[np.uint8]:
    """Frame `number` of the clip alone, [H, W, 3], as `record` has it. Raises ValueError for one that is not in it."""
    played, at_s = _long_enough(scene)
    for play in perform(played):
        take = _take(played, play, scene.num_frames, at_s)
        at = number - take.first
        if 0 <= at < len(take.times):
            drawn = _draw(take, at, at + 1, truth=False, device=device)
            return np.asarray(_styled(scene, drawn, 1, number)[0])
    raise ValueError(f"frame {number} is not in a clip of {scene.num_frames} frames")


def _long_enough(scene: Scene) -> tuple[Scene, float]:
    """The scene to play and the second at which its filming begins: a still is some moment of a longer play."""
    if scene.num_frames > 1:
        return scene, 0.0
    shots = (replace(scene.shots[0], start_s=0.0, end_s=STILL_S),)
    subjects = tuple(
        replace(subject, actions=tuple(replace(action, end_s=STILL_S) for action in subject.actions[:1]))
        for subject in scene.subjects
    )
    moment = np.random.default_rng((scene.seed, 13)).uniform(0.5, STILL_S - 0.5)
    return replace(scene, shots=shots, subjects=subjects), round(float(moment) * FRAMES_PER_SECOND) / FRAMES_PER_SECOND


def _take(scene: Scene, play: Play, num_frames: int, at_s: float) -> _Take:
    shot = play.shot
    rate = scene.frames_per_second
    first = round(shot.start_s * rate)
    last = first + num_frames if num_frames == 1 else round(shot.end_s * rate)
    times = at_s + np.arange(first, last) / rate
    bodies = [performance.at(times) for performance in play.performances]
    index = scene.shots.index(shot)
    camera = shoot(
        shot.camera,
        np.random.default_rng((scene.seed, index, 17)),
        times,
        np.stack([_seen_at(pose, actor.kind) for pose, actor in zip(bodies, play.performances, strict=True)])
        if bodies
        else None,
        [_height(scene, performance) for performance in play.performances],
        scene.size,
        PLACES[shot.place],
        [_length(scene, performance) for performance in play.performances],
    )
    return _Take(scene=scene, play=play, first=first, times=times, camera=camera, flash=_flashes(play, times, rate))


def _height(scene: Scene, performance: Performance) -> float:
    """How tall it is for a camera: who dances or jumps reaches higher."""
    actions = scene.subjects[performance.subject].actions
    reaches = any(action.name in ("dance", "jump") for action in actions)
    return performance.kind.height_m * (REACH_UP if reaches else 1.0)


def _length(scene: Scene, performance: Performance) -> float:
    """How long it is for a camera: the limbs of who runs reach far before and behind an upright body."""
    kind = performance.kind
    runs = any(action.name in ("run", "follow") for action in scene.subjects[performance.subject].actions)
    return max(kind.length_m, RUN_WIDE * kind.height_m) if runs and kind.gait.run_rate_hz else kind.length_m


def _seen_at(pose: Pose, kind: Kind) -> Track:
    """[T, 3] where a camera looks for a body: its position, or beside it when it lies on its side."""
    beside = np.sin(pose.roll) * kind.height_m / 2
    shift = beside[:, None] * np.stack([-np.sin(pose.heading), 0 * beside, np.cos(pose.heading)], axis=1)
    seen = pose.position + shift
    if kind.medium == "ground":  # what is thrown comes into the picture from above
        seen[:, 1] = np.minimum(seen[:, 1], 1.4 * kind.height_m)
    return np.asarray(seen)


def _flashes(play: Play, times: Track, rate: int) -> Track:
    """How bright lightning is in each frame: each stroke lights up at once and fades with a flicker."""
    flash = np.zeros(len(times))
    for event in play.events:
        if event.sound == "lightning":
            since = times + 0.5 / rate - event.time_s
            flicker = 0.75 + 0.25 * np.cos(2 * np.pi * since / 0.17)
            flash = np.maximum(flash, np.where(since >= 0, event.strength * np.exp(-since / FLASH_S) * flicker, 0.0))
    return flash


def _bursts(play: Play, times: Track, rate: int) -> Track:
    """How much brighter than usual all that glows is in each frame: at once with an eruption, then fading."""
    burst = np.zeros(len(times))
    for event in play.events:
        if event.sound == BURST:
            since = times + 0.5 / rate - event.time_s
            burst = np.maximum(burst, np.where(since >= 0, event.strength * np.exp(-since / BURST_S), 0.0))
    return burst


def _sound(takes: list[_Take], events: list[Event], scene: Scene) -> NDArray[np.float32]:
    """The samples of the whole clip. What is heard follows the camera 12 times a second, however many are filmed."""
    rate = scene.frames_per_second
    every = rate // FRAMES_PER_SECOND
    around = [
        surroundings(
            PLACES[take.play.shot.place],
            take.play.shot.time,
            take.play.shot.weather,
            start_s=take.first / rate,
            end_s=(take.first + len(take.times)) / rate,
        )
        for take in takes
    ]
    return mix(
        [event for event in events if event.sound != SILENT],
        around,
        scene.seconds,
        eye=np.concatenate([take.camera.eye for take in takes])[::every],
        right=np.concatenate([take.camera.axes()[1] for take in takes])[::every],
        hums=_hums(takes, scene.num_frames, every),
        rng=np.random.default_rng((scene.seed, 23)),
    )


def _hums(takes: list[_Take], num_frames: int, every: int) -> list[Hum]:
    """What engines and rotors give as long as they are there, at every so many frames: louder the faster they move."""
    hums: dict[int, Hum] = {}
    for take in takes:
        for performance in take.play.performances:
            kind = performance.kind
            if not kind.hum:
                continue
            pose = performance.at(take.times)
            hum = hums.setdefault(
                performance.subject,
                Hum(sound=kind.hum, positions=np.zeros((num_frames, 3)), strength=np.zeros(num_frames)),
            )
            part = slice(take.first, take.first + len(take.times))
            speed = np.linalg.norm(np.gradient(performance.ticks.position, axis=0), axis=1) * TICKS_PER_SECOND
            fast = np.interp(take.times, performance.ticks.time, speed) / max(kind.gait.cruise_m_s, 0.1)
            hum.positions[part] = pose.position
            hum.strength[part] = 0.45 + 0.55 * np.clip(fast, 0, 1)
    return [replace(hum, positions=hum.positions[::every], strength=hum.strength[::every]) for hum in hums.values()]


def _empty(scene: Scene) -> NDArray[np.uint8]:
    return np.zeros((0, scene.size.height, scene.size.width, 3), np.uint8)


def _styled(scene: Scene, drawn: Frames, num_frames: int, first: int) -> NDArray[np.uint8]:
    """The first `num_frames` of `drawn` in the scene's style; `first` is their number in the clip."""
    return apply_style(
        drawn.color[:num_frames],
        scene.style,
        seed=scene.seed,
        first_frame=first,
        depth=drawn.depth,
        instance=drawn.instance,
    )


def _draw(take: _Take, start: int, stop: int, *, truth: bool, device: str) -> Frames:
    """The frames `start` to before `stop` of one take."""
    shot, scene = take.play.shot, take.scene
    times = take.times[start:stop]
    place = PLACES[shot.place]
    ground = Shapes(len(times))
    lamps = place.build(ground, np.random.default_rng((scene.seed, scene.shots.index(shot), 19)), shot.time)
    for performance in take.play.performances:
        if performance.kind.medium == "rails":
            add_rails(ground, float(performance.ticks.position[0, 2]))
    bodies = [_body(take, number, times) for number in range(len(take.play.performances))]
    view = View(
        camera=take.camera.frames(start, stop),
        light=facing_camera(light_for(shot.time, shot.weather, place), _camera_x(take.camera)),
        ground=place.ground,
        options=place.options,
        lamps=lamps,
        place=place,
        weather=shot.weather,
        time_s=times,
        beat=times * BEATS_PER_SECOND,
        flash=take.flash[start:stop],
        burst=_bursts(take.play, times, scene.frames_per_second),
        seed=scene.seed,
    )
    return render(merge(ground, *bodies), view, scene.size, truth=truth or scene.style != "natural", device=device)


def _camera_x(camera: CameraTrack) -> float:
    """How far the camera stands to the right of what it looks at, over the whole take."""
    return float((camera.eye[:, 0] - camera.target[:, 0]).mean())


def _body(take: _Take, number: int, times: Track) -> Shapes:
    performance = take.play.performances[number]
    subject = take.scene.subjects[performance.subject]
    pose: Pose = performance.at(times)
    body = Shapes(len(times), instance=performance.subject + 1)
    performance.kind.draw(body, subject.look, pose)
    return place_body(body, pose)

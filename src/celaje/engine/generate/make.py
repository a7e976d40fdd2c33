"""Make one clip: read the prompt, walk each window of the canvas from noise to latents, show what is ready.

There is one way for all tasks. What a request calls known is laid on the canvas, and every window makes what is not
known yet of its part.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Request
from celaje.engine.generate.again import watch_over
from celaje.engine.generate.between import bridge
from celaje.engine.generate.canvas import SAMPLES_PER_FRAME, Canvas, Given, lay
from celaje.engine.generate.develop import Developer
from celaje.engine.generate.drafts import draft, moment_s, rehearse, shot_at
from celaje.engine.generate.engine import Engine
from celaje.engine.generate.keep import FrameKeeper, KeptFrames, KeptSamples, keep_samples
from celaje.engine.generate.noise import clip_noise
from celaje.engine.generate.scenes import NewScene, new_scenes
from celaje.engine.generate.takes import first_picture, first_sound
from celaje.engine.generate.walker import LEANING, Walker
from celaje.engine.generate.windows import Window, windows
from celaje.engine.latents import (
    FRAMES_PER_LATENT,
    LATENTS_PER_SECOND,
    ClipLatents,
    StillLatents,
)
from celaje.engine.text.tokenizer import timed_parts

AHEAD = 1.5  # windows take as long as a clip's first picture and its first window's sound
PICTURE = 2 / 3  # of that is the picture
CUT_LEVEL = 0.8  # of noise over a new scene's picture where it begins: under more, what was there shines through


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What is being done, and how far the whole clip is (0 to 1). `estimate` previews the current window's latents."""

    stage: str  # reading, imagining, drawing
    fraction: float
    estimate: ClipLatents | None = None


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The next frames and samples of a clip in the model's own size, as they are ready. Either may be empty.

    Where nothing was made because all is kept, `frames` is None.
    """

    num_frames: int
    frames: NDArray[np.uint8] | None  # [F, H, W, 3]
    samples: NDArray[np.float32]  # [S] at 24 kHz, -1 to 1, with what is kept in place; empty when not wanted


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished clip in the model's own size, and where the time went (seconds by stage)."""

    frames: NDArray[np.uint8]  # [F, H, W, 3]; one frame for a still
    samples: NDArray[np.float32] | None  # [round(seconds * 24000)], -1 to 1; None for a still or when not wanted
    seconds_by_stage: dict[str, float]


class Clock:
    """Where the time went."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Count the time since the last lap for `stage`."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.last
        self.last = now

    def resume(self) -> None:
        """Count from now: what went on since the last lap was somebody else's."""
        self.last = time.perf_counter()


def generate(
    engine: Engine,
    request: Request,
    *,
    given: Sequence[Given] = (),
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Made:
    """The clip that `request` asks for. The same request gives the same clip on the same machine.

    `given` are the pieces that `request.known` names, in its order. `watch` is told after every step; an exception that
    it raises stops the work at once. Raises ValueError for what this model cannot do.
    """
    clock = Clock()
    keeper = FrameKeeper(kept_frames(given), loop=request.loop)
    frames: list[NDArray[np.uint8]] = []
    samples: list[NDArray[np.float32]] = []
    for piece in film(engine, request, given=given, watch=watch, clock=clock):
        frames += keeper.pass_over(piece.num_frames) if piece.frames is None else keeper.push(piece.frames)
        samples.append(piece.samples)
    with_sound = request.audio and request.seconds > 0
    return Made(
        frames=np.stack([*frames, *keeper.finish()]),
        samples=np.concatenate(samples) if with_sound else None,
        seconds_by_stage=clock.seconds,
    )


@torch.no_grad()
def film(
    engine: Engine,
    request: Request,
    *,
    given: Sequence[Given] = (),
    watch: Callable[[Progress], None] = lambda progress: None,
    clock: Clock | None = None,
) -> Iterator[Piece]:
    """The same clip piece by piece, as soon as each can be seen; kept frames are not yet in their place."""
    clock = clock or Clock()
    watch(Progress(stage="reading", fraction=0.0))
    canvas = lay(engine, request, given)
    bridge(engine, canvas)
    with_sound = request.audio and canvas.has_sound
    is_open = canvas.is_open(with_sound=with_sound)
    plan = windows(
        is_open,
        longest=engine.sampling.window,
        context=engine.sampling.context,
        anchor=canvas.anchor,
        loop=canvas.loop,
    )
    stills, ahead, palette, watcher = canvas.stills, 0.0, None, None
    same = _latents_as_at_first(request, canvas)
    thinks = bool(engine.sampling.picture_steps and request.prompt.strip())
    is_thought_of = thinks and _is_new(canvas)
    is_filmed = engine.sampling.camera_level < 1 and (is_thought_of or _begins_with_a_picture(canvas))
    is_filmed = is_filmed and not canvas.loop  # a camera would have to come back
    shots = [shot_at(engine, request, canvas, window.begin) if is_filmed else None for window in plan]
    walks = len(plan) + sum(shot is not None for shot in shots) if request.seconds else 0
    if is_thought_of:
        ahead = AHEAD / (AHEAD + walks)
        stills = _first_moment(engine, request, canvas, plan, until=same, watch=watch, share=ahead)
        palette = stills.values.mean((0, 1, 2, 3))
        plan, shots = (plan, shots) if request.seconds else ([], [])
        watcher = watch_over(engine, request, stills) if len(plan) > 1 else None
    has_scenes = thinks and bool(plan) and not canvas.loop
    scenes = new_scenes(engine, request.prompt, canvas.num_latents) if has_scenes else []
    developer = Developer(engine, canvas, _needed(canvas, given), seed=request.seed)
    num_samples = round(request.seconds * SAMPLE_RATE) if with_sound and not canvas.loop else None
    cutter = _Cutter(canvas, given, developer, with_sound=with_sound, num_samples=num_samples)
    made = [not one for one in is_open]
    clock.lap("imagining")
    walker = Walker(
        engine=engine,
        request=request,
        noise=clip_noise(canvas.num_latents, request),
        same=same,
        is_led=is_thought_of,
        palette=palette,
        watcher=watcher,
        on_step=lambda fraction, estimate: watch(Progress(stage="imagining", fraction=fraction, estimate=estimate)),
        fraction=ahead,
        share=(1 - ahead) / max(1, walks),
    )
    rehearsal, shown, opening = None, stills, next(iter(shots), None)
    if is_thought_of and stills is not None and opening is not None:
        shown = replace(stills, time_s=stills.time_s + moment_s(opening))
    for index, (window, shot) in enumerate(zip(plan, shots, strict=True)):
        while scenes and scenes[0].begin < window.done:
            begun = shot_at(engine, request, canvas, scenes[0].begin) if is_filmed else None
            rest_s = 0.0 if begun is None else moment_s(begun)
            shown = _later_moment(engine, request, canvas, scenes.pop(0), shown, rest_s=rest_s, walker=walker)
        if shot is not None:
            rehearsal = rehearse(shot, canvas, window, rehearsal)
            walker.walk(rehearsal.canvas, window, stills)
            draft(engine, rehearsal, canvas, window)
        walker.walk(canvas, window, shown, is_drafted=shot is not None)
        made[window.begin : window.done] = [True] * (window.done - window.begin)
        clock.lap("imagining")
        if index + 1 < len(plan):
            yield from _timed(cutter.pieces([*made, False].index(False)), clock)
            watch(Progress(stage="drawing", fraction=walker.fraction))
    yield from _timed(cutter.pieces(canvas.num_latents), clock)
    watch(Progress(stage="drawing", fraction=1.0))


def _is_new(canvas: Canvas) -> bool:
    """Whether nothing of the picture is known, but what its first moment may lean on."""
    first, rest = canvas.highest.video[:, :1], canvas.highest.video[:, 1:]
    return bool((first >= LEANING).all()) and bool((rest == 1).all())


def _begins_with_a_picture(canvas: Canvas) -> bool:
    """Whether all that is known of the picture is one that the clip begins with."""
    return canvas.stills is not None and bool((canvas.highest.video[:, 1:] == 1).all())


def _first_moment(
    engine: Engine,
    request: Request,
    canvas: Canvas,
    plan: Sequence[Window],
    *,
    until: int,
    watch: Callable[[Progress], None],
    share: float,
) -> StillLatents:
    """Think of the clip's first picture, which is returned, and of its first window's sound; both go onto the canvas.
    They are a `share` of the clip's work.

    The sound is thought of also when nobody will hear it: silence does not change the picture.
    The sound is known from then on. The picture is, where a picture is all that is asked for; else the first window
    starts from it and some noise, and all others from it and more, `until` the latent frame where the prompt begins to
    speak of something else: what was made before is told from what was made before it, and wanders off.
    """
    settings = engine.sampling

    def on_picture(part: float, estimate: ClipLatents) -> None:
        watch(Progress(stage="imagining", fraction=share * PICTURE * part, estimate=estimate))

    def on_sound(part: float, estimate: ClipLatents) -> None:
        watch(Progress(stage="imagining", fraction=share * (PICTURE + (1 - PICTURE) * part), estimate=seen))

    picture = first_picture(
        engine, request, on_picture, lean=canvas.known.video[:, :1], level=canvas.highest.video[:, :1]
    )
    seen = ClipLatents(video=picture.values, audio=canvas.known.audio[:, :0])
    if not request.seconds:
        canvas.known.video.copy_(picture.values)
        canvas.highest.video.zero_()
        return picture
    _lay(engine, canvas, picture, begin=0, end=until, level=settings.draft_level, num_near=plan[0].done)
    chooses = engine.critic is not None and settings.sound_takes > 1
    if chooses and canvas.has_sound and bool((canvas.highest.audio == 1).all()):
        sound = first_sound(engine, request, plan[0].done, on_sound)
        canvas.known.audio[:, : sound.shape[1]] = sound
        canvas.highest.audio[:, : sound.shape[1]] = 0
    return picture


def _later_moment(
    engine: Engine,
    request: Request,
    canvas: Canvas,
    scene: NewScene,
    stills: StillLatents | None,
    *,
    rest_s: float,
    walker: Walker,
) -> StillLatents | None:
    """Think of the first picture of a new scene, of which nothing is known yet, and lay it on the canvas as the clip's
    first one is; with the pictures that windows are shown. Its camera shows it `rest_s` after its beginning.
    """
    if not bool((canvas.highest.video[:, scene.begin : scene.end] == 1).all()):
        return stills

    def on_picture(part: float, estimate: ClipLatents) -> None:
        walker.on_step(walker.fraction, estimate)

    picture = first_picture(engine, replace(request, prompt=scene.prompt), on_picture)
    _lay(engine, canvas, picture, begin=scene.begin, end=scene.end, level=CUT_LEVEL, num_near=engine.sampling.window)
    picture = replace(picture, time_s=picture.time_s + scene.begin / LATENTS_PER_SECOND + rest_s)
    if stills is None:
        return picture
    return StillLatents(
        values=torch.cat([stills.values, picture.values.to(stills.values)], 1),
        time_s=torch.cat([stills.time_s, picture.time_s.to(stills.time_s)], 1),
        role=torch.cat([stills.role, picture.role.to(stills.role)], 1),
    )


def _lay(
    engine: Engine, canvas: Canvas, picture: StillLatents, *, begin: int, end: int, level: float, num_near: int
) -> None:
    """Lay a first picture on the latent frames `begin` to `end` of a canvas: at first under noise of `level`, which
    grows over `num_near` frames, then as later windows come back to it.
    """
    settings, near = engine.sampling, min(num_near, end - begin)
    levels = torch.full((end - begin,), settings.return_level)
    levels[:near] = torch.linspace(level, settings.draft_end, num_near)[:near]
    canvas.known.video[:, begin:end] = picture.values
    canvas.highest.video[:, begin:end] = levels[:, None, None]


def _latents_as_at_first(request: Request, canvas: Canvas) -> int:
    """How many latent frames come before the prompt begins to speak of something else."""
    changes = [start_s for start_s, _, _ in timed_parts(request.prompt) if start_s > 0]
    return min([canvas.num_latents, *(int(start_s * LATENTS_PER_SECOND) for start_s in changes)])


def _timed(pieces: Iterator[Piece], clock: Clock) -> Iterator[Piece]:
    """The same pieces, with the time that they took, but not what others did with them."""
    for piece in pieces:
        clock.lap("drawing")
        yield piece
        clock.resume()
    clock.lap("drawing")


def kept_frames(given: Sequence[Given]) -> list[KeptFrames]:
    """The given clips of which frames come back as they are."""
    return [
        KeptFrames(
            first=round(one.piece.at_s * FRAMES_PER_SECOND),
            count=len(one.frames),
            frames=iter(one.frames),
            inside=one.inside,
        )
        for one in given
        if one.frames is not None and one.piece.is_kept
    ]


def _needed(canvas: Canvas, given: Sequence[Given]) -> list[bool]:
    """The latent frames to decode: what is not kept as a whole, and its neighbours, which show what coding costs."""
    made = np.ones(canvas.num_latents * FRAMES_PER_LATENT, bool)
    made[: canvas.lead] = False
    made[canvas.lead + canvas.num_frames :] = False
    for one in given:
        if one.frames is not None and one.piece.is_kept and one.inside is None:
            first = canvas.lead + round(one.piece.at_s * FRAMES_PER_SECOND)
            made[first : first + len(one.frames)] = False
    wanted = made.reshape(-1, FRAMES_PER_LATENT).any(1)
    before, after = np.roll(wanted, -1), np.roll(wanted, 1)
    if not canvas.loop:
        before[-1] = after[0] = False
    return [bool(one) for one in wanted | before | after]


class _Cutter:
    """Cuts what is developed to the clip: without the canvas' lead and what hangs over its end, kept sound in place."""

    def __init__(
        self,
        canvas: Canvas,
        given: Sequence[Given],
        developer: Developer,
        *,
        with_sound: bool,
        num_samples: int | None,
    ) -> None:
        self.canvas, self.developer, self.with_sound = canvas, developer, with_sound
        self.num_samples = num_samples or canvas.num_frames * SAMPLES_PER_FRAME
        self.kept = [
            KeptSamples(first=round(one.piece.at_s * SAMPLE_RATE), samples=one.samples)
            for one in given
            if one.samples is not None and one.piece.is_kept
        ]
        self.frame, self.sample = -canvas.lead, -canvas.lead * SAMPLES_PER_FRAME

    def pieces(self, ready: int) -> Iterator[Piece]:
        """All that can be seen and heard now that `ready` latent frames are made."""
        for shown in self.developer.frames(ready):
            count = shown if isinstance(shown, int) else len(shown)
            inside = slice(max(0, -self.frame), max(0, min(count, self.canvas.num_frames - self.frame)))
            self.frame += count
            frames = None if isinstance(shown, int) else shown[inside]
            if inside.start < inside.stop:
                yield Piece(num_frames=inside.stop - inside.start, frames=frames, samples=np.zeros(0, np.float32))
        if self.with_sound:
            made = self.developer.samples(ready)
            kept = keep_samples(made, self.sample, self.kept, total=self.num_samples, loop=self.canvas.loop)
            heard = kept[max(0, -self.sample) : max(0, self.num_samples - self.sample)]
            self.sample += len(made)
            if len(heard):
                yield Piece(num_frames=0, frames=np.zeros((0, 0, 0, 3), np.uint8), samples=heard)


assert FRAMES_PER_LATENT * LATENTS_PER_SECOND == FRAMES_PER_SECOND, "latents and frames share one clock"

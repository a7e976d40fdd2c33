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

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Request, Size, nearest_bucket
from celaje.engine.generate.canvas import SAMPLES_PER_FRAME, Canvas, Given, lay
from celaje.engine.generate.develop import Developer
from celaje.engine.generate.engine import Engine, Sampling
from celaje.engine.generate.keep import FrameKeeper, KeptFrames, KeptSamples, keep_samples
from celaje.engine.generate.windows import Window, windows
from celaje.engine.latents import (
    AUDIO_CHANNELS,
    AUDIO_PER_LATENT,
    FRAMES_PER_LATENT,
    LATENTS_PER_SECOND,
    PIXELS_PER_LATENT,
    VIDEO_CHANNELS,
    ClipLatents,
    Denoiser,
    NoiseLevels,
    StillLatents,
    TextTokens,
)
from celaje.engine.model import Transformer
from celaje.engine.sampling import blend, guided, sample, times

NEAR_S = 3.0  # a window looks at given pictures that are no further away


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
    with_sound = request.audio and canvas.has_sound
    is_open = canvas.is_open(with_sound=with_sound)
    plan = windows(
        is_open,
        longest=engine.sampling.window,
        context=engine.sampling.context,
        anchor=canvas.anchor,
        loop=canvas.loop,
    )
    noise = _noise(canvas.num_latents, request)
    steps = request.steps or engine.sampling.steps
    stills = canvas.stills
    nothing_seen = bool((canvas.highest.video == 1).all())
    if engine.sampling.picture_steps and request.seconds and request.prompt.strip() and nothing_seen:
        stills = _first_picture(engine, request, noise)
    developer = Developer(engine, canvas, _needed(canvas, given), seed=request.seed)
    num_samples = round(request.seconds * SAMPLE_RATE) if with_sound and not canvas.loop else None
    cutter = _Cutter(canvas, given, developer, with_sound=with_sound, num_samples=num_samples)
    made = [not one for one in is_open]
    clock.lap("imagining")
    share = 1 / max(1, len(plan))
    for index, window in enumerate(plan):

        def on_step(step: int, estimate: ClipLatents, begin: float = index * share) -> None:
            done = begin + share * 0.85 * (step + 1) / steps
            watch(Progress(stage="imagining", fraction=done, estimate=estimate))

        _make(engine, request, canvas, window, noise, steps=steps, stills=stills, on_step=on_step)
        made[window.begin : window.done] = [True] * (window.done - window.begin)
        clock.lap("imagining")
        if index + 1 < len(plan):
            yield from _timed(cutter.pieces([*made, False].index(False)), clock)
            watch(Progress(stage="drawing", fraction=(index + 1) * share * 0.99))
    yield from _timed(cutter.pieces(canvas.num_latents), clock)
    watch(Progress(stage="drawing", fraction=1.0))


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


def _noise(num_latents: int, request: Request) -> ClipLatents:
    """The whole clip's noise; a request that varies gets some of another seed's, at the same spread."""
    bucket, with_sound = nearest_bucket(request.size), request.seconds > 0
    noise = _seeded(num_latents, bucket, request.seed, with_sound=with_sound)
    if not request.vary:
        return noise
    other = _seeded(num_latents, bucket, request.vary_seed, with_sound=with_sound)
    turn = torch.tensor(request.vary * np.pi / 2)
    return replace(
        noise,
        video=turn.cos() * noise.video + turn.sin() * other.video,
        audio=turn.cos() * noise.audio + turn.sin() * other.audio,
    )


def _seeded(num_latents: int, bucket: Size, seed: int, *, with_sound: bool) -> ClipLatents:
    """Picture and sound each from its own generator, so that neither depends on the other."""
    rows, columns = bucket.height // PIXELS_PER_LATENT, bucket.width // PIXELS_PER_LATENT
    picture = torch.Generator().manual_seed(seed)
    sound = torch.Generator().manual_seed(seed + 1)
    num_steps = num_latents * AUDIO_PER_LATENT if with_sound else 0
    return ClipLatents(
        video=torch.randn(1, num_latents, rows, columns, VIDEO_CHANNELS, generator=picture),
        audio=torch.randn(1, num_steps, AUDIO_CHANNELS, generator=sound),
    )


def _first_picture(engine: Engine, request: Request, noise: ClipLatents) -> StillLatents:
    """What the clip's first moment looks like, thought of as a still: stills are what the model knows best.

    It costs a sixteenth of a window of 16 and gives subjects their shape and colours; the windows keep to it.
    """
    still = lay(engine, replace(request, seconds=0.0, loop=False, known=()), ())
    alone = Window(start=0, end=1, begin=0, done=1)
    silent = replace(noise, audio=noise.audio[:, :0])
    _make(engine, request, still, alone, silent, steps=engine.sampling.picture_steps)
    moment = torch.zeros(1, 1)
    return StillLatents(values=still.known.video, time_s=moment, role=torch.zeros_like(moment, dtype=torch.long))


def _make(
    engine: Engine,
    request: Request,
    canvas: Canvas,
    window: Window,
    noise: ClipLatents,
    *,
    steps: int,
    stills: StillLatents | None = None,
    on_step: Callable[[int, ClipLatents], None] | None = None,
) -> None:
    """Make a window of the canvas in place: the latents `begin` to `done`, which are known from then on."""
    settings: Sampling = engine.sampling
    places = torch.arange(window.start, window.end) % canvas.num_latents
    known, levels = _cut(canvas.known, places), _cut_levels(canvas.highest, places)
    here = blend(known, _cut(noise, places), levels).map(lambda values: values.to(engine.device))
    highest = NoiseLevels(video=levels.video.to(engine.device), audio=levels.audio.to(engine.device))
    start_s = window.start / LATENTS_PER_SECOND - canvas.lead / FRAMES_PER_SECOND
    end_s = window.end / LATENTS_PER_SECOND - canvas.lead / FRAMES_PER_SECOND
    guidance, sound_guidance = settings.guidance, settings.sound_guidance
    if request.guidance is not None:
        guidance, sound_guidance = request.guidance, None
    elif bool((levels.video.flatten(2).amax(-1) == 0).any()):  # a picture that is there tells most of what to make
        guidance = min(guidance, settings.continued_guidance)
    if request.prompt.strip() == request.negative_prompt.strip():  # one answer, whatever the scale
        guidance, sound_guidance = 1.0, None
    wanted = engine.read(request.prompt, start_s=start_s, end_s=end_s)
    unwanted = engine.read(request.negative_prompt, start_s=start_s, end_s=end_s)
    network: Denoiser = engine.transformer
    seen = None if stills is None else _near(stills, window)
    if seen is not None:
        values, time_s = seen.values.to(engine.device), seen.time_s.to(engine.device)
        network = _keeping_to(
            engine.transformer, StillLatents(values=values, time_s=time_s, role=seen.role.to(engine.device))
        )
    denoiser = guided(
        network,
        unwanted,
        guidance,
        sound_scale=sound_guidance,
        interval=settings.guidance_interval,
        num_channels=settings.guided_channels,
    )
    at = times(request.steps or steps, shift=settings.shift)
    made = sample(denoiser, here, highest, wanted, at=at, on_step=on_step).map(lambda values: values.float().cpu())
    _put_back(canvas, made, window)


def _put_back(canvas: Canvas, made: ClipLatents, window: Window) -> None:
    """Write what a window made for good onto the canvas, and call it known."""
    inside, new = slice(window.begin - window.start, window.done - window.start), slice(window.begin, window.done)
    canvas.known.video[:, new] = made.video[:, inside]
    canvas.highest.video[:, new] = 0
    if made.audio.shape[1]:
        heard, new_heard = (
            slice(part.start * AUDIO_PER_LATENT, part.stop * AUDIO_PER_LATENT) for part in (inside, new)
        )
        canvas.known.audio[:, new_heard] = made.audio[:, heard]
        canvas.highest.audio[:, new_heard] = 0


def _cut(clip: ClipLatents, places: torch.Tensor) -> ClipLatents:
    """The latent frames at `places`, with their sound."""
    return ClipLatents(video=clip.video[:, places], audio=clip.audio[:, _steps(clip.audio, places)])


def _cut_levels(levels: NoiseLevels, places: torch.Tensor) -> NoiseLevels:
    return NoiseLevels(video=levels.video[:, places], audio=levels.audio[:, _steps(levels.audio, places)])


def _steps(audio: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """The sound steps of latent frames, of which a still has none."""
    within = torch.arange(AUDIO_PER_LATENT if audio.shape[1] else 0)
    return (places[:, None] * AUDIO_PER_LATENT + within).flatten()


def _near(stills: StillLatents, window: Window) -> StillLatents | None:
    """What a window looks at: the clip's first moment, and what lies in it or near it; its clock starts with it."""
    start_s, end_s = window.start / LATENTS_PER_SECOND, window.end / LATENTS_PER_SECOND
    at_s = stills.time_s[0]
    seen = (at_s == 0) | ((at_s >= start_s - NEAR_S) & (at_s <= end_s + NEAR_S))
    if not seen.any():
        return None
    return StillLatents(
        values=stills.values[:, seen], time_s=stills.time_s[:, seen] - start_s, role=stills.role[:, seen]
    )


def _keeping_to(denoiser: Transformer, stills: StillLatents) -> Denoiser:
    """`denoiser` with the same stills shown to every clip of a batch."""

    def denoise(noisy: ClipLatents, levels: NoiseLevels, text: TextTokens) -> ClipLatents:
        count = len(noisy.video)
        shown = StillLatents(
            values=stills.values.expand(count, -1, -1, -1, -1),
            time_s=stills.time_s.expand(count, -1),
            role=stills.role.expand(count, -1),
        )
        result: ClipLatents = denoiser(noisy, levels, text, shown)
        return result

    return denoise


assert FRAMES_PER_LATENT * LATENTS_PER_SECOND == FRAMES_PER_SECOND, "latents and frames share one clock"

"""Make one clip: read the prompt, walk each window from noise to latents, decode them to frames and samples."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Request, Size, nearest_bucket
from celaje.engine.codec.video import DecodeStream
from celaje.engine.generate.engine import Engine, Sampling
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

#: Pictures that the clip shall show: each at a second, [H, W, 3] bytes in the size of the model's bucket.
Pictures = Sequence[tuple[float, NDArray[np.uint8]]]

NEAR_S = 3.0  # a window looks at given pictures that are no further away


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What is being done, and how far the whole clip is (0 to 1). `estimate` previews the current window's latents."""

    stage: str  # reading, imagining, drawing
    fraction: float
    estimate: ClipLatents | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished clip in the model's own size, and where the time went (seconds by stage)."""

    frames: NDArray[np.uint8]  # [F, H, W, 3]; one frame for a still
    samples: NDArray[np.float32] | None  # [round(seconds * 24000)], -1 to 1; None for a still or when not wanted
    seconds_by_stage: dict[str, float]


@torch.no_grad()
def generate(
    engine: Engine,
    request: Request,
    *,
    pictures: Pictures = (),
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Made:
    """The clip that `request` asks for. The same request gives the same clip on the same machine.

    `pictures` are those that `request.known` names. `watch` is told after every step; an exception that it raises
    stops the work at once. Raises ValueError for what this model cannot do.
    """
    if len(request.known) != len(pictures):
        raise ValueError("this model can keep to given pictures, not to sounds or clips: leave those out of `known`")
    stills = given = _keyframes(engine, request, pictures) if pictures else None
    clock = _Clock()
    watch(Progress(stage="reading", fraction=0.0))
    num_latents = max(1, math.ceil(request.seconds * LATENTS_PER_SECOND - 1e-6))
    is_still = request.seconds == 0
    plan = windows(num_latents, longest=engine.sampling.window, context=engine.sampling.context)
    noise = _noise(num_latents, nearest_bucket(request.size), request.seed, with_sound=not is_still)
    steps = request.steps or engine.sampling.steps
    clip = ClipLatents(video=noise.video[:, :0], audio=noise.audio[:, :0])
    begins = given is not None and bool((given.time_s == 0).any())
    if engine.sampling.picture_steps and not is_still and not begins:
        first = _first_picture(engine, request, noise)
        stills = first if given is None else _together(first, given)
    clock.lap("imagining")
    stream, frames = DecodeStream(engine.video), []
    share = 1 / len(plan)
    for index, window in enumerate(plan):

        def on_step(step: int, estimate: ClipLatents, begin: float = index * share) -> None:
            done = begin + share * 0.85 * (step + 1) / steps
            watch(Progress(stage="imagining", fraction=done, estimate=estimate))

        made = _window(engine, request, window, clip, noise, steps=steps, stills=stills, given=given, on_step=on_step)
        clock.lap("imagining")
        clip = ClipLatents(
            video=torch.cat([clip.video, made.video[:, window.num_known :]], dim=1),
            audio=torch.cat([clip.audio, made.audio[:, window.num_known * AUDIO_PER_LATENT :]], dim=1),
        )
        frames.append(_pixels(stream.push(made.video[:, window.num_known :].to(engine.device))))
        clock.lap("drawing")
        watch(Progress(stage="drawing", fraction=(index + 1) * share * 0.99))
    frames.append(_pixels(stream.finish()))
    samples = None
    if request.audio and not is_still:
        generator = torch.Generator().manual_seed(request.seed)
        samples = engine.audio.decode(clip.audio.to(engine.device), [generator])[0].clamp(-1, 1).cpu().numpy()
        samples = samples[: round(request.seconds * SAMPLE_RATE)]
    clock.lap("drawing")
    watch(Progress(stage="drawing", fraction=1.0))
    num_frames = 1 if is_still else max(1, round(request.seconds * FRAMES_PER_SECOND))
    return Made(frames=np.concatenate(frames)[:num_frames], samples=samples, seconds_by_stage=clock.seconds)


def _noise(num_latents: int, bucket: Size, seed: int, *, with_sound: bool) -> ClipLatents:
    """The whole clip's noise, picture and sound each from its own generator, so that neither depends on the other."""
    rows, columns = bucket.height // PIXELS_PER_LATENT, bucket.width // PIXELS_PER_LATENT
    picture = torch.Generator().manual_seed(seed)
    sound = torch.Generator().manual_seed(seed + 1)
    num_steps = num_latents * AUDIO_PER_LATENT if with_sound else 0
    return ClipLatents(
        video=torch.randn(1, num_latents, rows, columns, VIDEO_CHANNELS, generator=picture),
        audio=torch.randn(1, num_steps, AUDIO_CHANNELS, generator=sound),
    )


def _keyframes(engine: Engine, request: Request, pictures: Pictures) -> StillLatents:
    """The given pictures as the model learned to see them: a chunk of equal frames. Raises ValueError."""
    if request.seconds == 0:
        raise ValueError("a still cannot keep to given pictures: ask for a clip of some seconds")
    bucket = nearest_bucket(request.size)
    wanted = (bucket.height, bucket.width, 3)
    last_s = (max(1, round(request.seconds * FRAMES_PER_SECOND)) - 1) / FRAMES_PER_SECOND
    for at_s, picture in pictures:
        if not 0 <= at_s <= request.seconds:
            raise ValueError(f"a picture at {at_s:g} s lies outside the clip: give 0 to {request.seconds:g}")
        if picture.shape != wanted:
            raise ValueError(f"a picture of shape {picture.shape} does not fit the model: bring it to {wanted}")
    ordered = sorted(pictures, key=lambda pair: pair[0])
    frames = torch.from_numpy(np.stack([picture for _, picture in ordered])).float() / 127.5 - 1
    chunks = frames[:, None].expand(-1, FRAMES_PER_LATENT, -1, -1, -1)
    values = engine.video.encode(chunks.to(engine.device))[:, 0].float().cpu()
    time_s = torch.tensor([[min(at_s, last_s) for at_s, _ in ordered]])
    return StillLatents(values=values[None], time_s=time_s, role=torch.zeros_like(time_s, dtype=torch.long))


def _together(some: StillLatents, others: StillLatents) -> StillLatents:
    return StillLatents(
        values=torch.cat([some.values, others.values], dim=1),
        time_s=torch.cat([some.time_s, others.time_s], dim=1),
        role=torch.cat([some.role, others.role], dim=1),
    )


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


def _begin_with(given: StillLatents, window: Window, known: ClipLatents, levels: NoiseLevels) -> None:
    """Lay given pictures where they shall be seen, as known.

    With some noise on them (level 0.4) the picture was met at 29 dB instead of 45, and what followed was no smoother.
    """
    for values, at_s in zip(given.values[0], given.time_s[0].tolist(), strict=True):
        place = int(at_s * LATENTS_PER_SECOND + 1e-4) - window.start
        if window.num_known <= place < window.end - window.start:
            known.video[:, place] = values
            levels.video[:, place] = 0


def _first_picture(engine: Engine, request: Request, noise: ClipLatents) -> StillLatents:
    """What the clip's first moment looks like, thought of as a still: stills are what the model knows best.

    It costs a sixteenth of a window of 16 and gives subjects their shape and colours; `_window` keeps to it.
    """
    alone = Window(start=0, end=1, num_known=0)
    begin = ClipLatents(video=noise.video, audio=noise.audio[:, :0])
    nothing = begin.map(lambda values: values[:, :0])
    made = _window(engine, request, alone, nothing, begin, steps=engine.sampling.picture_steps)
    moment = torch.zeros(1, 1)
    return StillLatents(values=made.video, time_s=moment, role=torch.zeros_like(moment, dtype=torch.long))


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


def _window(
    engine: Engine,
    request: Request,
    window: Window,
    clip: ClipLatents,
    noise: ClipLatents,
    *,
    steps: int,
    stills: StillLatents | None = None,
    given: StillLatents | None = None,
    on_step: Callable[[int, ClipLatents], None] | None = None,
) -> ClipLatents:
    """The latents of one window, the frames that it knows from `clip` included.

    It looks at `stills`, and lays the `given` ones where they shall be seen.
    """
    settings: Sampling = engine.sampling
    start_s = window.start / LATENTS_PER_SECOND
    piece = _cut(noise, window.start, window.end)
    levels = NoiseLevels(video=torch.ones(piece.video.shape[:-1]), audio=torch.ones(piece.audio.shape[:-1]))
    levels.video[:, : window.num_known] = 0
    levels.audio[:, : window.num_known * AUDIO_PER_LATENT] = 0
    known = piece.map(torch.zeros_like)
    num_known_steps = window.num_known * AUDIO_PER_LATENT
    known.video[:, : window.num_known] = clip.video[:, window.start :]
    known.audio[:, :num_known_steps] = clip.audio[:, window.start * AUDIO_PER_LATENT :]
    if given is not None:
        _begin_with(given, window, known, levels)
    start = blend(known, piece, levels).map(lambda values: values.to(engine.device))
    levels = NoiseLevels(video=levels.video.to(engine.device), audio=levels.audio.to(engine.device))
    guidance = settings.guidance if request.guidance is None else request.guidance
    wanted = engine.read(request.prompt, start_s=start_s)
    unwanted = engine.read(request.negative_prompt, start_s=start_s)
    network: Denoiser = engine.transformer
    seen = None if stills is None else _near(stills, window)
    if seen is not None:
        values, time_s = seen.values.to(engine.device), seen.time_s.to(engine.device)
        here = StillLatents(values=values, time_s=time_s, role=seen.role.to(engine.device))
        network = _keeping_to(engine.transformer, here)
    denoiser = guided(
        network,
        unwanted,
        guidance,
        interval=settings.guidance_interval,
        num_channels=settings.guided_channels,
    )
    at = times(request.steps or steps, shift=settings.shift)
    made = sample(denoiser, start, levels, wanted, at=at, on_step=on_step)
    return made.map(lambda values: values.float().cpu())


def _cut(clip: ClipLatents, start: int, end: int) -> ClipLatents:
    audio = clip.audio[:, start * AUDIO_PER_LATENT : end * AUDIO_PER_LATENT]
    return ClipLatents(video=clip.video[:, start:end], audio=audio)


def _pixels(frames: Tensor) -> NDArray[np.uint8]:
    """[1, F, H, W, 3] in -1 to 1 as bytes [F, H, W, 3]."""
    pixels = ((frames[0].clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu().numpy()
    return np.asarray(pixels)


class _Clock:
    """Where the time went."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Count the time since the last lap for `stage`."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self.last
        self.last = now


assert FRAMES_PER_LATENT * LATENTS_PER_SECOND == FRAMES_PER_SECOND, "latents and frames share one clock"

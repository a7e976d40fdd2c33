"""The first moment of a clip, thought of several times: the critic says which take shows and sounds most as asked.

A picture alone costs an eighth of a window, a window's sound alone a sixteenth: several of them are cheap beside a
clip. Without a critic there is one take of the picture, and all sound is made with the clip.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from celaje.clip import Request
from celaje.engine.generate.asking import ask
from celaje.engine.generate.critic import Critic
from celaje.engine.generate.engine import Engine
from celaje.engine.generate.glimpse import sketch
from celaje.engine.generate.noise import clip_noise
from celaje.engine.generate.reading import spoken_of
from celaje.engine.latents import LATENTS_PER_SECOND, ClipLatents, NoiseLevels, StillLatents
from celaje.engine.sampling import blend, sample, times

#: Is told the step and the clean estimate of all takes [B, ...] after it.
OnStep = Callable[[int, ClipLatents], None]


def first_picture(
    engine: Engine, request: Request, on_step: OnStep, *, lean: Tensor | None = None, level: Tensor | None = None
) -> StillLatents:
    """What the clip's first moment looks like, thought of as a still: stills are what the model knows best.

    It gives subjects their shape and colours; the windows keep to it. What it may `lean` on are latents [1, 1, H, W, C]
    under noise of the `level` [1, 1, H, W].
    """

    def make(request: Request, takes: Sequence[int]) -> Tensor:
        noise = torch.cat([clip_noise(1, request, take=take).video for take in takes])  # [B, 1, H, W, C]
        silent = noise.new_zeros(len(takes), 0, clip_noise(1, request).audio.shape[-1])
        start, levels = ClipLatents(video=noise, audio=silent), torch.ones(noise.shape[:-1])
        if lean is not None and level is not None:
            levels = level.expand(levels.shape)
            known = replace(start, video=lean.expand(noise.shape))
            start = blend(known, start, NoiseLevels(video=levels, audio=silent[..., 0]))
        return _imagine(engine, request, start, levels, on_step).video

    def rate(critic: Critic, video: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        return critic.of_pictures(sketch(engine.video, video.to(engine.device)), told)

    values = _best(engine, request, engine.sampling.picture_takes, make, rate, end_s=1 / LATENTS_PER_SECOND)
    moment = torch.zeros(1, 1)
    return StillLatents(values=values, time_s=moment, role=torch.zeros_like(moment, dtype=torch.long))


def first_sound(engine: Engine, request: Request, num_latents: int, on_step: OnStep) -> Tensor:
    """The sound [1, 4 T, A] of the first T latent frames, thought of without a picture."""

    def make(request: Request, takes: Sequence[int]) -> Tensor:
        noise = torch.cat([clip_noise(num_latents, request, take=take).audio for take in takes])  # [B, 4 T, A]
        unseen = noise.new_zeros(len(takes), num_latents, 0, 0, clip_noise(1, request).video.shape[-1])
        return _imagine(engine, request, ClipLatents(video=unseen, audio=noise), unseen[..., 0], on_step).audio

    def rate(critic: Critic, audio: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        generators = [torch.Generator().manual_seed(request.seed) for _ in audio]
        return critic.of_sounds(engine.audio.decode(audio.to(engine.device), generators).clamp(-1, 1), told)

    return _best(engine, request, engine.sampling.sound_takes, make, rate, end_s=num_latents / LATENTS_PER_SECOND)


def _best(
    engine: Engine,
    request: Request,
    count: int,
    make: Callable[[Request, Sequence[int]], Tensor],
    rate: Callable[[Critic, Tensor, Mapping[str, Sequence[str]]], Tensor],
    *,
    end_s: float,
) -> Tensor:
    """The take [1, ...] that the critic rates highest. What varies from a clip keeps to the take of that clip."""
    if engine.critic is None or count <= 1:
        return make(request, [0])
    told = engine.understand(spoken_of(request.prompt, 0.0, end_s)).taken
    takes = make(replace(request, vary=0.0), range(count))
    best = int(rate(engine.critic, takes, told).argmax())
    return make(request, [best]) if request.vary else takes[best : best + 1]


def _imagine(engine: Engine, request: Request, start: ClipLatents, level: Tensor, on_step: OnStep) -> ClipLatents:
    """Pictures alone or sounds alone, from `start` [B, ...]: the pictures under noise of `level`, the sounds noise."""
    num_latents = start.video.shape[1]
    end_s, is_still = num_latents / LATENTS_PER_SECOND, start.audio.shape[1] == 0
    question = ask(engine, request, start_s=0.0, end_s=end_s, batch=len(start.video), is_still=is_still)
    levels = NoiseLevels(video=level, audio=torch.ones(start.audio.shape[:-1]))
    made = sample(
        question.denoiser,
        start.map(lambda values: values.to(engine.device)),
        NoiseLevels(video=levels.video.to(engine.device), audio=levels.audio.to(engine.device)),
        question.wanted,
        at=times(request.steps or engine.sampling.picture_steps, shift=engine.sampling.shift),
        on_step=on_step,
    )
    return made.map(lambda values: values.float().cpu())

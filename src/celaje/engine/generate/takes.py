"""The first moment of a clip, thought of several times: the critic says which take shows and sounds most as asked.

A picture alone costs an eighth of a window, a window's sound alone a sixteenth: several of them are cheap beside a
clip, and only the one that is chosen is finished. They are made a few at a time, until the critic likes one enough.
Without a critic there is one take of the picture, and all sound is made with the clip.
"""

import math
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

#: Is told how much is done, 0 to 1, and the clean estimate of the takes [B, ...] by then.
OnPart = Callable[[float, ClipLatents], None]
#: Makes numbered takes of a request up to a share of all steps: clean estimates [B, ...].
Make = Callable[[Request, Sequence[int], float, OnPart], Tensor]
CHOSEN_AFTER = 0.75  # of all steps: by then the critic tells takes apart as well as at their end (docs/lab.md)
CHOICE = 0.9  # of the work comes before the choice
AT_ONCE = 4  # takes are made together
ENOUGH = math.log(0.5)  # a take that is as likely as this to show all that was told is hardly ever bettered


def first_picture(
    engine: Engine, request: Request, on_part: OnPart, *, lean: Tensor | None = None, level: Tensor | None = None
) -> StillLatents:
    """What the clip's first moment looks like, thought of as a still: stills are what the model knows best.

    It gives subjects their shape and colours; the windows keep to it. What it may `lean` on are latents [1, 1, H, W, C]
    under noise of the `level` [1, 1, H, W].
    """

    def make(request: Request, takes: Sequence[int], share: float, on_part: OnPart) -> Tensor:
        noise = torch.cat([clip_noise(1, request, take=take).video for take in takes])  # [B, 1, H, W, C]
        silent = noise.new_zeros(len(takes), 0, clip_noise(1, request).audio.shape[-1])
        start, levels = ClipLatents(video=noise, audio=silent), torch.ones(noise.shape[:-1])
        if lean is not None and level is not None:
            levels = level.expand(levels.shape)
            known = replace(start, video=lean.expand(noise.shape))
            start = blend(known, start, NoiseLevels(video=levels, audio=silent[..., 0]))
        return _imagine(engine, request, start, levels, share, on_part).video

    def rate(critic: Critic, video: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        return critic.of_pictures(sketch(engine.video, video.to(engine.device)), told)

    values = _best(engine, request, engine.sampling.picture_takes, make, rate, on_part, end_s=1 / LATENTS_PER_SECOND)
    moment = torch.zeros(1, 1)
    return StillLatents(values=values, time_s=moment, role=torch.zeros_like(moment, dtype=torch.long))


def first_sound(engine: Engine, request: Request, num_latents: int, on_part: OnPart) -> Tensor:
    """The sound [1, 4 T, A] of the first T latent frames, thought of without a picture."""

    def make(request: Request, takes: Sequence[int], share: float, on_part: OnPart) -> Tensor:
        noise = torch.cat([clip_noise(num_latents, request, take=take).audio for take in takes])  # [B, 4 T, A]
        unseen = noise.new_zeros(len(takes), num_latents, 0, 0, clip_noise(1, request).video.shape[-1])
        return _imagine(engine, request, ClipLatents(video=unseen, audio=noise), unseen[..., 0], share, on_part).audio

    def rate(critic: Critic, audio: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        generators = [torch.Generator().manual_seed(request.seed) for _ in audio]
        return critic.of_sounds(engine.audio.decode(audio.to(engine.device), generators).clamp(-1, 1), told)

    return _best(
        engine, request, engine.sampling.sound_takes, make, rate, on_part, end_s=num_latents / LATENTS_PER_SECOND
    )


def _best(
    engine: Engine,
    request: Request,
    count: int,
    make: Make,
    rate: Callable[[Critic, Tensor, Mapping[str, Sequence[str]]], Tensor],
    on_part: OnPart,
    *,
    end_s: float,
) -> Tensor:
    """The take [1, ...] that the critic rates highest while it is being made; no other is finished.

    There are `count` of them at most, and no more once one is rated as high as it need be.
    """
    if engine.critic is None or count <= 1:
        return make(request, [0], 1.0, on_part)
    told = engine.understand(spoken_of(request.prompt, 0.0, end_s)).taken

    ratings: list[float] = []

    def on_choice(part: float, estimate: ClipLatents) -> None:
        on_part(CHOICE * (len(ratings) + part * len(estimate.video)) / count, estimate)

    def on_chosen(part: float, estimate: ClipLatents) -> None:
        on_part(CHOICE + (1 - CHOICE) * part, estimate)

    while len(ratings) < count and max(ratings, default=-math.inf) < ENOUGH:
        some = range(len(ratings), min(len(ratings) + AT_ONCE, count))
        begun = make(replace(request, vary=0.0), some, CHOSEN_AFTER, on_choice)
        ratings += rate(engine.critic, begun, told).tolist()
    return make(request, [ratings.index(max(ratings))], 1.0, on_chosen)


def _imagine(
    engine: Engine, request: Request, start: ClipLatents, level: Tensor, share: float, on_part: OnPart
) -> ClipLatents:
    """Pictures alone or sounds alone, from `start` [B, ...]: the pictures under noise of `level`, the sounds noise.

    What the model takes them for after a `share` of all steps.
    """
    num_latents = start.video.shape[1]
    end_s, is_still = num_latents / LATENTS_PER_SECOND, start.audio.shape[1] == 0
    question = ask(engine, request, start_s=0.0, end_s=end_s, batch=len(start.video), is_still=is_still)
    levels = NoiseLevels(video=level, audio=torch.ones(start.audio.shape[:-1]))
    steps = request.steps or engine.sampling.picture_steps
    at = times(steps, shift=engine.sampling.shift)[: 1 + math.ceil(share * steps)]
    clean = start

    def look(step: int, estimate: ClipLatents) -> None:
        nonlocal clean
        clean = estimate
        on_part((step + 1) / (len(at) - 1), estimate)

    sample(
        question.denoiser,
        start.map(lambda values: values.to(engine.device)),
        NoiseLevels(video=levels.video.to(engine.device), audio=levels.audio.to(engine.device)),
        question.wanted,
        at=at,
        on_step=look,
    )
    return clean.map(lambda values: values.float().cpu())

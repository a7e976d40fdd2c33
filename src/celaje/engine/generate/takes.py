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
from celaje.engine.latents import (
    AUDIO_CHANNELS,
    LATENTS_PER_SECOND,
    VIDEO_CHANNELS,
    ClipLatents,
    NoiseLevels,
    StillLatents,
)
from celaje.engine.sampling import Walk, blend, go_on, times

#: Is told how much is done, 0 to 1, and the clean estimate of the takes [B, ...] by then.
OnPart = Callable[[float, ClipLatents], None]
#: The noise [B, ...] that numbered takes of a request begin as.
Begin = Callable[[Request, Sequence[int]], ClipLatents]
#: How much a critic likes takes [B, ...], by what was told: [B].
Rate = Callable[[Critic, ClipLatents, Mapping[str, Sequence[str]]], Tensor]
CHOSEN_AFTER = 0.75  # of all steps: by then the critic tells takes apart as well as at their end (docs/lab.md)
CHOICE = 0.95  # of the work comes before the choice
AT_ONCE = 4  # takes are made together
ENOUGH = math.log(0.5)  # a take that is as likely as this to show all that was told is hardly ever bettered


def first_picture(
    engine: Engine, request: Request, on_part: OnPart, *, lean: Tensor | None = None, level: Tensor | None = None
) -> StillLatents:
    """What the clip's first moment looks like, thought of as a still: stills are what the model knows best.

    It gives subjects their shape and colours; the windows keep to it. What it may `lean` on are latents [1, 1, H, W, C]
    under noise of the `level` [1, 1, H, W].
    """

    def begin(request: Request, takes: Sequence[int]) -> ClipLatents:
        noise = torch.cat([clip_noise(1, request, take=take).video for take in takes])  # [B, 1, H, W, C]
        silent = noise.new_zeros(len(takes), 0, AUDIO_CHANNELS)
        start = ClipLatents(video=noise, audio=silent)
        if lean is None or level is None:
            return start
        leant_on = NoiseLevels(video=level.expand(noise.shape[:-1]), audio=silent[..., 0])
        return blend(replace(start, video=lean.expand(noise.shape)), start, leant_on)

    def rate(critic: Critic, takes: ClipLatents, told: Mapping[str, Sequence[str]]) -> Tensor:
        return critic.of_pictures(sketch(engine.video, takes.video), told)

    count, second = engine.sampling.picture_takes, 1 / LATENTS_PER_SECOND
    values = _best(engine, request, count, begin, rate, on_part, end_s=second, level=level).video
    moment = torch.zeros(1, 1)
    return StillLatents(values=values, time_s=moment, role=torch.zeros_like(moment, dtype=torch.long))


def first_sound(engine: Engine, request: Request, num_latents: int, on_part: OnPart) -> Tensor:
    """The sound [1, 4 T, A] of the first T latent frames, thought of without a picture."""

    def begin(request: Request, takes: Sequence[int]) -> ClipLatents:
        noise = torch.cat([clip_noise(num_latents, request, take=take).audio for take in takes])  # [B, 4 T, A]
        return ClipLatents(video=noise.new_zeros(len(takes), num_latents, 0, 0, VIDEO_CHANNELS), audio=noise)

    def rate(critic: Critic, takes: ClipLatents, told: Mapping[str, Sequence[str]]) -> Tensor:
        generators = [torch.Generator().manual_seed(request.seed) for _ in takes.audio]
        return critic.of_sounds(engine.audio.decode(takes.audio, generators).clamp(-1, 1), told)

    count, end_s = engine.sampling.sound_takes, num_latents / LATENTS_PER_SECOND
    return _best(engine, request, count, begin, rate, on_part, end_s=end_s).audio


def _best(
    engine: Engine,
    request: Request,
    count: int,
    begin: Begin,
    rate: Rate,
    on_part: OnPart,
    *,
    end_s: float,
    level: Tensor | None = None,
) -> ClipLatents:
    """The take [1, ...] that the critic rates highest while it is being made; no other is finished.

    There are `count` of them at most, and no more once one is rated as high as it need be. What varies is the same take
    of other noise.
    """
    steps = request.steps or engine.sampling.picture_steps
    if engine.critic is None or count <= 1:
        return _go_on(engine, request, Walk(noisy=begin(request, [0])), level, steps, on_part).noisy
    told = engine.understand(spoken_of(request.prompt, 0.0, end_s)).taken
    walks: list[Walk] = []
    ratings: list[float] = []

    def on_choice(part: float, estimate: ClipLatents) -> None:
        on_part(CHOICE * (len(ratings) + part * len(estimate.video)) / count, estimate)

    def on_chosen(part: float, estimate: ClipLatents) -> None:
        on_part(CHOICE + (1 - CHOICE) * part, estimate)

    while len(ratings) < count and max(ratings, default=-math.inf) < ENOUGH:
        some = range(len(ratings), min(len(ratings) + AT_ONCE, count))
        start = Walk(noisy=begin(replace(request, vary=0.0), some))
        walks.append(_go_on(engine, request, start, level, math.ceil(CHOSEN_AFTER * steps), on_choice))
        estimate = walks[-1].clean
        assert estimate is not None, "steps were taken"
        ratings += rate(engine.critic, estimate.map(lambda values: values.to(engine.device)), told).tolist()
    best = ratings.index(max(ratings))
    chosen = walks[best // AT_ONCE].map(lambda values: values[best % AT_ONCE :][:1])
    if request.vary:
        chosen = Walk(noisy=begin(request, [best]))
    return _go_on(engine, request, chosen, level, steps, on_chosen).noisy


def _go_on(engine: Engine, request: Request, walk: Walk, level: Tensor | None, until: int, on_part: OnPart) -> Walk:
    """Pictures alone or sounds alone [B, ...], `until` so many steps of a walk that began at `level`, or as noise."""
    B, num_latents = walk.noisy.video.shape[:2]
    end_s, is_still = num_latents / LATENTS_PER_SECOND, walk.noisy.audio.shape[1] == 0
    question = ask(engine, request, start_s=0.0, end_s=end_s, batch=B, gain=0.0 if is_still else 1.0)
    video = torch.ones(walk.noisy.video.shape[:-1]) if level is None else level.expand(walk.noisy.video.shape[:-1])
    audio = torch.ones(walk.noisy.audio.shape[:-1])
    done = go_on(
        question.denoiser,
        walk.map(lambda values: values.to(engine.device)),
        NoiseLevels(video=video.to(engine.device), audio=audio.to(engine.device)),
        question.wanted,
        at=times(request.steps or engine.sampling.picture_steps, shift=engine.sampling.shift),
        until=until,
        on_step=lambda step, estimate: on_part((step + 1 - walk.step) / (until - walk.step), estimate),
    )
    return done.map(lambda values: values.float().cpu())

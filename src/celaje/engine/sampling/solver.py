"""From noise to a clip: a walk along the flow in few steps. Every token goes from its own level to 0.

A token whose highest level is 0 is known and stays as it is; one that starts below 1 is only changed (SDEdit, Meng et
al. 2021, arXiv 2108.01073). Levels of all tokens shrink in proportion, so one list of times serves every task.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor

from celaje.engine.latents import ClipLatents, Denoiser, NoiseLevels, TextTokens


def times(num_steps: int, *, shift: float) -> list[float]:
    """`num_steps` + 1 times from 1 to 0, denser near 1 as `shift` grows (Esser et al.

    2024, arXiv 2403.03206, eq. 23).
    """
    even = torch.linspace(1, 0, num_steps + 1, dtype=torch.float64)
    return [float(t) for t in shift * even / (1 + (shift - 1) * even)]


def blend(clean: ClipLatents, noise: ClipLatents, levels: NoiseLevels) -> ClipLatents:
    """x_t = (1 - t) x + t e for every token."""
    video_level, audio_level = levels.video[..., None], levels.audio[..., None]
    return replace(
        clean,
        video=(1 - video_level) * clean.video + video_level * noise.video,
        audio=(1 - audio_level) * clean.audio + audio_level * noise.audio,
    )


@torch.no_grad()
def sample(
    denoiser: Denoiser,
    start: ClipLatents,
    highest: NoiseLevels,
    text: TextTokens,
    *,
    at: Sequence[float],
    on_step: Callable[[int, ClipLatents], None] | None = None,
) -> ClipLatents:
    """Walk `start`, which is noisy at `highest`, to clean clips by a second-order multistep method.

    As DPM-Solver++(2M) (Lu et al. 2022, arXiv 2211.01095), with the clean estimate linear in t between steps and the
    last step of first order. `at` are times as `times` gives. `on_step(step, estimate)` sees the clean estimate after
    each step and may raise to stop.
    """
    noisy, previous = start, None
    for step, (now, after) in enumerate(pairwise(at)):
        levels = NoiseLevels(video=highest.video * now, audio=highest.audio * now)
        clean = denoiser(noisy, levels, text)
        before = at[step - 1] if step else now
        weight = 0.0 if previous is None or after == 0 else _extrapolation(before, now, after)
        target = clean if previous is None else _combine(clean, previous, weight)
        noisy = replace(
            noisy,
            video=_step(noisy.video, target.video, highest.video[..., None], now, after),
            audio=_step(noisy.audio, target.audio, highest.audio[..., None], now, after),
        )
        previous = clean
        if on_step is not None:
            on_step(step, clean)
    return noisy


def _step(noisy: Tensor, clean: Tensor, highest: Tensor, now: float, after: float) -> Tensor:
    """Along the straight line from `noisy` to `clean`; a token at level 0 does not move."""
    return torch.where(highest > 0, clean + (noisy - clean) * (after / now), noisy)


def _combine(clean: ClipLatents, previous: ClipLatents, weight: float) -> ClipLatents:
    return replace(
        clean,
        video=clean.video + weight * (clean.video - previous.video),
        audio=clean.audio + weight * (clean.audio - previous.audio),
    )


def _extrapolation(before: float, now: float, after: float) -> float:
    """How far to look ahead: exact for d(x/t)/dt = -x_hat/t^2 when x_hat changes linearly with t."""
    ratio = after / now
    return now / (now - before) * (1 - 1 / ratio - math.log(ratio)) / (1 / ratio - 1)

"""From noise to a clip: a walk along the flow in few steps. Every token goes from its own level to 0.

A token whose highest level is 0 is known and stays as it is; one that starts below 1 is only changed (SDEdit, Meng et
al. 2021, arXiv 2108.01073). Levels of all tokens shrink in proportion, so one list of times serves every task.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far clips [B, ...] have come: after `step` steps they are `noisy`, and taken for `clean` in the last one."""

    noisy: ClipLatents
    clean: ClipLatents | None = None
    step: int = 0

    def map(self, change: Callable[[Tensor], Tensor]) -> "Walk":
        """The same with `change` applied to all latents."""
        return replace(self, noisy=self.noisy.map(change), clean=self.clean and self.clean.map(change))


def sample(
    denoiser: Denoiser,
    start: ClipLatents,
    highest: NoiseLevels,
    text: TextTokens,
    *,
    at: Sequence[float],
    on_step: Callable[[int, ClipLatents], None] | None = None,
) -> ClipLatents:
    """Walk `start`, which is noisy at `highest`, to clean clips; see `go_on`."""
    return go_on(denoiser, Walk(noisy=start), highest, text, at=at, on_step=on_step).noisy


@torch.no_grad()
def go_on(
    denoiser: Denoiser,
    walk: Walk,
    highest: NoiseLevels,
    text: TextTokens,
    *,
    at: Sequence[float],
    until: int | None = None,
    on_step: Callable[[int, ClipLatents], None] | None = None,
) -> Walk:
    """Go on with a `walk` that began at `highest`, `until` so many steps are behind it, by a second-order multistep
    method.

    As DPM-Solver++(2M) (Lu et al. 2022, arXiv 2211.01095), with the clean estimate linear in t between steps and the
    last step of first order. `at` are times as `times` gives. `on_step(step, estimate)` sees the clean estimate after
    each step and may raise to stop.
    """
    for step in range(walk.step, len(at) - 1 if until is None else until):
        now, after, noisy, previous = at[step], at[step + 1], walk.noisy, walk.clean
        levels = NoiseLevels(video=highest.video * now, audio=highest.audio * now)
        clean = denoiser(noisy, levels, text)
        weight = 0.0 if previous is None or after == 0 else _extrapolation(at[step - 1], now, after)
        target = clean if previous is None else _combine(clean, previous, weight)
        noisy = replace(
            noisy,
            video=_step(noisy.video, target.video, highest.video[..., None], now, after),
            audio=_step(noisy.audio, target.audio, highest.audio[..., None], now, after),
        )
        walk = Walk(noisy=noisy, clean=clean, step=step + 1)
        if on_step is not None:
            on_step(step, clean)
    return walk


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

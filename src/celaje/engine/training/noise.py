"""Which tokens are noisy, and how much: the mix of tasks that one set of weights learns.

Each training clip draws one pattern; together they cover every task of `generate` (the table in ARCHITECTURE.md).
Levels follow a logit-normal shifted towards noise (Esser et al. 2024, arXiv 2403.03206), more for a whole clip than for
one frame. The levels of a batch are spread evenly over that distribution (one in each of B equal shares), which makes
the gradient of a small batch less noisy.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from celaje.engine.latents import AUDIO_PER_LATENT, NoiseLevels

CLIP_SHIFT, FRAME_SHIFT, AUDIO_SHIFT = 4.0, 2.0, 1.5
HISTORY_NOISE = 0.25


@dataclass(frozen=True, kw_only=True)
class NoiseMix:
    """How often each pattern is drawn; the shares sum to 1."""

    together: float = 0.32  # text to video with sound, one level
    apart: float = 0.13  # picture and sound each at their own level
    sound_for_picture: float = 0.08
    picture_for_sound: float = 0.07
    extend: float = 0.15  # the first or last latents known
    between: float = 0.07  # both ends known
    inpaint: float = 0.08  # boxes made, the rest known
    per_frame: float = 0.10  # every frame at its own level, or rising with time

    def __post_init__(self) -> None:
        total = sum(self.shares)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of a noise mix must sum to 1, not {total:g}")

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares in the order of the fields."""
        return tuple(vars(self).values())


def draw_levels(mix: NoiseMix, shape: tuple[int, int, int, int], generator: torch.Generator) -> NoiseLevels:
    """Noise levels for a batch of video latents [B, T, H, W] and their sound [B, 4 T]."""
    B, T, H, W = shape
    patterns = torch.multinomial(torch.tensor(mix.shares), B, replacement=True, generator=generator)
    is_ = {name: patterns == index for index, name in enumerate(vars(mix))}  # each [B]
    places = (torch.randperm(B, generator=generator) + torch.rand(B, generator=generator)) / B
    level = _shifted(torch.special.ndtri(places.clamp(1e-4, 1 - 1e-4)), CLIP_SHIFT)
    moment = torch.arange(T)

    frames = level[:, None].expand(B, T)  # [B, T]
    frames = torch.where(is_["sound_for_picture"][:, None], 0.0, frames)
    if T > 1:
        known = _between(1, T, B, generator)[:, None]
        first = _chance(B, generator)[:, None]
        given = torch.where(first, moment < known, moment >= T - known)
        history = torch.where(_chance(B, generator), 0.0, HISTORY_NOISE * torch.rand(B, generator=generator))
        frames = torch.where(is_["extend"][:, None] & given, history[:, None], frames)
    if T > 2:
        head = _between(1, T - 1, B, generator)
        tail = 1 + (torch.rand(B, generator=generator) * (T - head - 1)).long()
        given = (moment < head[:, None]) | (moment >= T - tail[:, None])
        frames = torch.where(is_["between"][:, None] & given, 0.0, frames)
    own = _shifted(torch.randn(B, T, generator=generator), FRAME_SHIFT)
    own = torch.where(_chance(B, generator)[:, None], own.sort(1).values, own)
    frames = torch.where(is_["per_frame"][:, None], own, frames)

    video = frames[:, :, None, None].expand(B, T, H, W)
    outside = is_["inpaint"][:, None, None, None] & ~_tubes(shape, generator)
    video = torch.where(outside, 0.0, video).contiguous()

    alone = _shifted(torch.randn(B, generator=generator), AUDIO_SHIFT)
    silent = is_["picture_for_sound"] | (is_["inpaint"] & _chance(B, generator))
    audio = frames.repeat_interleave(AUDIO_PER_LATENT, dim=1)
    audio = torch.where((is_["apart"] | is_["sound_for_picture"])[:, None], alone[:, None], audio)
    return NoiseLevels(video=video, audio=torch.where(silent[:, None], 0.0, audio))


def _tubes(shape: tuple[int, int, int, int], generator: torch.Generator) -> Tensor:
    """Random boxes of space and time [B, T, H, W] that are true inside."""
    B, *sizes = shape
    inside = torch.ones(B, 1, 1, 1, dtype=torch.bool)
    for axis, size in enumerate(sizes, 1):
        length = _between(max(1, size // 3), size + 1, B, generator)
        begin = (torch.rand(B, generator=generator) * (size - length + 1)).long()
        along = torch.arange(size)
        within = (along >= begin[:, None]) & (along < (begin + length)[:, None])  # [B, size]
        inside = inside & within.view(B, *(size if other == axis else 1 for other in (1, 2, 3)))
    return inside


def _shifted(normal: Tensor, shift: float) -> Tensor:
    even = torch.sigmoid(normal)
    return shift * even / (1 + (shift - 1) * even)


def _between(low: int, high: int, count: int, generator: torch.Generator) -> Tensor:
    return torch.randint(low, high, (count,), generator=generator)


def _chance(count: int, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) < 0.5

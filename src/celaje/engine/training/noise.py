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
    video, audio = torch.empty(B, T, H, W), torch.empty(B, T * AUDIO_PER_LATENT)
    places = (torch.randperm(B, generator=generator) + torch.rand(B, generator=generator)) / B
    clip_levels = _shifted(torch.special.ndtri(places.clamp(1e-4, 1 - 1e-4)), CLIP_SHIFT)
    for row, pattern in enumerate(patterns.tolist()):
        name = tuple(vars(mix))[pattern]
        video[row], per_frame = _picture(name, clip_levels[row], (T, H, W), generator)
        audio[row] = _sound(name, per_frame, generator)
    return NoiseLevels(video=video, audio=audio)


def _picture(
    name: str, level: Tensor, shape: tuple[int, int, int], generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Levels [T, H, W] of one clip whose `level` [] was drawn, and [T] the level that its sound shares if it does."""
    T, H, W = shape
    frames = level.expand(T).clone()
    if name == "sound_for_picture":
        frames = torch.zeros(T)
    elif name == "extend" and T > 1:
        known = int(_between(1, T, generator))
        history = _history(generator)
        frames[slice(0, known) if _chance(generator) else slice(T - known, T)] = history
    elif name == "between" and T > 2:
        head = int(_between(1, T - 1, generator))
        tail = int(_between(1, T - head, generator))
        frames[:head] = 0
        frames[T - tail :] = 0
    elif name == "per_frame":
        frames = _level(T, FRAME_SHIFT, generator)
        if _chance(generator):
            frames = frames.sort().values
    levels = frames[:, None, None].expand(T, H, W).clone()
    if name == "inpaint":
        levels = torch.where(_tube(T, H, W, generator), levels, torch.zeros(()))
    return levels, frames


def _sound(name: str, per_frame: Tensor, generator: torch.Generator) -> Tensor:
    """Levels [4 T] of one clip's sound."""
    num_steps = len(per_frame) * AUDIO_PER_LATENT
    if name in ("apart", "sound_for_picture"):
        return _level(1, AUDIO_SHIFT, generator).expand(num_steps)
    if name == "picture_for_sound":
        return torch.zeros(num_steps)
    if name == "inpaint" and _chance(generator):
        return torch.zeros(num_steps)
    return per_frame.repeat_interleave(AUDIO_PER_LATENT)


def _tube(T: int, H: int, W: int, generator: torch.Generator) -> Tensor:
    """A random box of space and time [T, H, W] that is true inside."""
    inside = torch.zeros(T, H, W, dtype=torch.bool)
    edges = []
    for size in (T, H, W):
        length = int(_between(max(1, size // 3), size + 1, generator))
        begin = int(_between(0, size - length + 1, generator))
        edges.append(slice(begin, begin + length))
    inside[tuple(edges)] = True
    return inside


def _level(count: int, shift: float, generator: torch.Generator) -> Tensor:
    return _shifted(torch.randn(count, generator=generator), shift)


def _shifted(normal: Tensor, shift: float) -> Tensor:
    even = torch.sigmoid(normal)
    return shift * even / (1 + (shift - 1) * even)


def _history(generator: torch.Generator) -> float:
    """Known frames are clean, or a little noisy as a roll-out's own frames are."""
    return 0.0 if _chance(generator) else HISTORY_NOISE * float(torch.rand((), generator=generator))


def _between(low: int, high: int, generator: torch.Generator) -> Tensor:
    return torch.randint(low, high, (), generator=generator)


def _chance(generator: torch.Generator) -> bool:
    return bool(torch.rand((), generator=generator) < 0.5)

"""The typed tensors that pass between the parts of the engine.

Letters: B batch, T latent frames, H W latent rows and columns, C video channels, S audio steps, A audio channels,
L text tokens, D width. One latent frame is one chunk of 4 frames of video (1/3 s) and 4 audio steps (12 a second).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

FRAMES_PER_LATENT = 4
AUDIO_PER_LATENT = 4
LATENTS_PER_SECOND = 3
PIXELS_PER_LATENT = 32
VIDEO_CHANNELS = 384
AUDIO_CHANNELS = 64
SMALLEST_SPREAD = 0.05  # of a channel that is taken at its word


@dataclass(frozen=True, kw_only=True)
class ClipLatents:
    """Picture and sound of a batch of clips on one clock that starts at `start_s`.

    Both are normalised to about zero mean and unit spread per channel. Either may be empty:
    `audio` with S = 0, `video` with H = W = 0.
    """

    video: Tensor  # [B, T, H, W, C]
    audio: Tensor  # [B, S, A]
    start_s: float = 0.0

    def map(self, change: Callable[[Tensor], Tensor]) -> "ClipLatents":
        """The same clips with `change` applied to picture and sound."""
        return replace(self, video=change(self.video), audio=change(self.audio))


@dataclass(frozen=True, kw_only=True)
class NoiseLevels:
    """How noisy every token is: 0 clean, 1 pure noise; x_t = (1 - t) x + t e."""

    video: Tensor  # [B, T, H, W]
    audio: Tensor  # [B, S]

    @property
    def highest(self) -> float:
        """Of the noisiest token; 0 where there is none."""
        return max((float(part.max()) for part in (self.video, self.audio) if part.numel()), default=0.0)


@dataclass(frozen=True, kw_only=True)
class TextTokens:
    """Encoded prompts. A token speaks of the seconds `start_s` to `end_s`; of the whole clip when both are negative.

    With `is_plain` all tokens are known to be valid and to speak of the whole clip; without, nobody has looked.
    """

    values: Tensor  # [B, L, D]
    valid: Tensor  # [B, L] bool; a row without any valid token means "no prompt"
    start_s: Tensor  # [B, L]
    end_s: Tensor  # [B, L]
    is_plain: bool = False

    def padded(self, length: int) -> "TextTokens":
        """The same prompts with invalid tokens added up to `length`."""
        missing = length - self.valid.shape[1]
        return TextTokens(
            values=F.pad(self.values, (0, 0, 0, missing)),
            valid=F.pad(self.valid, (0, missing)),
            start_s=F.pad(self.start_s, (0, missing), value=-1.0),
            end_s=F.pad(self.end_s, (0, missing), value=-1.0),
        )

    def expanded(self, batch: int) -> "TextTokens":
        """One prompt for a batch of so many clips."""
        return TextTokens(
            values=self.values.expand(batch, -1, -1),
            valid=self.valid.expand(batch, -1),
            start_s=self.start_s.expand(batch, -1),
            end_s=self.end_s.expand(batch, -1),
            is_plain=self.is_plain,
        )


@dataclass(frozen=True, kw_only=True)
class StillLatents:
    """Pictures shown to the model beside the clip: what a moment looks like, or who somebody is."""

    values: Tensor  # [B, K, H, W, C]
    time_s: Tensor  # [B, K]
    role: Tensor  # [B, K] integers: 0 keyframe, 1 reference


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """By which factor a network's answer goes from that to no prompt towards that to the prompt, and beyond; 1 is the
    plain answer.
    """

    video: Tensor  # [B]
    audio: Tensor  # [B]


def channel_spread(values: Sequence[Tensor]) -> Tensor:
    """The spread of each channel over tensors [..., C], at least `SMALLEST_SPREAD`; 1 where there is nothing."""
    flat = torch.cat([value.flatten(0, -2) for value in values])
    return flat.std(0).clamp_min(SMALLEST_SPREAD) if len(flat) > 1 else torch.ones(flat.shape[1])


#: A denoiser says what the clean clips are (x-prediction), whatever its network predicts inside.
Denoiser = Callable[[ClipLatents, NoiseLevels, TextTokens], ClipLatents]


def no_text(
    batch: int, width: int, *, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32
) -> TextTokens:
    """`batch` empty prompts, as one invalid token each: what guidance steers away from."""
    times = torch.full((batch, 1), -1.0, device=device)
    values = torch.zeros(batch, 1, width, device=device, dtype=dtype)
    return TextTokens(
        values=values, valid=torch.zeros(batch, 1, dtype=torch.bool, device=device), start_s=times, end_s=times
    )

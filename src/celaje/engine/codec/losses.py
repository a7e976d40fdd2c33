"""What the video codec is trained on: pixels, edges, fine detail and motion, and latents that are easy to model.

Every term is a pure function of tensors. Randomness comes from the generator that is passed in. It does not know the
optimiser or where the frames come from.
"""

from dataclasses import dataclass

import torch
from einops import reduce
from torch import Tensor
from torch.nn import functional as F

from celaje.engine.codec.video import VideoCodec


@dataclass(frozen=True, kw_only=True)
class VideoLossWeights:
    """How much each term counts beside the pixels' 1, and how the latents are disturbed while training.

    With these, the squared error is about half of the whole: edges that weigh more cost signal-to-noise early on.
    """

    squared: float = 10.0
    gradient: float = 0.15
    detail: float = 0.15
    motion: float = 0.2
    outlier: float = 0.02
    consistency: float = 0.0
    half_scale: float = 0.25
    #: The share of calls that also decode at half scale, of codecs whose latents can still learn from it.
    half_scale_share: float = 0.25
    #: The share of clips whose latents are as a model makes them, at a level of noise up to this, drawn per clip.
    made_share: float = 0.7
    max_noise: float = 0.9


@dataclass(frozen=True, kw_only=True)
class VideoLoss:
    """The loss and its parts, each a scalar. Parts that were not drawn in this call are zero."""

    total: Tensor
    pixel: Tensor
    squared: Tensor
    gradient: Tensor
    detail: Tensor
    motion: Tensor
    outlier: Tensor
    consistency: Tensor
    half_scale: Tensor


def video_codec_loss(
    codec: VideoCodec, frames: Tensor, generator: torch.Generator, *, weights: VideoLossWeights | None = None
) -> VideoLoss:
    """The loss of `codec` on `frames` [B, F, 32H, 32W, 3] in -1 to 1. The caller sets autocast and training mode."""
    weights = weights or VideoLossWeights()
    latents = codec.encode(frames)  # [B, T, H, W, C]
    level = _levels(len(latents), weights, generator).to(latents.device).expand(latents.shape[:-1])  # [B, T, H, W]
    made = codec.decode(as_made(latents, level, generator), level)  # [B, F, 32H, 32W, 3]
    error = made - frames
    zero = error.new_zeros(())
    consistency = zero
    if weights.consistency:
        consistency = latent_consistency(codec, latents, made)
    half_scale = zero
    drawn = torch.rand((), generator=generator, device=generator.device).item()
    if codec.encoder is not None and drawn < weights.half_scale_share and min(latents.shape[2:4]) >= 2:
        half_scale = half_scale_error(codec, latents, frames)
    parts = {
        "pixel": charbonnier(error),
        "squared": error.square().mean(),
        "gradient": gradient_error(error),
        "detail": haar_detail_error(error),
        "motion": motion_error(error),
        "outlier": F.relu(latents.abs() - 4).square().mean(),
        "consistency": consistency,
        "half_scale": half_scale,
    }
    total = parts["pixel"] + sum(
        (getattr(weights, name) * part for name, part in parts.items() if name != "pixel"), zero
    )
    return VideoLoss(total=total, **parts)


def as_made(latents: Tensor, level: Tensor, generator: torch.Generator) -> Tensor:
    """What a model might make of the same first channels: latents [B, T, H, W, C] at levels [B, T, H, W] of noise.

    A channel of variance v keeps v / (v + level^2) of itself, the rest is drawn anew at the same spread: a sample from
    the posterior of a Gaussian model that saw the latents under noise of that standard deviation. What the transformer
    makes of real clips under noise and back agrees with them channel by channel as at one such level (docs/lab.md).
    """
    variance, mean = torch.var_mean(latents.detach().flatten(0, -2), 0, correction=0)  # each [C]
    kept = variance / (variance + level[..., None].square()).clamp_min(1e-6)  # [B, T, H, W, C]
    noise = torch.randn(latents.shape, generator=generator, device=generator.device).to(latents.device)
    return mean + kept * (latents - mean) + (1 - kept.square()).sqrt() * variance.sqrt() * noise


def _levels(count: int, weights: VideoLossWeights, generator: torch.Generator) -> Tensor:
    """[count, 1, 1, 1] levels of noise: 0, or anything up to the most."""
    drawn = torch.rand(2, count, 1, 1, 1, generator=generator, device=generator.device)
    return torch.where(drawn[0] < weights.made_share, weights.max_noise * drawn[1], 0.0)


def disturb(latents: Tensor, generator: torch.Generator, *, max_noise: float) -> Tensor:
    """Latents [B, ...] with white noise, its standard deviation uniform from 0 to `max_noise` for each clip."""
    level_shape = (len(latents), *(1,) * (latents.dim() - 1))
    level = max_noise * torch.rand(level_shape, generator=generator, device=generator.device)
    noise = torch.randn(latents.shape, generator=generator, device=generator.device)
    return latents + (level * noise).to(latents.device)


def charbonnier(error: Tensor, *, softness: float = 1e-2) -> Tensor:
    """The absolute error, rounded off near zero (Charbonnier et al., 1994)."""
    return (error.square() + softness**2).sqrt().mean()


def gradient_error(error: Tensor, *, scales: int = 3) -> Tensor:
    """The absolute error of horizontal and vertical differences of [B, F, H, W, 3], summed over halved scales."""
    total = error.new_zeros(())
    for scale in range(scales):
        if scale:
            error = _halve(error)
        total = total + error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return total


def haar_detail_error(error: Tensor) -> Tensor:
    """The absolute error of the three high bands of a one-level Haar transform of [B, F, H, W, 3]."""
    even_rows, odd_rows = error[:, :, 0::2], error[:, :, 1::2]
    low, high = (even_rows + odd_rows) / 2, (even_rows - odd_rows) / 2
    bands = (
        low[:, :, :, 0::2] - low[:, :, :, 1::2],
        high[:, :, :, 0::2] + high[:, :, :, 1::2],
        high[:, :, :, 0::2] - high[:, :, :, 1::2],
    )
    return sum((band.abs().mean() for band in bands), error.new_zeros(()))


def motion_error(error: Tensor) -> Tensor:
    """The absolute error of differences between frames of [B, F, H, W, 3]."""
    return error.diff(dim=1).abs().mean()


def half_scale_error(codec: VideoCodec, latents: Tensor, frames: Tensor) -> Tensor:
    """Halved latents shall decode to the halved picture (scale equivariance, arXiv 2502.14831). Odd sides are cut."""
    rows, columns = (side // 2 * 2 for side in latents.shape[2:4])
    halved = _halve(latents[:, :, :rows, :columns])
    height, width = halved.shape[2] * 64, halved.shape[3] * 64
    return charbonnier(codec.decode(halved) - _halve(frames[:, :, :height, :width]))


def latent_consistency(codec: VideoCodec, latents: Tensor, made: Tensor) -> Tensor:
    """What was decoded shall encode to the latents it came from (after H3AE, arXiv 2504.10567)."""
    return (codec.encode(made) - latents.detach()).square().mean()


def _halve(x: Tensor) -> Tensor:
    """[B, T, H, W, C] to [B, T, H/2, W/2, C] by averaging."""
    return reduce(x, "b t (h p) (w q) c -> b t h w c", "mean", p=2, q=2)

"""A linear codec for patches of 4 frames by 32 x 32 pixels, set from real patches by principal components.

Random weights need minutes to find what one singular value decomposition finds in seconds, so the video codec starts
from this map and learns the rest beside it. It looks at one patch at a time and knows neither the convolutions beside
it nor the clock.
"""

from collections.abc import Sequence

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from celaje.engine.latents import FRAMES_PER_LATENT, PIXELS_PER_LATENT

PATCH_SIZE = FRAMES_PER_LATENT * PIXELS_PER_LATENT**2 * 3


def to_patches(frames: Tensor) -> Tensor:
    """[B, F, 32H, 32W, 3] to [B, F/4, H, W, 12288]."""
    side = PIXELS_PER_LATENT
    return rearrange(frames, "b (t r) (h p) (w q) c -> b t h w (r p q c)", r=FRAMES_PER_LATENT, p=side, q=side)


def from_patches(patches: Tensor) -> Tensor:
    """[B, T, H, W, 12288] to [B, 4T, 32H, 32W, 3]."""
    side = PIXELS_PER_LATENT
    return rearrange(patches, "b t h w (r p q c) -> b (t r) (h p) (w q) c", r=FRAMES_PER_LATENT, p=side, q=side)


class LinearPatches(nn.Module):
    """Patches to `channels` numbers and back, both linear. `fit` sets the weights."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.analysis = nn.Linear(PATCH_SIZE, channels)
        self.synthesis = nn.Linear(channels, PATCH_SIZE)

    def encode(self, frames: Tensor) -> Tensor:
        """[B, F, 32H, 32W, 3] to [B, F/4, H, W, C]."""
        latents: Tensor = self.analysis(to_patches(frames))
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        """[B, T, H, W, C] to [B, 4T, 32H, 32W, 3]."""
        return from_patches(self.synthesis(latents))

    def agree(self, frames: Tensor, latents: Tensor, where: Tensor) -> Tensor:
        """Frames [B, F, 32H, 32W, 3] moved by the least that lets them encode to `latents`, `where` that is 1.

        `latents` [B, F/4, H, W, C] are all that is known of patches, so whatever a decoder draws may only differ from
        the true ones by what no latent tells: its error's other part is taken away (range-null space decomposition,
        Wang et al. 2022, arXiv 2212.00490). As exact as the rows of the analysis are orthogonal, which `fit` makes
        them. `where` [B, F/4, H, W] is 0 to 1.
        """
        analysis, bias = self.analysis.weight.float(), self.analysis.bias.float()  # [C, 12288], [C]
        wrong = where[..., None] * (latents - F.linear(to_patches(frames), analysis, bias))
        return frames + from_patches((wrong / analysis.square().sum(1).clamp_min(1e-12)) @ analysis)

    @torch.no_grad()
    def fit(self, clips: Sequence[Tensor], *, temper: float) -> None:
        """Set the weights from real clips, each [B, F, 32H, 32W, 3] in -1 to 1, sizes may differ.

        Component i of standard deviation s_i is scaled to s_i ** `temper`, then all to a root mean square of 1: 1 keeps
        the proportions of the pixels, 0 makes all components equal. A few thousand patches give a usable map, ten
        thousand a good one. Uses the randomized decomposition of Halko et al. (2011).
        """
        patches = torch.cat([to_patches(clip.float()).flatten(0, -2) for clip in clips])  # [N, 12288]
        if len(patches) <= self.channels:
            raise ValueError(f"{len(patches)} patches were given; more than {self.channels} are needed")
        center = patches.mean(0)
        patches -= center
        _, values, components = torch.svd_lowrank(patches, q=min(len(patches), self.channels + 32), niter=2)
        components = components[:, : self.channels]  # [12288, C]
        deviation = (values[: self.channels] / len(patches) ** 0.5).clamp_min(1e-6)
        scale = deviation**temper
        scale = scale / scale.square().mean().sqrt() / deviation
        self.analysis.weight.copy_((components * scale).T)
        self.analysis.bias.copy_(-(center @ components) * scale)
        self.synthesis.weight.copy_(components / scale)
        self.synthesis.bias.copy_(center)

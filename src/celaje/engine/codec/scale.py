"""The scale of latents: a mean per channel and one common spread, followed while a codec trains.

One spread for all channels keeps their proportions. A channel that carries more of the picture stays larger, so the
same noise hurts it less. It does not know whether it scales pictures or sound.
"""

import torch
from torch import Tensor, nn


class LatentScale(nn.Module):
    """Raw latents to latents of zero mean per channel and a root mean square of 1 over all channels, and back.

    The statistics are buffers, so they travel with the weights. In training mode each call of `forward` moves them
    by `momentum` towards the batch. Evaluation mode leaves them alone.
    """

    mean: Tensor  # [C]
    spread: Tensor  # []

    def __init__(self, channels: int, *, momentum: float = 0.01) -> None:
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, raw: Tensor) -> Tensor:
        """[..., C] raw to [..., C] normalised, in float32."""
        raw = raw.float()
        if self.training:
            self._follow(raw.detach().flatten(0, -2))
        return (
            raw - self.mean.clone()
        ) / self.spread.clone()  # copies, for the buffers move before the gradient is taken

    def invert(self, latents: Tensor) -> Tensor:
        """[..., C] normalised to [..., C] raw, in float32."""
        return latents.float() * self.spread.clone() + self.mean.clone()

    @torch.no_grad()
    def measure(self, raw: Tensor) -> None:
        """Set the statistics to those of `raw` [..., C], a large sample."""
        flat = raw.float().flatten(0, -2)
        self.mean.copy_(flat.mean(0))
        self.spread.copy_(flat.var(0, unbiased=False).mean().sqrt())

    @torch.no_grad()
    def _follow(self, flat: Tensor) -> None:
        self.mean.lerp_(flat.mean(0), self.momentum)
        around = (flat - self.mean).square().mean()
        self.spread.copy_(self.spread.square().lerp(around, self.momentum).sqrt())

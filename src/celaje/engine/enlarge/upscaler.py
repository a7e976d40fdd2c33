"""The upscaler: a small network that makes pictures two or four times as large.

It works at the size of what it is given and says only what bicubic enlargement lacks, in channels that become the new
pixels (ESPCN, Shi et al. 2016, arXiv 1609.05158). One trunk serves both factors: the large one costs hardly more than
the small one. It sees one frame at a time, and does not know clips, files or training.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Factor = Literal[2, 4]
FACTORS: tuple[Factor, ...] = (2, 4)


@dataclass(frozen=True, kw_only=True)
class UpscalerConfig:
    """Channels and number of residual blocks of the trunk."""

    width: int = 48
    blocks: int = 3


TINY_UPSCALER = UpscalerConfig(width=8, blocks=1)


class Upscaler(nn.Module):
    """Pictures of any size to twice or four times that. The networks run in the type of their weights, or of autocast.

    Untrained it is bicubic enlargement.
    """

    def __init__(self, config: UpscalerConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Conv2d(3, config.width, 3, padding=1)
        self.blocks = nn.ModuleList(_Block(config.width) for _ in range(config.blocks))
        self.twofold = _silent(nn.Conv2d(config.width, 3 * 2**2, 3, padding=1))
        self.fourfold = _silent(nn.Conv2d(config.width, 3 * 4**2, 3, padding=1))

    @property
    def reach(self) -> int:
        """How many pixels away from its place a pixel of the input can be seen."""
        return 2 + 2 * self.config.blocks

    def forward(self, pictures: Tensor, factor: Factor) -> Tensor:
        """[B, 3, H, W] in -1 to 1 to [B, 3, fH, fW], about -1 to 1, not clamped, float32."""
        kind = self.stem.weight.dtype
        x = self.stem(pictures.to(kind).contiguous(memory_format=torch.channels_last))  # [B, D, H, W]
        for block in self.blocks:
            x = block(x)
        head = self.twofold if factor == 2 else self.fourfold
        detail = F.pixel_shuffle(head(F.relu(x)), factor)  # [B, 3, fH, fW]
        return enlarged(pictures, factor) + detail.float()


def enlarged(pictures: Tensor, factor: int) -> Tensor:
    """Bicubic enlargement (Keys 1981, a = -1/2) of [B, 3, H, W] to [B, 3, fH, fW], in float32."""
    return F.interpolate(pictures.float(), scale_factor=factor, mode="bicubic", antialias=True)


class _Block(nn.Module):
    """Two 3x3 convolutions beside an identity. It starts near the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        with torch.no_grad():
            self.second.weight.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.second(F.relu(self.first(F.relu(x))))
        return x + change


def _silent(layer: nn.Conv2d) -> nn.Conv2d:
    """A layer that says nothing yet."""
    assert layer.bias is not None
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer

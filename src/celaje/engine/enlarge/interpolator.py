"""The interpolator: a small network that finds the frame between two others.

It says where each of its pixels lies in both frames, and how much of either it takes, from coarse to fine (IFNet of
RIFE, Huang et al. 2022, arXiv 2011.06294, section 3.2, with fewer and smaller layers). Motion is found in small
pictures; the frames that are drawn from it may be as large as one likes. It does not know clips, files or training.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class InterpolatorConfig:
    """Channels of the levels, from coarse to fine: each level's pixels are `cells` of the picture's wide."""

    widths: tuple[int, ...] = (48, 36, 28)
    cells: tuple[int, ...] = (8, 4, 2)
    layers: int = 3


TINY_INTERPOLATOR = InterpolatorConfig(widths=(8, 8), cells=(8, 4), layers=1)


@dataclass(frozen=True, kw_only=True)
class Motion:
    """Where the pixels of a frame between two others come from."""

    before: Tensor  # [B, 2, H, W] pixels (x, y) from each place to its place in the frame before
    after: Tensor  # [B, 2, H, W] the same to the frame after
    share: Tensor  # [B, 1, H, W] of the frame before, 0 to 1


class Interpolator(nn.Module):
    """Two pictures and a moment to the motion between them. The networks run in the type of their weights."""

    def __init__(self, config: InterpolatorConfig) -> None:
        super().__init__()
        self.config = config
        self.levels = nn.ModuleList(
            _Level(width, cell, config.layers) for width, cell in zip(config.widths, config.cells, strict=True)
        )

    def forward(self, before: Tensor, after: Tensor, moment: Tensor) -> Motion:
        """Pictures [B, 3, H, W] in -1 to 1 whose sides the coarsest cell divides; `moment` [B], 0 before, 1 after."""
        return self.refined(before, after, moment)[-1]

    def refined(self, before: Tensor, after: Tensor, moment: Tensor) -> list[Motion]:
        """The same after each level: every one corrects the one before it."""
        batch, _, height, width = before.shape
        flow = before.new_zeros(batch, 4, height, width)  # pixels, two to the frame before and two to that after
        scale = moment.view(-1, 1, 1, 1).to(before.dtype)
        logit = torch.logit(1 - scale.clamp(1e-3, 1 - 1e-3)).expand(batch, 1, height, width)
        shown = scale.expand(batch, 1, height, width)
        found = []
        for level in self.levels:
            moved = (warp(before, flow[:, :2]), warp(after, flow[:, 2:]))
            change = level(torch.cat([before, after, *moved, shown, logit / 4], 1), flow)  # [B, 5, H, W]
            flow, logit = flow + change[:, :4], logit + change[:, 4:]
            found.append(Motion(before=flow[:, :2], after=flow[:, 2:], share=logit.sigmoid()))
        return found


def drawn(before: Tensor, after: Tensor, motion: Motion) -> Tensor:
    """The frame between two pictures [B, C, H, W] of the motion's size."""
    return warp(before, motion.before) * motion.share + warp(after, motion.after) * (1 - motion.share)


def warp(pictures: Tensor, flow: Tensor) -> Tensor:
    """Each place of [B, C, H, W] from where `flow` [B, 2, H, W] in pixels (x, y) leads, the edge repeated outside."""
    height, width = pictures.shape[2:]
    across = torch.arange(width, device=flow.device, dtype=flow.dtype) + flow[:, 0]
    down = torch.arange(height, device=flow.device, dtype=flow.dtype)[:, None] + flow[:, 1]
    grid = torch.stack([(2 * across + 1) / width - 1, (2 * down + 1) / height - 1], -1)  # [B, H, W, 2]
    return F.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)


class _Level(nn.Module):
    """One correction of the motion, found in cells of several pixels."""

    def __init__(self, width: int, cell: int, layers: int) -> None:
        super().__init__()
        self.cell = cell
        self.stem = nn.Conv2d(14 + 4, width, 3, padding=1)
        self.layers = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(layers))
        self.head = nn.Conv2d(width, 5, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        assert self.head.bias is not None
        nn.init.zeros_(self.head.bias)

    def forward(self, seen: Tensor, flow: Tensor) -> Tensor:
        """[B, 14, H, W] and the flow so far to its change in pixels and that of the logit, [B, 5, H, W]."""
        size = seen.shape[2:]
        small = torch.cat([F.avg_pool2d(seen, self.cell), F.avg_pool2d(flow, self.cell) / self.cell], 1)
        x = self.stem(small.to(self.stem.weight.dtype).contiguous(memory_format=torch.channels_last))
        for layer in self.layers:
            x = x + layer(F.relu(x))
        change = self.head(F.relu(x)).float()
        change = torch.cat([change[:, :4] * self.cell, change[:, 4:]], 1)
        return F.interpolate(change, size=size, mode="bilinear", align_corners=False)

"""The 2-D building blocks of the video codec: residual blocks, folding and unfolding of space and time.

Every tensor here is [N, C, H, W] in channels-last memory, where N counts batch times frames. There is no normalisation
layer, so a block costs its convolutions and little else. It does not know what a frame or a latent is.
"""

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F


class Residual(nn.Module):
    """Two 3x3 convolutions beside an identity. It starts as the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(_bias(self.second))

    def forward(self, x: Tensor) -> Tensor:
        """Any picture to one of the same shape."""
        change: Tensor = self.second(F.relu(self.first(F.relu(x))))
        return x + change


class Fold(nn.Module):
    """Space and time into channels: `frames` frames and 2x2 pixels become one cell.

    A convolution mixes the folded channels, beside a shortcut that averages them in groups (DC-AE, arXiv 2410.10733).
    """

    def __init__(self, width_in: int, width_out: int, *, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.width_out = width_out
        self.mix = nn.Conv2d(width_in * frames * 4, width_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """[N * frames, C, 2H, 2W] to [N, width_out, H, W]."""
        folded = rearrange(x, "(n r) c (h p) (w q) -> n h w (r p q c)", r=self.frames, p=2, q=2)
        groups = folded.shape[-1] // self.width_out
        kept = folded[..., : groups * self.width_out]
        shortcut = rearrange(kept, "n h w (g c) -> n g c h w", g=groups).mean(1)  # [N, width_out, H, W]
        mixed: Tensor = self.mix(folded.permute(0, 3, 1, 2))
        return mixed + shortcut


class Unfold(nn.Module):
    """Channels into space and time: the inverse shape of `Fold`.

    The shortcut repeats the first `width_out` channels over the new pixels and frames.
    """

    def __init__(self, width_in: int, width_out: int, *, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.width_out = width_out
        self.mix = nn.Conv2d(width_in, width_out * frames * 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] to [N * frames, width_out, 2H, 2W]."""
        places = self.frames * 4
        grown = self.mix(x) + x[:, : self.width_out].repeat(1, places, 1, 1)  # [N, frames * 4 * width_out, H, W]
        frames: Tensor = rearrange(grown, "n (r p q c) h w -> (n r) (h p) (w q) c", r=self.frames, p=2, q=2)
        return frames.permute(0, 3, 1, 2)  # channels-last memory


class Carry(nn.Module):
    """Adds what the frame before saw. The first frame of a clip sees itself. It starts as the identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.mix.weight)
        nn.init.zeros_(_bias(self.mix))

    def forward(self, x: Tensor, frames: int, before: Tensor | None) -> tuple[Tensor, Tensor]:
        """Mix and hand on.

        `x` [B * frames, C, H, W]; `before` [B, C, H, W] is the frame before the first, or None at the start of a clip.
        Returns the mixed frames, and the last frame of `x` for the call that comes next.
        """
        frames_first = rearrange(x, "(b f) c h w -> b f c h w", f=frames)
        last = frames_first[:, -1]
        head = frames_first[:, :1] if before is None else before[:, None]
        previous = torch.cat([head, frames_first[:, :-1]], 1).flatten(0, 1)  # [B * frames, C, H, W]
        return x + self.mix(previous.contiguous(memory_format=torch.channels_last)), last


def _bias(layer: nn.Conv2d) -> Tensor:
    assert layer.bias is not None
    return layer.bias

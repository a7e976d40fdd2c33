"""Where a token is: rotary positions in seconds, rows and columns, shared by text, picture and sound.

RoPE (Su et al. 2021, arXiv 2104.09864) over three axes: of a head's 64 numbers, 24 turn with time, 20 with the row, 20
with the column. Rows and columns count latents from the picture's middle, so that all aspect ratios agree about the
centre.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

TIME_PAIRS, SPACE_PAIRS = 12, 10
TIME_PERIODS_S = (0.5, 60.0)
SPACE_PERIODS = (4.0, 60.0)


def rotary(positions: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines and sines [..., 32] for positions [..., 3] given as (seconds, row, column)."""
    time = _angles(positions[..., :1], TIME_PAIRS, *TIME_PERIODS_S)
    rows = _angles(positions[..., 1:2], SPACE_PAIRS, *SPACE_PERIODS)
    columns = _angles(positions[..., 2:3], SPACE_PAIRS, *SPACE_PERIODS)
    angles = torch.cat([time, rows, columns], dim=-1)  # [..., 32]
    return angles.cos(), angles.sin()


def turn(values: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotate queries or keys [B, N, heads, 64] by `rotary`'s [B or 1, N, 1, 32]."""
    first, second = values.chunk(2, dim=-1)
    return torch.cat([first * cosines - second * sines, first * sines + second * cosines], dim=-1)


def video_positions(
    num_frames: int, height: int, width: int, *, start_s: float, frame_s: float, device: torch.device | None = None
) -> Tensor:
    """[T*H*W, 3] for latent frames of `frame_s` seconds that begin at `start_s`."""
    seconds = start_s + (torch.arange(num_frames, device=device) + 0.5) * frame_s
    rows = torch.arange(height, device=device) - (height - 1) / 2
    columns = torch.arange(width, device=device) - (width - 1) / 2
    return torch.cartesian_prod(seconds, rows, columns)


def audio_positions(num_steps: int, *, start_s: float, step_s: float, device: torch.device | None = None) -> Tensor:
    """[S, 3] for audio steps of `step_s` seconds: in the picture's middle."""
    seconds = start_s + (torch.arange(num_steps, device=device) + 0.5) * step_s
    return F.pad(seconds[:, None], (0, 2))


def _angles(position: Tensor, num_pairs: int, shortest: float, longest: float) -> Tensor:
    ramp = torch.arange(num_pairs, device=position.device) / (num_pairs - 1)
    periods = shortest * (longest / shortest) ** ramp
    return 2 * math.pi * position / periods

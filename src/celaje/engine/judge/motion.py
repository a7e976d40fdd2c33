"""A judge of how things move: the camera, what is done, and the moments that are heard.

It is shown where things go rather than how they look: optical flow, what flow does not explain, and coarse pictures.
Convolutions over space and over time take turns (Tran et al. 2018, arXiv 1711.11248), and cells of the picture are
asked before the whole clip is. It does not know the world: how many values there are to tell of each slot is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from celaje.engine.judge.network import ACTIONS

MOTION_SLOTS = ("camera",)
GRAIN = 4  # pixels of a view to one of what is shown here
CELL_GRAINS = 4  # and of these to one cell
INPUTS = 18
FLOW_SPREAD = 2.0  # pixels of a view from frame to frame


@dataclass(frozen=True, kw_only=True)
class Moving:
    """A batch of clips of one shape. `flow` has what `evaluate.motion.motion_map` gives for views."""

    pictures: Tensor  # [B, F, h, w, 3] in -1 to 1, F at least 2
    flow: Tensor  # [B, F - 1, h, w, 3]: right, down, in pixels of a view; and what is not explained


@dataclass(frozen=True, kw_only=True)
class MotionConfig:
    """Widths at 1/2, 1/4 (the cells) and 1/8 of what is shown."""

    widths: tuple[int, int, int] = (48, 96, 128)
    hidden: int = 128
    dropout: float = 0.3


TINY_MOTION = MotionConfig(widths=(16, 16, 16), hidden=32, dropout=0.0)


@dataclass(frozen=True, kw_only=True)
class MotionAnswers:
    """Logits by slot [B, values], and of each frame having something that is heard [B, F].

    The same of cells: `action_cells` [B, actions, F, h / 4, w / 4], `beat_cells` [B, F, h / 4, w / 4].
    """

    slots: Mapping[str, Tensor]
    beats: Tensor
    action_cells: Tensor
    beat_cells: Tensor


class MotionJudge(nn.Module):
    """Watches how clips move. About 0.9 M parameters. `sizes` says how many values each slot has."""

    def __init__(self, config: MotionConfig, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self.config = config
        near, middle, far = config.widths
        self.near = nn.Sequential(_halving(INPUTS, near), _Turn(near), _Turn(near))
        self.middle = nn.Sequential(_halving(near, middle), _Turn(middle), _Turn(middle))
        self.beat_cells = nn.Conv3d(middle, 1, 1)
        self.action_cells = nn.Conv3d(middle, sizes[ACTIONS], 1)
        self.far = nn.Sequential(_halving(middle, far), _Turn(far))
        self.read = nn.Sequential(
            nn.Dropout(config.dropout), nn.Linear(3 * far, config.hidden), nn.ReLU(), nn.Dropout(config.dropout)
        )
        self.heads = nn.ModuleDict({slot: nn.Linear(config.hidden, sizes[slot]) for slot in (*MOTION_SLOTS, ACTIONS)})
        self.beats = nn.Sequential(
            nn.Conv1d(2 * far, config.hidden, 5, padding=2), nn.ReLU(), nn.Conv1d(config.hidden, 1, 5, padding=2)
        )
        for cells in (self.beat_cells, self.action_cells):
            nn.init.constant_(cells.get_parameter("bias"), -3.0)  # at first nothing is likely

    def forward(self, clips: Moving) -> MotionAnswers:
        """Answers about whole clips, and about each cell and frame."""
        x = self.middle(self.near(_shown(clips)))  # [B, C, F, h / 4, w / 4]
        action_cells, beat_cells = self.action_cells(x), self.beat_cells(x)[:, 0]
        x = self.far(x)
        each = torch.cat([x.mean((3, 4)), x.amax((3, 4))], 1)  # [B, 2 C, F]
        whole = torch.cat([x.mean((2, 3, 4)), x.amax((2, 3, 4)), x.mean((3, 4)).std(2)], 1)
        read = self.read(whole)
        slots = {slot: head(read).float() for slot, head in self.heads.items()}
        slots[ACTIONS] = slots[ACTIONS] + action_cells.float().mean(2).flatten(2).amax(2)  # the surest cell's opinion
        return MotionAnswers(
            slots=slots,
            beats=(self.beats(each)[:, 0] + beat_cells.flatten(2).amax(2)).float(),
            action_cells=action_cells.float(),
            beat_cells=beat_cells.float(),
        )


def coarse(frames: Tensor) -> Tensor:
    """Views [..., H, W, 3] in uint8 as a judge of motion is shown them, [..., H / 4, W / 4, 3]."""
    flat = frames.flatten(0, -4).permute(0, 3, 1, 2).float()
    small = F.avg_pool2d(flat, GRAIN).round().to(torch.uint8).permute(0, 2, 3, 1)
    return small.reshape(*frames.shape[:-3], *small.shape[1:])


class _Turn(nn.Module):
    """A convolution over five frames and one over 3 x 3 places, beside an identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.time = nn.Conv3d(width, width, (5, 1, 1), padding=(2, 0, 0), bias=False)
        self.space = nn.Conv3d(width, width, (1, 3, 3), padding=(0, 1, 1), bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm3d(width) for _ in range(2))
        nn.init.zeros_(self.norms[1].get_parameter("weight"))

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, F, h, w] to the same."""
        change: Tensor = self.norms[1](self.space(F.relu(self.norms[0](self.time(x)))))
        return F.relu(x + change)


def _halving(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv3d(before, after, (1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1), bias=False),
        nn.BatchNorm3d(after),
        nn.ReLU(),
    )


def _shown(clips: Moving) -> Tensor:
    """What the first convolution sees, [B, 18, F, h, w].

    Of each frame: its picture, how it differs from the one before, flow into it and how flow changes, where each place
    is from the middle, and that times flow: what turns, comes nearer or goes away is told by their signs.
    """
    pictures, flow = clips.pictures, clips.flow / clips.flow.new_tensor([FLOW_SPREAD, FLOW_SPREAD, 1.0])
    height, width = pictures.shape[2:4]
    differs = torch.cat([torch.zeros_like(pictures[:, :1]), pictures[:, :-1] - pictures[:, 1:]], 1)
    before, after = torch.cat([flow[:, :1], flow], 1), torch.cat([flow, flow[:, -1:]], 1)
    down, right = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    place = torch.stack([right, down], -1).to(pictures).expand(*pictures.shape[:4], 2)
    towards, around = place * before[..., :2], place.flip(-1) * before[..., :2]
    shown = torch.cat([pictures, differs, before, after - before, place, towards, around], -1)
    return shown.permute(0, 4, 1, 2, 3).contiguous(memory_format=torch.channels_last_3d)

"""A judge: what a clip shows and sounds like, in the world's words.

It looks at pixels and listens to a spectrogram, as people do: so it can tell of any model and any codec. Convolutions
look at each picture, others at the spectrogram; small transformers read each with one extra token per question. While
it learns, every cell of a picture is also asked who is there. How things move is told by another, see `motion.py`. It
does not know the world, prompts or training: how many values there are to tell of each slot is given.

Two of them are trained, each on clips that the other never sees. One measures how well clips follow their prompts. The
other, the critic, belongs to the model: it paints several pictures, and the critic says which to film.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

from celaje.engine.latents import FRAMES_PER_LATENT

KINDS, ACTIONS = "kinds", "actions"
PICTURE_SLOTS = ("look", "count", "place", "time", "weather")
SOUND_SLOTS = ("place", "weather")
SEEN_AT = 1  # which of the four frames of a latent is looked at
SURE = 1e-3  # nothing is surer than this
LONGEST_WAVE, SHORTEST_WAVE = 64.0, 2.0  # of the positions, in cells or steps


@dataclass(frozen=True, kw_only=True)
class Views:
    """A batch of clips of one shape. Either may be empty: `mels` with S = 0, `frames` with h = w = 0."""

    frames: Tensor  # [B, F, h, w, 3] in -1 to 1; one, or a multiple of 4
    mels: Tensor  # [B, S, 64], four for each frame

    def map(self, change: Callable[[Tensor], Tensor]) -> "Views":
        """The same clips with `change` applied to picture and sound."""
        return Views(frames=change(self.frames), mels=change(self.mels))


@dataclass(frozen=True, kw_only=True)
class JudgeConfig:
    """Sizes: widths of the convolutions (of pictures at 1/4, 1/8 and 1/16 of a view) and of what reads them."""

    picture: tuple[int, int, int] = (48, 96, 192)
    blocks: tuple[int, int, int] = (1, 2, 2)
    sound: tuple[int, int, int] = (32, 64, 128)
    width: int = 192
    depth: int = 2
    dropout: float = 0.1


TINY_JUDGE = JudgeConfig(picture=(16, 24, 32), blocks=(0, 1, 0), sound=(8, 16, 32), width=32, depth=1, dropout=0.0)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Logits by slot [B, values]; `picture` is empty for sounds alone, `sound` for clips without sound.

    `kind_cells` and `look_cells` [B, T, h / 8, w / 8, values + 1] tell who is where, the first value nobody.
    """

    picture: Mapping[str, Tensor]
    sound: Mapping[str, Tensor]
    kind_cells: Tensor
    look_cells: Tensor


class Judge(nn.Module):
    """Watches clips. About 3 M parameters with the default sizes. `sizes` says how many values each slot has."""

    def __init__(self, config: JudgeConfig, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self.config = config
        near, middle, far = config.picture
        one, two, three = config.blocks
        self.near = nn.Sequential(
            halving(3, near // 2, 5), halving(near // 2, near), *(Look(near) for _ in range(one)),
            halving(near, middle), *(Look(middle) for _ in range(two)),
        )  # fmt: skip
        self.kind_cells = nn.Conv2d(middle, sizes[KINDS] + 1, 1)
        self.look_cells = nn.Conv2d(middle, sizes["look"] + 1, 1)
        self.far = nn.Sequential(
            halving(middle, far), *(Look(far) for _ in range(three)), nn.Conv2d(far, config.width, 1)
        )
        self.picture = Reader(config, {slot: sizes[slot] for slot in (*PICTURE_SLOTS, KINDS)})
        first, second, third = config.sound
        self.listening = nn.Sequential(
            halving(1, first), halving(first, second), Look(second), halving(second, third), Look(third),
            nn.Conv2d(third, config.width, 1),
        )  # fmt: skip
        self.sound = Reader(config, {slot: sizes[slot] for slot in (*SOUND_SLOTS, KINDS)})
        for reader in (self.picture, self.sound):
            nn.init.constant_(reader.heads[KINDS].get_parameter("bias"), -3.0)  # at first nothing is likely

    def forward(self, clips: Views, *, seen_at: int = SEEN_AT) -> Answers:
        """Answers about whole clips; of every four frames the picture of frame `seen_at` is looked at, by itself."""
        num_frames = clips.frames.shape[1]
        picture: dict[str, Tensor] = {}
        sound: Mapping[str, Tensor] = {}
        kind_cells = look_cells = clips.frames.new_zeros(len(clips.frames), 0, 0, 0, 0)
        if clips.frames.shape[2]:
            looked = clips.frames[:, seen_at::FRAMES_PER_LATENT] if num_frames > 1 else clips.frames
            length = looked.shape[1]
            near = self.near(_channels_first(looked.flatten(0, 1)))
            kind_cells, look_cells = (
                rearrange(head(near), "(b t) c h w -> b t h w c", t=length)
                for head in (self.kind_cells, self.look_cells)
            )
            seen = self.picture(_tokens(self.far(near), 1).flatten(1, 2))
            picture = {slot: _agreed(logits, length, exclusive=slot != KINDS) for slot, logits in seen.items()}
            picture[KINDS] = picture[KINDS] + _surest(kind_cells)
        if clips.mels.shape[1]:
            sound = self.sound(_tokens(self.listening(_channels_first(clips.mels[..., None])), 1).flatten(1, 2))
        return Answers(picture=picture, sound=sound, kind_cells=kind_cells, look_cells=look_cells)

    def locate(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Who is in each cell of pictures [N, h, w, 3]: logits of kinds and looks [N, h / 8, w / 8, values + 1]."""
        near = self.near(_channels_first(pictures))
        return self.kind_cells(near).permute(0, 2, 3, 1), self.look_cells(near).permute(0, 2, 3, 1)


def halving(before: int, after: int, size: int = 3) -> nn.Sequential:
    """A convolution of stride 2."""
    return nn.Sequential(nn.Conv2d(before, after, size, 2, size // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU())


class Look(nn.Module):
    """Two 3x3 convolutions beside an identity (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(2))
        nn.init.zeros_(self.norms[1].get_parameter("weight"))

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] to the same."""
        change: Tensor = self.norms[1](self.second(F.relu(self.norms[0](self.first(x)))))
        return F.relu(x + change)


class Reader(nn.Module):
    """A transformer over a clip's tokens with one learned token for each slot, from which its answer is read."""

    def __init__(self, config: JudgeConfig, slots: Mapping[str, int]) -> None:
        super().__init__()
        self.questions = nn.Parameter(0.5 * torch.randn(len(slots), config.width))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                config.width,
                config.width // 32,
                dim_feedforward=3 * config.width,
                dropout=config.dropout,
                batch_first=True,
                norm_first=True,
            )
            for _ in range(config.depth)
        )
        self.norm = nn.LayerNorm(config.width)
        self.heads = nn.ModuleDict({slot: nn.Linear(config.width, size) for slot, size in slots.items()})

    def forward(self, tokens: Tensor) -> dict[str, Tensor]:
        """[B, N, D] to logits by slot."""
        questions = self.questions.to(tokens).expand(len(tokens), -1, -1)
        x = torch.cat([questions, tokens], 1)  # [B, slots + N, D]
        for layer in self.layers:
            x = layer(x)
        x = self.norm(x[:, : len(self.heads)])
        return {slot: head(x[:, index]) for index, (slot, head) in enumerate(self.heads.items())}


def waves(count: int, width: int) -> Tensor:
    """Positions 0 to `count` - 1 as sines and cosines [count, width] (Vaswani et al. 2017, section 3.5)."""
    lengths = LONGEST_WAVE * (SHORTEST_WAVE / LONGEST_WAVE) ** torch.linspace(0, 1, width // 2)
    angles = 2 * torch.pi * torch.arange(count)[:, None] / lengths
    return torch.cat([angles.sin(), angles.cos()], 1)


def places(rows: int, columns: int, width: int) -> Tensor:
    """Positions in a picture [width, rows, columns]: half of the channels tell the row, half the column."""
    row, column = waves(rows, width // 2).T, waves(columns, width // 2).T  # [width / 2, rows], [width / 2, columns]
    return torch.cat([row[:, :, None].expand(-1, -1, columns), column[:, None].expand(-1, rows, -1)])


def _agreed(logits: Tensor, length: int, *, exclusive: bool) -> Tensor:
    """What pictures [B * T, values] say, each by itself, agreed upon for every clip [B, values].

    So a clip is told by what is learned from stills, of which there are many more.
    """
    logits = logits.float().log_softmax(-1) if exclusive else logits.float()
    return rearrange(logits, "(b t) values -> b t values", t=length).mean(1)


def _surest(kind_cells: Tensor) -> Tensor:
    """How sure the surest cell is of each kind, as log odds [B, kinds]: a second opinion on who is in the picture."""
    found = kind_cells.float().softmax(-1)[..., 1:].amax((1, 2, 3))
    return found.clamp(SURE, 1 - SURE).logit()


def _channels_first(pictures: Tensor) -> Tensor:
    return pictures.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def _tokens(grid: Tensor, length: int) -> Tensor:
    """[(B T), D, H, W] to [B, T, H * W, D], with positions."""
    width = grid.shape[1]
    grid = grid + places(grid.shape[2], grid.shape[3], width).to(grid)
    tokens = rearrange(grid, "(b t) d h w -> b t (h w) d", t=length)
    return tokens + waves(length, width)[:, None].to(tokens)

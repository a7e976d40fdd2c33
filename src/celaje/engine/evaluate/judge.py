"""The judge: what a clip shows and sounds like, told from its latents, to measure how well clips follow their prompts.

It is trained on real clips of all combinations and never sees a generated one. Convolutions look at each latent frame,
a small transformer looks at the whole clip with one extra token per question. Picture and sound are judged apart. The
picture also tells when something should be heard. It does not know prompts or training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

from celaje.engine.latents import (
    AUDIO_CHANNELS,
    FRAMES_PER_LATENT,
    VIDEO_CHANNELS,
    ClipLatents,
    channel_spread,
)
from celaje.engine.world.captions.labels import NOT_SAID, Labels, Vocabulary, vocabulary

KINDS = "kinds"
PICTURE_SLOTS = ("look", "count", "place", "time", "weather", "camera")
SOUND_SLOTS = ("place", "weather")
MOVING_SLOTS = ("camera",)  # what a still cannot tell
BEATS_WEIGHT = 0.5
RISE = 0.35  # of the loudness latent, in its spreads (some 2 dB): two of three such steps begin with an event
LONGEST_WAVE, SHORTEST_WAVE = 64.0, 2.0  # of the positions, in cells or steps


@dataclass(frozen=True, kw_only=True)
class JudgeConfig:
    """Sizes: width of the convolutions, width and depth of the transformers of picture and sound."""

    cells: int = 128
    cell_blocks: int = 3
    width: int = 192
    depth: int = 2
    dropout: float = 0.1


TINY_JUDGE = JudgeConfig(cells=32, cell_blocks=1, width=32, depth=1, dropout=0.0)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Logits by slot [B, values]. `sound` is empty for clips without sound, `beats` [B, 4T] for stills.

    `beats` tells from the picture alone whether something begins to sound in each frame.
    """

    picture: Mapping[str, Tensor]
    sound: Mapping[str, Tensor]
    beats: Tensor


@dataclass(frozen=True, kw_only=True)
class Truths:
    """What holds: per slot a class [B], NOT_SAID where there is none; the subjects' kinds as 0 and 1 [B, kinds]."""

    one: Mapping[str, Tensor]
    kinds: Tensor

    def to(self, device: torch.device) -> "Truths":
        """The same on another device."""
        return Truths(one={slot: value.to(device) for slot, value in self.one.items()}, kinds=self.kinds.to(device))


@dataclass(frozen=True, kw_only=True)
class JudgeLosses:
    """What is wrong with the answers; `total` is minimised."""

    total: Tensor
    picture: Tensor
    sound: Tensor
    beats: Tensor


class Judge(nn.Module):
    """Reads clips. 2.6 M parameters with the default sizes.

    The fine channels of a latent, which tell who it is, have a tenth of the spread of the first: all are brought to the
    same, see `measure`.
    """

    video_spread: Tensor  # [C]
    audio_spread: Tensor  # [A]

    def __init__(self, config: JudgeConfig, words: Vocabulary | None = None) -> None:
        super().__init__()
        words = words or vocabulary()
        self.config = config
        self.register_buffer("video_spread", torch.ones(VIDEO_CHANNELS))
        self.register_buffer("audio_spread", torch.ones(AUDIO_CHANNELS))
        self.cells = nn.Sequential(
            nn.Conv2d(VIDEO_CHANNELS, 2 * config.cells, 1), nn.ReLU(), nn.Conv2d(2 * config.cells, config.cells, 1)
        )
        self.blocks = nn.Sequential(*(Look(config.cells) for _ in range(config.cell_blocks)))
        self.gather = nn.Conv2d(config.cells, config.width, 2, stride=2)
        self.picture = Reader(config, {slot: len(words.names(slot)) for slot in (*PICTURE_SLOTS, KINDS)})
        self.beats = nn.Linear(config.width, FRAMES_PER_LATENT)
        self.listen = nn.Conv1d(AUDIO_CHANNELS, config.width, 3, padding=1)
        self.sound = Reader(config, {slot: len(words.names(slot)) for slot in (*SOUND_SLOTS, KINDS)})
        for reader in (self.picture, self.sound):  # at first no kind is likely
            nn.init.constant_(reader.heads[KINDS].get_parameter("bias"), -3.0)

    @torch.no_grad()
    def measure(self, clips: Sequence[ClipLatents]) -> None:
        """Set the spread of every channel to that of these real clips."""
        self.video_spread.copy_(channel_spread([clip.video for clip in clips]))
        self.audio_spread.copy_(channel_spread([clip.audio for clip in clips]))

    def forward(self, clips: ClipLatents) -> Answers:
        """Whole clips of one shape: video [B, T, H, W, C], audio [B, S, A], S may be 0."""
        T = clips.video.shape[1]
        x = rearrange(clips.video / self.video_spread, "b t h w c -> (b t) c h w").contiguous(
            memory_format=torch.channels_last
        )
        x = self.blocks(self.cells(x))
        x = self.gather(F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)))  # [BT, D, H/2, W/2]
        x = x + places(x.shape[2], x.shape[3], self.config.width).to(x)
        tokens = rearrange(x, "(b t) d h w -> b t (h w) d", t=T)
        tokens = tokens + waves(T, self.config.width)[:, None].to(tokens)
        picture, seen = self.picture(tokens.flatten(1, 2))
        beats = self.beats(rearrange(seen, "b (t n) d -> b t n d", t=T).mean(2)).flatten(1)  # [B, 4T]
        sound: Mapping[str, Tensor] = {}
        if clips.audio.shape[1]:
            heard = self.listen((clips.audio / self.audio_spread).transpose(1, 2)).transpose(1, 2)  # [B, S, D]
            sound, _ = self.sound(heard + waves(heard.shape[1], self.config.width).to(heard))
        return Answers(picture=picture, sound=sound, beats=beats[:, : clips.audio.shape[1]])


class Look(nn.Module):
    """Two 3x3 convolutions beside an identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.GroupNorm(1, width)

    def forward(self, x: Tensor) -> Tensor:
        """[N, C, H, W] to the same."""
        change: Tensor = self.second(F.relu(self.first(self.norm(x))))
        return x + change


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

    def forward(self, tokens: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """[B, N, D] to logits by slot and what became of the tokens [B, N, D]."""
        questions = self.questions.to(tokens).expand(len(tokens), -1, -1)
        x = torch.cat([questions, tokens], 1)  # [B, slots + N, D]
        for layer in self.layers:
            x = layer(x)
        x = self.norm(x)
        answers = {slot: head(x[:, index]) for index, (slot, head) in enumerate(self.heads.items())}
        return answers, x[:, len(self.heads) :]


def waves(count: int, width: int) -> Tensor:
    """Positions 0 to `count` - 1 as sines and cosines [count, width] (Vaswani et al. 2017, section 3.5)."""
    lengths = LONGEST_WAVE * (SHORTEST_WAVE / LONGEST_WAVE) ** torch.linspace(0, 1, width // 2)
    angles = 2 * torch.pi * torch.arange(count)[:, None] / lengths
    return torch.cat([angles.sin(), angles.cos()], 1)


def places(rows: int, columns: int, width: int) -> Tensor:
    """Positions in a picture [width, rows, columns]: half of the channels tell the row, half the column."""
    row, column = waves(rows, width // 2).T, waves(columns, width // 2).T  # [width / 2, rows], [width / 2, columns]
    return torch.cat([row[:, :, None].expand(-1, -1, columns), column[:, None].expand(-1, rows, -1)])


def truths(labels: Sequence[Labels], words: Vocabulary | None = None) -> Truths:
    """The truth of a batch of clips.

    The look is asked only of who is alone: nothing in a picture tells which of several is the first.
    """
    words = words or vocabulary()
    one = {slot: torch.tensor([label.one[slot] for label in labels]) for slot in PICTURE_SLOTS}
    one["look"] = one["look"].masked_fill(one["count"] != words.names("count").index("one"), NOT_SAID)
    kinds = torch.zeros(len(labels), len(words.names(KINDS)))
    for row, label in enumerate(labels):
        kinds[row, list(label.many[KINDS])] = 1
    return Truths(one=one, kinds=kinds)


def judge_loss(judge: Judge, clips: ClipLatents, truth: Truths, *, noise: ClipLatents | None = None) -> JudgeLosses:
    """Cross-entropy of every slot. `noise` is added to what the judge sees, not to what it is asked."""
    seen = clips
    if noise is not None:
        seen = replace(clips, video=clips.video + noise.video, audio=clips.audio + noise.audio)
    answers = judge(seen)
    asked = _asked(clips)
    picture = _slot_loss(answers.picture, truth, asked)
    if not answers.sound:
        zero = torch.zeros_like(picture)
        return JudgeLosses(total=picture, picture=picture, sound=zero, beats=zero)
    sound = _slot_loss(answers.sound, truth, SOUND_SLOTS)
    beats = F.binary_cross_entropy_with_logits(answers.beats.float(), beats_of(clips.audio))
    return JudgeLosses(total=picture + sound + BEATS_WEIGHT * beats, picture=picture, sound=sound, beats=beats)


def beats_of(audio: Tensor) -> Tensor:
    """Where something begins to sound in latents [B, S, 64], as 0 and 1 [B, S]: their first channel is loudness."""
    rise = F.pad(audio[:, 1:, 0] - audio[:, :-1, 0], (1, 0))
    return (rise > RISE).float()


@torch.no_grad()
def judge_accuracy(judge: Judge, clips: ClipLatents, truth: Truths) -> dict[str, float]:
    """The share of right answers, "picture/place" and so on, of what can be asked of these clips.

    "picture/beats" is the chance that a moment with a beat seems more like one than a moment without (0.5 is guessing).
    """
    answers = judge(clips)
    given = {f"picture/{slot}": mark for slot, mark in marks(answers.picture, truth, _asked(clips)).items()}
    given |= {f"sound/{slot}": mark for slot, mark in marks(answers.sound, truth, SOUND_SLOTS).items()}
    shares = {name: float(mark.nanmean()) for name, mark in given.items() if not mark.isnan().all()}
    beats = beats_of(clips.audio) > 0
    if beats.any() and not beats.all():
        with_one, without = answers.beats[beats], answers.beats[~beats]
        shares["picture/beats"] = float((with_one[:, None] > without).float().mean())
    return shares


def marks(answers: Mapping[str, Tensor], truth: Truths, slots: Sequence[str]) -> dict[str, Tensor]:
    """How right the answers are, 0 to 1, by slot [B]; not a number where there is nothing to know.

    Of a clip with n kinds of subjects the n likeliest are taken, and the share of them that is there counts; of a clip
    without any it is right to find none likely.
    """
    if not answers:
        return {}
    right: dict[str, Tensor] = {}
    for slot in slots:
        known = truth.one[slot]
        mark = (answers[slot].argmax(-1) == known).float()
        right[slot] = mark.masked_fill(known == NOT_SAID, torch.nan)
    num_kinds = truth.kinds.sum(-1)
    rank = answers[KINDS].argsort(dim=-1, descending=True).argsort(dim=-1)
    taken = (rank < num_kinds[:, None]).float()
    right[KINDS] = torch.where(
        num_kinds > 0, (taken * truth.kinds).sum(-1) / num_kinds.clamp_min(1), (answers[KINDS] < 0).all(-1).float()
    )
    return right


def _asked(clips: ClipLatents) -> tuple[str, ...]:
    """The slots that can be told from the picture of these clips."""
    if clips.video.shape[1] > 1:
        return PICTURE_SLOTS
    return tuple(slot for slot in PICTURE_SLOTS if slot not in MOVING_SLOTS)


def _slot_loss(answers: Mapping[str, Tensor], truth: Truths, slots: Sequence[str]) -> Tensor:
    parts = []
    for slot in slots:
        known = truth.one[slot]
        loss = F.cross_entropy(answers[slot].float(), known, ignore_index=NOT_SAID, reduction="sum")
        parts.append(loss / (known != NOT_SAID).sum().clamp_min(1))
    kinds = F.binary_cross_entropy_with_logits(answers[KINDS].float(), truth.kinds, reduction="none").sum(-1).mean()
    return torch.stack([*parts, kinds]).sum()

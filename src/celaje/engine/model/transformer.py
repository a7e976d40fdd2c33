"""The diffusion transformer: one stream of text, picture and sound tokens, each with its own noise level.

It predicts the clean clip. It does not know where latents come from, how noise was chosen or how a solver walks.

Sources: DiT (Peebles and Xie 2022, arXiv 2212.09748); one shared adaLN (PixArt-alpha, arXiv 2310.00426); one stream for
all modalities (MagiHuman, arXiv 2603.21986); guidance as an input (Meng et al. 2023, arXiv 2210.03142);
preconditioning (Karras et al. 2022, arXiv 2206.00364, table 1, rewritten for x_t = (1 - t) x + t e); noise level per
token (Diffusion Forcing, arXiv 2407.01392).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

from celaje.engine.latents import (
    AUDIO_CHANNELS,
    AUDIO_PER_LATENT,
    LATENTS_PER_SECOND,
    VIDEO_CHANNELS,
    ClipLatents,
    Guidance,
    NoiseLevels,
    StillLatents,
    TextTokens,
    channel_spread,
)
from celaje.engine.model.attention import Attention, attend_plainly, fastest
from celaje.engine.model.position import audio_positions, rotary, turn, video_positions

FRAME_S = 1 / LATENTS_PER_SECOND
STEP_S = FRAME_S / AUDIO_PER_LATENT
NUM_LEVEL_FEATURES = 64
MASKED = -1e4  # added to a score that must not count; small enough for bf16
START_AT_ZERO = (
    "condition.2",
    "guidance_in",
    "level_out",
    "video_out",
    "audio_out",
    "video_smooth",
    "head.around",
    "head.out",
)


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """Sizes of the transformer. `width` is a multiple of 64, the width of a head.

    A token of the picture has more channels than the stream is wide, so the last channels cannot go through it: with
    `head`, a head of that width sees them beside what the stream knows (Zheng et al. 2025, arXiv 2510.11690, 4.3).
    With `num_answers`, a prompt comes as that many answers (see `generate.reading.answered`); with 0, as its words.
    With `guidance`, it learns to answer as guidance would, by factors of 1 to that; with 0, its answers are plain.
    """

    width: int = 256
    depth: int = 8
    feedforward: int = 704
    text_width: int = 256
    num_registers: int = 4
    num_answers: int = 0
    head: int = 0
    guidance: float = 0.0


class Transformer(nn.Module):
    """See the module's docstring. 7.4 M parameters with the default sizes.

    Channels differ in spread: the first principal component has ten times that of the last. `measure` tells the
    network, so that what it has to say about each has the same size; until then all count as 1.
    """

    video_spread: Tensor  # [C]
    audio_spread: Tensor  # [A]

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.attention: Attention = attend_plainly
        self.register_buffer("video_spread", torch.ones(VIDEO_CHANNELS))
        self.register_buffer("audio_spread", torch.ones(AUDIO_CHANNELS))
        width = config.width
        self.text_in = nn.Linear(config.text_width, width)
        self.video_in = nn.Linear(VIDEO_CHANNELS, width)
        self.audio_in = nn.Linear(AUDIO_CHANNELS, width)
        self.still_in = nn.Linear(VIDEO_CHANNELS, width)
        self.level_in = nn.Linear(NUM_LEVEL_FEATURES, width)
        self.modality = nn.Parameter(torch.empty(5, width))  # text, video, audio, keyframe, reference
        self.registers = nn.Parameter(torch.empty(config.num_registers, width))
        # Which answer a text token is.
        self.answers = nn.Parameter(torch.empty(config.num_answers, width)) if config.num_answers else None
        self.condition = nn.Sequential(
            nn.Linear(config.text_width + 2 * NUM_LEVEL_FEATURES, width), nn.SiLU(), nn.Linear(width, 6 * width)
        )
        self.guidance_in = nn.Linear(2 * NUM_LEVEL_FEATURES, width, bias=False) if config.guidance else None
        self.blocks = nn.ModuleList(Block(width, config.feedforward) for _ in range(config.depth))
        self.video_smooth = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.level_out = nn.Linear(NUM_LEVEL_FEATURES, 2 * width)
        self.video_out = nn.Linear(width, VIDEO_CHANNELS)
        self.head = Head(width, config.head) if config.head else None
        self.audio_out = nn.Linear(width, AUDIO_CHANNELS)
        self.init_weights()

    def init_weights(self) -> None:
        """Start as a network that passes tokens through and predicts zero."""
        residual_scale = (2 * self.config.depth) ** -0.5
        for name, parameter in self.named_parameters():
            module, _, last = name.rpartition(".")
            if module.endswith((".project", ".down")):
                nn.init.normal_(parameter, std=residual_scale * parameter.shape[1] ** -0.5)
            elif module in START_AT_ZERO or last == "bias":
                nn.init.zeros_(parameter)
            elif last == "weight":
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
        nn.init.normal_(self.modality, std=0.5)
        nn.init.normal_(self.registers, std=0.5)
        if self.answers is not None:
            nn.init.normal_(self.answers, std=0.5)

    @torch.no_grad()
    def measure(self, clips: Sequence[ClipLatents]) -> None:
        """Set the spread of every channel to that of these real clips."""
        self.video_spread.copy_(channel_spread([clip.video for clip in clips]))
        self.audio_spread.copy_(channel_spread([clip.audio for clip in clips]))

    def use_fastest_attention(self) -> None:
        """Choose the attention path for the device and dtype that the weights have now."""
        weight = self.video_in.weight
        self.attention = fastest(weight.device, weight.dtype)

    def forward(
        self,
        noisy: ClipLatents,
        levels: NoiseLevels,
        text: TextTokens,
        stills: StillLatents | None = None,
        guidance: Guidance | None = None,
    ) -> ClipLatents:
        """The clean clips that `noisy` (at `levels`, per token) most likely came from. Shapes as in `noisy`.

        `guidance` is for a network that has learned it; without, the answer is plain.
        """
        B, T, H, W, _ = noisy.video.shape
        dtype = self.video_in.weight.dtype if not torch.is_autocast_enabled(noisy.video.device.type) else torch.float32
        video_level = levels.video.flatten(1)[..., None]  # [B, T*H*W, 1]
        audio_level = levels.audio[..., None]  # [B, S, 1]
        noisy_video = noisy.video.flatten(1, 3)
        video_features = level_features(video_level).to(dtype)
        audio_features = level_features(audio_level).to(dtype)

        video = self.video_in((noisy_video * input_scale(video_level)).to(dtype)) + self.level_in(video_features)
        audio = self.audio_in((noisy.audio * input_scale(audio_level)).to(dtype)) + self.level_in(audio_features)
        parts = [
            self.registers.expand(B, -1, -1),
            self._text_in(text, dtype),
            video + self.modality[1],
            audio + self.modality[2],
        ]
        if stills is not None:
            roles = self.modality[3 + stills.role][:, :, None, None]
            parts.append((self.still_in(stills.values.to(dtype)) + roles).flatten(1, 3))
        tokens = torch.cat([part.to(video.dtype) for part in parts], dim=1)  # [B, N, D]

        cosines, sines = (table.to(tokens.dtype) for table in self._rotary(noisy, text, stills))
        bias = attention_bias(noisy, text, stills, num_registers=len(self.registers))
        bias = None if bias is None else bias.to(tokens.dtype)
        pooled = self._pooled(text, dtype)  # [B, text width]
        overall = torch.cat([pooled, _mean(video_features), _mean(audio_features)], dim=-1)
        asked = self.condition[0](overall)
        if self.guidance_in is not None and guidance is not None:
            asked = asked + self.guidance_in(guidance_features(guidance, self.config.guidance).to(dtype))
        changes = rearrange(self.condition[1:](asked), "B (six D) -> six B 1 D", six=6)
        for block in self.blocks:
            tokens = block(tokens, changes, cosines, sines, bias, self.attention)

        begin = len(self.registers) + text.values.shape[1]
        end = begin + video.shape[1]
        video = self._finish(tokens[:, begin:end], video_features)
        audio = self._finish(tokens[:, end : end + audio.shape[1]], audio_features)
        if video.shape[1]:
            grid = rearrange(video, "B (T H W) D -> (B T) D H W", T=T, H=H, W=W)
            video = video + rearrange(self.video_smooth(grid), "(B T) D H W -> B (T H W) D", B=B)
        lacking = self.video_out(video)
        if self.head is not None and video.shape[1]:
            whitened = noisy_video * spread_of(video_level, self.video_spread).rsqrt()
            lacking = lacking + self.head(video, whitened.to(dtype), (T, H, W))
        clean_video = precondition(noisy_video, lacking.float(), video_level, self.video_spread)
        clean_audio = precondition(noisy.audio, self.audio_out(audio).float(), audio_level, self.audio_spread)
        return replace(noisy, video=clean_video.view_as(noisy.video), audio=clean_audio)

    def _text_in(self, text: TextTokens, dtype: torch.dtype) -> Tensor:
        """Text tokens in the stream's width, answers told apart by their place, [B, L, D]."""
        tokens: Tensor = self.text_in(text.values.to(dtype)) + self.modality[0]
        if self.answers is None:
            return tokens
        return tokens + F.pad(self.answers, (0, 0, 0, tokens.shape[1] - len(self.answers)))

    def _pooled(self, text: TextTokens, dtype: torch.dtype) -> Tensor:
        """The whole prompt in one vector [B, text width]: the mean of its answers, or of its words."""
        if self.answers is not None:
            return text.values[:, : len(self.answers)].to(dtype).mean(1)
        valid = text.valid[..., None].to(dtype)
        return (text.values.to(dtype) * valid).sum(1) / valid.sum(1).clamp_min(1)

    def _finish(self, tokens: Tensor, features: Tensor) -> Tensor:
        scale, shift = self.level_out(features).chunk(2, dim=-1)
        result: Tensor = norm(tokens) * (1 + scale) + shift
        return result

    def _rotary(self, noisy: ClipLatents, text: TextTokens, stills: StillLatents | None) -> tuple[Tensor, Tensor]:
        """Cosines and sines [B, N, 1, 32] of all tokens. Text sits at the middle of the seconds that it speaks of."""
        B, T, H, W, _ = noisy.video.shape
        device = noisy.video.device
        middle = noisy.start_s + T * FRAME_S / 2
        text_s = torch.where(text.start_s < 0, torch.full_like(text.start_s, middle), (text.start_s + text.end_s) / 2)
        text_at = torch.stack([text_s, torch.zeros_like(text_s), torch.zeros_like(text_s)], dim=-1)  # [B, L, 3]
        # All of it is made on the device: to send it there would be to wait for what the device is still doing.
        register_at = F.pad(torch.full((1,), middle, device=device), (0, 2)).expand(B, len(self.registers), 3)
        video_at = video_positions(T, H, W, start_s=noisy.start_s, frame_s=FRAME_S, device=device)
        audio_at = audio_positions(noisy.audio.shape[1], start_s=noisy.start_s, step_s=STEP_S, device=device)
        positions = [register_at, text_at, video_at.expand(B, -1, -1), audio_at.expand(B, -1, -1)]
        if stills is not None:
            plane = video_positions(1, H, W, start_s=0.0, frame_s=0.0, device=device)  # [H*W, 3]
            moment = F.pad(stills.time_s[..., None], (0, 2))[:, :, None]  # [B, K, 1, 3]
            positions.append((plane + moment).flatten(1, 2))
        cosines, sines = rotary(torch.cat(positions, dim=1))
        return cosines[:, :, None], sines[:, :, None]


class Block(nn.Module):
    """Self-attention and a gated feed-forward, both modulated by the shared condition plus this block's own offsets."""

    def __init__(self, width: int, feedforward: int) -> None:
        super().__init__()
        self.num_heads = width // 64
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.project = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 2 * feedforward, bias=False)
        self.down = nn.Linear(feedforward, width, bias=False)
        self.query_gain = nn.Parameter(torch.ones(64))
        self.key_gain = nn.Parameter(torch.ones(64))
        self.offsets = nn.Parameter(torch.zeros(6, width))

    def forward(
        self, x: Tensor, changes: Tensor, cosines: Tensor, sines: Tensor, bias: Tensor | None, attention: Attention
    ) -> Tensor:
        """[B, N, D] -> [B, N, D]; `changes` is [6, B, 1, D]."""
        shift1, scale1, gate1, shift2, scale2, gate2 = (changes + self.offsets[:, None, None]).to(x.dtype)
        h = norm(x) * (1 + scale1) + shift1
        qkv = rearrange(self.query_key_value(h), "B N (three h d) -> three B N h d", three=3, h=self.num_heads)
        query = turn(norm(qkv[0]) * self.query_gain.to(x.dtype), cosines, sines).transpose(1, 2)  # [B, h, N, d]
        key = turn(norm(qkv[1]) * self.key_gain.to(x.dtype), cosines, sines).transpose(1, 2)
        mixed = attention(query, key, qkv[2].transpose(1, 2), bias)
        x = x + (1 + gate1) * self.project(rearrange(mixed, "B h N d -> B N (h d)"))
        h = norm(x) * (1 + scale2) + shift2
        up, gate = self.up(h).chunk(2, dim=-1)
        result: Tensor = x + (1 + gate2) * self.down(F.silu(gate) * up)
        return result


class Head(nn.Module):
    """What the stream is too narrow for: all channels of a noisy token, those around it, and what the stream knows.

    It starts by saying nothing.
    """

    def __init__(self, width: int, wide: int) -> None:
        super().__init__()
        self.noisy_in = nn.Linear(VIDEO_CHANNELS, wide)
        self.stream_in = nn.Linear(width, wide)
        self.around = nn.Conv2d(wide, wide, 3, padding=1, groups=wide)
        self.before_and_after = nn.Parameter(torch.zeros(2, wide))
        self.up = nn.Linear(wide, 3 * wide, bias=False)
        self.down = nn.Linear(3 * wide // 2, wide, bias=False)
        self.out = nn.Linear(wide, VIDEO_CHANNELS)

    def forward(self, stream: Tensor, noisy: Tensor, shape: tuple[int, int, int]) -> Tensor:
        """Stream [B, T*H*W, D] and noisy tokens of unit spread [B, T*H*W, C], `shape` (T, H, W), to [B, T*H*W, C]."""
        T, H, W = shape
        x = self.noisy_in(noisy) + self.stream_in(stream)
        grid = rearrange(x, "B (T H W) D -> (B T) D H W", T=T, H=H, W=W)
        x = x + rearrange(self.around(grid), "(B T) D H W -> B (T H W) D", T=T)
        in_time = x.unflatten(1, (T, H * W))
        if T > 1:
            before = F.pad(in_time[:, :-1], (0, 0, 0, 0, 1, 0))
            after = F.pad(in_time[:, 1:], (0, 0, 0, 0, 0, 1))
            x = (in_time + before * self.before_and_after[0] + after * self.before_and_after[1]).flatten(1, 2)
        up, gate = self.up(norm(x)).chunk(2, dim=-1)
        result: Tensor = self.out(norm(x + self.down(F.silu(gate) * up)))
        return result


def norm(x: Tensor) -> Tensor:
    """RMS normalisation without gains, over the last axis."""
    return F.rms_norm(x, (x.shape[-1],))


def level_features(levels: Tensor) -> Tensor:
    """Smooth features [..., 64] of noise levels [..., 1] in 0 to 1."""
    frequencies = torch.exp(torch.linspace(0, math.log(100), NUM_LEVEL_FEATURES // 2, device=levels.device))
    angles = levels * frequencies * (math.pi / 2)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def guidance_features(guidance: Guidance, largest: float) -> Tensor:
    """Smooth features [B, 128] of factors from 1, where all are 0, to `largest`."""
    share = torch.stack([guidance.video, guidance.audio], 1).log()[..., None] / math.log(largest)
    return (level_features(share) - level_features(torch.zeros_like(share))).flatten(1)


def input_scale(level: Tensor) -> Tensor:
    """What brings (1 - t) x + t e to unit spread when x and e have it."""
    return ((1 - level) ** 2 + level**2).rsqrt()


def precondition(noisy: Tensor, output: Tensor, level: Tensor, spread: Tensor) -> Tensor:
    """The clean estimate: what a linear denoiser would say of `noisy`, plus the network's `output` scaled to its error.

    `spread` [C] is that of the clean channels. With this the velocity loss |x_hat - x|^2 / t^2 asks the same accuracy
    of the network wherever noise outweighs a channel, and what it says of a channel has unit spread at every level.
    """
    there = spread_of(level, spread)
    return (noisy * (1 - level) * spread.square() + output * level * spread * there.sqrt()) / there


def spread_of(level: Tensor, spread: Tensor) -> Tensor:
    """The variance of a noisy channel."""
    return ((1 - level) * spread).square() + level.square()


def attention_bias(
    noisy: ClipLatents, text: TextTokens, stills: StillLatents | None, *, num_registers: int
) -> Tensor | None:
    """What keeps tokens from text that is padding or speaks of other seconds; [B, 1, 1 or N, N] or None.

    Where it would have to wait for a GPU to know that less is enough, it is made for all tokens.
    """
    B, T, H, W, _ = noisy.video.shape
    num_text, num_audio = text.valid.shape[1], noisy.audio.shape[1]
    num_stills = 0 if stills is None else stills.values.shape[1] * H * W
    can_look = noisy.video.device.type == "cpu"
    if text.is_plain or (can_look and bool(text.valid.all()) and not bool((text.start_s >= 0).any())):
        return None
    hidden = ~text.valid[:, None, :]  # [B, 1, L]
    num_tokens = num_registers + num_text + T * H * W + num_audio + num_stills
    if not can_look or bool((text.start_s >= 0).any()):
        device = noisy.video.device
        video_s = noisy.start_s + (torch.arange(T, device=device) + 0.5) * FRAME_S
        audio_s = noisy.start_s + (torch.arange(num_audio, device=device) + 0.5) * STEP_S
        clip_s = torch.cat([video_s.repeat_interleave(H * W), audio_s])[None, :, None]  # [1, T*H*W+S, 1]
        spoken = text.start_s[:, None, :] >= 0
        elsewhere = spoken & ((clip_s < text.start_s[:, None, :]) | (clip_s > text.end_s[:, None, :]))  # [B, clip, L]
        before, after = num_registers + num_text, num_stills
        hidden = hidden | F.pad(elsewhere, (0, 0, before, after))  # [B, N, L]
    bias = torch.zeros(B, 1, hidden.shape[1], num_tokens, device=noisy.video.device)
    bias[:, 0, :, num_registers : num_registers + num_text] = hidden * MASKED
    return bias


def _mean(features: Tensor) -> Tensor:
    return features.mean(1) if features.shape[1] else features.new_zeros(features.shape[0], features.shape[2])

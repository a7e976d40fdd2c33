"""Text tokens from token numbers: a small bidirectional transformer, with heads that name what a prompt speaks of.

RMSNorm (Zhang and Sennrich, 2019), SwiGLU (Shazeer, 2020), rotary positions (Su et al., 2021). Attention is written as
matmul, softmax, matmul, which is the fast way on CPUs for so few tokens. It does not know the words behind the numbers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from celaje.engine.latents import TextTokens
from celaje.engine.text.tokenizer import VOCABULARY_SIZE, EncodedText

PAIR_CHANNELS = 128
CLOCK_S = 8.0  # seconds that the clock's numbers are measured in


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Something a prompt can speak of: one of `size` values, or (`many`) any number of them."""

    size: int
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class TextConfig:
    """Sizes of a text encoder."""

    vocabulary: int = VOCABULARY_SIZE
    width: int = 256
    layers: int = 4
    heads: int = 4
    hidden: int = 512  # of the SwiGLU


class TextEncoder(nn.Module):
    """Encodes prompts. `slots` maps a slot's name to its size; the heads exist for these."""

    def __init__(self, config: TextConfig, slots: Mapping[str, Slot]) -> None:
        super().__init__()
        self.config = config
        self.slot_kinds = dict(slots)
        self.embedding = nn.Embedding(config.vocabulary, config.width)
        self.word_norm = nn.RMSNorm(config.width)
        self.clock = nn.Linear(
            4, config.width, bias=False
        )  # when a token speaks of: start, end and length, if it says so
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.width)
        self.questions = nn.Linear(
            config.width, len(slots) + 1, bias=False
        )  # which tokens each slot and the pair look at
        self.heads = nn.ModuleDict({name: nn.Linear(config.width, slot.size) for name, slot in slots.items()})
        self.pair = nn.Linear(config.width, PAIR_CHANNELS, bias=False)  # where two captions of one scene meet
        self.masked = nn.Linear(config.width, config.width)  # before the tied output embedding
        self.init_weights()

    def init_weights(self) -> None:
        """Normal weights of spread 0.02; residual branches begin silent, and nothing of many is likely at first.

        Embeddings are normalized at once: else the first steps of the branches drown which word stands where, and the
        encoder stays at chance for hundreds of steps.
        """
        for name, weight in self.named_parameters():
            if name.endswith(("out.weight", "down.weight", "bias")):
                nn.init.zeros_(weight)
            elif weight.ndim == 2:
                nn.init.normal_(weight, std=0.02)
        for name, slot in self.slot_kinds.items():
            if slot.many:
                nn.init.constant_(self.heads[name].get_parameter("bias"), -4.0)

    def forward(self, ids: Tensor, valid: Tensor, start_s: Tensor, end_s: Tensor) -> TextTokens:
        """Token numbers [B, L], which are valid, and the seconds they speak of, as text tokens."""
        clock = torch.stack([start_s, end_s, end_s - start_s, torch.full_like(end_s, CLOCK_S)], dim=-1) / CLOCK_S
        x = self.word_norm(self.embedding(ids)) + self.clock(clock * (end_s >= 0)[..., None])  # [B, L, D]
        layout = Layout.of(valid, self.config.width // self.config.heads, x.dtype)
        x = x.flatten(0, 1)[layout.where]  # [N, D]: only what is valid costs time
        for block in self.blocks:
            x = block(x, layout)  # [N, D]
        return TextTokens(values=layout.pad(self.norm(x)), valid=valid, start_s=start_s, end_s=end_s)

    def encode(self, text: EncodedText) -> TextTokens:
        """`forward` for what a tokenizer gave."""
        return self(text.ids, text.valid, text.start_s, text.end_s)  # type: ignore[no-any-return]

    def slots(self, tokens: TextTokens) -> dict[str, Tensor]:
        """Logits [B, size] of every slot: softmax for one value, sigmoid for `many`."""
        answers = self.answers(tokens)
        return {name: head(answers[:, index]) for index, (name, head) in enumerate(self.heads.items())}

    def meeting(self, tokens: TextTokens) -> Tensor:
        """Unit vectors [B, 128] that are close for prompts of the same scene, whatever their language."""
        return F.normalize(self.pair(self.answers(tokens)[:, -1]), dim=-1)

    def answers(self, tokens: TextTokens) -> Tensor:
        """What each slot, and the pair at the end, gathers from the tokens [B, slots + 1, D]."""
        interest = self.questions(tokens.values).masked_fill(~tokens.valid[..., None], -1e4).softmax(dim=1)  # [B, L, S]
        gathered: Tensor = interest.transpose(1, 2) @ tokens.values.to(interest.dtype)
        return gathered  # [B, S, D]

    def masked_logits(self, values: Tensor) -> Tensor:
        """Logits [N, vocabulary] of what stood at masked tokens [N, D]."""
        return F.linear(F.silu(self.masked(values)), self.embedding.weight)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the N valid tokens of a padded batch stand, and what attention needs to know of it."""

    shape: tuple[int, int]  # B, L
    where: Tensor  # [N] indices into B * L
    mask: Tensor  # [B, 1, 1, L] added to the logits of attention: 0, or very low where nothing is
    cosine: Tensor  # [L, d / 2]
    sine: Tensor  # [L, d / 2]

    @classmethod
    def of(cls, valid: Tensor, channels: int, dtype: torch.dtype) -> "Layout":
        """The layout for `valid` [B, L] and heads of `channels`. Rotary: Su et al. (2021), eq. 15, with base 1000."""
        B, L = valid.shape
        speeds = 1000.0 ** (-torch.arange(0, channels, 2, device=valid.device) / channels)
        angles = torch.arange(L, device=valid.device)[:, None] * speeds  # [L, d / 2]
        return cls(
            shape=(B, L),
            where=valid.flatten().nonzero()[:, 0],
            mask=torch.zeros(valid.shape, dtype=dtype, device=valid.device).masked_fill(~valid, -1e4)[:, None, None],
            cosine=angles.cos().to(dtype),
            sine=angles.sin().to(dtype),
        )

    def pad(self, x: Tensor) -> Tensor:
        """Tokens [N, C] at their places in [B, L, C], zero elsewhere."""
        B, L = self.shape
        return x.new_zeros(B * L, x.shape[-1]).index_copy(0, self.where, x).view(B, L, -1)


class Block(nn.Module):
    """Attention within each prompt, then a gated layer, each added to its input."""

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.num_heads = config.heads
        self.attention_norm = nn.RMSNorm(config.width)
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.gate_norm = nn.RMSNorm(config.width)
        self.up = nn.Linear(config.width, 2 * config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor, layout: Layout) -> Tensor:
        """Tokens [N, D] of all prompts, one after the other."""
        x = x + self.out(self.attend(layout.pad(self.qkv(self.attention_norm(x))), layout))
        gate, value = self.up(self.gate_norm(x)).chunk(2, dim=-1)  # [N, hidden] each
        return x + self.down(F.silu(gate) * value)  # type: ignore[no-any-return]

    def attend(self, qkv: Tensor, layout: Layout) -> Tensor:
        """Queries, keys and values [B, L, 3 D] to what each valid token gathers [N, D]."""
        B, L, _ = qkv.shape
        q, k, v = qkv.view(B, L, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)  # [B, h, L, d]
        q, k = rotate(q, layout) / math.sqrt(q.shape[-1]), rotate(k, layout)
        weights = torch.softmax(q @ k.transpose(-1, -2) + layout.mask, dim=-1)  # [B, h, L, L]
        gathered: Tensor = (weights.to(v.dtype) @ v).transpose(1, 2).reshape(B * L, -1)  # [B L, D]
        return gathered[layout.where]  # [N, D]


def rotate(x: Tensor, layout: Layout) -> Tensor:
    """Turn the pairs of channels of x [B, h, L, d] by the position's angles."""
    first, second = x.chunk(2, dim=-1)
    cosine, sine = layout.cosine.to(x.dtype), layout.sine.to(x.dtype)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], dim=-1)

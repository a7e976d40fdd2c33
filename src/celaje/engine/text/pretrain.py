"""Losses that teach the encoder from captions alone: name what was said, find the translation, guess masked tokens.

Masked tokens: Devlin et al. (2019). Pairs: van den Oord et al. (2018), InfoNCE. It does not know scenes: targets come
as numbers, with -1 for what a caption did not say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.engine.latents import TextTokens
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import SPECIALS, EncodedText

NOT_SAID = -1
MASKED_ROWS = 0.3  # share of captions whose tokens are masked; these are asked for nothing else
MASKED_TOKENS = 0.15
TEMPERATURE = 0.1
PAIR_WEIGHT, MASKED_WEIGHT = 0.3, 0.2


@dataclass(frozen=True, kw_only=True)
class TextBatch:
    """Captions of B / 2 scenes: row i and row B / 2 + i speak of the same scene, usually in two languages."""

    text: EncodedText
    targets: Mapping[str, Tensor]  # [B] numbers, or [B, values] of 0 and 1 for slots with many; -1 where not said


@dataclass(frozen=True, kw_only=True)
class TextLosses:
    """What the encoder got wrong; `total` is what to minimize."""

    total: Tensor
    slots: Tensor
    pairs: Tensor
    masked: Tensor


def pretraining_loss(encoder: TextEncoder, batch: TextBatch, generator: torch.Generator) -> TextLosses:
    """The losses of one batch. The captions to be masked are drawn by `generator` (on the CPU)."""
    text = batch.text
    ids, guess, rows = mask_tokens(text, encoder.config.vocabulary, generator)
    tokens = encoder(ids, text.valid, text.start_s, text.end_s)
    masked = F.cross_entropy(encoder.masked_logits(tokens.values[guess]).float(), text.ids[guess])
    slots = slot_loss(
        encoder,
        tokens,
        {name: target.masked_fill(_wide(rows, target), NOT_SAID) for name, target in batch.targets.items()},
    )
    pairs = pair_loss(encoder.meeting(tokens), ~rows)
    total = slots + PAIR_WEIGHT * pairs + MASKED_WEIGHT * masked
    return TextLosses(total=total, slots=slots, pairs=pairs, masked=masked)


def mask_tokens(text: EncodedText, vocabulary: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Hide tokens of some captions: changed ids [B, L], where to guess [B, L] and which captions were masked [B].

    Of the tokens to guess 80 % are hidden, 10 % replaced and 10 % left. At least one token is always guessed.
    """
    B, L = text.ids.shape
    draw = torch.rand(B, 1 + 2 * L, generator=generator).to(text.ids.device)
    rows = draw[:, 0] < MASKED_ROWS
    rows[draw[:, 0].argmin()] = True
    guess = rows[:, None] & text.valid & (text.ids >= len(SPECIALS)) & (draw[:, 1 : L + 1] < MASKED_TOKENS)
    first = int(draw[:, 0].argmin())
    guess[first, 1] |= bool(text.valid[first, 1])
    others = torch.randint(len(SPECIALS), vocabulary, (B, L), generator=generator).to(text.ids.device)
    how = draw[:, L + 1 :]
    changed = torch.where(how < 0.8, SPECIALS.index("<mask>"), torch.where(how < 0.9, others, text.ids))
    return torch.where(guess, changed, text.ids), guess, rows


def slot_loss(encoder: TextEncoder, tokens: TextTokens, targets: Mapping[str, Tensor]) -> Tensor:
    """Mean over slots of the cross-entropy of what was said."""
    losses = []
    for name, logits in encoder.slots(tokens).items():
        target = targets[name]
        said = target != NOT_SAID
        if encoder.slot_kinds[name].many:
            wrong = F.binary_cross_entropy_with_logits(logits.float(), target.clamp_min(0).float(), reduction="none")
            losses.append((wrong * said).sum() / (target == 1).sum().clamp_min(1))
        else:
            wrong = F.cross_entropy(logits.float(), target.clamp_min(0), reduction="none")
            losses.append((wrong * said).sum() / said.sum().clamp_min(1))
    return torch.stack(losses).mean()


def pair_loss(vectors: Tensor, usable: Tensor) -> Tensor:
    """InfoNCE both ways between the first and the second half of unit vectors [B, C], where both are usable."""
    first, second = vectors.float().chunk(2)
    one, other = usable.chunk(2)
    both = one & other
    similarity = first[both] @ second[both].T / TEMPERATURE
    if not len(similarity):
        return vectors.sum() * 0.0
    own = torch.arange(len(similarity), device=vectors.device)
    return (F.cross_entropy(similarity, own) + F.cross_entropy(similarity.T, own)) / 2


@torch.no_grad()
def slot_accuracy(encoder: TextEncoder, batch: TextBatch) -> dict[str, float]:
    """Share of right answers per slot, of what was said; for slots with many values the F1 of those above one half."""
    result = {}
    for name, logits in encoder.slots(encoder.encode(batch.text)).items():
        target = batch.targets[name]
        said = target != NOT_SAID
        if encoder.slot_kinds[name].many:
            found = (logits > 0) & said
            right = (found & (target == 1)).sum().item()
            result[name] = 2 * right / max(1, found.sum().item() + (target == 1).sum().item())
        else:
            right = ((logits.argmax(dim=-1) == target) & said).sum().item()
            result[name] = right / max(1, said.sum().item())
    return result


def _wide(rows: Tensor, target: Tensor) -> Tensor:
    """Rows [B] as a mask that fits a target of one or two axes."""
    return rows if target.ndim == 1 else rows[:, None]

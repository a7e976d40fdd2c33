"""Prompts to text tokens, on the clock of the window that is being made."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from celaje.engine.latents import TextTokens
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import EncodedText, Tokenizer


@torch.no_grad()
def encode_prompts(
    encoder: TextEncoder, tokenizer: Tokenizer, prompts: Sequence[str], starts_s: Tensor, *, device: torch.device
) -> TextTokens:
    """Text tokens of `prompts` for windows that begin at `starts_s` [B] of their clips.

    What a time mark says of seconds before the window is hidden. An empty prompt gives no valid token.
    """
    text = tokenizer.encode(prompts)
    spoken = torch.tensor([bool(prompt.strip()) for prompt in prompts])
    text = since(replace(text, valid=text.valid & spoken[:, None]), starts_s)
    return encoder.encode(text.to(device))


def since(text: EncodedText, starts_s: Tensor) -> EncodedText:
    """The same prompts with their seconds counted from `starts_s` [B]."""
    timed = text.end_s >= 0
    start_s = torch.where(timed, (text.start_s - starts_s[:, None]).clamp_min(0), text.start_s)
    end_s = torch.where(timed, text.end_s - starts_s[:, None], text.end_s)
    over = timed & (end_s <= 0)
    return replace(
        text, valid=text.valid & ~over, start_s=torch.where(over, 0.0, start_s), end_s=torch.where(over, 0.0, end_s)
    )

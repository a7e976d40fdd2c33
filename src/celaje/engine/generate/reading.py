"""Prompts to text tokens, on the clock of the window that is being made."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from celaje.engine.latents import TextTokens
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import EncodedText, Tokenizer, timed_parts


@torch.no_grad()
def encode_prompts(
    encoder: TextEncoder,
    tokenizer: Tokenizer,
    prompts: Sequence[str],
    starts_s: Tensor,
    *,
    device: torch.device,
    as_answers: bool,
) -> TextTokens:
    """Text tokens of `prompts` for windows that begin at `starts_s` [B] of their clips.

    What a time mark says of seconds before the window is hidden. With `as_answers`, words give way to what the encoder
    makes of them, see `answered`; else an empty prompt gives no valid token.
    """
    text = tokenizer.encode(prompts)
    spoken = torch.tensor([bool(prompt.strip()) for prompt in prompts])
    text = since(replace(text, valid=text.valid & spoken[:, None]), starts_s)
    words = encoder.encode(text.to(device))
    return answered(encoder, words) if as_answers else words


def answered(encoder: TextEncoder, words: TextTokens) -> TextTokens:
    """The same number of answers for each prompt, and after them only the words that speak of certain seconds.

    Half the tokens of a still are its words, padded to the longest of a batch; a dozen answers hold what they tell.
    Without a prompt all answers are zero.
    """
    answers = encoder.answers(words)  # [B, A, D]
    timed = words.valid & (words.start_s >= 0)
    num_timed = int(timed.sum(1).max())
    order = timed.int().argsort(dim=1, descending=True, stable=True)[:, :num_timed]  # [B, L]
    whole = answers.new_full(answers.shape[:2], -1.0, dtype=words.start_s.dtype)
    return TextTokens(
        values=torch.cat([answers, words.values.to(answers.dtype).take_along_dim(order[..., None], 1)], 1),
        valid=torch.cat([torch.ones_like(whole, dtype=torch.bool), timed.take_along_dim(order, 1)], 1),
        start_s=torch.cat([whole, words.start_s.take_along_dim(order, 1)], 1),
        end_s=torch.cat([whole, words.end_s.take_along_dim(order, 1)], 1),
        is_plain=num_timed == 0,
    )


def since(text: EncodedText, starts_s: Tensor) -> EncodedText:
    """The same prompts with their seconds counted from `starts_s` [B]."""
    timed = text.end_s >= 0
    start_s = torch.where(timed, (text.start_s - starts_s[:, None]).clamp_min(0), text.start_s)
    end_s = torch.where(timed, text.end_s - starts_s[:, None], text.end_s)
    over = timed & (end_s <= 0)
    return replace(
        text, valid=text.valid & ~over, start_s=torch.where(over, 0.0, start_s), end_s=torch.where(over, 0.0, end_s)
    )


def spoken_of(prompt: str, start_s: float, end_s: float) -> str:
    """The prompt without what its time marks say of seconds outside `start_s` to `end_s`: a minute's story is longer
    than the model's memory for words. A prompt of which nothing would be left stays as it is.
    """
    parts = timed_parts(prompt)
    heard = [part for part in parts if part[1] < 0 or (part[0] < end_s and part[1] > start_s)]
    if len(heard) == len(parts) or not heard:
        return prompt
    marks = ["" if end < 0 else f"[{round(start, 3):g}s-{round(end, 3):g}s] " for start, end, _ in heard]
    return " ".join(mark + text for mark, (_, _, text) in zip(marks, heard, strict=True))

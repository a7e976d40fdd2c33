"""Prompts to token numbers: a byte-fallback BPE, with time marks such as "[0s-2s]" read off the text.

Sennrich et al. (2016), "Neural Machine Translation of Rare Words with Subword Units". Letters are lowercased and keep
their accents. What the vocabulary does not hold falls back to bytes, so nothing is unknown. It does not know what any
token means.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tokenizers
import torch
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

VOCABULARY_SIZE = 6000
MAX_TOKENS = 64
WHOLE_CLIP = -1.0
PAD, MASK, START = "<pad>", "<mask>", "<start>"
SPECIALS = (PAD, MASK, START)
BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))

_NUMBER = r"(\d{1,2}(?:[.,]\d{1,3})?)\s*+"  # possessive: else many spaces take time in their square
_UNIT = r"(?:seconds|segundos|sec|seg|s)"
TIME_MARK = re.compile(
    rf"\[\s*{_NUMBER}{_UNIT}?\s*+(?:-|–|to|a)\s*{_NUMBER}{_UNIT}\s*\]:?|\b{_NUMBER}{_UNIT}?\s*+(?:-|–)\s*{_NUMBER}{_UNIT}\s*:",
    re.IGNORECASE,
)
IDLE_WORDS = 6  # a longer clause says something besides
#: Words that may be dropped first when a prompt is too long: they change nothing in the picture.
IDLE = re.compile(
    r"beautiful|detail|quality|4k|8k|\bhd\b|masterpiece|stunning|professional|award|amazing|special|alive|lovely|"
    r"hermos|detall|calidad|obra maestra|impresionante|nítid|precios|increíble|espectacular|profesional|parece vivo|"
    r"momento muy bonito",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class EncodedText:
    """A batch of prompts as numbers."""

    ids: Tensor  # [B, L] int64
    valid: Tensor  # [B, L] bool
    start_s: Tensor  # [B, L] seconds, -1 for the whole clip
    end_s: Tensor  # [B, L]
    shortened: tuple[bool, ...]  # [B] whether some of the prompt did not fit

    def to(self, device: torch.device | str) -> "EncodedText":
        """The same on another device."""
        return EncodedText(
            ids=self.ids.to(device),
            valid=self.valid.to(device),
            start_s=self.start_s.to(device),
            end_s=self.end_s.to(device),
            shortened=self.shortened,
        )


class Tokenizer:
    """The vocabulary of one trained model; made by `train_tokenizer` or read from its JSON.

    It remembers what it made of so many prompts of late: who trains reads the same captions again and again.
    """

    def __init__(self, inner: tokenizers.Tokenizer, *, remembered: int = 0) -> None:
        self.inner = inner
        self._row = lru_cache(remembered)(self._read)
        self.pad, self.mask, self.start = range(len(SPECIALS))  # special tokens come first

    @property
    def size(self) -> int:
        """Number of different tokens."""
        return int(self.inner.get_vocab_size())

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """Read what `save` wrote."""
        return cls(tokenizers.Tokenizer.from_file(str(path)))

    def save(self, path: Path) -> None:
        """Write the vocabulary as JSON."""
        self.inner.save(str(path))

    def encode(self, prompts: Sequence[str], *, max_tokens: int = MAX_TOKENS) -> EncodedText:
        """Token numbers of the prompts, padded to the longest. Each begins with a start token that speaks of the whole.

        A prompt that is too long loses whole clauses: first idle ones ("highly detailed"), then from the end.
        """
        rows = [self._row(prompt, max_tokens) for prompt in prompts]
        lengths = torch.tensor([len(row.tokens) for row in rows], dtype=torch.long)
        tokens = pad_sequence([row.tokens for row in rows], batch_first=True, padding_value=WHOLE_CLIP)  # [B, L, 3]
        valid = torch.arange(tokens.shape[1]) < lengths[:, None]
        return EncodedText(
            ids=torch.where(valid, tokens[..., 0], self.pad).long(),
            valid=valid,
            start_s=tokens[..., 1].contiguous(),
            end_s=tokens[..., 2].contiguous(),
            shortened=tuple(row.shortened for row in rows),
        )

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token numbers, lowercased, without time marks."""
        letters = [index for index in ids if index >= len(SPECIALS)]  # the bytes are special to the library, not to us
        return str(self.inner.decode(letters, skip_special_tokens=False)).strip()

    def _read(self, prompt: str, max_tokens: int) -> "_Row":
        clauses = [
            _Clause(start_s=start_s, end_s=end_s, text=text)
            for start_s, end_s, part in timed_parts(prompt)
            for text in re.findall(r"[,.;]*[^,.;]+[,.;]*|[,.;]+", part)
        ]
        kept: dict[int, list[int]] = {}
        room, shortened = max_tokens - 1, False
        for index in sorted(range(len(clauses)), key=lambda index: index > 0 and clauses[index].is_idle):
            ids = self.inner.encode(clauses[index].text, add_special_tokens=False).ids
            shortened = len(ids) > room
            if index == 0 or not shortened:  # the first is never left out
                kept[index] = ids[:room]
            if shortened:
                break  # the rest is not even read: it may be long
            room -= len(ids)
        tokens = [(self.start, WHOLE_CLIP, WHOLE_CLIP)]
        for index, ids in sorted(kept.items()):
            tokens += [(token, clauses[index].start_s, clauses[index].end_s) for token in ids]
        return _Row(tokens=torch.tensor(tokens), shortened=shortened)


def train_tokenizer(texts: Iterable[str], *, size: int = VOCABULARY_SIZE) -> Tokenizer:
    """Learn a vocabulary of at most `size` tokens from captions."""
    inner = tokenizers.Tokenizer(models.BPE(byte_fallback=True, unk_token=None))
    inner.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation(), pre_tokenizers.Digits(individual_digits=True)]
    )
    inner.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=[*SPECIALS, *BYTES], show_progress=False, min_frequency=2
    )
    inner.train_from_iterator((TIME_MARK.sub(" ", text) for text in texts), trainer)
    return Tokenizer(inner)


def timed_parts(prompt: str) -> list[tuple[float, float, str]]:
    """The prompt as (start_s, end_s, text) parts by its time marks; text before the first mark is for the whole clip.

    >>> timed_parts("Noir. [0s-2s] A cat walks. [2s-5s] It jumps.")
    [(-1.0, -1.0, 'Noir.'), (0.0, 2.0, 'A cat walks.'), (2.0, 5.0, 'It jumps.')]
    """
    marks = list(TIME_MARK.finditer(prompt))
    ends = [mark.start() for mark in marks] + [len(prompt)]
    parts = [(WHOLE_CLIP, WHOLE_CLIP, prompt[: ends[0]].strip())]
    for mark, end in zip(marks, ends[1:], strict=True):
        start_s, end_s = (float(number.replace(",", ".")) for number in mark.groups() if number)
        text = prompt[mark.end() : end].strip()
        parts.append((start_s, end_s, text) if end_s > start_s else (WHOLE_CLIP, WHOLE_CLIP, text))
    return [part for part in parts if part[2]]


@dataclass(frozen=True, kw_only=True)
class _Clause:
    start_s: float
    end_s: float
    text: str

    @property
    def is_idle(self) -> bool:
        return len(self.text.split()) <= IDLE_WORDS and bool(IDLE.search(self.text))


@dataclass(frozen=True, kw_only=True)
class _Row:
    tokens: Tensor  # [L, 3] float32: number, and the seconds that it speaks of
    shortened: bool

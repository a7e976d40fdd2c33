"""What the encoder made of a prompt, in plain values: words it never met, and what it took the prompt to say.

It does not know the world: the names of slot values are given.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import torch

from celaje.engine.text.augment import SMALL_WORDS
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import MAX_TOKENS, TIME_MARK, Tokenizer

LIKENESS = 0.84  # of a mistyped word to the right one: "allley", but not "violin" to "violet"
CERTAIN = 0.5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """`unknown` words in the prompt's order; `taken`: the values that slots took, surest first, where there are any."""

    unknown: tuple[str, ...]
    taken: Mapping[str, tuple[str, ...]]
    shortened: bool  # the prompt was too long, and clauses were dropped
    instead: Mapping[str, str] = field(default_factory=dict)  # for phrases with unknown words, what was read

    def complaint(self) -> str:
        """One line for people, empty when all was understood: "did not know: violin, lion (read as: cat)"."""
        read_as = {word: said for phrase, said in self.instead.items() for word in phrase.split()}
        words = [f"{word} (read as: {read_as[word]})" if word in read_as else word for word in self.unknown]
        return f"did not know: {', '.join(words)}" if words else ""


def understand(
    prompt: str,
    *,
    encoder: TextEncoder,
    tokenizer: Tokenizer,
    known_words: frozenset[str],
    names: Mapping[str, Sequence[str]],
) -> Understanding:
    """Read one prompt. `names` gives the values of each slot; the slot "said" gates slots that have one value."""
    text = tokenizer.encode([prompt])
    with torch.no_grad():
        logits = encoder.slots(encoder.encode(text.to(next(encoder.parameters()).device)))
    said = [name for name, slot in encoder.slot_kinds.items() if not slot.many]
    spoken = dict(zip(said, (logits["said"][0] > 0).tolist(), strict=True)) if "said" in logits else {}
    taken: dict[str, tuple[str, ...]] = {}
    for slot, values in names.items():
        if encoder.slot_kinds[slot].many:
            chances = logits[slot][0].sigmoid()
        else:
            chances = logits[slot][0].softmax(dim=-1) * float(spoken.get(slot, True))
        order = chances.argsort(descending=True).tolist()
        if chosen := tuple(values[index] for index in order if chances[index] > CERTAIN):
            taken[slot] = chosen
    return Understanding(unknown=unknown_words(prompt, known_words), taken=taken, shortened=text.shortened[0])


def unknown_words(prompt: str, known_words: frozenset[str]) -> tuple[str, ...]:
    """Words with a meaning of their own that no training caption had, nor one spelled almost so.

    Likeness takes about a millisecond a word: it is looked at for as many as the encoder could read, and no more.
    """
    words = dict.fromkeys(word.lower() for word in _WORD.findall(TIME_MARK.sub(" ", prompt)))
    strange = (word for word in words if word not in known_words and word not in SMALL_WORDS and len(word) > 2)
    return tuple(
        word for word in islice(strange, MAX_TOKENS) if not get_close_matches(word, known_words, n=1, cutoff=LIKENESS)
    )


def gather_known_words(captions: Iterable[str], *, least: int = 2) -> frozenset[str]:
    """The words that captions hold at least `least` times."""
    counts = Counter(word.lower() for caption in captions for word in _WORD.findall(caption))
    return frozenset(word for word, count in counts.items() if count >= least)


def save_known_words(words: frozenset[str], path: Path) -> None:
    """Write the words as a JSON list."""
    path.write_text(json.dumps(sorted(words), ensure_ascii=False), encoding="utf-8")


def load_known_words(path: Path) -> frozenset[str]:
    """Read what `save_known_words` wrote."""
    return frozenset(json.loads(path.read_text(encoding="utf-8")))

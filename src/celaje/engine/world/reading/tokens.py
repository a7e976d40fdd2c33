"""Text as plain tokens: small letters without accents, marks on their own, spans of seconds taken out.

What is said aloud has become its number before, «0».

It does not know what any word means.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

STOPS = frozenset(".;:!?|")  # a sentence ends
PAUSES = frozenset(',()"')

_TOKEN = re.compile(r"«\d+»|[a-z]+|\d+(?:[.,]\d+)?|[.;:!?|,()\"]")
_APOSTROPHE = re.compile(r"(?<=[a-z])['’](?:s|re|m|d|ll|ve)?\b")
_CONTRACTION = re.compile(r"\b(a|de)l\b")
_NUMBER = r"(\d{1,3}(?:[.,]\d{1,3})?)\s*+(?:seconds|segundos|sec|seg|s)?\s*+"
#: "[0s-2s]", "[0 - 2,5 s]", "[0 to 2 seconds]", "0s-2s:".
_SPAN = re.compile(rf"\[\s*{_NUMBER}(?:-|–|to|a)\s*{_NUMBER}\]:?|(?<![\d.]){_NUMBER}[-–]\s*{_NUMBER}:", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of a prompt and the seconds it speaks of; None for the whole clip."""

    text: str
    start_s: float | None
    end_s: float | None


def pieces(prompt: str) -> Iterator[Piece]:
    """The prompt cut at its marks of seconds."""
    marks = list(_SPAN.finditer(prompt))
    before = prompt[: marks[0].start()] if marks else prompt
    if before.strip() or not marks:
        yield Piece(text=before, start_s=None, end_s=None)
    ends = [*(mark.start() for mark in marks[1:]), len(prompt)][: len(marks)]
    for mark, end in zip(marks, ends, strict=True):
        start_s, end_s = (float(number.replace(",", ".")) for number in mark.groups() if number is not None)
        yield Piece(text=prompt[mark.end() : end], start_s=start_s, end_s=max(start_s, end_s))


def tokens(text: str) -> list[str]:
    """The words, numbers and marks of `text`: "T-shirt" is "t", "shirt"; "callejón", "callejon"; "del", "de", "el"."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _TOKEN.findall(_CONTRACTION.sub(r"\1 el", _APOSTROPHE.sub("", plain)))

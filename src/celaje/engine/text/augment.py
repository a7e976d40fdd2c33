"""What people do to sentences: leave words out, mistype, mix languages. Pure functions of text and a generator."""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

#: Words without a picture of their own, which hurried people leave out.
SMALL_WORDS = frozenset(
    (
        *(
            "a",
            "an",
            "the",
            "is",
            "are",
            "of",
            "in",
            "on",
            "at",
            "to",
            "with",
            "by",
            "and",
            "while",
            "there",
            "it",
            "its",
        ),
        *(
            "this",
            "that",
            "some",
            "un",
            "una",
            "unos",
            "unas",
            "el",
            "la",
            "los",
            "las",
            "de",
            "del",
            "en",
            "al",
            "con",
        ),
        *("por", "y", "mientras", "se", "que", "es", "está", "están", "hay", "lo", "su"),
    )
)
_ACCENTS = str.maketrans("áéíóúüñ", "aeiouun")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def drop_words(text: str, random: Random, *, small: float = 0.3, other: float = 0.02) -> str:
    """Leave out some words: small ones often, others seldom. Never all of them."""
    words = text.split()
    kept = [word for word in words if random.random() >= (small if _plain(word) in SMALL_WORDS else other)]
    return " ".join(kept or words)


def add_typos(text: str, random: Random, *, rate: float = 0.03) -> str:
    """Mistype some words of four letters or more: swap, drop, double or miss a key; or leave out all accents."""
    if random.random() < rate:
        text = text.translate(_ACCENTS)
    changes: Sequence[Callable[[str, int, Random], str]] = (_swap, _drop, _double, _miss)

    def mistype(match: re.Match[str]) -> str:
        word = match[0]
        if random.random() >= rate:
            return word
        return random.choice(changes)(word, random.randrange(1, len(word) - 1), random)

    return re.sub(r"[^\W\d_]{4,}", mistype, text)


def switch_language(text: str, dictionary: Mapping[str, Sequence[str]], random: Random, *, rate: float = 0.3) -> str:
    """Put some words into the other language: "gato en alley". `dictionary` maps lowercase words to translations."""

    def switch(match: re.Match[str]) -> str:
        translations = dictionary.get(match[0].lower(), ())
        return random.choice(translations) if translations and random.random() < rate else match[0]

    return re.sub(r"[^\W\d_]+", switch, text)


def _plain(word: str) -> str:
    return word.strip(",.;:").lower()


def _swap(word: str, at: int, random: Random) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop(word: str, at: int, random: Random) -> str:
    return word[:at] + word[at + 1 :]


def _double(word: str, at: int, random: Random) -> str:
    return word[: at + 1] + word[at:]


def _miss(word: str, at: int, random: Random) -> str:
    """Hit a key beside the right one."""
    row = next((row for row in _ROWS if word[at].lower() in row), word[at])
    place = row.index(word[at].lower()) + random.choice((-1, 1)) if word[at].lower() in row else 0
    return word[:at] + row[max(0, min(place, len(row) - 1))] + word[at + 1 :]

"""How things are called: words with the forms that English and Spanish sentences need.

It does not know any sentence.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Noun:
    """Names of one thing, most usual first. English "singular/plural"; Spanish "singular/plural m" or "... f".

    >>> Noun(en=("cat/cats", "kitty/kitties"), es=("gato/gatos m", "gata/gatas f"))
    """

    en: tuple[str, ...]
    es: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Adjective:
    """Words for one quality.

    English invariable; Spanish four forms "rojo/roja/rojos/rojas" or one invariable "de rayas".
    """

    en: tuple[str, ...]
    es: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Ready pieces of a sentence that mean the same, such as "in the rain", in both languages; most usual first."""

    en: tuple[str, ...]
    es: tuple[str, ...]

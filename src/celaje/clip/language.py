"""English or Spanish: told by small words, which no sentence lacks, and by letters that only one of them has."""

import re
from typing import Literal

Language = Literal["en", "es"]

_WORD = re.compile(r"[^\W\d_]+")
_SPANISH_LETTER = re.compile("[áéíóúüñ¿¡]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SPANISH = _words(
    "el la los las un una unos unas de del en con por y al que se mi tu su es son está están no sí lo le me te nos os "
    "para pero como muy más yo ella ellos hola adiós gracias buenos buenas día días noches tardes qué todo todos bien "
    "aquí hoy ven vamos mira"
)
_ENGLISH = _words(
    "the a an of in on at with by and to that is are am was be it its this these my your his her our their i you he "
    "she we they me him them do does not no so but for from as very up out hello hi hey goodbye bye good morning night "
    "evening afternoon thanks thank what who where here there all every everyone everybody let come go look well yes "
    "oh welcome please how"
)


def language_of(text: str, otherwise: Language = "en") -> Language:
    """The language of a text; `otherwise` where nothing tells.

    >>> language_of("Buenos días a todos"), language_of("Good morning, everyone"), language_of("Ana", "es")
    ('es', 'en', 'es')
    """
    words = [word.lower() for word in _WORD.findall(text)]
    spanish = sum(word in _SPANISH or bool(_SPANISH_LETTER.search(word)) for word in words) + len(
        re.findall("[¿¡]", text)
    )
    english = sum(word in _ENGLISH for word in words) + len(re.findall(r"\w['’](?:s|t|m|re|ll|ve|d)\b", text))
    return otherwise if spanish == english else "es" if spanish > english else "en"

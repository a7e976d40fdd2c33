"""A prompt in words that the model has met: what it never read gives way to what it did, as near as the world knows.

"A lion prowls through the jungle" becomes "a cat walks through the forest". The world's lists of synonyms and of what
is near to what are looked up for words that are unknown to the model, and for these only; what is in no list stays.
Slips of the keyboard are put right before, and what shall not be there ("without rain") is not spoken of.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Literal

from celaje.engine.text.augment import SMALL_WORDS
from celaje.engine.text.tokenizer import TIME_MARK
from celaje.engine.text.understand import LIKENESS
from celaje.engine.world.captions.lexicon import world_lexicon
from celaje.engine.world.captions.spoken import TIME_NOUNS
from celaje.engine.world.captions.verbs import VERBS
from celaje.engine.world.reading import synonyms
from celaje.engine.world.reading.index import HINTED, PREPOSITIONS, Meaning, same, world_index
from celaje.engine.world.reading.read import known_words as world_words
from celaje.engine.world.reading.tokens import tokens
from celaje.engine.world.words import Noun

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, Language] = ("en", "es")
MOST_WORDS = 64  # unknown to the model, that are looked at
FEMALE = frozenset(("girl", "girls", "lady", "ladies", "mother", "mom", "grandmother", "grandma", "granny"))
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SPANISH = frozenset(
    (
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "unos",
        "unas",
        "de",
        "del",
        "en",
        "con",
        "por",
        "y",
        "al",
        "que",
        "se",
        "mi",
    )
)
_ARTICLES = {"el": "la", "un": "una", "los": "las", "unos": "unas", "del": "de la", "al": "a la"}  # m to f
_LEADING = PREPOSITIONS | {
    "a",
    "an",
    "the",
    "of",
    "de",
    "this",
    "my",
    "este",
    "esta",
    "mi",
    *_ARTICLES,
    *_ARTICLES.values(),
}
_SLOTS = frozenset(("kind", "one of", "place", "time", "weather", "camera", "action"))
_NEGATIONS = frozenset(("without", "no", "not", "isn't", "sin", "ni"))
_POSSESSIVE = ("'s", "’s")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: Letters that sound alike, or lie beside each other: written for one another.
_CONFUSED = (
    ("v", "b"), ("b", "v"), ("j", "g"), ("g", "j"), ("s", "c"), ("c", "s"), ("z", "s"), ("s", "z"), ("k", "c"),
    ("k", "qu"), ("i", "y"), ("y", "i"), ("m", "n"), ("n", "m"), ("x", "ch"), ("h", ""), ("", "h"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PlainPrompt:
    """The prompt to read, and what was put in place of what; nothing in place of what was left out."""

    text: str
    instead: Mapping[str, str]


@dataclass(frozen=True)
class _Said:
    """Known words for a meaning, with the gender of a Spanish noun."""

    text: str
    gender: str = ""


@lru_cache(maxsize=256)
def in_plain_words(prompt: str, known_words: frozenset[str]) -> PlainPrompt:
    """`prompt` with phrases that hold words unknown to the model replaced by phrases of `known_words`.

    Time marks, known words and what has no neighbour stay as they are.
    """
    marks = [match.span() for match in TIME_MARK.finditer(prompt)]
    found = [match for match in _WORD.finditer(prompt) if not any(a <= match.start() < b for a, b in marks)]
    written = [match[0].lower() for match in found]
    words = _spelled(written, known_words)
    strange = _strange(words, known_words)
    if not strange and words == written and not _NEGATIONS & set(words):
        return PlainPrompt(text=prompt, instead=MappingProxyType({}))
    language = _language(words)
    plain = [_plain(word) for word in words]
    pieces: list[str] = []
    instead: dict[str, str] = {}
    hints: list[tuple[str, str]] = []
    place_is_named = False
    done = at = 0
    while at < len(words):
        length, meanings = world_index().at(plain, at)
        phrase = words[at : at + max(1, length)]
        hinted = [meaning for meaning in meanings if meaning.slot == "place" and meaning.weight == HINTED]
        said = None
        if negated := _negated(words, plain, at):
            phrase, said = words[at : at + negated], _Said("")
        elif strange & set(phrase) and not phrase[-1].endswith(_POSSESSIVE):
            leads = _leads(words, plain, at)
            if length:
                said = _first_said(meanings, phrase, known_words, language, leads=leads)
            else:
                said = _alike(plain[at], known_words)
            if said is None and hinted and (where := _place(hinted[0].value, known_words, language, leads=False)):
                hints.append((" ".join(phrase), where.text))
        if said is None and phrase != written[at : at + len(phrase)]:
            said = _Said(" ".join(phrase))
        place_is_named |= any(meaning.slot == "place" and meaning.weight > HINTED for meaning in meanings)
        if said is not None:
            begin, end = found[at].start(), found[at + len(phrase) - 1].end()
            pieces += [_agreeing(prompt[done:begin], said, language), said.text]
            instead[prompt[begin:end].lower()] = said.text
            done = end
        at += len(phrase)
    text = "".join([*pieces, prompt[done:]])
    if hints and not place_is_named and not marks:
        text, instead[hints[0][0]] = f"{text.rstrip(' .')}, {hints[0][1]}", hints[0][1]
    return PlainPrompt(text=text, instead=MappingProxyType(instead))


def _spelled(words: list[str], known: frozenset[str]) -> list[str]:
    """The words with slips of the keyboard put right: one letter too many, too few, another, or two changed places
    (Damerau 1964), so that a word that the model or the world knows comes out. Short words are left alone, but for
    letters in another order.
    """
    targets = _targets(known)
    right, looked_at = [], 0
    for word in words:
        bare = _plain(word)
        is_word = word in known or word in SMALL_WORDS or bare in targets or bare in world_words()
        if is_word or len(word) < 3 or looked_at >= MOST_WORDS:
            right.append(word)
            continue
        looked_at += 1
        right.append(next((targets[slip] for slip in _slips(bare) if slip in targets), word))
    return right


@lru_cache(maxsize=4)
def _targets(known: frozenset[str]) -> Mapping[str, str]:
    """Words by how they are written without accents; those that the model knows count more."""
    world = {key[0]: key[0] for key in world_index().meanings if len(key) == 1}
    small = {word: word for word in synonyms.SMALL if len(word) > 2}
    return small | world | {_plain(word): word for word in sorted(known) if len(word) > 2}


def _slips(word: str) -> Iterator[str]:
    """What may have been meant by a word: the likeliest slips first."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    yield from (left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1)
    if len(word) < 4:
        return
    for one, other in _CONFUSED:
        yield from (left + other + right[len(one) :] for left, right in splits if right.startswith(one))
    yield from (left + letter + right for left, right in splits for letter in _LETTERS)
    if len(word) > 4:
        yield from (left + right[1:] for left, right in splits if right)
        yield from (left + letter + right[1:] for left, right in splits if right for letter in _LETTERS)


def _negated(words: list[str], plain: list[str], at: int) -> int:
    """How many words from `at` on say that something shall not be; 0 when they do not."""
    if words[at] not in _NEGATIONS:
        return 0
    for start in range(at + 1, min(at + 4, len(words))):
        length, meanings = world_index().at(plain, start)
        if any(meaning.slot in _SLOTS - {"action", "camera"} for meaning in meanings):
            return start + length - at
        if words[start] not in SMALL_WORDS and words[start] not in synonyms.SMALL:
            return 0
    return 0


def _strange(words: list[str], known: frozenset[str]) -> set[str]:
    """Words that the model never met. One that is spelled almost like a known one is taken for a slip of the keyboard,
    unless the world knows it as it stands.
    """
    new = islice(
        (word for word in dict.fromkeys(words) if word not in known | SMALL_WORDS and len(word) > 2), MOST_WORDS
    )
    meanings = world_index().meanings
    return {word for word in new if (_plain(word),) in meanings or not get_close_matches(word, known, 1, LIKENESS)}


def _leads(words: list[str], plain: list[str], at: int) -> bool:
    """Whether an article, a preposition or the like stands before, perhaps with an adjective between."""
    if at and words[at - 1] not in _LEADING and not words[at - 1].endswith(_POSSESSIVE):
        _, meanings = world_index().at(plain, at - 1)
        return at > 1 and words[at - 2] in _LEADING and not any(meaning.slot == "kind" for meaning in meanings)
    return at > 0


def _first_said(
    meanings: tuple[Meaning, ...], phrase: list[str], known: frozenset[str], language: Language, *, leads: bool
) -> _Said | None:
    for meaning in meanings:
        if meaning.slot in _SLOTS and (said := _said(meaning, phrase, known, language, leads=leads)):
            return said
    return None


def _alike(word: str, known: frozenset[str]) -> _Said | None:
    """The usual word for a quality: "grey" for "silver"."""
    usual = same(word)
    return _Said(usual) if usual != word and usual in known else None


def _said(
    meaning: Meaning, phrase: list[str], known: frozenset[str], language: Language, *, leads: bool
) -> _Said | None:
    """A meaning in known words: of itself, or else of what is nearest. `leads`: an article or the like is before it."""
    if meaning.slot in ("kind", "one of"):
        return _kind(meaning, phrase, known, language)
    if meaning.slot == "place":
        return None if meaning.weight == HINTED else _place(meaning.value, known, language, leads=leads)
    if meaning.slot == "action":
        return _deed(meaning.value, phrase[-1], known, language)
    if meaning.slot == "time" and leads:
        en, es = TIME_NOUNS[meaning.value]
        return _Said(en) if language == "en" else _Said(es.split("/")[0], es[-1])
    texts = getattr(getattr(world_lexicon(), f"{meaning.slot}s")[meaning.value], language)
    return next((_Said(text) for text in texts if _is_known(text, known)), None)


def _kind(meaning: Meaning, phrase: list[str], known: frozenset[str], language: Language) -> _Said | None:
    kinds = _nearest(meaning.value.split("/"), synonyms.NEAREST_KINDS)
    nouns = {kind: world_lexicon().kinds[kind].noun for kind in kinds}
    there = [kind for kind in kinds if all(_is_known(form, known) for form in _all_forms(nouns[kind]))]
    if not there:
        return None
    female = phrase[-1] in FEMALE or (language == "es" and phrase[-1].rstrip("s").endswith("a"))
    chosen = "woman" if female and {"woman", "man"} & {there[0]} and "woman" in there else there[0]
    text = nouns[chosen].en[0] if language == "en" else nouns[chosen].es[0]
    forms, _, gender = (text, "", "") if language == "en" else text.rpartition(" ")
    return _Said(forms.split("/")[meaning.plural], gender)


def _place(name: str, known: frozenset[str], language: Language, *, leads: bool) -> _Said | None:
    """A place that the model knows in both languages: as a noun after an article, else as a phrase of its own."""
    for near in _nearest([name], synonyms.NEAREST_PLACES):
        place = world_lexicon().places[near]
        if not all(_is_known(getattr(place.phrase, other)[0], known) for other in LANGUAGES):
            continue
        if not leads:
            return _Said(getattr(place.phrase, language)[0])
        for text in getattr(place.noun, language):
            forms, _, gender = (text, "", "") if language == "en" else text.rpartition(" ")
            if _is_known(forms.split("/")[0], known):
                return _Said(forms.split("/")[0], gender)
    return None


def _deed(name: str, word: str, known: frozenset[str], language: Language) -> _Said | None:
    """A verb in the form of `word`: gerund, plural or singular."""
    ends = ("ing",) if language == "en" else ("ndo",)
    is_plural = not word.endswith("s") if language == "en" else word.endswith("n")
    for verb in VERBS.get(name, ()):
        if not getattr(verb, language):
            continue
        singular, plural, gerund = verb.forms(language)
        form = gerund if word.endswith(ends) else plural if is_plural else singular
        if form and "@" not in form and _is_known(form, known):
            return _Said(form)
    return None


def _nearest(names: list[str], lists: Mapping[str, str]) -> list[str]:
    """`names`, then what is nearest to each."""
    return [*names, *(other.strip() for name in names for other in lists.get(name, "").split(",") if other.strip())]


def _all_forms(noun: Noun) -> list[str]:
    """The singular and the plural of a noun's usual name, in both languages."""
    return [*noun.en[0].split("/"), *noun.es[0].rpartition(" ")[0].split("/")]


def _is_known(text: str, known: frozenset[str]) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    return all(word in known or word in SMALL_WORDS for word in words)


def _agreeing(before: str, said: _Said, language: Language) -> str:
    """What stands before with its last article in the form that what follows wants: "an alley", "la ciudad"."""
    match = re.search(r"(?<!\w)(\w+)(\s+)$", before)
    if match is None:
        return before
    article, lower = match[1], match[1].lower()
    right = lower
    if language == "en" and lower in ("a", "an"):
        right = "an" if said.text[0] in "aeiou" else "a"
    elif said.gender:
        masculine = {f: m for m, f in _ARTICLES.items()}
        right = _ARTICLES.get(lower, lower) if said.gender == "f" else masculine.get(lower, lower)
    right = right.capitalize() if article[0].isupper() else right
    return before[: match.start(1)] + right + match[2]


def _language(words: list[str]) -> Language:
    spanish = sum(word in _SPANISH or bool(re.search("[áéíóúñ]", word)) for word in words)
    return "es" if spanish > sum(word in SMALL_WORDS - _SPANISH for word in words) else "en"


def _plain(word: str) -> str:
    """As the world's index has it: small, without accents, without what an apostrophe adds."""
    found = tokens(word)
    bare = unicodedata.normalize("NFKD", word.lower())
    return found[0] if found else "".join(letter for letter in bare if not unicodedata.combining(letter))

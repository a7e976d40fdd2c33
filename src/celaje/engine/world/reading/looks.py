"""From the words beside a noun to the look that they mean: "atigrado blanco y naranja" is a coat, if it is a cat's.

A look's wording and the words that were said are compared as sets, so their order does not matter. It does not know
sentences.
"""

from collections.abc import Mapping
from functools import cache

from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.kinds.looks import COLOR_WORDS
from celaje.engine.world.reading import synonyms
from celaje.engine.world.reading.index import BODIES, base_slot, same, wordings
from celaje.engine.world.reading.mentions import Noun
from celaje.engine.world.reading.tokens import tokens
from celaje.engine.world.words import Noun as NounWords

LEAST = 0.5  # of a wording that must have been said


def refined(kind: str, modifiers: list[str]) -> str:
    """Another kind, where a word beside its noun makes it one: an old man is an old person."""
    return next(
        (
            synonyms.REFINED[one, word]
            for one in kind.split("/")
            for word in modifiers
            if (one, word) in synonyms.REFINED
        ),
        kind,
    )


def described(kind_name: str, modifiers: list[str]) -> dict[str, str]:
    """The look that modifiers of a kind's own noun mean: coat or color, skin, hair; else the color of the clothes."""
    kind = KINDS[kind_name.split("/")[0]]
    look: dict[str, str] = {}
    left = [same(word) for word in modifiers]
    for slot, values in kind.looks.items():
        if base_slot(kind, slot) is None and not all(isinstance(words, NounWords) for words in values.values()):
            only = {value: words for value, words in values.items() if not isinstance(words, NounWords)}
            if (value := _best(only, left)) is not None:
                look[slot] = value
    if "hair color" in kind.looks:
        hairy = [word for word in left if word not in _color_words()]
        if (value := _best(kind.looks["hair color"], hairy)) is not None and "skin" not in look:
            look["hair color"] = value
    used = {word for slot, value in look.items() for wording in wordings(kind.looks[slot][value]) for word in wording}
    colors = [word for word in left if word in _color_words() and word not in used]
    main = next(iter(kind.looks), "")
    if colors and main not in look and base_slot(kind, main) is not None:
        for slot in (main, "bottom color"):
            if slot in kind.looks and (value := _best(kind.looks[slot], colors)) is not None:
                look[slot] = value
    return look


def dressed(kind_name: str, part: Noun) -> dict[str, str] | None:
    """The look that a noun with its modifiers means on this kind; None when it has no such thing."""
    kind = KINDS[kind_name.split("/")[0]]
    said = [same(word) for word in (*part.words, *part.modifiers)]
    found = _garment(kind, part, said)
    if found is None:
        return described(kind_name, part.modifiers) if set(part.words) & BODIES else None
    slot, value = found
    look = {} if value is None else {slot: value}
    if value is not None and not isinstance(kind.looks[slot][value], NounWords):
        return look
    own = set() if value is None else {word for wording in wordings(kind.looks[slot][value]) for word in wording}
    left = [word for word in said if word not in own or word in part.modifiers]
    for quality in ("color", "pattern"):
        if (chosen := _best(kind.looks.get(f"{slot} {quality}", {}), left)) is not None:
            look[f"{slot} {quality}"] = chosen
    return look


def _garment(kind: Kind, part: Noun, said: list[str]) -> tuple[str, str | None] | None:
    """The slot and value that a noun means; no value when several would do as well."""
    best: tuple[str, str | None] | None = None
    best_score = (0.0, 0.0)
    heads = {same(word) for word in part.words}
    for slot, values in kind.looks.items():
        for value, words in values.items():
            for wording in wordings(words):
                if not wording or not isinstance(words, NounWords) or wording[0] not in heads:
                    continue
                shared = len(set(wording) & set(said))
                score = (float(shared), shared / len(wording))
                if score[1] >= LEAST and score > best_score:
                    best, best_score = (slot, value), score
                elif score == best_score and best is not None and best != (slot, value) and score[1] < 1:
                    best = (best[0], None)
    return best


def _best(values: Mapping[str, object], said: list[str]) -> str | None:
    """The value of which most was said; None when nothing fits."""
    best, best_score = None, (0.0, 0.0)
    for value, words in values.items():
        for wording in wordings(words):  # type: ignore[arg-type]
            shared = len(set(wording) & set(said))
            score = (float(shared), shared / len(wording)) if wording else (0.0, 0.0)
            if score[1] >= LEAST and score > best_score:
                best, best_score = value, score
    return best


@cache
def _color_words() -> frozenset[str]:
    return frozenset(word for words in COLOR_WORDS.values() for wording in wordings(words) for word in wording)


@cache
def spanish_modifiers() -> frozenset[str]:
    """The words that stand behind their noun."""
    found: set[str] = set()
    english: set[str] = set()
    for kind in KINDS.values():
        for values in kind.looks.values():
            for words in values.values():
                found |= {word for text in words.es for form in text.split("/") for word in tokens(form)}
                english |= {word for text in words.en for form in text.split("/") for word in tokens(form)}
    return frozenset(found | {word for word, usual in synonyms.SAME_WORD.items() if usual in found - english})

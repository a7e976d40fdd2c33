"""What words and phrases can mean: an index of the world's own vocabulary, of how captions say it, and of synonyms.

Nothing is learned; a kind or a place that is added to the world is understood by the words that it brings along. It
does not know what a sentence is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from celaje.engine.world.captions import spoken
from celaje.engine.world.captions.grammar import GRAMMARS
from celaje.engine.world.captions.lexicon import world_lexicon
from celaje.engine.world.captions.verbs import GROUPS, VERBS
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.reading import synonyms
from celaje.engine.world.reading.tokens import tokens
from celaje.engine.world.words import Adjective, Noun, Phrase

Key = tuple[str, ...]
PREPOSITIONS = frozenset(
    (
        "in",
        "on",
        "at",
        "inside",
        "over",
        "under",
        "by",
        "along",
        "across",
        "through",
        "near",
        "beside",
        "amid",
        "among",
        "amidst",
        "down",
        "en",
        "sobre",
        "bajo",
        "por",
        "entre",
        "a",
        "junto",
        "cerca",
        "dentro",
        "delante",
        "medio",
    )
)
ARTICLES = frozenset(("a", "an", "the", "un", "una", "unos", "unas", "el", "la", "los", "las", "l"))
JOINTS = frozenset(
    ("and", "y", "e", "with", "con", "of", "de", "del", "in", "a", "the")
)  # inside a look's wording, they say nothing
#: Nouns of a body that its main look is said of.
BODIES = frozenset(
    (
        "fur",
        "coat",
        "pelaje",
        "pelo",
        "shell",
        "caparazon",
        "wings",
        "alas",
        "feathers",
        "plumas",
        "sails",
        "velas",
        "sail",
        "vela",
        "body",
        "cuerpo",
        "paint",
        "skin",
    )
)
HEARD = "(heard)"  # follows no word of a prompt
STRONG, NAMED, HINTED = 3.0, 2.0, 1.0


@dataclass(frozen=True)
class Meaning:
    """One thing that a phrase can mean. `slot` is a slot of scenes, or a part that words play in sentences."""

    slot: str  # kind, one of, part, action, place, time, weather, camera, style, number, small, then, cut, another ...
    value: str = ""
    weight: float = 0.0
    plural: bool = False
    near: bool = False  # the world has not this, but something near to it
    only: tuple[str, ...] = ()  # kinds that a verb is for


@dataclass(frozen=True, kw_only=True)
class Index:
    """`meanings` by phrase; `longest` phrase that begins with a word; `modifiers`: words of looks; `heads` of parts."""

    meanings: dict[Key, tuple[Meaning, ...]]
    longest: dict[str, int]
    modifiers: frozenset[str]
    heads: frozenset[str]

    def at(self, words: list[str], start: int) -> tuple[int, tuple[Meaning, ...]]:
        """How many words from `start` on are the longest known phrase, and what it means; 0 for none."""
        for length in range(min(self.longest.get(words[start], 0), len(words) - start), 0, -1):
            if found := self.meanings.get(tuple(words[start : start + length])):
                return length, found
        return 0, ()


@cache
def world_index() -> Index:
    """The index of the whole world."""
    found: dict[Key, dict[Meaning, None]] = {}

    def put(text: str, meaning: Meaning) -> None:
        key = tuple(tokens(text))
        if key:
            found.setdefault(key, {})[meaning] = None

    for text, meaning in _meanings():
        put(text, meaning)
    singles = {key[0] for key in found if len(key) == 1}
    heads, modifiers = _looks()
    return Index(
        meanings={key: tuple(meanings) for key, meanings in found.items()},
        longest=_longest(found),
        modifiers=frozenset(modifiers - singles - heads),
        heads=frozenset(heads - singles),
    )


def _longest(keys: Iterable[Key]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for key in keys:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return longest


def _meanings() -> Iterable[tuple[str, Meaning]]:
    yield from _who()
    yield from _where()
    yield from _how()
    yield from _deeds()
    yield from _small()


def _who() -> Iterable[tuple[str, Meaning]]:
    for kind in KINDS.values():
        for text in kind.noun.en:
            singular, plural = text.split("/")
            yield singular, Meaning("kind", kind.name)
            yield plural, Meaning("kind", kind.name, plural=singular != plural)
        for text in kind.noun.es:
            singular, plural = text.rpartition(" ")[0].split("/")
            yield singular, Meaning("kind", kind.name)
            yield plural, Meaning("kind", kind.name, plural=True)
        for values in kind.looks.values():
            for words in values.values():
                if isinstance(words, Noun):
                    for text in (*words.en, *(text.rpartition(" ")[0] for text in words.es)):
                        yield from ((form, Meaning("part")) for form in text.split("/"))
                elif isinstance(words, Adjective):
                    forms = [form for text in (*words.en, *words.es) for form in text.split("/")]
                    yield from ((form, Meaning("look")) for form in forms if len(tokens(form)) > 1)
    for slot, lists, near in (
        ("kind", synonyms.KINDS, False),
        ("one of", synonyms.ONE_OF, False),
        ("kind", synonyms.NEAR_KINDS, True),
    ):
        for value, names in lists.items():
            one, _, many = names.partition("|")
            yield from ((name, Meaning(slot, value, near=near)) for name in one.split(","))
            yield from ((name, Meaning(slot, value, plural=True, near=near)) for name in many.split(","))


def _where() -> Iterable[tuple[str, Meaning]]:
    for place in world_lexicon().places.values():
        for phrase in (*place.phrase.en, *place.phrase.es):
            yield " ".join(_core(tokens(phrase))), Meaning("place", place.name, STRONG)
        for text in (*place.noun.en, *(text.rpartition(" ")[0] for text in place.noun.es)):
            yield from ((form, Meaning("place", place.name, STRONG)) for form in text.split("/"))
    for lists, weight, near in (
        (synonyms.PLACES, NAMED, False),
        (synonyms.HINTS, HINTED, False),
        (synonyms.NEAR_PLACES, NAMED, True),
    ):
        for value, names in lists.items():
            yield from ((name, Meaning("place", value, weight, near=near)) for name in names.split(","))


def _core(words: list[str]) -> list[str]:
    """A place without the preposition and article before it: "snowy meadow"."""
    while len(words) > 1 and words[0] in PREPOSITIONS | ARTICLES | {"of", "de", "del"}:
        words = words[1:]
    return words


def _how() -> Iterable[tuple[str, Meaning]]:
    lexicon = world_lexicon()
    for slot, phrases in (
        ("time", lexicon.times),
        ("time", spoken.TIME_SENTENCES),
        ("weather", lexicon.weathers),
        ("weather", spoken.WEATHER_SENTENCES),
        ("camera", lexicon.cameras),
        ("camera", spoken.SHOTS),
        ("camera", spoken.CAMERA_SENTENCES),
        ("style", lexicon.styles),
        ("style", spoken.STYLED),
    ):
        for value, phrase in phrases.items():
            for text in (*phrase.en, *phrase.es):
                words = tokens(text)
                yield text, Meaning(slot, value)
                if words[0] in ARTICLES:
                    yield " ".join(words[1:]), Meaning(slot, value)
    for value in spoken.SOUNDS.keys() & lexicon.weathers.keys():
        for text in (*spoken.SOUNDS[value].en, *spoken.SOUNDS[value].es):
            yield text, Meaning("weather", value)
    for time, (en, es) in spoken.TIME_NOUNS.items():
        for weather, (before, behind) in spoken.WEATHER_ADJECTIVES.items():
            word = GRAMMARS["es"].word(es)
            behind_it = GRAMMARS["es"].noun_phrase(word, plural=False, article="", adjectives=[behind], epithet="")
            for text in (f"{before} {en}", behind_it):
                yield text, Meaning("time", time)
                yield text, Meaning("weather", weather)
    for slot, lists in (
        ("time", synonyms.TIMES),
        ("weather", synonyms.WEATHERS),
        ("camera", synonyms.CAMERAS),
        ("style", synonyms.STYLES),
    ):
        for value, names in lists.items():
            yield from ((name, Meaning(slot, value)) for name in names.split(","))


def _deeds() -> Iterable[tuple[str, Meaning]]:
    for action, verbs in VERBS.items():
        name = action.removesuffix(" with")
        for verb in verbs:
            only = tuple(kind for group in verb.only for kind in GROUPS.get(group, (group,)))
            for form in (*verb.en.split("/"), *verb.es.split("/")):
                for text in [form.replace("@", ending) for ending in ("o", "a", "os", "as")] if "@" in form else [form]:
                    yield text, Meaning("action", name, only=only)
    for kind in KINDS.values():
        action = "talk" if kind.voice == "talk" else "call"
        for text in (*kind.voice_verbs.en, *kind.voice_verbs.es):
            yield from ((form, Meaning("action", action, only=(kind.name,))) for form in text.split("/"))
    for action, names in synonyms.VERBS.items():
        yield from ((name, Meaning("action", action)) for name in names.split(","))
    yield from ((name, Meaning("reversed")) for name in synonyms.REVERSED.split(","))


def _small() -> Iterable[tuple[str, Meaning]]:
    for phrase in (spoken.LINKS["then"],):
        yield from ((text, Meaning("then")) for text in (*phrase.en, *phrase.es))
    yield from ((text, Meaning("cut")) for text in (*spoken.LINKS["cut"].en, *spoken.LINKS["cut"].es))
    yield from (
        (text, Meaning("hear")) for name in ("we hear", "with the sound of") for text in _both(spoken.LINKS[name])
    )
    yield from ((text, Meaning("hear")) for text in ("sound of", "sounds of", "sonido de", "ruido de", "sonidos de"))
    yield from ((text, Meaning("another")) for text in ("another", "other", "otro", "otra", "otros", "otras"))
    yield from ((text, Meaning("known")) for text in ("the other", "el otro", "la otra", "los otros", "las otras"))
    yield from ((text, Meaning("small")) for text in ("vestido con", "by the way", "at the same time", "a la vez"))
    for word in {word for phrase in spoken.SOUNDS.values() for text in _both(phrase) for word in tokens(text)}:
        yield f"{word} {HEARD}", Meaning("small")  # known, and by itself nothing that is seen
    for word, number in synonyms.NUMBERS.items():
        yield word, Meaning("number", str(number))
    fillers = [spoken.OPENERS, spoken.STILL_OPENERS, spoken.REQUESTS, spoken.FILLER_TAGS, spoken.FILLER_SENTENCES]
    fillers += [
        *spoken.EPITHETS.values(),
        spoken.AGES,
        *(spoken.LINKS[name] for name in ("there is", "there are", "we are", "in style")),
    ]
    for phrase in fillers:
        for text in _both(phrase):
            yield from ((form, Meaning("small")) for form in text.split("/") if len(tokens(form)) > 1)


def _both(phrase: Phrase) -> tuple[str, ...]:
    return (*phrase.en, *phrase.es)


# Looks


def _looks() -> tuple[set[str], set[str]]:
    """The nouns that looks are said of ("jacket", "chaqueta"), and the words that may stand beside them."""
    heads, modifiers = set(BODIES), {*synonyms.SAME_WORD, *(word for _, word in synonyms.REFINED)}
    for kind in KINDS.values():
        for values in kind.looks.values():
            for words in values.values():
                for wording in wordings(words):
                    if isinstance(words, Noun):
                        heads.add(wording[0])
                    modifiers |= set(wording[isinstance(words, Noun) :])
    return heads, modifiers - JOINTS


@cache
def _wordings(words: Adjective | Noun | Phrase) -> tuple[Key, ...]:
    found: dict[Key, None] = {}
    for text in words.en:
        for form in text.split("/"):
            parts = tokens(form)
            if isinstance(words, Noun):  # its head first: "hair in a bun", "leather jacket"
                index = parts.index("in") - 1 if "in" in parts else len(parts) - 1
                parts = [parts[index], *parts[:index], *parts[index + 1 :]]
            found[tuple(same(part) for part in parts if part not in JOINTS)] = None
    for text in words.es:
        whole = text.rpartition(" ")[0] if isinstance(words, Noun) else text
        for form in whole.split("/"):
            found[tuple(same(part) for part in tokens(form) if part not in JOINTS)] = None
    return tuple(found)


def wordings(words: Adjective | Noun | Phrase) -> tuple[Key, ...]:
    """Every way to say a look, as its words without joints; a noun's head comes first."""
    return _wordings(words)


def same(word: str) -> str:
    """The word that captions use for it."""
    return synonyms.SAME_WORD.get(word, word)


def base_slot(kind: Kind, slot: str) -> str | None:
    """The slot that "X color" or "X pattern" describes, if there is one."""
    base, _, quality = slot.rpartition(" ")
    return base if quality in ("color", "pattern") and base in kind.looks else None

"""The words that captions draw on: those of kinds, places and conditions, by name. It does not know any sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from celaje.engine.world import conditions
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Place
from celaje.engine.world.words import Adjective, Noun, Phrase


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """Everything that can be named, by its name in a Scene."""

    kinds: Mapping[str, Kind]
    places: Mapping[str, Place]
    times: Mapping[str, Phrase]
    weathers: Mapping[str, Phrase]
    cameras: Mapping[str, Phrase]
    styles: Mapping[str, Phrase]


@cache
def world_lexicon() -> Lexicon:
    """The words of the whole simulated world."""
    return Lexicon(
        kinds=KINDS,
        places=PLACES,
        times=conditions.TIME_PHRASES,
        weathers=conditions.WEATHER_PHRASES,
        cameras=conditions.CAMERA_PHRASES,
        styles=conditions.STYLE_PHRASES,
    )


@cache
def translations(language: str) -> Mapping[str, tuple[str, ...]]:
    """Single lowercase words of `language` with what they are called in the other: nouns of kinds and places, looks."""
    lexicon = world_lexicon()
    named: list[Noun | Adjective | Phrase] = [kind.noun for kind in lexicon.kinds.values()]
    named += [place.noun for place in lexicon.places.values()]
    named += [words for kind in lexicon.kinds.values() for values in kind.looks.values() for words in values.values()]
    found: dict[str, tuple[str, ...]] = {}
    for words in named:
        if isinstance(words, Phrase):
            continue
        noun = isinstance(words, Noun)
        english = [text.split("/") for text in words.en]
        spanish = [(text.rpartition(" ")[0] if noun else text).split("/") for text in words.es]
        own, other = (english, spanish) if language == "en" else (spanish, english)
        theirs = tuple(dict.fromkeys(forms[0] for forms in other))
        found |= {form.lower(): theirs for forms in own for form in forms if theirs and " " not in form}
    return found

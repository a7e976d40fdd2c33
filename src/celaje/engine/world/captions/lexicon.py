"""The words that captions draw on: those of kinds, places and conditions, by name. It does not know any sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from celaje.engine.world import conditions
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Place
from celaje.engine.world.words import Phrase


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

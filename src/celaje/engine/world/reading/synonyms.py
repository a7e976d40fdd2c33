"""The word lists of `synonyms.toml`, as tables. It does not know grammar."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

Lists = Mapping[str, str]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


_FILE = tomllib.loads(files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8"))

KINDS: Lists = _FILE["kinds"]
ONE_OF: Lists = _FILE["one_of"]  # by kinds with strokes between: "woman/man"
NEAR_KINDS: Lists = _FILE["near_kinds"]
NEAREST_KINDS: Lists = _FILE["nearest_kinds"]  # by a kind, for who has not learned it
NEAREST_PLACES: Lists = _FILE["nearest_places"]
PLACES: Lists = _FILE["places"]
HINTS: Lists = _FILE["hints"]
NEAR_PLACES: Lists = _FILE["near_places"]
TIMES: Lists = _FILE["times"]
WEATHERS: Lists = _FILE["weathers"]
CAMERAS: Lists = _FILE["cameras"]
STYLES: Lists = _FILE["styles"]
VERBS: Lists = _FILE["verbs"]
NUMBERS: Mapping[str, int] = {word: int(number) for number, text in _FILE["numbers"].items() for word in _words(text)}
#: By a kind and a word beside its noun: the kind that both make.
REFINED: Mapping[tuple[str, str], str] = {
    (kind, word): refined
    for refined, table in _FILE["refined"].items()
    for kind in _words(table["of"])
    for word in _words(table["beside"])
}
SAME_WORD: Mapping[str, str] = {word: usual for usual, text in _FILE["same"].items() for word in _words(text)}
REVERSED: str = _FILE["sentences"]["reversed"]
SMALL: frozenset[str] = frozenset(_FILE["sentences"]["small"].split())

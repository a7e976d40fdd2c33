"""Every hour, weather, camera and style can be named in both languages."""

from collections.abc import Mapping, Sequence

import pytest

from celaje.engine.world.conditions import CAMERA_PHRASES, STYLE_PHRASES, TIME_PHRASES, WEATHER_PHRASES
from celaje.engine.world.scene import CAMERAS, STYLES, TIMES, WEATHERS
from celaje.engine.world.words import Phrase

TABLES = ((TIME_PHRASES, TIMES), (WEATHER_PHRASES, WEATHERS), (CAMERA_PHRASES, CAMERAS), (STYLE_PHRASES, STYLES))


@pytest.mark.parametrize(("table", "names"), TABLES)
def test_every_name_has_several_phrasings(table: Mapping[str, Phrase], names: Sequence[str]) -> None:
    assert tuple(table) == tuple(names)
    for phrase in table.values():
        for phrasings in (phrase.en, phrase.es):
            assert 3 <= len(set(phrasings)) == len(phrasings) <= 8
            assert all(text == text.strip() and text for text in phrasings)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_phrasing_means_two_things(language: str) -> None:
    said = [text for table, _ in TABLES for phrase in table.values() for text in getattr(phrase, language)]
    assert len(set(said)) == len(said)

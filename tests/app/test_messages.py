"""Everything that the app says is said in Spanish too, and the compiled catalogue is the written one."""

import re

import pytest
from django.utils import translation

from celaje.app.messages import LANGUAGES, compiled, kept, path_of, said, untranslated, updated


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    missing = untranslated(updated(language))
    assert not missing, "run `make messages` and translate what it names"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_kept_that_is_not_said(language: str) -> None:
    words = {(message.id, message.context) for message in said()}
    assert {(message.id, message.context) for message in kept(language)} == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    assert path_of(language).with_suffix(".mo").read_bytes() == compiled(kept(language))


def forms(text: object) -> tuple[str, ...]:
    """A message's singular and plural, or the message alone."""
    return tuple(str(form) for form in text) if isinstance(text, (tuple, list)) else (str(text),)


def places(text: str) -> set[str]:
    """What is filled in, and the tags."""
    return set(re.findall(r"%\(\w+\)[sd]|</?\w+>", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    for message in kept(language):
        if message.id:
            wanted, given = forms(message.id), forms(message.string)
            assert places(given[-1]) == places(wanted[-1]), message.id
            assert all(places(form) <= places(wanted[-1]) for form in given), message.id


def test_django_speaks_it() -> None:
    with translation.override("es"):
        assert translation.gettext("New clip") == "Nueva toma"
        assert translation.ngettext("%(number)s take", "%(number)s takes", 2) == "%(number)s versiones"

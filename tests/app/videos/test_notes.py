"""What the maker of a clip is told about it, in their language: every note that the world and the voices can leave."""

import re
from typing import get_args, get_type_hints

import pytest
from django.utils import translation

from celaje.app.videos import notes
from celaje.engine.world.notes import WORDS, Note, note
from celaje.speech import Note as SpeechNote
from celaje.worker import _noted


@pytest.mark.parametrize("why", WORDS)
def test_what_the_world_notes_is_told_with_all_its_facts(why: str) -> None:
    facts = {name: f"<{name}>" for name in re.findall(r"\{(\w+)\}", WORDS[why])}
    kept = _noted(note(why, **facts))
    [english] = notes.notes({"notes": [kept]})
    with translation.override("es"):
        [spanish] = notes.notes({"notes": [kept]})
    for line in (str(Note(why, tuple(facts.items()))), english, spanish):
        assert sorted(re.findall(r"<\w+>", line)) == sorted(facts.values())
    assert english != spanish or why == "shown as"  # only a colon and a verb


def test_what_the_voices_note_is_told() -> None:
    reasons = get_args(get_type_hints(SpeechNote)["why"])
    kept = [_noted(SpeechNote(why=why, text="Good morning", said="Good", reason="ENOENT")) for why in reasons]
    with translation.override("es"):
        lines = notes.notes({"notes": kept})
    assert len(lines) == len(reasons)
    assert all("Good morning" in line and "ENOENT" not in line for line in lines)
    assert set(notes.WORDS) == {*WORDS, *reasons}


def test_what_an_earlier_version_kept_is_no_reason_to_fail() -> None:
    assert notes.notes({"notes": ["wolf: shown as dog", {"why": "because"}]}) == []
    assert notes.notes({}) == notes.unknown({}) == []


def test_unknown_words_are_told_with_what_was_taken() -> None:
    read = {
        "unknown": ["lion", "prowls", "violin"],
        "instead": {"lion": "cat", "prowls": "walks", "without fog": ""},
    }
    assert notes.unknown(read) == ["lion (taken as: cat)", "prowls (taken as: walks)", "violin"]
    with translation.override("es"):
        assert notes.unknown(read)[0] == "lion (leí: cat)"

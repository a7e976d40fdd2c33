"""Sentences find their seconds: in order, in their spans, faster where time is short, cut at the end of a word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import SAMPLE_RATE
from celaje.clip.language import Language
from celaje.speech.fit import FASTEST, Speech, Wish, say
from celaje.speech.voice import Samples, Speaker, VoiceError

WORD_S = 0.25


class Beeper:
    """Says every word as a tone of a quarter of a second, with silence around the sentence."""

    def __init__(self) -> None:
        self.paces: list[float] = []

    def speak(self, text: str, *, language: Language, speaker: Speaker, pace: float) -> Samples:
        self.paces.append(pace)
        count = round(len(text.split()) * WORD_S / pace * SAMPLE_RATE)
        tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(count) / SAMPLE_RATE)
        return np.pad(tone, (2000, 5000)).astype(np.float32)


class Silent:
    def speak(self, text: str, *, language: Language, speaker: Speaker, pace: float) -> Samples:
        return np.zeros(100, np.float32)


def wish(text: str, from_s: float = 0.0, to_s: float = 5.0, rather_s: float = 0.3) -> Wish:
    return Wish(text=text, language="en", speaker=Speaker(), from_s=from_s, to_s=to_s, rather_s=rather_s)


def in_order(speech: Speech) -> bool:
    return all(a.end_s <= b.start_s + 1e-6 for a, b in zip(speech.spoken, speech.spoken[1:], strict=False))


def test_sentences_follow_each_other() -> None:
    speech = say([wish("one two three"), wish("four five")], Beeper())
    assert [one.text for one in speech.spoken] == ["one two three", "four five"]
    assert speech.spoken[0].start_s == pytest.approx(0.3)
    assert speech.spoken[0].end_s == pytest.approx(0.3 + 3 * WORD_S, abs=0.02)  # the silence around it is gone
    assert speech.spoken[1].start_s == pytest.approx(speech.spoken[0].end_s + 0.4)
    assert not speech.notes


def test_each_sentence_keeps_to_its_seconds() -> None:
    speech = say([wish("b", 2, 5, 2.3), wish("a", 0, 2, 0.3)], Beeper())
    assert [(one.wish, round(one.start_s, 2)) for one in speech.spoken] == [(1, 0.3), (0, 2.3)]


def test_a_long_sentence_begins_earlier_then_is_quicker() -> None:
    voice = Beeper()
    early = say([wish("a " * 19, rather_s=1.0)], voice)
    assert voice.paces == [1.0]
    assert early.spoken[0].start_s < 0.3
    assert early.spoken[0].end_s <= 5.0
    quick = say([wish("a " * 23)], voice)
    assert 1 < max(voice.paces) <= FASTEST
    assert quick.spoken[0].text.split() == ["a"] * 23
    assert quick.spoken[0].end_s <= 5.0
    assert not quick.notes


def test_what_does_not_fit_is_cut_at_a_word_and_told() -> None:
    speech = say([wish("well, " * 40), wish("never")], Beeper())
    assert len(speech.spoken) == 1
    assert set(speech.spoken[0].text.split()) == {"well,", "well"}
    assert 4.5 < speech.spoken[0].end_s <= 5.0
    assert [note.why for note in speech.notes] == ["cut", "left out"]
    assert str(speech.notes[1]) == '"never" does not fit, and is not said'


def test_no_time_at_all_leaves_out() -> None:
    assert [note.why for note in say([wish("a", 3, 3)], Beeper()).notes] == ["left out"]
    assert [note.why for note in say([wish("a b c d e f", 3, 3.1)], Beeper()).notes] == ["left out"]


def test_a_voice_that_fails_is_told() -> None:
    (note,) = say([wish("hello")], Silent()).notes
    assert (note.why, str(note)) == ("failed", '"hello" is not said: the voice is silent')

    class Broken:
        def speak(self, text: str, *, language: Language, speaker: Speaker, pace: float) -> Samples:
            raise VoiceError("it is hoarse")

    assert "hoarse" in str(say([wish("hello")], Broken()).notes[0])


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 30), st.sampled_from([(0.0, 5.0), (0.0, 2.0), (2.0, 5.0), (4.0, 4.5)]), st.floats(0, 6)
        ),
        max_size=3,
    )
)
def test_nothing_is_said_outside_its_seconds_or_at_once(told: list[tuple[int, tuple[float, float], float]]) -> None:
    wishes = [wish("a " * count, *span, rather) for count, span, rather in told]
    speech = say(wishes, Beeper())
    assert in_order(speech)
    for one in speech.spoken:
        assert wishes[one.wish].from_s - 1e-6 <= one.start_s
        assert one.end_s <= wishes[one.wish].to_s + 1e-6
    left_out = sum(note.why == "left out" for note in speech.notes)
    assert len(speech.spoken) + left_out == len(wishes)

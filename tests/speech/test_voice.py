"""Voices: the built-in one speaks, others are found, and what is not there is told in a line."""

import sys
import time
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from celaje.clip import SAMPLE_RATE, voices
from celaje.clip.language import Language
from celaje.speech import Speaker, VoiceError, espeak, find_voice, say_prompt
from celaje.speech.espeak import Espeak
from celaje.speech.voice import Samples


def pitch_hz(samples: Samples) -> float:
    """The usual pitch of a voice, from the autocorrelation of its loud moments."""
    found = []
    for at in range(0, len(samples) - 1200, 600):
        frame = samples[at : at + 1200] * np.hanning(1200)
        if (frame**2).mean() > 0.3 * (samples**2).mean():
            same = np.correlate(frame, frame, "full")[1199:]
            low, high = SAMPLE_RATE // 450, SAMPLE_RATE // 65
            found.append(SAMPLE_RATE / (low + int(same[low:high].argmax())))
    return float(np.median(found))


def speak(kind: str, text: str = "Good morning, everyone", *, gender: str = "", pace: float = 1.0) -> Samples:
    return Espeak().speak(text, language="en", speaker=Speaker(kind=kind, gender=gender), pace=pace)


def test_the_built_in_voice_fits_who_speaks() -> None:
    voices = {kind: speak(kind) for kind in ("man", "woman", "child")}
    for samples in voices.values():
        assert samples.dtype == np.float32
        assert 0.8 < len(samples) / SAMPLE_RATE < 2.5
        assert 0.05 < np.abs(samples).max() <= 1.2
    assert pitch_hz(voices["man"]) < 130 < 150 < pitch_hz(voices["woman"]) < pitch_hz(voices["child"])
    old = speak("old person", gender="f")
    assert len(old) > len(voices["woman"])


def test_it_says_the_same_again_to_the_last_digit() -> None:
    first = speak("woman", "here")
    time.sleep(1.1)  # breath is drawn by chance, and left alone a library's chance is the clock's second
    assert np.array_equal(speak("woman", "here"), first)


def test_it_is_quicker_when_asked() -> None:
    text = "The quick brown fox jumps over the lazy dog"
    assert 0.7 < len(speak("man", text, pace=1.3)) / len(speak("man", text)) < 0.9


def test_spanish_is_spoken_otherwise() -> None:
    spanish = Espeak().speak("Buenos días a todos", language="es", speaker=Speaker(kind="woman"), pace=1.0)
    english = Espeak().speak("Buenos días a todos", language="en", speaker=Speaker(kind="woman"), pace=1.0)
    assert len(spanish) != len(english)


def test_marks_are_no_commands() -> None:
    plain, marked = speak("man", "hello there"), speak("man", "<break time='5s'/>hello\0there")
    assert len(plain) < len(marked) < 5 * SAMPLE_RATE


def test_a_library_that_dies_takes_nothing_down(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(espeak, "_library", lambda: (f"{tmp_path}/nothing.so", ""))
    with pytest.raises(VoiceError, match="eSpeak NG cannot speak"):
        speak("man")
    spoken = say_prompt('A man says "Hello"', 5.0)
    assert [note.why for note in spoken.notes] == ["failed"]


def test_without_a_library_a_note_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    espeak._library.cache_clear()
    monkeypatch.setattr(espeak, "find_spec", lambda name: None)
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    speech = say_prompt('A man says "Hello" and a woman answers "Hi"', 5.0)
    espeak._library.cache_clear()
    assert speech.spoken == ()
    assert [note.why for note in speech.notes] == ["no voice", "no voice"]
    assert str(speech.notes[0]) == (
        '"Hello" is not said: no voice is installed: install one with pip install "celaje[speech]"'
    )


class Hum:
    """Somebody else's voice, which hums."""

    def speak(self, text: str, *, language: Language, speaker: Speaker, pace: float) -> Samples:
        assert speaker == Speaker(kind="amy")
        return np.sin(np.arange(SAMPLE_RATE // 2) / 20).astype(np.float32)


def test_other_voices_come_from_other_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    points = (
        EntryPoint(name="hum", value=f"{__name__}:Hum", group="celaje.voices"),
        EntryPoint(name="broken", value="no.such.module:Voice", group="celaje.voices"),
    )
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or sys.modules[Hum.__module__])
    monkeypatch.setattr(voices, "entry_points", lambda group: points if group == "celaje.voices" else ())
    (spoken,) = say_prompt('A man says "Hello"', 5.0, voice="hum:amy").spoken
    assert len(spoken.samples) == pytest.approx(SAMPLE_RATE // 2, abs=200)
    with pytest.raises(VoiceError, match='"broken" cannot be loaded: No module named'):
        find_voice("broken")
    with pytest.raises(VoiceError, match=r'no voice "nobody": give woman, man, .*broken, hum'):
        find_voice("nobody")
    assert find_voice("old woman")[1] == Speaker(kind="old person", gender="f")

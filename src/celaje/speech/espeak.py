"""The built-in voice: eSpeak NG, in English and Spanish, with a sound of its own for each kind of speaker.

The library comes with the package `espeakng-loader` (the extra `speech`), or is the system's. It is under the GPL 3 and
written in C: a process of its own loads it, `espeak_process.py`, so that it can take nothing down with it.
"""

import ctypes.util
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import scipy

from celaje.clip import SAMPLE_RATE
from celaje.clip.language import Language
from celaje.speech.voice import Samples, Speaker, VoiceError

TIMEOUT_S = 30.0
WORDS_PER_MINUTE = 165
LANGUAGES = {"en": "en-us", "es": "es"}
RADIO_HZ = (350.0, 3000.0)  # what a radio lets through
CURE = 'install one with pip install "celaje[speech]"'


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a kind of speaker sounds: eSpeak's variants, one for each of several, its pitch of 0 to 99, and its haste."""

    variants: tuple[str, ...]
    pitch: int = 50
    haste: float = 1.0
    radio: bool = False


WOMAN = Manner(variants=("f2", "f4", "f1"), pitch=55)
MAN = Manner(variants=("m3", "m7", "m1"), pitch=45)
MANNERS = {
    "": Manner(variants=("m3", "f2"), pitch=40, haste=0.95),
    "woman": WOMAN,
    "dancer": WOMAN,
    "man": MAN,
    "diver": MAN,
    "child": Manner(variants=("f5", "f3", "f4"), pitch=99, haste=1.03),
    "old person": Manner(variants=("grandpa",), pitch=45, haste=0.85),
    "robot": Manner(variants=("robosoft", "robosoft3", "robosoft5"), haste=0.9),
    "astronaut": Manner(variants=("m7", "m3", "m1"), radio=True),
    "elephant": Manner(variants=("m3",), pitch=5, haste=0.8),
    "mammoth": Manner(variants=("m1",), pitch=5, haste=0.8),
    "horse": Manner(variants=("m7",), pitch=20, haste=0.9),
}
WOMEN = {
    "old person": Manner(variants=("grandma",), pitch=45, haste=0.85),
    "astronaut": Manner(variants=("f2", "f4"), radio=True),
    "": Manner(variants=("f2", "f4"), haste=0.95),
    "diver": WOMAN,
    "man": WOMAN,
}
OTHERS = Manner(variants=("f5", "f4", "f3"), pitch=85, haste=1.05)  # a cat, a ball, a fish


class Espeak:
    """A `Voice`. Raises VoiceError where eSpeak NG is not installed."""

    def __init__(self) -> None:
        self._library, self._data = _library()

    def speak(self, text: str, *, language: Language, speaker: Speaker, pace: float) -> Samples:
        """See `Voice`."""
        manner = (WOMEN if speaker.gender == "f" else MANNERS).get(speaker.kind) or MANNERS.get(speaker.kind, OTHERS)
        variant = manner.variants[(speaker.number - 1) % len(manner.variants)]
        wanted = {
            "library": self._library,
            "data": self._data,
            "voice": f"{LANGUAGES[language]}+{variant}",
            "words_per_minute": round(WORDS_PER_MINUTE * manner.haste * pace),
            "pitch": manner.pitch,
            "text": text,
        }
        rate, samples = _in_its_own_process(wanted)
        common = int(np.gcd(rate, SAMPLE_RATE))
        resampled = np.asarray(scipy.signal.resample_poly(samples, SAMPLE_RATE // common, rate // common), np.float32)
        if manner.radio:
            low, high = RADIO_HZ
            band = scipy.signal.butter(3, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos")
            resampled = np.asarray(scipy.signal.sosfilt(band, resampled), np.float32)
        return resampled


def _in_its_own_process(wanted: dict[str, object]) -> tuple[int, Samples]:
    """The rate and the samples of what eSpeak makes of it."""
    command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("espeak_process.py"))]
    try:
        done = subprocess.run(command, input=json.dumps(wanted).encode(), capture_output=True, timeout=TIMEOUT_S)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise VoiceError(f"eSpeak NG does not answer: {error}") from error
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise VoiceError(f"eSpeak NG cannot speak: {words[-1]}")
    head, _, data = done.stdout.partition(b"\n")
    return int(head), np.asarray(np.frombuffer(data, "<i2") / 32768, np.float32)


@cache
def _library() -> tuple[str, str]:
    """The paths of the library and of its data ("" where it knows itself)."""
    if find_spec("espeakng_loader") is not None:
        import espeakng_loader

        path, data = espeakng_loader.get_library_path, espeakng_loader.get_data_path
        return str(path()), str(data())  # type: ignore[no-untyped-call]
    system = ctypes.util.find_library("espeak-ng")
    if system is None:
        raise VoiceError(f"no voice is installed: {CURE}")
    return system, ""

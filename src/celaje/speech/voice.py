"""What a voice is, and the one of a name: the built-in one, or one that another package brings.

The entry point of such a package, see `celaje.clip.voices`, names something that is called without arguments and
returns a `Voice`.
"""

from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from celaje.clip.language import Language
from celaje.clip.voices import SPEAKERS, check_voice, other_voices

Samples = NDArray[np.float32]


class VoiceError(ValueError):
    """There is no such voice, or it cannot speak."""


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Who speaks: a kind of the world such as woman, man, child, old person, robot, cat, or "" for a narrator.

    `gender` is "f", "m" or unknown; `number` tells several of a kind apart, from 1 on.
    """

    kind: str = ""
    gender: str = ""
    number: int = 1


class Voice(Protocol):
    """Something that can speak."""

    def speak(self, text: str, *, language: Language, speaker: Speaker, pace: float) -> Samples:
        """`text` as float32 samples [S] at 24 kHz, -1 to 1; `pace` 1 is as fast as usual, 1.3 faster by that much.

        Loudness and silence around it do not matter. Raises VoiceError when it cannot speak.
        """


def find_voice(name: str = "") -> tuple[Voice, Speaker | None]:
    """The voice of a name, and who always speaks with it; None when that follows from who says something.

    "" is the built-in voice, the keys of `SPEAKERS` one of its speakers; other names are those of installed voices,
    perhaps with a speaker of theirs behind a colon, "piper:amy". Raises VoiceError when there is none.
    """
    from celaje.speech.espeak import Espeak

    if not name or name in SPEAKERS:
        kind, gender = SPEAKERS.get(name, ("", ""))
        return Espeak(), Speaker(kind=kind, gender=gender) if name else None
    try:
        check_voice(name)
    except ValueError as error:
        raise VoiceError(str(error)) from None
    engine, _, speaker = name.partition(":")
    return _load(other_voices()[engine]), Speaker(kind=speaker) if speaker else None


def _load(point: EntryPoint) -> Voice:
    """Somebody else's voice, whatever goes wrong in it said in a line."""
    try:
        voice: Voice = point.load()()
    except Exception as error:
        raise VoiceError(f'the voice "{point.name}" cannot be loaded: {error}') from error
    return voice

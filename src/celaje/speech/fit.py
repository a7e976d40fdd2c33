"""When each sentence is said: in its own seconds, one after the other, a little faster where time is short.

What does not fit even so is said as far as a whole word fits. It does not know voices from the inside, nor scenes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np
import scipy

from celaje.clip import SAMPLE_RATE
from celaje.clip.language import Language
from celaje.speech.voice import Samples, Speaker, Voice, VoiceError

LEAD_S = 0.3  # a clip does not begin with a word
PAUSE_S, SHORT_PAUSE_S = 0.4, 0.15  # between two sentences, and where time is short
EDGE_S = 0.04  # between a word and the end
FASTEST = 1.3  # of the usual pace: quicker speech is still natural up to about 220 words a minute
SHORTEST_S = 0.2  # that a cut sentence must last to be said at all
MOST_CHARACTERS_S = 40.0  # nobody says more in a second
LEVEL = 0.14  # root mean square of what is said: -17 dB below full scale
FLOOR = 10 ** (-42 / 20)  # below the peak: silence
FADE_S = 0.005


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A sentence that shall be said between two seconds of the clip, and rather not before `rather_s`."""

    text: str
    language: Language
    speaker: Speaker
    from_s: float
    to_s: float
    rather_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A sentence with its voice: samples [S] at 24 kHz from `start_s` of the clip on. `wish` is its number."""

    wish: int
    text: str
    start_s: float
    samples: Samples

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.start_s + len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, kw_only=True)
class Note:
    """What became of a sentence that is not said as it stands; `said` is how much of it is heard."""

    why: Literal["no voice", "failed", "cut", "left out"]
    text: str
    said: str = ""
    reason: str = ""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What it is about, by name, for who says it in another language."""
        return ("text", self.text), ("said", self.said)

    def __str__(self) -> str:
        """One line for people."""
        if self.why == "cut":
            return f'"{self.text}" does not fit: said as far as "{self.said}"'
        if self.why == "left out":
            return f'"{self.text}" does not fit, and is not said'
        return f'"{self.text}" is not said: {self.reason}'


@dataclass(frozen=True, kw_only=True)
class Speech:
    """All that is said in a clip, in order, and notes on what is not."""

    spoken: tuple[Spoken, ...] = ()
    notes: tuple[Note, ...] = ()


NOTHING_SAID = Speech()


def say(wishes: Sequence[Wish], voice: Voice) -> Speech:
    """Say the sentences, those with the same seconds one after the other."""
    spoken: list[Spoken] = []
    notes: list[Note] = []
    numbered = sorted(enumerate(wishes), key=lambda pair: pair[1].from_s)
    groups = [list(group) for _, group in groupby(numbered, key=lambda pair: (pair[1].from_s, pair[1].to_s))]
    for place, group in enumerate(groups):
        begin_s = max([group[0][1].from_s, *(one.end_s + SHORT_PAUSE_S for one in spoken[-1:])])
        later = [other[0][1].from_s for other in groups[place + 1 :]]
        end_s = min([group[0][1].to_s, *later]) - EDGE_S
        try:
            said, why_not = _say_between(group, begin_s, end_s, voice)
        except VoiceError as error:
            said, why_not = [], [Note(why="failed", text=wish.text, reason=str(error)) for _, wish in group]
        spoken += said
        notes += why_not
    return Speech(spoken=tuple(spoken), notes=tuple(notes))


def _say_between(
    group: Sequence[tuple[int, Wish]], begin_s: float, end_s: float, voice: Voice
) -> tuple[list[Spoken], list[Note]]:
    room_s = end_s - begin_s
    pace = 1.0
    if room_s <= 0:
        return [], [Note(why="left out", text=wish.text) for _, wish in group]
    said: list[Samples | None] = [_speak(voice, wish, _shortened(wish.text, room_s), pace) for _, wish in group]
    needed_s = sum(len(samples) for samples in said if samples is not None) / SAMPLE_RATE
    free_s = room_s - SHORT_PAUSE_S * (len(group) - 1)
    if needed_s > free_s > 0:
        pace = min(FASTEST, needed_s / free_s)
        said = [_speak(voice, wish, _shortened(wish.text, room_s), pace) for _, wish in group]
    kept: list[Spoken] = []
    notes: list[Note] = []
    left_s = room_s
    for (number, wish), samples in zip(group, said, strict=True):
        text = wish.text
        if samples is not None and len(samples) > left_s * SAMPLE_RATE:
            text, samples = _cut(voice, wish, left_s, pace)
        if samples is None or not text:
            notes.append(Note(why="left out", text=wish.text))
            left_s = 0.0
            continue
        if text != wish.text:
            notes.append(Note(why="cut", text=wish.text, said=text))
        kept.append(Spoken(wish=number, text=text, start_s=0.0, samples=samples))
        left_s = 0.0 if text != wish.text else left_s - len(samples) / SAMPLE_RATE - SHORT_PAUSE_S
    return _placed(kept, dict(group), begin_s, end_s), notes


def _placed(spoken: list[Spoken], wishes: dict[int, Wish], begin_s: float, end_s: float) -> list[Spoken]:
    """Each as early as it would rather be, but so early that all fit."""
    placed: list[Spoken] = []
    for one in spoken:
        earliest_s = placed[-1].end_s + PAUSE_S if placed else begin_s
        placed.append(replace(one, start_s=max(earliest_s, wishes[one.wish].rather_s)))
    latest_s = end_s
    for index in range(len(placed) - 1, -1, -1):
        one = placed[index]
        start_s = min(one.start_s, latest_s - len(one.samples) / SAMPLE_RATE)
        placed[index] = replace(one, start_s=max(begin_s, start_s))
        latest_s = placed[index].start_s - SHORT_PAUSE_S
    return placed


def _shortened(text: str, seconds: float) -> str:
    """As many whole words as anybody could say in that time, and more."""
    most = int(MOST_CHARACTERS_S * seconds) + 20
    return text if len(text) <= most else text[:most].rpartition(" ")[0] or text[:most]


def _cut(voice: Voice, wish: Wish, seconds: float, pace: float) -> tuple[str, Samples | None]:
    """The longest beginning of whole words that fits; nothing when not even one does."""
    words = _shortened(wish.text, max(0.0, seconds)).split()
    best: tuple[str, Samples | None] = ("", None)
    low, high = 1, len(words)
    while seconds >= SHORTEST_S and low <= high:
        count = (low + high) // 2
        text = " ".join(words[:count]).rstrip(",;:-–—")
        samples = _speak(voice, wish, text, pace)
        if len(samples) <= seconds * SAMPLE_RATE:
            best, low = (text, samples), count + 1
        else:
            high = count - 1
    return best


def _speak(voice: Voice, wish: Wish, text: str, pace: float) -> Samples:
    """A sentence without silence around it, as loud as all others, its ends faded. Raises VoiceError."""
    samples = np.asarray(voice.speak(text, language=wish.language, speaker=wish.speaker, pace=pace), np.float32)
    peak = float(np.abs(samples).max(initial=0.0))
    if not peak or not np.isfinite(peak):
        raise VoiceError("the voice is silent")
    loud = np.flatnonzero(np.abs(samples) > FLOOR * peak)
    samples = samples[loud[0] : loud[-1] + 1]
    rumble = scipy.signal.butter(2, 70, "highpass", fs=SAMPLE_RATE, output="sos")
    samples = np.asarray(scipy.signal.sosfilt(rumble, samples), np.float32)
    power = scipy.signal.oaconvolve(samples**2, np.full(480, 1 / 480), mode="same")
    active = power > power.max() / 100
    samples = samples * (LEVEL / np.sqrt(power[active].mean()))
    length = min(len(samples), round(FADE_S * SAMPLE_RATE))
    rise = np.linspace(0, 1, length, endpoint=False)
    samples[:length] *= rise
    samples[len(samples) - length :] *= rise[::-1]
    return np.asarray(np.clip(samples, -0.95, 0.95), np.float32)

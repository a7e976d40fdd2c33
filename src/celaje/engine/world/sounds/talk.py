"""A person talks in no language: syllables that a mouth in the picture can follow."""

import numpy as np

from celaje.clip import FRAMES_PER_SECOND
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    clock,
    curve,
    ended,
    frame_curve,
    hit,
    moving_filter,
    noise,
    num_samples,
    resonances,
    saw,
    wander,
)
from celaje.engine.world.sounds.throat import VOWELS, throat

#: Pitch in Hz, size of the mouth, breath and roughness by what `detail` says.
VOICES = {
    "man": (115.0, 1.0, 0.05, 0.05),
    "woman": (205.0, 0.86, 0.06, 0.0),
    "child": (310.0, 0.7, 0.07, 0.0),
    "old": (130.0, 1.02, 0.22, 0.3),
    "robot": (110.0, 0.95, 0.0, 0.0),
}


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Babble of 1.6 s, or of `seconds`, in the voice named in `detail` (adult: a man or a woman)."""
    seconds = seconds or 1.6
    syllables = _syllables(rng, seconds)  # first of all draws, so that `talk_envelope` draws the same
    adult = "man" if rng.uniform() < 0.5 else "woman"
    pitch_hz, size, breath, rough = VOICES[next((word for word in detail.split() if word in VOICES), adult)]
    count = num_samples(seconds)
    opening = _opening(syllables, clock(count))
    middles = [(start + length / 2) / seconds for start, length, _ in syllables]
    vowels = [VOWELS[str(rng.choice(("a", "e", "i", "o", "u")))] for _ in syllables]
    tracks = [np.interp(clock(count) / seconds, middles, [vowel[formant] for vowel in vowels]) for formant in range(3)]
    formants = np.stack(tracks) / size * (0.82 + 0.18 * opening)
    melody = pitch_hz * rng.uniform(0.9, 1.1) * curve(count, (0, 1.12), (1, 0.88))
    if "robot" in detail:
        buzz = saw(np.full(count, pitch_hz)) + 0.6 * saw(np.full(count, pitch_hz * 1.5))
        frames = np.stack([frame_curve(track) for track in formants], axis=1)
        voice = moving_filter(buzz.astype(np.float32), resonances(frames, 0.08 * frames + 40, np.array((1, 0.9, 0.7))))
    else:
        melody = melody * (1 + wander(rng, count, 3.5, -0.16, 0.2))
        voice = throat(rng, melody, formants, breath=breath, rough=rough)
    voice = voice * (0.02 + opening)
    for start, _, consonant in syllables:
        if consonant < 0.45:  # a hiss or a burst before the vowel
            piece = num_samples(0.09)
            hiss = noise(rng, piece, 2500 / size, 7500) * hit(piece, 0.012 if consonant < 0.25 else 0.001, 0.02) * 0.25
            first = min(num_samples(start), count - 1)
            voice[first : first + piece] += hiss[: len(voice[first : first + piece])] * float(np.abs(voice).max())
    return ended(voice)


def talk_envelope(rng: np.random.Generator, seconds: float) -> Samples:
    """How open the mouth is, 0 to 1, at frames 0, 1/12 s, ... of a talk that `make` draws from an equal generator.

    Returns [round(seconds * 12)], at least one frame.
    """
    frames = max(1, round(seconds * FRAMES_PER_SECOND))
    return _opening(_syllables(rng, seconds), np.arange(frames, dtype=np.float32) / np.float32(FRAMES_PER_SECOND))


def _syllables(rng: np.random.Generator, seconds: float) -> list[tuple[float, float, float]]:
    """(start, length, kind of consonant) of each syllable; words of one to four, with short pauses between."""
    syllables = []
    time, left = 0.0, int(rng.integers(2, 5))
    while time < seconds - 0.1:
        length = min(float(rng.uniform(0.15, 0.26)), seconds - time)
        syllables.append((time, length, float(rng.uniform())))
        time += length
        left -= 1
        if left == 0:
            time += float(rng.uniform(0.1, 0.24))
            left = int(rng.integers(2, 5))
    return syllables or [(0.0, seconds, 1.0)]


def _opening(syllables: list[tuple[float, float, float]], time: Samples) -> Samples:
    """The mouth's opening at the moments `time`: one hump for each syllable."""
    opening = np.zeros(len(time), np.float32)
    for start, length, consonant in syllables:
        during = slice(*np.searchsorted(time, (start, start + length)))
        part = (time[during] - start) / length
        opening[during] = np.abs(np.sin(np.pi * part)) ** 0.8 * (0.65 + 0.35 * consonant)
    return opening.astype(np.float32)


TALK = Sound(name="talk", bed=False, level=0.6, make=make)

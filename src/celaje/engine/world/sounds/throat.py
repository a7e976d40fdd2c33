"""Voices by source and filter: buzzing cords and breath through the moving resonances of a mouth (Fant 1960).

Cats, dogs, elephants, horses and people are this one function with other numbers. It does not know any of them.
"""

import numpy as np

from celaje.engine.world.sounds.sound import Samples
from celaje.engine.world.sounds.synth import BINS_HZ, Floats, frame_curve, moving_filter, noise, resonances, saw, wander

#: First three resonances of an adult's mouth for some vowels, in Hz.
VOWELS = {
    "a": (800.0, 1250.0, 2600.0),
    "e": (500.0, 1900.0, 2600.0),
    "i": (300.0, 2250.0, 3000.0),
    "o": (480.0, 880.0, 2500.0),
    "u": (330.0, 720.0, 2350.0),
    "m": (240.0, 1000.0, 2200.0),
}


def throat(
    rng: np.random.Generator,
    pitch_hz: Floats,
    formants_hz: Floats,
    *,
    loudness: tuple[float, ...] = (1.0, 0.6, 0.35),
    width: float = 0.16,
    breath: float = 0.05,
    rough: float = 0.0,
) -> Samples:
    """A voice of the length of `pitch_hz` [n]; `formants_hz` [K, n] moves its K resonances, `loudness` weighs them.

    `width` is a resonance's width over its frequency, `breath` the share of noise, `rough` 0 to 1 how much it rattles.
    """
    count = len(pitch_hz)
    trembling = 1 + 0.012 * wander(rng, count, 14, -1, 1) + rough * 0.12 * wander(rng, count, 90, -1, 1)
    cords = saw(pitch_hz * trembling) * (1 - rough * wander(rng, count, 70))
    air = noise(rng, count, 500, 6000) * breath
    frames = np.stack([frame_curve(track) for track in formants_hz], axis=1)  # [F, K]
    gains = resonances(frames, width * frames + 60, np.array(loudness, np.float32))
    gains += 0.02 / (1 + (BINS_HZ / 3000) ** 2)
    return moving_filter((cords + air).astype(np.float32), gains)


def mouth(count: int, *shapes: tuple[float, str], size: float = 1.0) -> Samples:
    """Formant tracks [3, n] through (moment, vowel) points; a mouth of `size` 0.5 sounds an octave higher."""
    moments = [moment for moment, _ in shapes]
    tracks = [[VOWELS[vowel][formant] / size for _, vowel in shapes] for formant in range(3)]
    times = np.linspace(0, 1, count)
    return np.stack([np.interp(times, moments, track) for track in tracks]).astype(np.float32)

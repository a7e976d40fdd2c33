"""Crickets on a warm night."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, noise, num_samples, peak_one, tone


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Four insects; each chirps two to three times a second, three pulses to a chirp."""
    count = num_samples(seconds)
    time = clock(count)
    sound = noise(rng, count, 300, 2000) * 0.008
    for far in (1.0, 0.6, 0.4, 0.3):
        chirp = (time * rng.uniform(1.8, 2.8) + rng.uniform()) % 1.0
        pulse = np.maximum(0, np.sin(2 * np.pi * 8 * chirp)) ** 0.7 * (chirp < 3 / 8)
        sound += far * pulse * tone(np.full(count, rng.uniform(4100, 5000)))
    return peak_one(sound)


CRICKETS = Sound(name="crickets", bed=True, level=0.09, make=make)

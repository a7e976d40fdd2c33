"""A drone's four small rotors."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import noise, num_samples, peak_one, saw, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Four motors that hold the drone level: each a buzz near 190 Hz and its octave blade note, never quite in tune."""
    count = num_samples(seconds)
    sound = noise(rng, count, 1500, 6000) * 0.12
    base_hz = rng.uniform(170, 205)
    for _ in range(4):
        rate_hz = base_hz * (1 + 0.05 * wander(rng, count, 2.5, -1, 1))
        sound += saw(rate_hz) * 0.3 + saw(rate_hz * 2.0) * 0.5
    return peak_one(sound - np.roll(sound, 1) * 0.5)


ROTOR = Sound(name="rotor", bed=True, level=0.3, make=make)

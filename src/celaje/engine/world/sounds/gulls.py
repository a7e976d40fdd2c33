"""Gulls over a shore."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import curve, lay, noise, num_samples, peak_one
from celaje.engine.world.sounds.throat import throat


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Series of two to five falling cries, near and far."""
    count = num_samples(seconds)
    sound = noise(rng, count, 800, 4000) * 0.004
    time = rng.uniform(-0.7, 0.5)
    while time < seconds:
        far = rng.uniform(0.3, 1)
        pitch_hz = rng.uniform(850, 1150)
        length_s = rng.uniform(0.22, 0.34)
        for _ in range(int(rng.integers(2, 6))):
            length = num_samples(length_s * rng.uniform(0.85, 1.15))
            bend = curve(length, (0, 0.85), (0.2, 1.3), (0.6, 1.1), (1, 0.8)) * pitch_hz
            shape = np.stack([curve(length, (0, hz), (0.3, hz * 1.2), (1, hz * 0.8)) for hz in (1500, 2900, 4300)])
            cry = throat(rng, bend, shape, width=0.4, breath=0.04, rough=0.12)
            lay(
                sound,
                cry / np.abs(cry).max() * curve(length, (0, 0), (0.12, 1), (0.7, 0.8), (1, 0)) * far,
                int(time * SAMPLE_RATE),
            )
            time += length_s + rng.uniform(0.06, 0.14)
        time += rng.uniform(0.5, 1.8)
    return peak_one(sound)


GULLS = Sound(name="gulls", bed=True, level=0.12, make=make)

"""A robot's metal foot: a struck plate and the whirr of a small motor."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import curve, ended, hit, lay, noise, num_samples, ring, saw


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Inharmonic partials of a plate, then a rising servo."""
    count = num_samples(0.42)
    root_hz = rng.uniform(430, 620) * (0.7 if "heavy" in detail else 1.4 if "small" in detail else 1.0)
    modes = [
        (root_hz * ratio * rng.uniform(0.98, 1.02), 0.09 / ratio**0.5, ratio**-0.5)
        for ratio in (1, 1.58, 2.24, 2.92, 4.1, 5.6)
    ]
    sound = ring(count, *modes)
    sound += noise(rng, count, 2000, 7000) * hit(count, 0.0003, 0.006) * 0.5
    whirr = num_samples(0.2)
    servo = saw(curve(whirr, (0, 190), (0.6, 330), (1, 260))) * np.hanning(whirr) * 0.16
    lay(sound, servo.astype(np.float32), num_samples(0.14))
    return ended(sound)


CLANK = Sound(name="clank", bed=False, level=0.6, make=make)

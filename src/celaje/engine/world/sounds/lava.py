"""Lava: the mountain rumbles, the melt gulps, the crust crackles."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import bubble, hit, lay, noise, num_samples, peak_one, strew, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Rumble under 90 Hz, thick bubbles around 120 Hz, dry crackle above 1.5 kHz."""
    count = num_samples(seconds)
    sound = noise(rng, count, 25, 80) * wander(rng, count, 1.2, 0.45, 1) * 0.35
    for _ in range(max(1, int(seconds * 2.5))):
        gulp = bubble(rng, rng.uniform(85, 190), rng.uniform(0.05, 0.09))
        lay(sound, gulp * rng.uniform(0.2, 0.7), int(rng.uniform(-0.2, seconds) * SAMPLE_RATE))
    length = num_samples(0.015)
    crack = noise(rng, length, 1500, 6000) * hit(length, 0.0002, 0.002)
    sound += strew(rng, count, 22, crack) * (0.1 + 0.5 * wander(rng, count, 2)) + noise(rng, count, 150, 700, -5) * 0.06
    return peak_one(sound)


LAVA_RUMBLE = Sound(name="lava rumble", bed=True, level=0.28, make=make)

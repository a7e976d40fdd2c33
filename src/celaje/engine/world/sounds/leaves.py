"""Leaves in a wood: gusts rustle through, single leaves tick."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import hit, noise, num_samples, peak_one, strew, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Bright soft noise that comes and goes, of many small grains."""
    count = num_samples(seconds)
    gust = 0.2 + 0.8 * wander(rng, count, 0.7) * wander(rng, count, 2.5, 0.6, 1)
    grain = hit(num_samples(0.02), 0.001, 0.004)
    rustle = noise(rng, count, 2600, 7000) * (0.2 + strew(rng, count, 140, grain))
    return peak_one(rustle * gust + noise(rng, count, 250, 900) * gust * 0.12)


FOREST_LEAVES = Sound(name="forest leaves", bed=True, level=0.15, make=make)

"""Feet come down together after a jump or a fall. `detail`: the ground and the weight."""

import numpy as np

from celaje.engine.world.sounds.footfall import WEIGHTS, footfall, weight_of
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, ended, hit, lay, num_samples, tone


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Two contacts at nearly the same time over a body's thud."""
    thump_hz, length, loudness = WEIGHTS[weight_of(detail)]
    count = num_samples(0.45 * length + 0.15)
    thud = tone(thump_hz * 0.75 * (1 + 0.8 * np.exp(-clock(count) / 0.02))) * hit(count, 0.002, 0.07 * length) * 1.3
    lay(thud, footfall(rng, detail, strength=strength), 0)
    lay(thud, footfall(rng, detail, strength=strength) * 0.8, num_samples(rng.uniform(0.01, 0.03)))
    return ended(thud, loudness)


LANDING = Sound(name="landing", bed=False, level=0.8, make=make)

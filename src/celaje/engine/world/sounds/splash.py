"""Something falls into water: a slap, a spray, and the bubbles after it. `detail`: small or heavy."""

import math

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import bubble, ended, hit, lay, noise, num_samples, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Bigger bodies throw a lower and longer spray."""
    size = 1.5 if "heavy" in detail else 0.6 if "small" in detail else 1.0
    count = num_samples(0.9 * size)
    spray = noise(rng, count, 500 / size, 5200 / size**0.5) * (0.3 + 0.7 * wander(rng, count, 60))
    sound = spray * (0.9 * hit(count, 0.001, 0.04) + 0.5 * hit(count, 0.06, 0.16 * size)) * 0.5
    for _ in range(int(16 * size)):
        at = rng.uniform(0.06, 0.75 * size)
        drop = bubble(rng, rng.uniform(350, 1500) / size, rng.uniform(0.015, 0.04))
        lay(sound, drop * (rng.uniform(0.1, 0.45) * math.exp(-at / (0.5 * size))), num_samples(at))
    return ended(sound)


SPLASH = Sound(name="splash", bed=False, level=0.75, make=make)

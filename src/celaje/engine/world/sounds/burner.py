"""A hot-air balloon: the burner roars, rests, and roars again."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, noise, num_samples, peak_one, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """About 1.5 s of flame every 3.5 s; a pilot light between."""
    count = num_samples(seconds)
    turn = (clock(count) / rng.uniform(3.2, 3.8) + rng.uniform()) % 1.0
    flame = np.clip(turn / 0.03, 0, 1) * np.clip((0.45 - turn) / 0.04, 0, 1)
    sound = noise(rng, count, 180, 1100, -2) * (0.04 + flame) * wander(rng, count, 25, 0.6, 1)
    sound += noise(rng, count, 2500, 6000) * (0.03 + 0.22 * flame)
    return peak_one(sound)


BALLOON_BURNER = Sound(name="balloon burner", bed=True, level=0.3, make=make)

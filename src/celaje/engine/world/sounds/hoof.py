"""A hoof: a hollow clop on hard ground, a dull one on soft. `detail`: the ground."""

import numpy as np

from celaje.engine.world.sounds.footfall import footfall, surface_of
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import ended, hit, lay, noise, num_samples, ring


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A horn cup that rings shortly: the harder the ground, the clearer."""
    hard = {"stone": 1.0, "wood": 0.8}.get(surface_of(detail), 0.22)
    pitch_hz = rng.uniform(680, 900)
    count = num_samples(0.16)
    sound = ring(count, (pitch_hz, 0.016, 1.0), (pitch_hz * 1.62, 0.011, 0.7), (pitch_hz * 2.7, 0.006, 0.4)) * hard
    sound += noise(rng, count, 1500, 5000) * hit(count, 0.0003, 0.003) * 0.25 * hard
    lay(sound, footfall(rng, detail, strength=strength, soft=0.5)[:count] * (1.2 - hard), 0)
    return ended(sound)


HOOF = Sound(name="hoof", bed=False, level=0.8, make=make)

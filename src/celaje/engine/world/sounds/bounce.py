"""A ball hits the ground: a rubber thump with a short pitched ring. `detail`: the ground, and its size."""

import numpy as np

from celaje.engine.world.sounds.footfall import footfall, weight_of
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, ended, hit, lay, noise, num_samples, tone


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """The skin's low boing glides down, the air inside rings a fifth of a second."""
    pitch_hz = {"small": 330.0, "medium": 210.0, "heavy": 130.0}[weight_of(detail)] * rng.uniform(0.92, 1.08)
    count = num_samples(0.34)
    glide = pitch_hz * (1 + 0.9 * np.exp(-clock(count) / 0.018))
    sound = tone(glide) * hit(count, 0.0008, 0.06)
    sound += 0.45 * tone(glide * 2.31) * hit(count, 0.0008, 0.035) + 0.2 * tone(glide * 5.1) * hit(count, 0.0008, 0.09)
    sound += noise(rng, count, 600, 3000) * hit(count, 0.0005, 0.006) * 0.22
    lay(sound, footfall(rng, detail, strength=strength)[:count] * 0.2, 0)
    return ended(sound)


BOUNCE = Sound(name="bounce", bed=False, level=0.95, make=make)

"""Thunder: a tearing crack, then a rumble that rolls away."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, ended, hit, noise, num_samples, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """The stronger (nearer) the stroke, the more crack before the rumble."""
    count = num_samples(seconds or rng.uniform(3.2, 4.5))
    time = clock(count)
    roll = wander(rng, count, 3.5, 0.1, 1) * wander(rng, count, 11, 0.5, 1)
    rumble = noise(rng, count, 28, 130) * roll * np.exp(-time / 1.3)
    body = noise(rng, count, 80, 600, -3) * (hit(count, 0.002, 0.28) + 0.25 * roll * np.exp(-time / 0.8))
    tear = noise(rng, count, 800, 5000) * hit(count, 0.001, 0.1) * (0.15 + 0.85 * wander(rng, count, 45) ** 2)
    return ended(rumble + 0.9 * body + tear * 0.8 * strength**2)


THUNDER = Sound(name="thunder", bed=False, level=0.95, make=make)

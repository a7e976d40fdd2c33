"""A volcano throws out lava: a boom from below, a roar, stones that fall."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, curve, ended, hit, lay, noise, num_samples, ring, tone, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Boom, roar of 2 s, and rocks."""
    count = num_samples(seconds or rng.uniform(2.2, 3.0))
    boom = tone(34 + 40 * np.exp(-clock(count) / 0.09)) * hit(count, 0.004, 0.5)
    roar = (
        noise(rng, count, 50, 900, -4)
        * curve(count, (0, 0.9), (0.1, 1), (0.4, 0.5), (1, 0))
        * wander(rng, count, 12, 0.45, 1)
    )
    gas = noise(rng, count, 700, 3500) * curve(count, (0, 1), (0.15, 0.5), (0.6, 0.1), (1, 0)) * 0.14
    sound = 1.1 * boom + 0.42 * roar + gas
    for _ in range(int(rng.integers(10, 18))):
        piece = num_samples(0.12)
        hz = rng.uniform(140, 520)
        rock = (
            ring(piece, (hz, 0.02, 1.0), (hz * 1.9, 0.012, 0.6))
            + noise(rng, piece, 600, 2500) * hit(piece, 0.001, 0.012) * 0.4
        )
        at = rng.uniform(0.4, 2.2)
        lay(sound, rock * rng.uniform(0.08, 0.3), num_samples(at))
    return ended(sound)


ERUPTION = Sound(name="eruption burst", bed=False, level=0.9, make=make)

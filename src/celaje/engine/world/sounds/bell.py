"""A church or ship's bell (`detail`: "small" for a bicycle's or a cat's)."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import ended, hit, noise, num_samples, ring

#: Partials of a bell over its prime: hum, prime, tierce, quint, nominal and above, with how long and loud they are.
PARTIALS = (
    (0.5, 1.0, 0.5), (1.0, 0.8, 0.8), (1.19, 0.6, 0.7), (1.5, 0.4, 0.35), (2.0, 0.55, 1.0),
    (2.51, 0.3, 0.4), (3.01, 0.25, 0.4), (4.17, 0.15, 0.25), (5.43, 0.1, 0.15),
)  # fmt: skip


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """One stroke; each partial is a close pair, so the bell beats slowly."""
    small = "small" in detail
    prime_hz = rng.uniform(1300, 1600) if small else rng.uniform(300, 400)
    length = 0.35 if small else 1.3
    count = num_samples(seconds or 2.6 * length + 0.4)
    modes = [
        (prime_hz * ratio * shift, length * long, loud) for ratio, long, loud in PARTIALS for shift in (1.0, 1.0035)
    ]
    clapper = noise(rng, count, 1500, 6000) * hit(count, 0.0003, 0.005) * 0.6
    return ended(ring(count, *modes) + clapper)


BELL = Sound(name="bell", bed=False, level=0.55, make=make)

"""Things collide: a blow, splintering, and pieces that fall. `detail`: metal, wood, or soft for bodies."""

import math

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import ended, hit, lay, noise, num_samples, ring


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Less metal and debris when `strength` is small or the bodies are soft."""
    hard = 0.15 if "soft" in detail else 1.0
    count = num_samples(0.9)
    sound = noise(rng, count, 60, 4500, -3) * hit(count, 0.0006, 0.05) * 0.5
    sound += ring(count, (72, 0.09, 1.0), (118, 0.06, 0.7))
    roots = (310.0, 540.0, 870.0) if "wood" in detail else (640.0, 1130.0, 1980.0, 3170.0)
    sound += hard * 0.35 * ring(count, *((hz * rng.uniform(0.9, 1.1), 0.12, 0.8) for hz in roots))
    for _ in range(int(10 * hard * (0.5 + strength))):
        piece = num_samples(0.09)
        hz = rng.uniform(900, 4500)
        shard = ring(piece, (hz, 0.018, 1.0), (hz * 1.73, 0.012, 0.6)) + noise(rng, piece, hz, hz * 2) * hit(
            piece, 0.001, 0.01
        )
        at = rng.exponential(0.18) + 0.03
        lay(sound, shard * 0.28 * math.exp(-at / 0.3), num_samples(at))
    return ended(sound)


CRASH = Sound(name="crash", bed=False, level=0.9, make=make)

"""A wooden boat: planks creak slowly, water laps at the hull."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    bubble,
    hit,
    lay,
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    saw,
    strew,
    wander,
)


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Creaks stick and slip 25 to 60 times a second through the ring of the wood."""
    count = num_samples(seconds)
    moving = np.clip(wander(rng, count, 1.8) * 4 - 2.4, 0, 1)  # creaks only while the hull rolls
    slips = np.maximum(saw(24 + 34 * moving + 5 * wander(rng, count, 6, -1, 1)), 0) ** 4 * moving
    wood = np.array((430.0, 980.0, 1750.0))[None] * rng.uniform(0.85, 1.15)
    sound = moving_filter(slips.astype(np.float32), resonances(wood, wood * 0.25, np.array((1.0, 0.8, 0.5)))) * 1.2
    length = num_samples(0.2)
    lap = noise(rng, length, 250, 1100) * hit(length, 0.03, 0.045)
    sound += strew(rng, count, 1.8, lap) * 0.3 + noise(rng, count, 80, 300) * 0.02
    for _ in range(max(1, int(seconds * 2))):
        lay(
            sound,
            bubble(rng, rng.uniform(300, 700), 0.03) * rng.uniform(0.03, 0.12),
            int(rng.uniform(-0.1, seconds) * SAMPLE_RATE),
        )
    return peak_one(sound)


BOAT_CREAK = Sound(name="boat creak", bed=True, level=0.3, make=make)

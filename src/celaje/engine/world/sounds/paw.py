"""The soft step of a cat or a dog. `detail`: the ground."""

import numpy as np

from celaje.engine.world.sounds.footfall import footfall
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import ended, hit, lay, noise, num_samples


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A small soft contact and the tick of claws."""
    sound = footfall(rng, f"{detail} small", strength=strength, soft=0.9)
    claw = num_samples(0.012)
    for _ in range(2):
        tick = noise(rng, claw, 3000, 8000) * hit(claw, 0.0002, 0.0015) * rng.uniform(0.1, 0.25)
        lay(sound, tick, num_samples(rng.uniform(0.001, 0.02)))
    return ended(sound, 0.6)


PAW = Sound(name="paw", bed=False, level=0.6, make=make)

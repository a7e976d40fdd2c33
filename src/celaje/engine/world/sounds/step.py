"""A footstep. `detail`: the ground, and the weight, such as "snow heavy"."""

import numpy as np

from celaje.engine.world.sounds.footfall import footfall
from celaje.engine.world.sounds.sound import Samples, Sound


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """One step of a shoe or a heavy foot."""
    return footfall(rng, detail, strength=strength)


STEP = Sound(name="step", bed=False, level=0.8, make=make)

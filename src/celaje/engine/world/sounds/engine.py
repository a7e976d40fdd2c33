"""A car's engine: firing pulses through an exhaust. `strength` is how hard it works."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    saw,
    wander,
)


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """34 firings a second at idle, 78 at full strength, never quite regular."""
    count = num_samples(seconds)
    unsteady = 1 + 0.05 * wander(rng, count, 1.2, -1, 1) + 0.015 * wander(rng, count, 18, -1, 1)
    rate_hz = (34 + 44 * strength) * rng.uniform(0.9, 1.1) * unsteady
    firing = saw(rate_hz)
    pulses = firing + 0.7 * saw(rate_hz * 0.5) + noise(rng, count, 300, 4500) * 0.5 * np.maximum(firing, 0) ** 2
    pipe = np.array((120.0, 310.0, 720.0, 1500.0, 2600.0))[None] * rng.uniform(0.9, 1.1)
    return peak_one(moving_filter(pulses, resonances(pipe, pipe * 0.5, np.array((0.5, 0.8, 0.9, 0.8, 0.5)))))


ENGINE = Sound(name="engine", bed=True, level=0.55, make=make)

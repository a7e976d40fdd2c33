"""A car's engine: firing pulses through an exhaust. `strength` is how hard it works."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    frame_curve,
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    saw,
    wander,
)


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """40 firings a second at idle, 90 at full strength, never quite regular."""
    count = num_samples(seconds)
    rate_hz = (
        (40 + 50 * strength)
        * rng.uniform(0.9, 1.1)
        * (1 + 0.05 * wander(rng, count, 1.2, -1, 1) + 0.02 * wander(rng, count, 18, -1, 1))
    )
    pulses = saw(rate_hz) + 0.6 * saw(rate_hz * 0.5)
    pulses += noise(rng, count, 200, 3000) * 0.2 * (0.5 + 0.5 * np.sign(pulses))
    pipe = np.broadcast_to(np.array((95.0, 210.0, 430.0, 900.0)) * rng.uniform(0.9, 1.1), (len(frame_curve(pulses)), 4))
    return peak_one(moving_filter(pulses, resonances(pipe, pipe * 0.6, np.array((1.0, 0.8, 0.4, 0.2)))))


ENGINE = Sound(name="engine", bed=True, level=0.4, make=make)

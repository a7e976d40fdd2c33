"""A drop falls into still water."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import bubble, ended, hit, lay, noise, num_samples


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A tick, a clear bubble that glides up, and a fainter second one."""
    sound = np.zeros(num_samples(0.5), np.float32)
    tick = num_samples(0.01)
    lay(sound, noise(rng, tick, 2500, 8000) * hit(tick, 0.0003, 0.0015) * 0.2, 0)
    pitch_hz = rng.uniform(800, 1400)
    lay(sound, bubble(rng, pitch_hz, 0.045), num_samples(0.004))
    lay(sound, bubble(rng, pitch_hz * rng.uniform(1.2, 1.5), 0.03) * 0.4, num_samples(rng.uniform(0.09, 0.13)))
    return ended(sound)


DRIP = Sound(name="drip", bed=False, level=0.3, make=make)

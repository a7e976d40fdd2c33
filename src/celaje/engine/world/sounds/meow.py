"""A cat: the pitch goes up and comes down while the mouth opens and closes. `detail`: "small" for a kitten."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import curve, ended, num_samples
from celaje.engine.world.sounds.throat import mouth, throat


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """m-i-a-o-u of one breath."""
    count = num_samples(seconds or rng.uniform(0.6, 0.85))
    pitch_hz = rng.uniform(430, 560) * (1.5 if "small" in detail else 1.0)
    bend = curve(count, (0, 0.8), (0.12, 1.05), (0.35, rng.uniform(1.3, 1.6)), (0.7, 1.1), (1, 0.72))
    shape = mouth(count, (0, "m"), (0.12, "i"), (0.4, "a"), (0.72, "o"), (1, "u"), size=0.72)
    sound = throat(rng, pitch_hz * bend, shape, width=0.2, breath=0.03)
    return ended(sound * curve(count, (0, 0.1), (0.06, 0.5), (0.3, 1), (0.65, 0.75), (1, 0)))


MEOW = Sound(name="meow", bed=False, level=0.6, make=make)

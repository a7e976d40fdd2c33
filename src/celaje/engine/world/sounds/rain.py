"""Rain: a hiss of far drops and the ticks of near ones; heavy rain roars underneath."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import hit, noise, num_samples, peak_one, strew, wander


def make_rain(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Light and bright: single drops can be heard."""
    count = num_samples(seconds)
    hiss = noise(rng, count, 2500, 9000) * 0.1 * wander(rng, count, 0.7, 0.85, 1)
    return peak_one(hiss + _drops(rng, count, 75, 2400) * 0.5)


def make_heavy_rain(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A dense curtain that reaches down to 200 Hz, with splatter."""
    count = num_samples(seconds)
    curtain = noise(rng, count, 350, 8500, -2.5) * wander(rng, count, 0.8, 0.8, 1)
    return peak_one(curtain * 0.3 + _drops(rng, count, 240, 900) * 0.22)


def _drops(rng: np.random.Generator, count: int, rate_hz: float, low_hz: float) -> Samples:
    """Drops on leaves and stone: clicks of two milliseconds, in three sizes, no two sizes of one color."""
    sound = np.zeros(count, np.float32)
    length = num_samples(0.016)
    for size in (0.7, 1.0, 1.5):
        click = noise(rng, length, low_hz / size, 9000 / size) * hit(length, 0.0002, 0.0016 * size)
        sound += strew(rng, count, rate_hz / 3, click) * size
    return sound


RAIN = Sound(name="rain", bed=True, level=0.2, make=make_rain)
HEAVY_RAIN = Sound(name="heavy rain", bed=True, level=0.24, make=make_heavy_rain)

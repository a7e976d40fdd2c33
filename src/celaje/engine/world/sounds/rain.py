"""Rain: a hiss of far drops and the ticks of near ones; heavy rain roars underneath."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import hit, noise, num_samples, peak_one, ring, strew, wander


def make_rain(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Light and bright: single drops can be heard."""
    count = num_samples(seconds)
    hiss = noise(rng, count, 2500, 9000) * 0.1 * wander(rng, count, 0.7, 0.85, 1)
    return peak_one(hiss + _drops(rng, count, 90, 3600) * 0.8 + _drops(rng, count, 40, 2100) * 0.6)


def make_heavy_rain(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A dense curtain that reaches down to 200 Hz, with splatter."""
    count = num_samples(seconds)
    curtain = noise(rng, count, 350, 8500, -2.5) * wander(rng, count, 0.8, 0.8, 1)
    return peak_one(curtain * 0.3 + _drops(rng, count, 260, 1500) * 0.25)


def _drops(rng: np.random.Generator, count: int, rate_hz: float, pitch_hz: float) -> Samples:
    """Drops on leaves and stone: clicks that ring at `pitch_hz` for a few milliseconds."""
    length = num_samples(0.02)
    click = noise(rng, length, pitch_hz, 9000) * hit(length, 0.0002, 0.0015) * 0.4 + ring(
        length, (pitch_hz, 0.003, 1.0)
    )
    return strew(rng, count, rate_hz, click.astype(np.float32))


RAIN = Sound(name="rain", bed=True, level=0.3, make=make_rain)
HEAVY_RAIN = Sound(name="heavy rain", bed=True, level=0.5, make=make_heavy_rain)

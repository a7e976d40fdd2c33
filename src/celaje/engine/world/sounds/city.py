"""The city: distant traffic with a muffled horn now and then, and the buzz of neon signs."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    lay,
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    saw,
    tone,
    wander,
)


def make_city(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Low traffic, cars that swell and fade, a horn far away about every five seconds."""
    count = num_samples(seconds)
    sound = noise(rng, count, 45, 260, -2) * 0.3 * wander(rng, count, 0.4, 0.75, 1)
    sound += noise(rng, count, 350, 1500, -4) * (0.03 + 0.16 * wander(rng, count, 0.6) ** 2)
    time = rng.uniform(0.3, 3.5)
    while time < seconds:
        length = num_samples(rng.uniform(0.25, 0.6))
        hz = rng.uniform(340, 480)
        call = tone(np.full(length, hz)) + tone(np.full(length, hz * 1.26)) + 0.4 * tone(np.full(length, hz * 2))
        lay(sound, call * np.minimum(1, np.hanning(length) * 4) * 0.1, int(time * SAMPLE_RATE))
        time += rng.uniform(2.5, 6)
    return peak_one(sound)


def make_neon(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """The 100 Hz of a transformer with its odd and even harmonics, that flickers now and then."""
    count = num_samples(seconds)
    buzz = saw(np.full(count, 100.0 * rng.uniform(0.99, 1.21)))
    frames = np.array((300.0, 1500.0, 3300.0))[None]
    gains = resonances(frames, frames * np.array((0.8, 0.5, 0.35)), np.array((0.5, 0.8, 1.0)))
    flicker = np.where(wander(rng, count, 7) > 0.93, 0.35, 1.0) * wander(rng, count, 1.5, 0.85, 1)
    return peak_one(moving_filter(buzz, gains) * flicker)


CITY_HUM = Sound(name="city hum", bed=True, level=0.18, make=make_city)
NEON_BUZZ = Sound(name="neon buzz", bed=True, level=0.08, make=make_neon)

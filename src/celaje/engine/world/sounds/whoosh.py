"""Something passes fast: air that rises and falls."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    BINS_HZ,
    curve,
    ended,
    frame_curve,
    moving_filter,
    noise,
    num_samples,
    resonances,
)


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """One band of noise that climbs and comes down, loudest in the middle."""
    count = num_samples(seconds or rng.uniform(0.5, 0.75))
    center = curve(count, (0, 250), (0.45, rng.uniform(1100, 1600)), (1, 220))
    frames = frame_curve(center)[:, None]
    gains = resonances(frames, 0.9 * frames, np.array((1.0,))) / (1 + (BINS_HZ / 4000) ** 2)
    sound = moving_filter(noise(rng, count, 100, 8000), gains)
    return ended(sound * curve(count, (0, 0), (0.1, 0.06), (0.45, 1), (0.6, 0.6), (1, 0)))


WHOOSH = Sound(name="whoosh", bed=False, level=0.4, make=make)

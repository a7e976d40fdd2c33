"""An elephant or a mammoth: a brassy cry that climbs and breaks."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import curve, ended, noise, num_samples, wander
from celaje.engine.world.sounds.throat import throat


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A long tube overblown: strong high partials, a rattle, wind at the end."""
    count = num_samples(seconds or rng.uniform(1.1, 1.5))
    pitch_hz = rng.uniform(290, 350) * (1.35 if "small" in detail else 1.0)
    bend = curve(count, (0, 0.7), (0.12, 1.2), (0.5, 1.5), (0.8, 1.4), (1, 0.8)) * (
        1 + 0.03 * wander(rng, count, 9, -1, 1)
    )
    formants = np.stack([curve(count, (0, hz * 0.8), (0.3, hz), (1, hz * 0.85)) for hz in (780, 1900, 3300)])
    sound = throat(rng, pitch_hz * bend, formants, loudness=(0.8, 1.0, 0.8), width=0.45, breath=0.08, rough=0.32)
    sound += noise(rng, count, 300, 2500) * 0.03
    return ended(sound * curve(count, (0, 0.2), (0.08, 0.9), (0.6, 1), (0.85, 0.6), (1, 0)))


TRUMPET = Sound(name="trumpet", bed=False, level=0.75, make=make)

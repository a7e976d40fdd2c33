"""A horse: a high shaken cry that falls, and a snort."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, curve, ended, hit, lay, noise, num_samples, tone, wander
from celaje.engine.world.sounds.throat import throat


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Pitch and loudness shake about nine times a second."""
    length_s = max(seconds or rng.uniform(1.4, 1.8), 0.5)
    count = num_samples(length_s - 0.3)
    shake = tone(rng.uniform(8, 10) * (1 + 0.3 * curve(count, (0, 0), (1, -1))))
    fall = curve(count, (0, 620), (0.12, 1050), (0.4, 880), (1, 380)) * rng.uniform(0.9, 1.1)
    formants = np.stack([curve(count, (0, hz), (1, hz * 0.8)) for hz in (950, 1900, 3300)])
    cry = throat(rng, fall * (1 + 0.09 * shake), formants, width=0.3, breath=0.12, rough=0.22)
    cry *= curve(count, (0, 0.1), (0.08, 1), (0.7, 0.8), (1, 0.1)) * (0.62 + 0.38 * shake)
    sound = np.zeros(num_samples(length_s), np.float32)
    lay(sound, cry / np.abs(cry).max(), 0)
    snort = num_samples(0.28)
    flutter = 0.5 + 0.5 * np.sin(2 * np.pi * 24 * clock(snort))
    lay(
        sound,
        noise(rng, snort, 250, 2200) * hit(snort, 0.02, 0.09) * flutter * wander(rng, snort, 40, 0.5, 1) * 0.28,
        count,
    )
    return ended(sound)


NEIGH = Sound(name="neigh", bed=False, level=0.7, make=make)

"""A dog: one to three rough bursts. `detail`: small or heavy."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import curve, ended, lay, num_samples
from celaje.engine.world.sounds.throat import throat


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """As many barks as fit in `seconds`; two when it is 0."""
    size = 0.6 if "small" in detail else 1.35 if "heavy" in detail else 1.0
    num_barks = max(1, round(seconds / 0.36)) if seconds else 2
    sound = np.zeros(num_samples(0.36 * num_barks), np.float32)
    for index in range(num_barks):
        count = num_samples(rng.uniform(0.17, 0.22))
        pitch_hz = rng.uniform(290, 350) / size * curve(count, (0, 0.75), (0.25, 1.35), (1, 0.6))
        start = np.array([[650.0], [1350.0], [2800.0]], np.float32) / size
        formants = start * curve(count, (0, 0.6), (0.25, 1.15), (1, 0.55))
        voice = throat(rng, pitch_hz, formants, width=0.3, breath=0.3, rough=0.5)
        lay(sound, voice * curve(count, (0, 0.25), (0.08, 1), (0.5, 0.8), (1, 0)), num_samples(index * 0.36))
    return ended(sound)


BARK = Sound(name="bark", bed=False, level=0.7, make=make)

"""Laughter: ha ha ha, each a little lower. `detail`: child, woman, man, old."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import curve, ended, lay, num_samples
from celaje.engine.world.sounds.talk import VOICES
from celaje.engine.world.sounds.throat import mouth, throat


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Breathy bursts, five a second."""
    voice = next((word for word in detail.split() if word in VOICES), "woman")
    pitch_hz, size, breath, rough = VOICES[voice]
    seconds = seconds or 1.2
    sound = np.zeros(num_samples(seconds), np.float32)
    for index in range(max(1, int(seconds / 0.2))):
        count = num_samples(0.17)
        fall = curve(count, (0, 1.5), (0.3, 1.7), (1, 1.2)) * (1 - 0.05 * index) * pitch_hz * rng.uniform(0.96, 1.04)
        ha = throat(rng, fall, mouth(count, (0, "a"), (1, "a"), size=size), breath=breath + 0.15, rough=rough)
        lay(sound, ha * curve(count, (0, 0.1), (0.3, 1), (1, 0)) * 0.93**index, num_samples(index * 0.2))
    return ended(sound)


LAUGH = Sound(name="laugh", bed=False, level=0.45, make=make)

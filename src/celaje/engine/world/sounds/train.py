"""A train: wheels beat the joints of the rails in pairs, over rolling steel."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import hit, lay, noise, num_samples, peak_one, ring, tone, wander


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Ta-tack, ta-tack: two axles 0.14 s apart, a joint every 0.62 s."""
    count = num_samples(seconds)
    sound = noise(rng, count, 50, 260, -2) * 0.16 * wander(rng, count, 2, 0.75, 1)
    sound += noise(rng, count, 1800, 4200) * 0.022 + tone(np.full(count, rng.uniform(480, 560))) * 0.012
    length = num_samples(0.2)
    joint_s = 0.62 * rng.uniform(0.92, 1.08)
    time = -rng.uniform(0, joint_s)
    while time < seconds:
        for late_s, loud in ((0.0, 1.0), (0.14, 0.8)):
            tack = ring(length, (92, 0.04, 1.0), (240, 0.03, 0.7), (760, 0.02, 0.35), (1850, 0.012, 0.3))
            tack += noise(rng, length, 500, 3500) * hit(length, 0.0005, 0.014) * 0.4
            lay(sound, tack * loud * rng.uniform(0.8, 1) * 0.6, int((time + late_s) * SAMPLE_RATE))
        time += joint_s
    return peak_one(sound)


TRAIN = Sound(name="train", bed=True, level=0.6, make=make)

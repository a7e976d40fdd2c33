"""A quiet room: soft air, and a clock that ticks."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import hit, lay, noise, num_samples, peak_one, ring


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Tick and tock, one a second, in turn."""
    count = num_samples(seconds)
    sound = noise(rng, count, 60, 350, -3) * 0.035
    length = num_samples(0.06)
    pitch_hz = rng.uniform(1900, 2500)
    start_s = rng.uniform(-1, 0)
    for index in range(int(seconds) + 3):
        shift = 1.0 if index % 2 else 0.82
        tick = ring(length, (pitch_hz * shift, 0.006, 1.0), (pitch_hz * 1.9 * shift, 0.004, 0.5), (420, 0.012, 0.35))
        lay(
            sound,
            tick + noise(rng, length, 3000, 8000) * hit(length, 0.0002, 0.001) * 0.3,
            int((start_s + index) * SAMPLE_RATE),
        )
    return peak_one(sound)


ROOM_TONE = Sound(name="room tone", bed=True, level=0.1, make=make)

"""Under water: a dull hum of pressure, and bubbles that rise in clusters."""

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import bubble, lay, noise, num_samples, peak_one, tone, wander


def make_hum(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Everything above 250 Hz is gone; slow currents, and two faint low tones that beat."""
    count = num_samples(seconds)
    current = noise(rng, count, 45, 170) * wander(rng, count, 0.4, 0.5, 1)
    drone = tone(np.full(count, 62.0)) + tone(np.full(count, 62.0 + rng.uniform(0.3, 0.7)))
    return peak_one(current * 0.4 + drone * 0.12)


def make_bubbles(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A diver's breath every two seconds or so: a cluster of bubbles, big ones first; single ones between."""
    count = num_samples(seconds)
    sound = noise(rng, count, 200, 600) * 0.01
    time = rng.uniform(-0.8, 0.6)
    while time < seconds:
        length_s = rng.uniform(0.7, 1.1)
        for part in np.sort(rng.uniform(0, 1, 26)):
            pitch_hz = rng.uniform(220, 480) * (1 + 1.4 * part)
            lay(
                sound,
                bubble(rng, pitch_hz, rng.uniform(0.025, 0.05)) * rng.uniform(0.2, 1) * (1 - 0.5 * part),
                int((time + part * length_s) * SAMPLE_RATE),
            )
        time += length_s + rng.uniform(0.6, 1.4)
    for _ in range(int(seconds * 3)):
        lay(sound, bubble(rng, rng.uniform(500, 1400), 0.02) * 0.2, int(rng.uniform(0, seconds) * SAMPLE_RATE))
    return peak_one(sound)


UNDERWATER_HUM = Sound(name="underwater hum", bed=True, level=0.2, make=make_hum)
BUBBLES = Sound(name="bubbles", bed=True, level=0.28, make=make_bubbles)

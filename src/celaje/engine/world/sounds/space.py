"""Far from any air: what films give to space, a wide low chord, and the hum of a ship's engine."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    frame_curve,
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    saw,
    tone,
    wander,
)


def make_space(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Root, fifth and octave in slow beating pairs, a faint high shimmer."""
    count = num_samples(seconds)
    root_hz = rng.uniform(52, 62)
    sound = np.zeros(count, np.float32)
    for ratio, loud in ((1, 1.0), (1.5, 0.7), (2, 0.6), (3, 0.35), (4.5, 0.2), (12, 0.06), (18, 0.04)):
        pair = tone(np.full(count, root_hz * ratio)) + tone(np.full(count, root_hz * ratio + rng.uniform(0.15, 0.5)))
        sound += loud * pair * wander(rng, count, 0.4, 0.55, 1)
    return peak_one(sound + noise(rng, count, 80, 250) * 0.06)


def make_jet(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A spaceship: detuned saws through a slow sweep, a turbine's whine, a stream of air."""
    count = num_samples(seconds)
    root_hz = rng.uniform(78, 96)
    wave = np.sum([saw(np.full(count, root_hz * ratio)) for ratio in (1, 1.007, 1.498)], axis=0, dtype=np.float32)
    sweep = frame_curve(wander(rng, count, 0.6, 350, 900))[:, None]
    hum = moving_filter(wave + noise(rng, count, 200, 4000) * 0.6, resonances(sweep, sweep * 0.9, np.array((1.0,))))
    whine = tone(np.full(count, root_hz * 27.3)) * 0.06 + tone(np.full(count, root_hz * 27.5)) * 0.06
    return peak_one(hum + whine * wander(rng, count, 2, 0.7, 1))


SPACE_HUM = Sound(name="space hum", bed=True, level=0.11, make=make_space)
JET_HUM = Sound(name="jet hum", bed=True, level=0.42, make=make_jet)

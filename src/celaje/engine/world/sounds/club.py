"""A dance club at 120 beats a minute: a kick on every beat, hats between, claps, a bass line. Beat 0 is at second 0."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    clock,
    curve,
    frame_curve,
    hit,
    lay,
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    saw,
    tone,
)

BEATS_PER_SECOND = 2.0
BEAT = num_samples(1 / BEATS_PER_SECOND)
#: Semitones over the root for each eighth note of two bars; None rests.
BASS_LINES = (
    (None, 0, None, 0, None, 0, 3, 0, None, 0, None, 0, None, -2, -2, 3),
    (None, 0, 0, None, None, 0, 7, 5, None, 0, 0, None, None, 3, 5, 3),
    (None, 0, None, 12, None, 0, None, 10, None, 0, None, 12, None, 7, None, 5),
)


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Two bars, repeated."""
    bars = np.zeros(8 * BEAT, np.float32)
    kick_time = clock(num_samples(0.3))
    kick = tone(48 + 130 * np.exp(-kick_time / 0.022)) * np.exp(-kick_time / 0.11)
    hat = noise(rng, num_samples(0.09), 7000, 11000) * hit(num_samples(0.09), 0.0005, 0.022) * 0.16
    tick = hat[: num_samples(0.03)] * np.linspace(0.5, 0, num_samples(0.03), dtype=np.float32)
    clap = noise(rng, num_samples(0.15), 900, 3500) * hit(num_samples(0.15), 0.001, 0.035) * 0.22
    root_hz = 43.65 * 2 ** (int(rng.integers(0, 8)) / 12)
    line = BASS_LINES[int(rng.integers(len(BASS_LINES)))]
    for beat in range(8):
        lay(bars, kick, beat * BEAT)
        lay(bars, hat, beat * BEAT + BEAT // 2)
        for quarter in (1, 3):
            lay(bars, tick, beat * BEAT + quarter * BEAT // 4)
        if beat % 2:
            lay(bars, clap, beat * BEAT)
    for eighth, semitones in enumerate(line):
        if semitones is not None:
            lay(bars, _bass(root_hz * 2 ** (semitones / 12)) * 0.34, eighth * BEAT // 2)
    count = num_samples(seconds)
    return peak_one(np.tile(bars, count // len(bars) + 1)[:count])


def _bass(frequency_hz: float) -> Samples:
    """One eighth note: two saw-teeth, whose filter closes."""
    count = BEAT // 2 - 300
    wave = saw(np.full(count, frequency_hz)) + saw(np.full(count, frequency_hz * 2.01))
    frames = frame_curve(curve(count, (0, 700), (0.5, 260), (1, 160)))[:, None]
    gains = resonances(np.zeros_like(frames) + 60, frames * 2, np.array((1.0,)))
    return (moving_filter(wave, gains) * curve(count, (0, 0), (0.03, 1), (0.8, 0.7), (1, 0))).astype(np.float32)


CLUB_BEAT = Sound(name="club beat", bed=True, level=0.45, make=make)

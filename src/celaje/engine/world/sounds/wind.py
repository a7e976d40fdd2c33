"""Wind: air past an ear, from a light breeze to a howling storm."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    BINS_HZ,
    frame_curve,
    moving_filter,
    noise,
    num_samples,
    peak_one,
    resonances,
    wander,
)


def make_wind(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Gusts whose pitch climbs with their strength."""
    return _blow(rng, seconds, low_hz=220, high_hz=620, width=0.8, gust_hz=0.5, calm=0.3, whistle=0.0)


def make_light_wind(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A breeze: soft, airy, without gusts."""
    return _blow(rng, seconds, low_hz=330, high_hz=480, width=1.5, gust_hz=0.3, calm=0.6, whistle=0.0)


def make_snow_wind(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Cold and thin: a high whistle wanders over hardly any depth, and fine grains of snow hiss."""
    blow = _blow(rng, seconds, low_hz=700, high_hz=1300, width=0.22, gust_hz=0.45, calm=0.45, whistle=1.0)
    return peak_one(blow + noise(rng, len(blow), 4500, 9500) * 0.035)


def make_storm_wind(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Deep pressure with fast hard gusts and a howl."""
    blow = _blow(rng, seconds, low_hz=240, high_hz=800, width=0.35, gust_hz=1.1, calm=0.25, whistle=0.5)
    deep = noise(rng, len(blow), 35, 140) * wander(rng, len(blow), 1.3, 0.25, 1)
    return peak_one(blow + 0.3 * deep)


def _blow(
    rng: np.random.Generator,
    seconds: float,
    *,
    low_hz: float,
    high_hz: float,
    width: float,
    gust_hz: float,
    calm: float,
    whistle: float,
) -> Samples:
    """Noise through a band between `low_hz` and `high_hz` that follows the gusts; `whistle` adds two above."""
    count = num_samples(seconds)
    gust = wander(rng, count, gust_hz) * 0.75 + wander(rng, count, gust_hz * 4) * 0.25
    frames = low_hz * (high_hz / low_hz) ** frame_curve(gust)  # [F]
    centers = np.stack([frames, frames * 1.62, frames * 2.5], axis=1)
    loudness = np.array((1.0, 0.5 * whistle, 0.25 * whistle), np.float32)
    gains = resonances(centers, centers * width, loudness) * np.minimum(1, BINS_HZ / 60)
    blow = moving_filter(noise(rng, count, 40, 9000), gains) * (calm + (1 - calm) * gust)
    return peak_one(blow)


WIND = Sound(name="wind", bed=True, level=0.17, make=make_wind)
LIGHT_WIND = Sound(name="light wind", bed=True, level=0.1, make=make_light_wind)
SNOW_WIND = Sound(name="snow wind", bed=True, level=0.13, make=make_snow_wind)
STORM_WIND = Sound(name="storm wind", bed=True, level=0.24, make=make_storm_wind)

"""Water in the open: waves that break on a beach, the sea around a boat, a river."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import bubble, clock, hit, noise, num_samples, peak_one, strew, wander

#: The shore in the picture runs up and down as sin(2 pi 0.16 t): the surf breaks while the foam runs up the sand.
SWELL_HZ = 0.16
EARLY = 0.1  # of a turn


def make_waves(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A breaker every 6 s, in step with the picture: it rolls in low, breaks bright, and hisses back over the sand."""
    count = num_samples(seconds)
    turn = (clock(count) * SWELL_HZ + EARLY) % 1.0
    roll = np.exp(-(((turn - 0.42) / 0.18) ** 2))
    surf = np.where(turn < 0.45, np.exp(-(((turn - 0.45) / 0.06) ** 2)), np.exp(-(turn - 0.45) / 0.14))
    back = np.exp(-(((turn - 0.78) / 0.13) ** 2))
    sound = noise(rng, count, 60, 320) * (0.12 + 0.4 * roll)
    sound += noise(rng, count, 350, 4500, -2) * (0.07 + 0.6 * surf) * wander(rng, count, 9, 0.7, 1)
    sound += noise(rng, count, 3000, 8000) * (0.03 + 0.13 * back)
    return peak_one(sound)


def make_sea(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Open water: a deep slow body and small slaps, without breakers."""
    count = num_samples(seconds)
    body = noise(rng, count, 70, 420, -2) * wander(rng, count, 0.35, 0.5, 1)
    length = num_samples(0.16)
    slap = noise(rng, length, 350, 1600) * hit(length, 0.02, 0.035)
    return peak_one(body * 0.5 + strew(rng, count, 3, slap) * 0.9 + noise(rng, count, 1500, 5000) * 0.035)


def make_river(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A stream over stones: thousands of small bubbles that gurgle."""
    count = num_samples(seconds)
    sound = noise(rng, count, 900, 6000, -3) * 0.05 * wander(rng, count, 3, 0.8, 1)
    for pitch_hz in rng.uniform(0.85, 1.15, 6) * (380, 560, 800, 1100, 1500, 2100):
        gurgle = strew(rng, count, 26, bubble(rng, pitch_hz, 0.016))
        sound += gurgle * (0.35 + 0.65 * wander(rng, count, 5)) * (600 / pitch_hz) ** 0.4 * 0.5
    return peak_one(sound)


WAVES = Sound(name="waves", bed=True, level=0.24, make=make_waves)
SEA = Sound(name="sea", bed=True, level=0.18, make=make_sea)
RIVER = Sound(name="river", bed=True, level=0.18, make=make_river)

"""Horns: a car's two notes, and the low long call of a ship in fog (`detail`: "train" for a chord)."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import (
    curve,
    ended,
    frame_curve,
    moving_filter,
    noise,
    num_samples,
    resonances,
    saw,
)


def make(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Steady reeds through a trumpet's resonances."""
    count = num_samples(seconds or rng.uniform(0.45, 0.7))
    notes = (311.0, 370.0, 415.0, 494.0) if "train" in detail else (415.0, 520.0)
    return _blow(rng, count, tuple(hz * rng.uniform(0.99, 1.01) for hz in notes), (900.0, 1700.0, 2900.0))


def make_fog_horn(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """One long low note with a grunt at its end."""
    count = num_samples(seconds or 2.2)
    return _blow(rng, count, (98.0 * rng.uniform(0.95, 1.05),), (180.0, 420.0, 800.0))


def _blow(rng: np.random.Generator, count: int, notes_hz: tuple[float, ...], formants_hz: tuple[float, ...]) -> Samples:
    settle = curve(count, (0, 0.96), (0.08, 1), (0.94, 1), (1, 0.93))
    reeds = np.sum([saw(settle * hz) for hz in notes_hz], axis=0, dtype=np.float32)
    reeds += noise(rng, count, 500, 4000) * 0.02
    frames = np.stack([frame_curve(settle) * hz for hz in formants_hz], axis=1)
    gains = resonances(frames, 0.5 * frames, np.array((1.0, 0.6, 0.3)))
    edge = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / num_samples(0.02))
    return ended(moving_filter(reeds, gains) * edge)


HORN = Sound(name="horn", bed=False, level=0.55, make=make)
FOG_HORN = Sound(name="fog horn", bed=False, level=0.6, make=make_fog_horn)

"""Something with a weight meets the ground: what steps, paws and landings share. It does not know who walks."""

from dataclasses import dataclass

import numpy as np

from celaje.engine.world.sounds.sound import Samples
from celaje.engine.world.sounds.synth import (
    bubble,
    clock,
    ended,
    hit,
    lay,
    noise,
    num_samples,
    peak_one,
    ring,
    strew,
    tone,
)


@dataclass(frozen=True, kw_only=True)
class Surface:
    """How ground answers a foot: a dull thump, a rustle of noise, grains that crackle, modes that ring."""

    thump: float  # loudness of the low part
    low_hz: float  # the rustle's band
    high_hz: float
    attack_s: float
    decay_s: float
    rustle: float
    grain_rate_hz: float = 0.0  # grains a second; 0: smooth
    click: float = 0.0
    modes: tuple[tuple[float, float, float], ...] = ()
    bubbles: int = 0


SURFACES = {
    "snow": Surface(thump=0.35, low_hz=900, high_hz=3200, attack_s=0.015, decay_s=0.065, rustle=0.9, grain_rate_hz=420),
    "grass": Surface(thump=0.5, low_hz=2200, high_hz=6500, attack_s=0.02, decay_s=0.05, rustle=0.35),
    "stone": Surface(
        thump=0.3, low_hz=900, high_hz=3500, attack_s=0.001, decay_s=0.012, rustle=0.5, click=0.7,
        modes=((420, 0.018, 0.6), (1350, 0.01, 0.4)),
    ),
    "sand": Surface(thump=0.25, low_hz=300, high_hz=1600, attack_s=0.02, decay_s=0.055, rustle=0.8),
    "wood": Surface(
        thump=0.6, low_hz=300, high_hz=1500, attack_s=0.001, decay_s=0.012, rustle=0.25, click=0.25,
        modes=((135, 0.08, 0.9), (228, 0.06, 0.8), (390, 0.035, 0.5)),
    ),
    "water": Surface(thump=0.2, low_hz=700, high_hz=5000, attack_s=0.008, decay_s=0.07, rustle=0.5, bubbles=6),
    "dust": Surface(thump=1.0, low_hz=120, high_hz=420, attack_s=0.01, decay_s=0.06, rustle=0.3),
    "leaves": Surface(thump=0.25, low_hz=3000, high_hz=8000, attack_s=0.005, decay_s=0.1, rustle=1.0, grain_rate_hz=90),
}  # fmt: skip

#: Of small, medium and heavy bodies: how low the thump is, how long everything lasts, how loud it is.
WEIGHTS = {"small": (150.0, 0.7, 0.5), "medium": (85.0, 1.0, 0.75), "heavy": (48.0, 1.45, 1.0)}


def surface_of(detail: str) -> str:
    """The first ground named in `detail`, such as "snow" in "snow heavy"; stone when it names none."""
    return next((word for word in detail.split() if word in SURFACES), "stone")


def weight_of(detail: str) -> str:
    """The weight named in `detail`; medium when it names none."""
    return next((word for word in detail.split() if word in WEIGHTS), "medium")


def footfall(rng: np.random.Generator, detail: str, *, strength: float = 1.0, soft: float = 0.0) -> Samples:
    """One contact with the ground named in `detail`, by the weight named in it; `soft` 0 (a shoe) to 1 (a paw)."""
    surface = SURFACES[surface_of(detail)]
    thump_hz, length, loudness = WEIGHTS[weight_of(detail)]
    thump_hz *= rng.uniform(0.9, 1.1)
    count = num_samples(0.12 + 4 * surface.decay_s * length + 0.12 * length)
    drop = thump_hz * (1 + 0.6 * np.exp(-clock(count) / 0.012))
    sound = tone(drop) * hit(count, 0.002, 0.035 * length**2) * surface.thump * length * (1 - 0.3 * soft)
    rustle = noise(rng, count, surface.low_hz, surface.high_hz) * 0.3
    if surface.grain_rate_hz:
        grain = hit(num_samples(0.012), 0.0003, 0.0022)
        rustle *= 0.15 + strew(rng, count, surface.grain_rate_hz, grain) * 2.2
    roll_s = rng.uniform(0.07, 0.1) * length  # heel, then toe
    shape = hit(count, surface.attack_s, surface.decay_s * length)
    lay(shape, 0.6 * shape[: count - num_samples(roll_s)].copy(), num_samples(roll_s))
    sound = sound + rustle * shape * surface.rustle * (0.7 + 0.6 * strength)
    if surface.click:
        sound += noise(rng, count, 1800, 5000) * hit(count, 0.0003, 0.003) * surface.click * 0.4 * (1 - soft)
    if surface.modes:
        spread = rng.uniform(0.94, 1.06) * (thump_hz / 85) ** 0.4
        modes = ((hz * spread, decay_s * length, part * (1 - 0.5 * soft)) for hz, decay_s, part in surface.modes)
        sound += ring(count, *modes)
    sound = sound.astype(np.float32)
    for _ in range(surface.bubbles):
        drop_piece = bubble(rng, rng.uniform(450, 1500) / length, 0.02) * rng.uniform(0.05, 0.25)
        lay(sound, drop_piece, num_samples(rng.uniform(0.0, 0.15)))
    return ended(np.tanh(2.5 * peak_one(sound)), loudness)  # the body over single loud grains

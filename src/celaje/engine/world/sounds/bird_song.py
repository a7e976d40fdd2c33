"""Birds: one that sings a verse, one chirp, and many around (a bed)."""

import numpy as np

from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, curve, ended, hit, lay, noise, num_samples, peak_one, tone


def make_song(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A verse of two or three motifs, each repeated."""
    sound = np.zeros(num_samples(seconds or rng.uniform(1.2, 1.8)), np.float32)
    pitch_hz = rng.uniform(2600, 4200)
    start = 0
    while start < len(sound):
        note = _note(rng, pitch_hz * rng.uniform(0.8, 1.25))
        gap = num_samples(rng.uniform(0.02, 0.05))
        for _ in range(int(rng.integers(2, 5))):
            if start + len(note) <= len(sound) or start == 0:
                lay(sound, note * rng.uniform(0.7, 1), start)
            start += len(note) + gap
        start += 2 * gap
    return ended(sound)


def make_chirp(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """A sparrow's single chirp."""
    count = num_samples(0.11)
    pitch_hz = rng.uniform(3300, 4300)
    glide = curve(count, (0, 0.8), (0.25, 1.25), (1, 0.72)) * pitch_hz
    return ended((tone(glide) + 0.35 * tone(glide * 2)) * np.hanning(count) ** 0.6)


def make_birds(rng: np.random.Generator, seconds: float, strength: float, detail: str) -> Samples:
    """Four birds at different distances, each with its own pitch, over a breath of air."""
    count = num_samples(seconds)
    sound = noise(rng, count, 1500, 5000) * 0.006
    for _ in range(4):
        notes = [_note(rng, rng.uniform(2300, 5200)) for _ in range(2)]
        far = rng.uniform(0.25, 1)
        start = num_samples(rng.uniform(0, 1)) - num_samples(0.8)
        while start < count:
            note = notes[int(rng.integers(2))]
            for _ in range(int(rng.integers(2, 6))):
                lay(sound, note * far * rng.uniform(0.6, 1), start)
                start += len(note) + num_samples(0.05)
            start += num_samples(rng.uniform(0.35, 1.4))
    return peak_one(sound)


def _note(rng: np.random.Generator, pitch_hz: float) -> Samples:
    """One whistle of 60 to 150 ms: a glide up or down, sometimes a trill."""
    count = num_samples(rng.uniform(0.06, 0.15))
    bend = rng.uniform(-0.3, 0.3)
    glide = pitch_hz * (1 + curve(count, (0, -bend), (1, bend)))
    if rng.uniform() < 0.4:
        glide *= 1 + 0.09 * np.sin(2 * np.pi * rng.uniform(25, 45) * clock(count))
    whistle = tone(np.minimum(glide, 7500)) + 0.12 * tone(np.minimum(glide * 2, 10500))
    return (whistle * np.hanning(count) ** 0.5 * (0.5 + 0.5 * hit(count, 0.01, 0.3))).astype(np.float32)


BIRD_SONG = Sound(name="bird song", bed=False, level=0.45, make=make_song)
CHIRP = Sound(name="chirp", bed=False, level=0.3, make=make_chirp)
BIRDS = Sound(name="birds", bed=True, level=0.16, make=make_birds)

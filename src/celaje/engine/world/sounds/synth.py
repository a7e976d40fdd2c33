"""The few tools all sounds are made with: colored noise, decaying tones, moving filters, pieces laid on a track.

Everything is float32 at 24 000 samples a second. It does not know any particular sound, nor the mix.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.sound import Samples

Floats = NDArray[np.floating]

WINDOW = 512  # samples of one frame of a moving filter: 21 ms
HOP = WINDOW // 2
COARSE = 32  # samples between the points of a random line
BINS_HZ = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE).astype(np.float32)  # [257]
_FADE = np.sin(np.pi * (np.arange(WINDOW) + 0.5) / WINDOW).astype(np.float32)  # its square sums to 1 at half overlap


def num_samples(seconds: float) -> int:
    """How many samples `seconds` are, at least one."""
    return max(1, round(seconds * SAMPLE_RATE))


def clock(count: int) -> Samples:
    """The time of each of `count` samples in seconds."""
    return np.arange(count, dtype=np.float32) / np.float32(SAMPLE_RATE)


def peak_one(samples: Floats, peak: float = 1.0) -> Samples:
    """The same sound with its loudest sample at `peak`."""
    return np.asarray(samples * (peak / max(float(np.abs(samples).max()), 1e-9)), np.float32)


def ended(samples: Floats, peak: float = 1.0) -> Samples:
    """A finished event: loudest at `peak`, its last 8 ms let go to zero so that it never ends in a click."""
    release = min(len(samples) // 4 + 1, num_samples(0.008))
    gain = np.ones(len(samples), np.float32)
    gain[-release:] = np.linspace(1, 0, release)
    return peak_one(samples * gain, peak)


def curve(count: int, *points: tuple[float, float]) -> Samples:
    """A line through (moment, value) points over `count` samples; moments run from 0 (first sample) to 1 (last)."""
    moments, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, count), moments, values), np.float32)


def hit(count: int, attack_s: float, decay_s: float) -> Samples:
    """The loudness of something struck: up within `attack_s`, then down by 1/e every `decay_s`."""
    time = clock(count)
    return np.asarray((1 - np.exp(-time / max(attack_s, 1e-5))) * np.exp(-time / decay_s), np.float32)


def noise(rng: np.random.Generator, count: int, low_hz: float, high_hz: float, tilt_db: float = 0.0) -> Samples:
    """Gaussian noise of spread 1 between two soft edges (12 dB an octave); `tilt_db` bends it by so much an octave.

    Made as a spectrum of uniform random numbers: a sum of thousands of them is Gaussian, and they are quick to draw.
    """
    length = scipy.fft.next_fast_len(max(count, 16), real=True)
    spectrum = (rng.random(2 * (length // 2 + 1), dtype=np.float32) - np.float32(0.5)).view(np.complex64)
    frequency = np.linspace(0, SAMPLE_RATE / 2, length // 2 + 1, dtype=np.float32)
    frequency[0] = frequency[1]
    squared = frequency * frequency
    below, above = low_hz**2 / squared, squared / high_hz**2
    gain = 1 / np.sqrt((1 + below * below) * (1 + above * above))
    if tilt_db:
        gain *= (frequency / np.float32(1000)) ** np.float32(tilt_db / 6.02)
    spread = 2 * float(np.sqrt(np.sum(gain * gain) / 12)) / length  # a uniform number spreads by 1 / sqrt(12)
    shaped: Samples = scipy.fft.irfft(spectrum * (gain / spread), length)[:count]
    return shaped


def wander(rng: np.random.Generator, count: int, rate_hz: float, low: float = 0.0, high: float = 1.0) -> Samples:
    """A smooth random line between `low` and `high` that turns about `rate_hz` times a second."""
    coarse = count // COARSE + 2
    steps = np.arange(coarse) * (rate_hz * COARSE / SAMPLE_RATE) + rng.uniform()
    knots = rng.uniform(low, high, int(steps[-1]) + 3)
    before = steps.astype(np.int64)
    part = steps - before
    part *= part * (3 - 2 * part)
    line = (knots[before] + (knots[before + 1] - knots[before]) * part).astype(np.float32)
    ramp = np.arange(COARSE, dtype=np.float32) / np.float32(COARSE)
    return np.asarray((line[:-1, None] + np.diff(line)[:, None] * ramp).reshape(-1)[:count])


def tone(frequency_hz: Floats) -> Samples:
    """A sine whose frequency follows the track [n]."""
    return np.asarray(np.sin(2 * np.pi * _cycles(frequency_hz)), np.float32)


def saw(frequency_hz: Floats) -> Samples:
    """A saw-tooth wave whose frequency follows the track [n], by differentiated parabolas (Valimaki 2005)."""
    ramp = 2 * _cycles(frequency_hz) - 1
    bend = np.diff(ramp * ramp, prepend=ramp[:1] ** 2)
    return np.clip(bend * SAMPLE_RATE / (4 * frequency_hz), -1.2, 1.2).astype(np.float32)


def _cycles(frequency_hz: Floats) -> Samples:
    """The part of a turn, 0 to 1, that an oscillator stands at."""
    turns = np.cumsum(frequency_hz, dtype=np.float64) / SAMPLE_RATE
    turns -= np.floor(turns)
    return np.asarray(turns, np.float32)


def ring(count: int, *modes: tuple[float, float, float]) -> Samples:
    """The sum of decaying tones, each (frequency in Hz, seconds to fall by 1/e, loudness): bells, wood, metal."""
    frequency, decay_s, loudness = (np.array(column, np.float32)[:, None] for column in zip(*modes, strict=True))
    time = clock(count)[None]
    tones = loudness * np.exp(-time / decay_s) * np.sin(2 * np.pi * frequency * time)  # [modes, n]
    return np.asarray(tones.sum(axis=0), np.float32)


def lay(track: Floats, piece: Floats, start: int) -> None:
    """Add `piece` to `track` from sample `start`; what lies before or after the track is cut."""
    first, last = max(start, 0), min(start + len(piece), len(track))
    if first < last:
        track[first:last] += piece[first - start : last - start]


def strew(rng: np.random.Generator, count: int, rate_hz: float, kernel: Samples) -> Samples:
    """`kernel` repeated at random moments, `rate_hz` times a second on average, each time with its own loudness."""
    long = count + len(kernel)  # some began before the track, so it does not fade in
    times = rng.integers(0, long, rng.poisson(rate_hz * long / SAMPLE_RATE))
    pulses = np.bincount(times, rng.uniform(0.2, 1, len(times)) ** 2, minlength=long).astype(np.float32)
    spread: Samples = scipy.signal.oaconvolve(pulses, kernel)[len(kernel) : len(kernel) + count].astype(np.float32)
    return spread


def frame_curve(track: Floats) -> Samples:
    """The values of a track [n] at the centers of the frames [F] of a moving filter."""
    centers = np.arange(len(track) // HOP + 2) * HOP
    return track[np.minimum(centers, len(track) - 1)].astype(np.float32)


def moving_filter(samples: Samples, gains: Floats) -> Samples:
    """`samples` [n] with the spectrum of each frame multiplied by `gains` [n // HOP + 2 or 1, 257]."""
    frames = len(samples) // HOP + 2
    padded = np.zeros((frames + 1) * HOP, np.float32)
    padded[HOP : HOP + len(samples)] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP] * _FADE  # [F, WINDOW]
    windows = scipy.fft.irfft(scipy.fft.rfft(windows, axis=1) * gains.astype(np.float32), WINDOW, axis=1) * _FADE
    halves = windows.reshape(frames, 2, HOP)
    padded[:] = 0
    padded[:-HOP] += halves[:, 0].ravel()
    padded[HOP:] += halves[:, 1].ravel()
    filtered: Samples = padded[HOP : HOP + len(samples)]
    return filtered


def resonances(frequencies_hz: Floats, widths_hz: Floats, loudness: Floats) -> Samples:
    """Gains [F, 257] for `moving_filter`: a peak for each column of `frequencies_hz` [F, K]; others [F, K] or [K]."""
    distance = (BINS_HZ - frequencies_hz[..., None]) / (np.asarray(widths_hz)[..., None] / 2)  # [F, K, 257]
    peaks = np.asarray(loudness, np.float32)[..., None] / (1 + distance * distance)  # [F, K, 257]
    return np.asarray(peaks.sum(axis=1), np.float32)


def bubble(rng: np.random.Generator, pitch_hz: float, decay_s: float = 0.04) -> Samples:
    """One air bubble: a short tone that glides upwards (Minnaert 1933; van den Doel 2005)."""
    count = num_samples(decay_s * 5)
    rise = 1 + clock(count) * rng.uniform(0.5, 2.0) / (decay_s * 5)
    return (tone(pitch_hz * rise) * hit(count, 0.003, decay_s)).astype(np.float32)

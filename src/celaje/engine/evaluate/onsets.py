"""Do sound and picture happen together? Onsets of sound, moments of motion, and how well two lists of them agree.

Nothing here is learned. It does not know models or scenes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.codec.spectrum import mel_amplitude, spectrum

#: Events that are seen and heard at one moment.
SUDDEN = ("step", "paw", "hoof", "bounce", "landing", "crash", "splash", "clank", "thunder")
TOLERANCE_S = 2 / FRAMES_PER_SECOND
FARTHEST_S = 0.5  # a moment that is farther from every other has none
HOP, WINDOW, FFT, MEL_BANDS = 250, 1000, 1024, 40
NEAR_S, AROUND_S = 0.05, 0.4  # an onset is the highest within the one, and well above the median of the other
QUIET = 2e-3  # mel amplitudes below it do not count
FLUX_ABOVE, CHANCE_ABOVE = 0.22, 0.05  # the first by the best F1 on 35 real clips: 0.77, mismatched 0.55


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How well moments agree: `found` of `expected` were met by one of `given`, each used once."""

    found: int = 0
    expected: int = 0
    given: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            found=self.found + other.found, expected=self.expected + other.expected, given=self.given + other.given
        )

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 when there is nothing to find."""
        return 2 * self.found / max(1, self.expected + self.given)


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """The onsets of each of N clips, held against the moments of each: what two clips share is chance.

    `found` [N, N] met (onsets by row, moments by column); `onsets` [N] and `moments` [N] there were.
    """

    found: NDArray[np.int64]
    onsets: NDArray[np.int64]
    moments: NDArray[np.int64]

    @classmethod
    def of(cls, clips: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> "Crossing":
        """Onsets and moments of each clip."""
        return cls(
            found=np.array([[agreement(heard, seen).found for _, seen in clips] for heard, _ in clips]).reshape(
                len(clips), len(clips)
            ),
            onsets=np.array([len(heard) for heard, _ in clips], np.int64),
            moments=np.array([len(seen) for _, seen in clips], np.int64),
        )

    def f1(self, chosen: NDArray[np.int64] | None = None) -> float:
        """Of every (chosen) clip's onsets and its own moments together."""
        found, size = self._of(chosen)
        return float(2 * np.trace(found) / max(1, size))

    def f1_by_chance(self, chosen: NDArray[np.int64] | None = None) -> float:
        """The same, on average, when moments are dealt out to other clips; 0 for a clip alone."""
        found, size = self._of(chosen)
        others = len(found) - 1
        return float(2 * (found.sum() - np.trace(found)) / max(1, size * others))

    def _of(self, chosen: NDArray[np.int64] | None) -> tuple[NDArray[np.int64], int]:
        if chosen is None:
            return self.found, int((self.onsets + self.moments).sum())
        return self.found[np.ix_(chosen, chosen)], int((self.onsets + self.moments)[chosen].sum())


def sound_onsets(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """The seconds at which something begins to sound in `samples` [N] at 24 kHz.

    Peaks of the spectral flux: the mean rise of log mel amplitudes (Böck and Widmer, DAFx 2013, without their filter).
    """
    if len(samples) < 2 * WINDOW:
        return np.zeros(0)
    spectra = spectrum(torch.from_numpy(samples)[None], size=FFT, window_samples=WINDOW, hop=HOP)
    level = (mel_amplitude(spectra, MEL_BANDS)[0] + QUIET).log().numpy()  # [frames, bands]
    rise = np.maximum(level[2:] - level[:-2], 0).mean(1)
    return (_peaks(rise, SAMPLE_RATE / HOP, FLUX_ABOVE) + 1.5) * HOP / SAMPLE_RATE


def seen_moments(chances: NDArray[np.float32]) -> NDArray[np.float64]:
    """The seconds at which the picture says that something begins to sound.

    `chances` [F] has one for each frame; what counts is where they stand out, not how high they are.
    """
    if len(chances) < 3:
        return np.zeros(0)
    return (_peaks(chances, FRAMES_PER_SECOND, CHANCE_ABOVE) + 0.5) / FRAMES_PER_SECOND


def agreement(
    given: Sequence[float] | NDArray[np.float64],
    expected: Sequence[float] | NDArray[np.float64],
    *,
    tolerance_s: float = TOLERANCE_S,
) -> Agreement:
    """Match moments in order of time, each at most once, when they lie within `tolerance_s` of each other."""
    mine, theirs = sorted(given), sorted(expected)
    found = first = second = 0
    while first < len(mine) and second < len(theirs):
        apart = mine[first] - theirs[second]
        if abs(apart) <= tolerance_s + 1e-9:
            found, first, second = found + 1, first + 1, second + 1
        elif apart < 0:
            first += 1
        else:
            second += 1
    return Agreement(found=found, expected=len(theirs), given=len(mine))


def offsets_s(
    given: Sequence[float] | NDArray[np.float64], expected: Sequence[float] | NDArray[np.float64]
) -> list[float]:
    """How far the nearest of `given` lies from each of `expected`, at most `FARTHEST_S`."""
    mine = np.asarray(given, np.float64)
    nearest = [float(np.abs(mine - moment).min()) if len(mine) else FARTHEST_S for moment in expected]
    return [min(apart, FARTHEST_S) for apart in nearest]


def _peaks(curve: NDArray[np.floating], rate_hz: float, above: float) -> NDArray[np.int64]:
    """Indices where `curve` is the highest within `NEAR_S` and more than `above` over the median within `AROUND_S`."""
    near, around = max(1, round(NEAR_S * rate_hz)), max(2, round(AROUND_S * rate_hz))
    padded = np.pad(curve, near, constant_values=-np.inf)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * near + 1).max(1)
    padded = np.pad(curve, around, mode="reflect" if len(curve) > around else "edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * around + 1), axis=1)
    return np.flatnonzero((curve >= highest) & (curve > middle + above))

"""What is heard under a voice where the model was told of the voice alone: the room, as it sounded just before.

Film editors do the same: a quiet stretch of the place is laid where its own sound is missing. Here it is noise with the
spectrum of what was heard in the seconds before. It knows only samples.
"""

import math
from collections.abc import Sequence

import numpy as np
import scipy

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.speech.fit import Spoken
from celaje.speech.voice import Samples

FRAME = 2048  # samples: the spectrum of less is not known
MEMORY_S = 2.0
QUIET = 30  # the percentile of the frames' power that counts as the room: what is loud now and then is no part of it
EDGE_S = 0.05  # in which the one gives way to the other


class RoomTone:
    """Takes the sound of a clip piece by piece, and gives it back with the room in place of the voices in it.

    Where too little was heard before a voice to know the room, it stays as it is. Pieces make no difference.
    """

    def __init__(self, spoken: Sequence[Spoken]) -> None:
        self._stretches = [_frames_of(one) for one in spoken]
        self._tones: dict[int, Samples] = {}
        self._before = np.zeros(0, np.float32)  # the last that was heard besides voices
        self._first = 0

    def push(self, samples: Samples) -> Samples:
        """The next samples [S]."""
        result, at = samples.copy(), 0
        for begin, end in self._stretches:
            if begin >= self._first + len(samples) or end <= self._first:
                continue
            here, over = max(0, begin - self._first), min(len(samples), end - self._first)
            self._remember(samples[at:here])
            if begin not in self._tones:
                self._tones[begin] = _tone(self._before, end - begin, seed=begin)
            tone = self._tones[begin]
            if len(tone):
                number = np.arange(here, over) + self._first
                share = np.clip(np.minimum(number - begin, end - number) / (EDGE_S * SAMPLE_RATE), 0, 1)
                part = tone[number - begin]
                result[here:over] = result[here:over] * np.sqrt(1 - share) + part * np.sqrt(share)
            at = over
        self._remember(samples[at:])
        self._first += len(samples)
        return result

    def _remember(self, samples: Samples) -> None:
        self._before = np.concatenate([self._before, samples])[-round(MEMORY_S * SAMPLE_RATE) :]


def _frames_of(one: Spoken) -> tuple[int, int]:
    """The samples of the frames in which a voice is heard, as the model was told of it, with an edge on both sides."""
    per_frame, edge = SAMPLE_RATE // FRAMES_PER_SECOND, round(EDGE_S * SAMPLE_RATE)
    begin = math.floor(one.start_s * FRAMES_PER_SECOND) * per_frame - edge
    return max(0, begin), math.ceil(one.end_s * FRAMES_PER_SECOND) * per_frame + edge


def _tone(before: Samples, count: int, *, seed: int) -> Samples:
    """`count` samples of noise that sounds like the quieter moments of `before`; none when that is too short."""
    if len(before) < FRAME:
        return np.zeros(0, np.float32)
    _, _, spectra = scipy.signal.stft(before, nperseg=FRAME, boundary=None, padded=False)
    power = np.percentile(np.abs(spectra) ** 2, QUIET, axis=1) / np.log(100 / (100 - QUIET))  # of noise: its mean
    response = np.roll(np.fft.irfft(np.sqrt(power)), FRAME // 2) * scipy.signal.windows.hann(FRAME)
    noise = np.random.default_rng(seed).standard_normal(count + FRAME)
    made = scipy.signal.oaconvolve(noise, response, mode="valid")[:count]
    loudness = np.sqrt(2 * power.sum() * _gain()) / max(float(np.sqrt((made**2).mean())), 1e-9)
    return np.asarray(made * loudness, np.float32)


def _gain() -> float:
    """From the sum of one-sided power of `scipy.signal.stft` (of noise) to its mean square."""
    window = scipy.signal.windows.hann(FRAME)
    return float(window.sum() ** 2 / (window**2).sum() / FRAME)

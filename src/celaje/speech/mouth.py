"""A mouth that follows a voice: as open as the voice is loud, as fast as a jaw can move."""

import numpy as np
import scipy

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.scene import MOUTH_RATE
from celaje.speech.voice import Samples

WINDOW_S = 0.08  # a jaw does not follow faster
LOUD = 95  # the percentile of loudness at which the mouth is wide open
SHUT = 0.06  # of that: below, lips are closed


def mouth_opening(samples: Samples) -> tuple[float, ...]:
    """How far it is open, 0 to 1, `MOUTH_RATE` times a second from the first of the samples [S] at 24 kHz on."""
    half = round(WINDOW_S * SAMPLE_RATE)
    window = scipy.signal.windows.hann(2 * half + 1)
    power = scipy.signal.oaconvolve(samples.astype(np.float64) ** 2, window / window.sum(), mode="same")
    loudness = np.sqrt(np.maximum(power, 0))
    at = np.arange(0, len(samples), SAMPLE_RATE // MOUTH_RATE)
    heard = loudness[at]
    wide = float(np.percentile(heard, LOUD)) or 1.0
    opening = np.clip((heard / wide - SHUT) / (1 - SHUT), 0, 1)
    return tuple(round(float(value), 3) for value in opening)

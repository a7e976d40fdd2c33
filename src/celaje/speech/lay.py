"""Speech over the sound of a clip: what else is heard steps back while somebody speaks. It knows only samples."""

from collections.abc import Sequence

import numpy as np

from celaje.clip import SAMPLE_RATE
from celaje.engine.world.sounds.mix import limited
from celaje.speech.fit import Spoken
from celaje.speech.voice import Samples

DUCK = 10 ** (-12 / 20)  # of the rest of the sound while somebody speaks
FADE_S = 0.15  # in which it steps back, and comes again


def lay_over(bed: Samples, first: int, spoken: Sequence[Spoken]) -> Samples:
    """Samples [S] from number `first` of the clip on, with those that are spoken then over them, within -1 to 1.

    A clip in pieces sounds like the clip as a whole.
    """
    if not spoken:
        return bed
    time = (first + np.arange(len(bed))) / SAMPLE_RATE
    ducked = np.zeros(len(bed))
    voices = np.zeros(len(bed))
    for one in spoken:
        outside_s = np.maximum(np.maximum(one.start_s - time, time - one.end_s), 0.0)
        ducked = np.maximum(ducked, np.clip(1 - outside_s / FADE_S, 0, 1))
        place = round(one.start_s * SAMPLE_RATE)
        begin, end = max(first, place), min(first + len(bed), place + len(one.samples))
        if begin < end:
            voices[begin - first : end - first] += one.samples[begin - place : end - place]
    eased = ducked * ducked * (3 - 2 * ducked)
    mixed = limited(np.asarray(bed * (1 - (1 - DUCK) * eased) + voices, np.float32))
    return np.where(ducked > 0, mixed, bed)

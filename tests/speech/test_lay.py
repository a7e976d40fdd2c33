"""Speech lies over the sound of a clip: it is heard, the rest steps back, nothing clicks or jumps."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from celaje.clip import SAMPLE_RATE
from celaje.speech.fit import Spoken
from celaje.speech.lay import DUCK, FADE_S, lay_over
from celaje.speech.mouth import mouth_opening
from celaje.speech.room_tone import RoomTone

RNG = np.random.default_rng(3)
BED = (0.1 * RNG.standard_normal(2 * SAMPLE_RATE)).astype(np.float32)
VOICE = (0.2 * np.sin(np.arange(SAMPLE_RATE // 2) / 12)).astype(np.float32)
SPOKEN = (Spoken(wish=0, text="hello", start_s=0.7, samples=VOICE),)


def test_the_rest_steps_back_and_comes_again() -> None:
    laid = lay_over(BED, 0, SPOKEN)
    begin, end = round((0.7 - FADE_S) * SAMPLE_RATE), round((1.2 + FADE_S) * SAMPLE_RATE)
    assert np.array_equal(laid[:begin], BED[:begin])
    assert np.array_equal(laid[end + 1 :], BED[end + 1 :])
    inside = slice(round(0.7 * SAMPLE_RATE), round(1.2 * SAMPLE_RATE))
    assert np.allclose(laid[inside], DUCK * BED[inside] + VOICE, atol=1e-6)
    ducking = lay_over(np.ones_like(BED) * 0.5, 0, (Spoken(wish=0, text="", start_s=0.7, samples=0 * VOICE),))
    assert np.abs(np.diff(ducking)).max() < 1e-3  # no click


def test_without_speech_the_sound_is_the_same() -> None:
    assert lay_over(BED, 0, ()) is BED


@settings(max_examples=15)
@given(st.lists(st.integers(1, 20_000), max_size=12))
def test_a_clip_in_pieces_sounds_like_the_whole(lengths: list[int]) -> None:
    whole = lay_over(RoomTone(SPOKEN).push(BED), 0, SPOKEN)
    room = RoomTone(SPOKEN)
    first, pieces = 0, []
    for length in (*lengths, len(BED)):
        pieces.append(lay_over(room.push(BED[first : first + length]), first, SPOKEN))
        first += len(pieces[-1])
    assert np.array_equal(np.concatenate(pieces), whole)


def test_the_room_is_heard_under_a_voice() -> None:
    gone = BED.copy()
    missing = slice(round(0.7 * SAMPLE_RATE), round(1.2 * SAMPLE_RATE))
    gone[missing] = 0
    heard = RoomTone(SPOKEN).push(gone)
    assert abs(heard[missing].std() / BED.std() - 1) < 0.2
    assert np.array_equal(heard[: SAMPLE_RATE // 2], BED[: SAMPLE_RATE // 2])
    low = signal.sosfilt(signal.butter(4, 500, fs=SAMPLE_RATE, output="sos"), BED).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(RoomTone(SPOKEN).push(low)[missing]))
    assert spectrum[: len(spectrum) // 12].mean() > 20 * spectrum[len(spectrum) // 4 :].mean()


def test_a_voice_at_once_leaves_the_sound_as_it_is() -> None:
    at_once = (Spoken(wish=0, text="hello", start_s=0.04, samples=VOICE),)
    assert np.array_equal(RoomTone(at_once).push(BED), BED)


def test_a_mouth_is_open_when_it_is_loud_and_shut_when_it_is_not() -> None:
    loud = np.repeat([1.0, 0.0, 1.0], SAMPLE_RATE // 2)
    opening = np.array(mouth_opening((loud * np.sin(np.arange(len(loud)) / 8)).astype(np.float32)))
    assert len(opening) == 90
    assert opening[10:20].min() > 0.9
    assert opening[40:50].max() == 0.0
    assert 0 <= opening.min() <= opening.max() <= 1
    assert mouth_opening(np.zeros(2400, np.float32)) == (0.0,) * 6

"""Every sound: its length, its peak, its seed; and that one can be told from another."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.world.places import PLACES
from celaje.engine.world.sounds import BEDS, EVENTS, SOUNDS
from celaje.engine.world.sounds.club import BEATS_PER_SECOND
from celaje.engine.world.sounds.footfall import SURFACES, WEIGHTS
from celaje.engine.world.sounds.sound import Samples
from celaje.engine.world.sounds.synth import WINDOW, moving_filter, noise, num_samples, wander
from celaje.engine.world.sounds.talk import VOICES, talk_envelope


def made(name: str, seed: int = 0, seconds: float = 0.0, strength: float = 1.0, detail: str = "") -> Samples:
    return SOUNDS[name].make(np.random.default_rng(seed), seconds, strength, detail)


def colors(samples: Samples) -> Samples:
    """Log energy in 24 bands of equal ratio, without the overall loudness."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    edges = np.geomspace(30, 12_000, 25)
    bands = [power[(hz >= low) & (hz < high)].mean() for low, high in pairwise(edges)]
    logs = np.log10(np.maximum(np.array(bands) / np.max(bands), 1e-6))
    return np.asarray(logs - logs.mean(), np.float32)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_is_finite_loud_enough_and_the_same_for_the_same_seed(name: str) -> None:
    seconds = 2.0 if SOUNDS[name].bed else 0.0
    first = made(name, seconds=seconds, strength=0.8)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    assert 0.3 < np.abs(first).max() <= 1.0001
    assert abs(first.mean()) < 0.02
    assert np.array_equal(first, made(name, seconds=seconds, strength=0.8))
    assert not np.array_equal(first, made(name, seed=1, seconds=seconds, strength=0.8)[: len(first)])


@pytest.mark.parametrize("sound", BEDS, ids=lambda sound: sound.name)
def test_a_bed_has_the_length_that_was_asked_for(sound: object) -> None:
    name = sound.name  # type: ignore[attr-defined]
    for seconds in (0.25, 1.0 / 3, 3.0):
        assert len(made(name, seconds=seconds)) == num_samples(seconds)


@pytest.mark.parametrize(
    "name", ["rain", "heavy rain", "wind", "light wind", "sea", "underwater hum", "engine", "rotor"]
)
def test_a_steady_bed_does_not_fade_at_its_ends(name: str) -> None:
    loudness = [np.sqrt(np.mean(part**2)) for part in np.array_split(made(name, seed=3, seconds=4.0), 8)]
    assert min(loudness[0], loudness[-1]) > 0.2 * max(loudness)


@pytest.mark.parametrize("name", [sound.name for sound in EVENTS])
def test_an_event_ends_in_silence(name: str) -> None:
    assert abs(made(name)[-1]) < 1e-3


@pytest.mark.parametrize(
    "name", ["step", "paw", "hoof", "clank", "bounce", "crash", "splash", "landing", "bell", "drip"]
)
def test_what_is_struck_sounds_within_5_ms(name: str) -> None:
    samples = np.abs(made(name, seed=2, detail="stone"))
    assert samples[: num_samples(0.005)].max() > 0.1 * samples.max()


def test_heavy_feet_are_lower_and_louder_than_small_ones() -> None:
    for surface in SURFACES:
        center, peak = [], []
        for weight in WEIGHTS:
            samples = made("step", detail=f"{surface} {weight}")
            low = np.abs(np.fft.rfft(samples, SAMPLE_RATE))[20:1500] ** 2
            center.append(float((low * np.arange(20, 1500)).sum() / low.sum()))
            peak.append(float(np.abs(samples).max()))
        assert center[0] > center[2], surface
        assert peak[0] < peak[1] < peak[2]


def test_sounds_can_be_told_from_each_other() -> None:
    """Nearest mean spectrum over other seeds: a rough ear, with rhythm and pitch thrown away."""
    names = [sound.name for sound in EVENTS if sound.name != "chirp"] + [sound.name for sound in BEDS]
    known = np.stack([np.mean([colors(made(name, seed, 2.0)) for seed in range(4)], axis=0) for name in names])
    right = 0
    for index, name in enumerate(names):
        far = ((known - colors(made(name, 40, 2.0))) ** 2).sum(axis=1)
        right += int(np.argmin(far) == index)
    assert right / len(names) > 0.75


def test_the_club_kicks_on_every_beat_from_second_0() -> None:
    samples = made("club beat", seconds=8.0)
    low = np.fft.irfft(np.fft.rfft(samples) * (np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE) < 200), len(samples))
    beat = round(SAMPLE_RATE / BEATS_PER_SECOND)
    energy = (low.reshape(-1, beat // 10) ** 2).sum(axis=1).reshape(-1, 10)
    assert (energy.argmax(axis=1) == 0).all()


@given(seed=st.integers(0, 2**32), seconds=st.floats(0.3, 4.0), voice=st.sampled_from(sorted(VOICES)))
@settings(max_examples=12, deadline=None)
def test_the_mouth_is_open_where_the_voice_is_heard(seed: int, seconds: float, voice: str) -> None:
    opening = talk_envelope(np.random.default_rng(seed), seconds)
    assert len(opening) == max(1, round(seconds * FRAMES_PER_SECOND))
    assert opening.min() >= 0
    assert opening.max() <= 1
    samples = made("talk", seed, seconds, detail=voice)
    assert len(samples) == num_samples(seconds)
    around = SAMPLE_RATE // FRAMES_PER_SECOND // 4
    for frame, open_now in enumerate(opening):
        middle = round(frame / FRAMES_PER_SECOND * SAMPLE_RATE)
        heard = (
            np.sqrt(np.mean(samples[max(0, middle - around) : middle + around] ** 2)) if middle < len(samples) else 1
        )
        assert open_now < 0.5 or heard > 0.01


def test_all_places_name_sounds_that_exist() -> None:
    for place in PLACES.values():
        assert set(place.sounds) <= {sound.name for sound in BEDS}, place.name


@given(seed=st.integers(0, 2**32), count=st.integers(1, 20_000), low=st.floats(30, 2000))
@settings(max_examples=25, deadline=None)
def test_noise_has_spread_one_and_the_length_asked_for(seed: int, count: int, low: float) -> None:
    samples = noise(np.random.default_rng(seed), count, low, low * 3)
    assert len(samples) == count
    if count > 4000:
        assert 0.6 < samples.std() < 1.5


@given(seed=st.integers(0, 2**32), count=st.integers(1, 9000), rate=st.floats(0.1, 90))
@settings(max_examples=25, deadline=None)
def test_a_random_line_keeps_its_limits(seed: int, count: int, rate: float) -> None:
    line = wander(np.random.default_rng(seed), count, rate, -2.0, 3.0)
    assert len(line) == count
    assert line.min() >= -2.0001
    assert line.max() <= 3.0001


@given(seed=st.integers(0, 2**32), count=st.integers(1, 5000))
@settings(max_examples=25, deadline=None)
def test_a_filter_of_ones_changes_nothing(seed: int, count: int) -> None:
    samples = np.random.default_rng(seed).standard_normal(count).astype(np.float32)
    same = moving_filter(samples, np.ones((1, WINDOW // 2 + 1), np.float32))
    np.testing.assert_allclose(same, samples, atol=2e-5)

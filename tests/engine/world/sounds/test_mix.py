"""The mix: length, moments, distance, rooms, cuts, and what it says about names that do not exist."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.world.places import PLACES
from celaje.engine.world.pose import Track
from celaje.engine.world.scene import WEATHERS, Event
from celaje.engine.world.sounds import SOUNDS
from celaje.engine.world.sounds.mix import (
    Hum,
    Surroundings,
    event_generator,
    heard,
    limited,
    mix,
    surroundings,
    weather_beds,
)
from celaje.engine.world.sounds.sound import Samples
from celaje.engine.world.sounds.talk import talk_envelope

STAGE = (0.0, 0.0, 0.0)


def camera(seconds: float) -> tuple[Track, Track]:
    """A camera at z = -6 that looks along +z."""
    frames = max(1, round(seconds * FRAMES_PER_SECOND))
    return np.tile([0.0, 1.5, -6.0], (frames, 1)), np.tile([1.0, 0.0, 0.0], (frames, 1))


def mixed(
    events: list[Event], around: list[Surroundings], seconds: float = 2.0, hums: tuple[Hum, ...] = (), seed: int = 0
) -> Samples:
    eye, right = camera(seconds)
    return mix(events, around, seconds, eye=eye, right=right, hums=hums, rng=np.random.default_rng(seed))


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


@given(
    seconds=st.floats(0.1, 3.0),
    times=st.lists(st.floats(-3.0, 5.0), max_size=4),
    name=st.sampled_from(["step", "bark", "thunder", "bell", "splash"]),
    bed=st.sampled_from(["rain", "wind", "club beat"]),
    room=st.sampled_from(["outdoors", "indoors", "underwater"]),
)
@settings(max_examples=25, deadline=None)
def test_the_length_is_exact_and_nothing_clips(
    seconds: float, times: list[float], name: str, bed: str, room: str
) -> None:
    events = [Event(time_s=time, sound=name, position=STAGE) for time in times]
    samples = mixed(events, [Surroundings(beds=(bed,), room=room)], seconds)
    assert samples.dtype == np.float32
    assert len(samples) == round(seconds * SAMPLE_RATE)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() < 1
    assert np.array_equal(samples, mixed(events, [Surroundings(beds=(bed,), room=room)], seconds))


@pytest.mark.parametrize("room", ["outdoors", "indoors", "underwater"])
@pytest.mark.parametrize("name", ["step", "hoof", "bounce", "clank", "crash"])
def test_an_event_is_heard_within_5_ms_of_its_moment(name: str, room: str) -> None:
    time_s = 0.7317
    samples = np.abs(mixed([Event(time_s=time_s, sound=name, surface="stone")], [Surroundings(beds=(), room=room)]))
    onset_s = float(np.argmax(samples > 0.1 * samples.max())) / SAMPLE_RATE
    assert samples[: int(time_s * SAMPLE_RATE)].max() < 1e-6
    assert abs(onset_s - time_s) < 0.005


def test_a_moment_between_two_samples_falls_between_them() -> None:
    event = Event(time_s=1000.25 / SAMPLE_RATE, sound="hoof", strength=0.5)
    whole = SOUNDS["hoof"].make(event_generator(event), 0.0, 0.5, "") * SOUNDS["hoof"].level * 0.5
    expected = 0.75 * whole + 0.25 * np.concatenate([[0], whole[:-1]])
    np.testing.assert_allclose(mixed([event], [])[1000 : 1000 + len(whole)], expected, atol=1e-5)


def test_the_nearer_and_the_more_in_the_middle_the_louder() -> None:
    eye, right = np.zeros(3), np.array([1.0, 0.0, 0.0])
    ahead = [float(heard(np.array([0.0, 0.0, z]), eye, right)) for z in (0.5, 3.0, 9.0, 40.0)]
    assert ahead == sorted(ahead, reverse=True)
    assert ahead[1] == pytest.approx(1)
    assert ahead[0] < 2
    turned = [
        float(heard(np.array([3 * np.sin(a), 0.0, 3 * np.cos(a)]), eye, right))
        for a in np.radians((0, 25, 60, 90, 180))
    ]
    assert turned == sorted(turned, reverse=True)
    assert turned[-1] == pytest.approx(0.5)


def test_a_near_bark_is_louder_than_a_far_one() -> None:
    near, far = (mixed([Event(time_s=0.2, sound="bark", position=(0.0, 0.0, z))], []) for z in (-3.0, 25.0))
    assert loudness(near) > 3 * loudness(far)


def test_an_event_does_not_change_when_another_comes() -> None:
    step, bell = Event(time_s=0.3, sound="step", strength=0.3), Event(time_s=1.0, sound="bell", strength=0.3)
    together = mixed([step, bell], [])
    np.testing.assert_allclose(together, mixed([step], []) + mixed([bell], []), atol=1e-6)


def test_what_began_before_the_clip_goes_on_in_it() -> None:
    event = Event(time_s=-0.5, sound="thunder")
    samples = mixed([event], [])
    whole = SOUNDS["thunder"].make(event_generator(event), 0.0, 1.0, "")
    level = SOUNDS["thunder"].level
    np.testing.assert_allclose(samples, limited(whole[12_000 : 12_000 + 48_000] * level), atol=1e-4)


def test_water_swallows_the_highs_and_a_room_rings() -> None:
    clank = [Event(time_s=0.1, sound="step", surface="stone")]
    open_air, room, water = (
        mixed(clank, [Surroundings(beds=(), room=name)]) for name in ("outdoors", "indoors", "underwater")
    )
    high = [float(np.abs(np.fft.rfft(samples)[8000:]).sum()) for samples in (open_air, water)]
    assert high[1] < 0.1 * high[0]
    tail = slice(int(0.45 * SAMPLE_RATE), None)
    assert np.abs(open_air[tail]).max() == 0
    assert np.abs(room[tail]).max() < 0.05 * np.abs(room).max()
    assert loudness(room[int(0.3 * SAMPLE_RATE) :]) > loudness(open_air[int(0.3 * SAMPLE_RATE) :])


def test_surroundings_change_at_a_cut() -> None:
    shots = [Surroundings(beds=("rain",), end_s=1.0), Surroundings(beds=(), start_s=1.0, end_s=2.0)]
    samples = mixed([], shots)
    assert loudness(samples[: SAMPLE_RATE - 500]) > 0.01
    assert np.abs(samples[SAMPLE_RATE + 500 :]).max() == 0


def test_a_hum_follows_what_hums() -> None:
    frames = 48
    positions = np.stack([np.linspace(0, 60, frames), np.zeros(frames), np.zeros(frames)], axis=1)
    samples = mixed([], [], 4.0, (Hum(sound="engine", positions=positions, strength=np.ones(frames)),))
    assert loudness(samples[:SAMPLE_RATE]) > 2 * loudness(samples[-SAMPLE_RATE:])


def test_an_unknown_sound_or_weather_is_named() -> None:
    with pytest.raises(ValueError, match=r'no sound "moo".*bark'):
        mixed([Event(time_s=0.0, sound="moo")], [])
    with pytest.raises(ValueError, match=r'no sound "hail".*rain'):
        mixed([], [Surroundings(beds=("hail",))])
    with pytest.raises(ValueError, match=r'no weather "hail".*storm'):
        weather_beds("hail")


@pytest.mark.parametrize("weather", WEATHERS)
def test_every_weather_and_place_names_sounds_that_exist(weather: str) -> None:
    for place in PLACES.values():
        for time in ("day", "night"):
            around = surroundings(place, time, weather)
            assert all(SOUNDS[name].bed for name in around.beds)
            if place.indoors or place.underwater:
                assert not set(weather_beds(weather)) & set(around.beds) - set(place.sounds)
            elif weather in ("rain", "heavy rain", "storm"):
                assert not {"birds", "gulls", "crickets"} & set(around.beds)


def test_mouth_and_voice_draw_the_same_syllables() -> None:
    event = Event(time_s=0.25, sound="talk", surface="woman", length_s=1.5, subject=0)
    opening = talk_envelope(event_generator(event), event.length_s)
    samples = mixed([event], [])
    frames = [loudness(samples[int((0.25 + k / 12) * SAMPLE_RATE) - 700 :][:1400]) for k in range(len(opening))]
    assert np.corrcoef(opening, frames)[0, 1] > 0.5


@given(samples=st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=50))
def test_the_limiter_keeps_order_and_leaves_soft_sounds_alone(samples: list[float]) -> None:
    track = np.sort(np.array(samples, np.float32))
    out = limited(track)
    assert (np.diff(out) >= 0).all()
    assert np.abs(out).max() < 1
    soft = np.abs(track) <= 0.7
    assert np.array_equal(out[soft], track[soft])

"""Lay a clip's events, hums and surroundings on one clock, as one microphone beside the camera hears them.

It knows how loud a thing is from where it stands and how a room answers. It does not know how any sound is
made, nor where events come from.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.world.places.place import Place
from celaje.engine.world.pose import Track
from celaje.engine.world.scene import Event
from celaje.engine.world.sounds import SOUNDS
from celaje.engine.world.sounds.sound import Samples, Sound
from celaje.engine.world.sounds.synth import clock, hit, lay, noise, num_samples

WEATHER_BEDS = {
    "clear": (),
    "rain": ("rain",),
    "heavy rain": ("heavy rain",),
    "snow": ("snow wind",),
    "fog": ("light wind",),
    "storm": ("heavy rain", "storm wind"),
}
#: What animals around do instead: at night, and while it rains or storms ("" is silence).
AT_NIGHT = {"birds": "crickets", "gulls": ""}
IN_BAD_WEATHER = {"birds": "", "gulls": "", "crickets": ""}

KNEE = 0.7  # the limiter leaves what is below untouched
REACH_M = 3.0  # a sound has its own level at this distance


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is heard all the while from `start_s` to `end_s` (one shot), and what kind of room answers."""

    beds: tuple[str, ...]
    room: str = "outdoors"  # outdoors, indoors, underwater
    start_s: float = 0.0
    end_s: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class Hum:
    """A sound that something makes as long as it is there. Arrays are over the clip's frames, 12 a second."""

    sound: str
    positions: Track  # [T, 3]
    strength: Track  # [T] 0 (not there) to 1
    detail: str = ""


def mix(
    events: Sequence[Event],
    surroundings: Sequence[Surroundings],
    seconds: float,
    *,
    eye: Track,
    right: Track,
    hums: Sequence[Hum] = (),
    rng: np.random.Generator,
) -> Samples:
    """The clip's sound: float32 [round(seconds * 24 000)], every sample within -1 to 1.

    `eye` [T, 3] is where the camera stands in each frame, `right` [T, 3] the direction of its right side. Events
    may begin before 0 or end after the clip: what lies outside is cut. Raises ValueError for an unknown sound.
    """
    count = round(seconds * SAMPLE_RATE)
    track = np.zeros(count, np.float32)
    rooms = {around.room: np.zeros(count, np.float32) for around in surroundings} or {
        "outdoors": np.zeros(count, np.float32)
    }
    for event in events:
        _place_event(rooms[_room_at(surroundings, event.time_s)], event, eye, right)
    for hum in hums:
        sound = _sound(hum.sound)
        made = sound.make(rng, seconds, float(np.max(hum.strength, initial=0)), hum.detail)[:count]
        gain = heard(hum.positions, eye, right) * hum.strength * sound.level
        made = made * _over_samples(gain, count)
        for room, dry in rooms.items():
            dry += (
                made * _presence([around for around in surroundings if around.room == room], count)
                if surroundings
                else made
            )
    for room, dry in rooms.items():
        track += _answer(room, dry)
    for name in dict.fromkeys(name for around in surroundings for name in around.beds):
        sound = _sound(name)
        here = _presence([around for around in surroundings if name in around.beds], count)
        track += sound.make(rng, seconds, 1.0, "")[:count] * (here * sound.level)
    return limited(track)


def surroundings(
    place: Place, time: str, weather: str, *, start_s: float = 0.0, end_s: float = float("inf")
) -> Surroundings:
    """What is heard all the while at `place`: its own sounds, and the weather's unless a roof or water is above."""
    outdoors = not (place.indoors or place.underwater)
    names = list(place.sounds)
    if outdoors:
        names = [AT_NIGHT.get(name, name) if time == "night" else name for name in names]
        bad = weather in ("rain", "heavy rain", "snow", "storm")
        names = [IN_BAD_WEATHER.get(name, name) if bad else name for name in names] + list(weather_beds(weather))
    room = "underwater" if place.underwater else "indoors" if place.indoors else "outdoors"
    beds = tuple(dict.fromkeys(name for name in names if name))
    return Surroundings(beds=beds, room=room, start_s=start_s, end_s=end_s)


def weather_beds(weather: str) -> tuple[str, ...]:
    """The names of the beds that go with a weather of `scene.WEATHERS`."""
    if weather not in WEATHER_BEDS:
        raise ValueError(f'there is no weather "{weather}": choose one of {", ".join(WEATHER_BEDS)}')
    return WEATHER_BEDS[weather]


def event_generator(event: Event) -> np.random.Generator:
    """The event's own randomness, from all that it says: its sound does not change when others come or go.

    A picture that follows the sound (`talk_envelope`) draws from an equal generator.
    """
    place = event.position or (0.0, 0.0, 0.0)
    numbers = struct.pack("<6d", event.time_s, event.strength, event.length_s, *place)
    words = f"{event.sound}|{event.surface}|{event.subject}".encode()
    return np.random.default_rng(int.from_bytes(hashlib.blake2b(numbers + words, digest_size=16).digest(), "little"))


def heard(position: Track, eye: Track, right: Track) -> NDArray[np.float64]:
    """How loud things at `position` [..., 3] are for a camera at `eye` with its right side along `right`: [...].

    1 at 3 m in the middle of the picture, at most 2 close by, less with distance; half as loud beside or behind.
    """
    away = position - eye
    distance = np.sqrt((away * away).sum(-1))
    ahead = away[..., 2] * right[..., 0] - away[..., 0] * right[..., 2]  # right x up is forward
    facing = np.clip(ahead / np.maximum(np.hypot(away[..., 0], away[..., 2]), 1e-6), 0, 1)
    loudness: NDArray[np.float64] = 2 / (1 + distance / REACH_M) * (0.5 + 0.5 * facing**2)
    return loudness


def limited(track: Samples) -> Samples:
    """The same sound with what is above the knee bent softly, so that it stays below 1."""
    over = np.abs(track) - KNEE
    bent = np.sign(track) * (KNEE + (0.98 - KNEE) * np.tanh(over / (0.98 - KNEE)))
    return np.where(over > 0, bent, track).astype(np.float32)


def _sound(name: str) -> Sound:
    if name not in SOUNDS:
        raise ValueError(f'there is no sound "{name}": choose one of {", ".join(sorted(SOUNDS))}')
    return SOUNDS[name]


def _room_at(surroundings: Sequence[Surroundings], time_s: float) -> str:
    """The room of the shot that is on at `time_s`; of the first or last one outside the clip."""
    for around in surroundings:
        if time_s < around.end_s:
            return around.room
    return surroundings[-1].room if surroundings else "outdoors"


def _place_event(track: Samples, event: Event, eye: Track, right: Track) -> None:
    """Add one event at its moment, to a fraction of a sample."""
    sound = _sound(event.sound)
    start = event.time_s * SAMPLE_RATE
    whole = int(np.floor(start))
    if whole >= len(track):
        return
    made = sound.make(event_generator(event), event.length_s, event.strength, event.surface)
    late = np.float32(start - whole)
    shifted = np.empty(len(made) + 1, np.float32)
    shifted[:-1] = made * (1 - late)
    shifted[-1] = 0
    shifted[1:] += made * late
    gain = sound.level * event.strength
    if event.position is not None:
        frame = int(np.clip(round(event.time_s * FRAMES_PER_SECOND), 0, len(eye) - 1))
        gain *= float(heard(np.array(event.position), eye[frame], right[frame]))
    lay(track, shifted * np.float32(gain), whole)


def _over_samples(frames: Track, count: int) -> Samples:
    """A line through values at frames 0, 1/12 s, ..."""
    return np.interp(clock(count) * FRAMES_PER_SECOND, np.arange(len(frames)), frames).astype(np.float32)


def _presence(shots: Sequence[Surroundings], count: int) -> Samples | np.float32:
    """1 while any of the shots is on, 0 else, changing within 20 ms around a cut."""
    end_s = count / SAMPLE_RATE
    if any(around.start_s <= 0 and around.end_s >= end_s for around in shots):
        return np.float32(1)
    time = clock(count)
    total = np.zeros(count, np.float32)
    for around in shots:
        begun = np.clip((time - around.start_s) / 0.02 + 0.5, 0, 1) if around.start_s > 0 else np.float32(1)
        ended = np.clip((time - around.end_s) / 0.02 + 0.5, 0, 1) if around.end_s < end_s else np.float32(0)
        total += begun * (1 - ended)
    return np.minimum(total, 1).astype(np.float32)


def _answer(room: str, dry: Samples) -> Samples:
    """What a room makes of sounds: indoors a short reverberation, under water all but the lows is swallowed."""
    if room == "indoors":
        wet: Samples = scipy.signal.oaconvolve(dry, _ROOM)[: len(dry)].astype(np.float32)
        return dry + wet
    if room == "underwater":
        dull: Samples = scipy.signal.sosfilt(_water(), dry).astype(np.float32)
        return dull * np.float32(1.4)
    if room == "outdoors":
        return dry
    raise ValueError(f'there is no room "{room}": choose one of outdoors, indoors, underwater')


_TAIL = num_samples(0.28)
_ROOM = noise(np.random.default_rng(1), _TAIL, 250, 4500) * hit(_TAIL, 0.004, 0.06) * np.float32(0.028)


@cache
def _water() -> NDArray[np.floating]:
    """The filter that water is."""
    return scipy.signal.butter(2, 750, fs=SAMPLE_RATE, output="sos")

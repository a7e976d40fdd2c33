"""Light is readable, and differs by time and weather."""

import itertools

import numpy as np
import pytest

from celaje.engine.world.light import Light, facing_camera, light_for
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Ground, Place
from celaje.engine.world.scene import TIMES, WEATHERS
from celaje.engine.world.words import Noun, Phrase


def _place(*, underwater: bool = False, indoors: bool = False) -> Place:
    return Place(
        name="test", phrase=Phrase(en=(), es=()), noun=Noun(en=(), es=()), ground=Ground.GRASS,
        build=lambda shapes, rng, time: (), surface="grass", underwater=underwater, indoors=indoors,
    )  # fmt: skip


def _numbers(light: Light) -> np.ndarray:
    return np.array([*light.sun, *light.ambient, *light.zenith, *light.horizon, *light.fog, light.fog_density * 10])


def test_every_time_and_weather_looks_different() -> None:
    lights = [_numbers(light_for(time, weather, _place())) for time, weather in itertools.product(TIMES, WEATHERS)]
    for first, second in itertools.combinations(lights, 2):
        assert np.abs(first - second).sum() > 0.15


@pytest.mark.parametrize("weather", WEATHERS)
def test_the_hour_is_told_under_every_sky(weather: str) -> None:
    light = {time: light_for(time, weather, _place()) for time in TIMES}
    warmth = {time: each.horizon[0] - each.horizon[2] for time, each in light.items()}
    assert warmth["sunset"] > warmth["dawn"] + 0.05 > warmth["day"] + 0.1
    assert light["dawn"].fog[2] > light["sunset"].fog[2] + 0.05
    assert max(light["night"].horizon) < 0.8 * min(max(light[time].horizon) for time in TIMES if time != "night")


def test_snow_lies_where_it_snows() -> None:
    assert {weather for weather in WEATHERS if light_for("day", weather, _place()).snow_cover > 0} == {"snow"}


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("weather", WEATHERS)
def test_nothing_is_too_dark_to_read(time: str, weather: str) -> None:
    for place in (_place(), _place(underwater=True), _place(indoors=True)):
        assert max(light_for(time, weather, place).ambient) > 0.3


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("camera_x", [-3.0, 3.0])
def test_the_sun_never_stands_behind_what_is_filmed(time: str, camera_x: float) -> None:
    x, _, z = facing_camera(light_for(time, "clear", _place()), camera_x).sun_direction
    assert x * camera_x - z * 5 > 0


def test_the_sky_of_the_moon_is_black_and_full_of_stars() -> None:
    light = light_for("day", "clear", PLACES["moon"])
    assert max(light.zenith) < 0.05
    assert light.stars == 1


def test_an_unknown_time_is_refused() -> None:
    with pytest.raises(ValueError, match="give one of dawn"):
        light_for("noon", "clear", _place())

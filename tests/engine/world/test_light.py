"""Light is readable, and differs by time and weather."""

import itertools

import numpy as np
import pytest

from celaje.engine.world.light import Light, light_for
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


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("weather", WEATHERS)
def test_nothing_is_too_dark_to_read(time: str, weather: str) -> None:
    for place in (_place(), _place(underwater=True), _place(indoors=True)):
        assert max(light_for(time, weather, place).ambient) > 0.3


def test_an_unknown_time_is_refused() -> None:
    with pytest.raises(ValueError, match="give one of dawn"):
        light_for("noon", "clear", _place())

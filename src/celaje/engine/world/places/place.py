"""What every place says about itself: its words, its ground, its sky, its things and its sounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from celaje.engine.world.shapes import Color, Shapes
from celaje.engine.world.words import Noun, Phrase


class Ground(IntEnum):
    """Materials that the renderer paints the ground plane with."""

    GRASS = 0
    SNOW = 1
    ROAD = 2  # asphalt lane along x between pavements, lane marks
    SAND = 3  # ripples
    SALT = 4  # white, cracked into polygons
    SHORE = 5  # sand that meets waves at z = shore_z
    WATER = 6  # open sea
    SEABED = 7  # sand with moving light
    ROCK = 8  # dark volcanic
    LAVA = 9  # dark rock with glowing cracks
    EARTH = 10  # forest floor
    TILES = 11  # dance floor whose tiles light up on the beat
    WOOD = 12  # planks
    MOON = 13  # grey dust, craters
    COBBLES = 14  # alley stones


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """A point light that is always there (or pulses with the beat when `beat` is true)."""

    position: tuple[float, float, float]
    color: Color
    reach_m: float
    beat: bool = False
    night_only: bool = True


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place. `build(shapes, rng, time)` adds its things for the seed's generator and returns its lamps.

    Things stand clear of the stage: the strip |x| < 9, -1.5 < z < 2.0 where subjects move stays free, and little stands
    between it and a camera at z = -3 to -9. Sky colours are multiplied by `tint`.
    """

    name: str
    phrase: Phrase  # "in a snowy meadow"
    noun: Noun  # "a snowy meadow"
    ground: Ground
    build: Callable[[Shapes, np.random.Generator, str], tuple[Lamp, ...]]
    surface: str  # snow, grass, stone, sand, wood, water, dust, leaves: how steps sound
    sounds: tuple[str, ...] = ()  # ambience, names of files in `sounds/`
    media: tuple[str, ...] = ("ground", "road", "air")  # what kinds of subject can be here
    times: tuple[str, ...] = ("dawn", "day", "sunset", "night")
    weathers: tuple[str, ...] = ("clear", "rain", "heavy rain", "snow", "fog", "storm")
    indoors: bool = False  # no sky, no weather
    underwater: bool = False
    tint: Color = (1.0, 1.0, 1.0)
    hills: Color = (0.3, 0.4, 0.35)  # colour of the far ridge
    hills_height: float = 0.15  # as a slope above the horizon; 0 for none
    options: Mapping[str, float] = field(default_factory=dict)  # numbers for the ground's painter, such as shore_z
    now_and_then: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # sound to least and most s between
    landmark: tuple[float, float, float] = (0.0, 0.0, 6.0)  # what to film when nobody is there, on the ground
    landmark_size_m: tuple[float, float] = (5.0, 10.0)  # its height and length

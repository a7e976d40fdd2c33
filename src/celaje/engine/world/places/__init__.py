"""All places, by name. A new place is one file here and one line in this list."""

from celaje.engine.world.places.alley import ALLEY
from celaje.engine.world.places.beach import BEACH
from celaje.engine.world.places.city import CITY
from celaje.engine.world.places.club import CLUB
from celaje.engine.world.places.countryside import COUNTRYSIDE
from celaje.engine.world.places.dunes import DUNES
from celaje.engine.world.places.forest import FOREST
from celaje.engine.world.places.living_room import LIVING_ROOM
from celaje.engine.world.places.moon import MOON
from celaje.engine.world.places.mountain_valley import MOUNTAIN_VALLEY
from celaje.engine.world.places.open_sea import OPEN_SEA
from celaje.engine.world.places.place import Ground, Lamp, Place
from celaje.engine.world.places.ruins import RUINS
from celaje.engine.world.places.salt_desert import SALT_DESERT
from celaje.engine.world.places.snowy_meadow import SNOWY_MEADOW
from celaje.engine.world.places.underwater import UNDERWATER
from celaje.engine.world.places.volcano import VOLCANO

PLACES: dict[str, Place] = {
    place.name: place
    for place in (
        CITY,
        ALLEY,
        SNOWY_MEADOW,
        MOUNTAIN_VALLEY,
        SALT_DESERT,
        DUNES,
        BEACH,
        OPEN_SEA,
        UNDERWATER,
        FOREST,
        VOLCANO,
        CLUB,
        LIVING_ROOM,
        MOON,
        COUNTRYSIDE,
        RUINS,
    )
}

__all__ = ["PLACES", "Ground", "Lamp", "Place"]

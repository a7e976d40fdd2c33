"""All sounds by name. A new sound is one file and one line here; the mix lays them on a clip's clock."""

from celaje.engine.world.sounds.bark import BARK
from celaje.engine.world.sounds.bell import BELL
from celaje.engine.world.sounds.bird_song import BIRD_SONG, BIRDS, CHIRP
from celaje.engine.world.sounds.boat import BOAT_CREAK
from celaje.engine.world.sounds.bounce import BOUNCE
from celaje.engine.world.sounds.burner import BALLOON_BURNER
from celaje.engine.world.sounds.city import CITY_HUM, NEON_BUZZ
from celaje.engine.world.sounds.clank import CLANK
from celaje.engine.world.sounds.club import CLUB_BEAT
from celaje.engine.world.sounds.crash import CRASH
from celaje.engine.world.sounds.crickets import CRICKETS
from celaje.engine.world.sounds.drip import DRIP
from celaje.engine.world.sounds.engine import ENGINE
from celaje.engine.world.sounds.eruption import ERUPTION
from celaje.engine.world.sounds.gulls import GULLS
from celaje.engine.world.sounds.hoof import HOOF
from celaje.engine.world.sounds.horn import FOG_HORN, HORN
from celaje.engine.world.sounds.landing import LANDING
from celaje.engine.world.sounds.laugh import LAUGH
from celaje.engine.world.sounds.lava import LAVA_RUMBLE
from celaje.engine.world.sounds.leaves import FOREST_LEAVES
from celaje.engine.world.sounds.meow import MEOW
from celaje.engine.world.sounds.neigh import NEIGH
from celaje.engine.world.sounds.paw import PAW
from celaje.engine.world.sounds.rain import HEAVY_RAIN, RAIN
from celaje.engine.world.sounds.room import ROOM_TONE
from celaje.engine.world.sounds.rotor import ROTOR
from celaje.engine.world.sounds.sound import Sound
from celaje.engine.world.sounds.space import JET_HUM, SPACE_HUM
from celaje.engine.world.sounds.splash import SPLASH
from celaje.engine.world.sounds.step import STEP
from celaje.engine.world.sounds.talk import TALK
from celaje.engine.world.sounds.thunder import THUNDER
from celaje.engine.world.sounds.train import TRAIN
from celaje.engine.world.sounds.trumpet import TRUMPET
from celaje.engine.world.sounds.underwater import BUBBLES, UNDERWATER_HUM
from celaje.engine.world.sounds.waves import RIVER, SEA, WAVES
from celaje.engine.world.sounds.whoosh import WHOOSH
from celaje.engine.world.sounds.wind import LIGHT_WIND, SNOW_WIND, STORM_WIND, WIND

EVENTS = (
    STEP, PAW, HOOF, CLANK, BOUNCE, CRASH, SPLASH, LANDING, WHOOSH, DRIP, MEOW, BARK, TRUMPET, NEIGH, BIRD_SONG, CHIRP,
    TALK, LAUGH, THUNDER, ERUPTION, BELL, HORN, FOG_HORN,
)  # fmt: skip
BEDS = (
    RAIN, HEAVY_RAIN, WIND, LIGHT_WIND, SNOW_WIND, STORM_WIND, WAVES, SEA, RIVER, BUBBLES, UNDERWATER_HUM, CITY_HUM,
    NEON_BUZZ, BIRDS, GULLS, CRICKETS, FOREST_LEAVES, LAVA_RUMBLE, CLUB_BEAT, ROOM_TONE, SPACE_HUM, ENGINE, TRAIN,
    ROTOR, JET_HUM, BALLOON_BURNER, BOAT_CREAK,
)  # fmt: skip
SOUNDS: dict[str, Sound] = {sound.name: sound for sound in (*EVENTS, *BEDS)}

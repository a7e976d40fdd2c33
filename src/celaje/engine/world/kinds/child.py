"""A child: a big head, short legs, quick steps."""

from collections.abc import Mapping

from celaje.engine.world.kinds.figure import Build
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import complete, person_looks
from celaje.engine.world.kinds.person import draw_person
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=0.72, walk_rate_hz=1.2, run_stride_m=1.25, run_rate_hz=1.75, cruise_m_s=0.5)
BUILD = Build(
    gait=GAIT,
    height_m=1.15,
    head_m=0.3,
    leg_m=0.42,
    arm_m=0.34,
    shoulder_m=0.125,
    hip_m=0.062,
    waist_m=0.105,
    limb_m=0.055,
    depth_m=0.092,
)
LOOKS = person_looks(
    tops=("t-shirt", "hoodie", "shirt", "coat"),
    bottoms=("shorts", "trousers", "skirt"),
    hair=("short", "ponytail", "curly", "long"),
    hair_colors=("brown", "blond", "black", "red"),
)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add a child."""
    draw_person(shapes, BUILD, complete(look, LOOKS), pose)


KIND = Kind(
    name="child",
    noun=Noun(en=("child/children", "kid/kids"), es=("niño/niños m", "niña/niñas f", "crío/críos m")),
    draw=draw,
    height_m=BUILD.height_m,
    length_m=0.45,
    actions=("run", "walk", "stand", "jump", "wave", "dance", "sit", "talk", "turn", "follow", "swim", "fall"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
)

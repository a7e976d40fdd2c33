"""A man, whose clothes, hair, beard and skin are chosen slot by slot."""

from collections.abc import Mapping

from celaje.engine.world.kinds.figure import Build
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import complete, person_looks
from celaje.engine.world.kinds.person import draw_person
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.2, walk_rate_hz=0.95, run_stride_m=2.0, run_rate_hz=1.45, cruise_m_s=0.8)
BUILD = Build(
    gait=GAIT,
    height_m=1.78,
    head_m=0.37,
    leg_m=0.75,
    arm_m=0.55,
    shoulder_m=0.21,
    hip_m=0.085,
    waist_m=0.15,
    limb_m=0.075,
    depth_m=0.125,
)
LOOKS = person_looks(
    tops=("t-shirt", "shirt", "leather jacket", "hoodie", "coat"),
    bottoms=("trousers", "shorts"),
    hair=("short", "curly", "bald", "long", "bun"),
    beards=("none", "beard", "mustache"),
)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add a man."""
    draw_person(shapes, BUILD, complete(look, LOOKS), pose)


KIND = Kind(
    name="man",
    noun=Noun(en=("man/men", "guy/guys"), es=("hombre/hombres m", "señor/señores m")),
    draw=draw,
    height_m=BUILD.height_m,
    length_m=0.6,
    actions=("walk", "stand", "run", "wave", "dance", "jump", "sit", "talk", "turn", "follow", "swim", "fall"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
)

"""A woman, whose clothes, hair and skin are chosen slot by slot."""

from collections.abc import Mapping

from celaje.engine.world.kinds.figure import Build
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import complete, person_looks
from celaje.engine.world.kinds.person import draw_person
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=1.1, walk_rate_hz=0.95, run_stride_m=1.9, run_rate_hz=1.45, cruise_m_s=0.7)
BUILD = Build(
    gait=GAIT,
    height_m=1.66,
    head_m=0.35,
    leg_m=0.7,
    arm_m=0.5,
    shoulder_m=0.165,
    hip_m=0.085,
    waist_m=0.118,
    limb_m=0.066,
    depth_m=0.108,
)
LOOKS = person_looks(
    tops=("t-shirt", "leather jacket", "shirt", "coat", "hoodie"),
    bottoms=("trousers", "long dress", "skirt", "shorts"),
    hair=("long", "bun", "ponytail", "curly", "short"),
)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add a woman."""
    draw_person(shapes, BUILD, complete(look, LOOKS), pose)


KIND = Kind(
    name="woman",
    noun=Noun(en=("woman/women", "lady/ladies"), es=("mujer/mujeres f", "señora/señoras f")),
    draw=draw,
    height_m=BUILD.height_m,
    length_m=0.6,
    actions=("walk", "stand", "run", "wave", "dance", "jump", "sit", "talk", "turn", "follow", "swim", "fall"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
)

"""An old person: bent a little, with gray or white hair and short steps."""

from collections.abc import Mapping

from celaje.engine.world.kinds.figure import Build
from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import complete, person_looks
from celaje.engine.world.kinds.person import draw_person
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.words import Noun, Phrase

GAIT = Gait(walk_stride_m=0.75, walk_rate_hz=0.85, run_stride_m=1.25, run_rate_hz=1.3, cruise_m_s=0.5)
BUILD = Build(
    gait=GAIT,
    height_m=1.62,
    head_m=0.35,
    leg_m=0.67,
    arm_m=0.5,
    shoulder_m=0.18,
    hip_m=0.085,
    waist_m=0.155,
    limb_m=0.068,
    depth_m=0.128,
    stoop_rad=0.3,
)
LOOKS = person_looks(
    tops=("coat", "shirt", "hoodie", "t-shirt"),
    bottoms=("trousers", "skirt"),
    hair=("short", "bald", "bun", "curly"),
    beards=("none", "beard", "mustache"),
    hair_colors=("gray", "white"),
)


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add an old person."""
    draw_person(shapes, BUILD, complete(look, LOOKS), pose)


KIND = Kind(
    name="old person",
    noun=Noun(
        en=("old person/old people", "elderly person/elderly people", "senior/seniors"),
        es=("persona mayor/personas mayores f", "persona anciana/personas ancianas f"),
    ),
    draw=draw,
    height_m=BUILD.height_m,
    length_m=0.6,
    actions=("walk", "stand", "wave", "sit", "talk", "dance", "turn", "follow", "run", "fall"),
    looks=LOOKS,
    gait=GAIT,
    voice="talk",
    voice_verbs=Phrase(en=("talks/talk", "speaks/speak"), es=("habla/hablan",)),
)

"""What every kind of subject says about itself: its words, its looks, how it moves and how to draw it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes
from celaje.engine.world.words import Adjective, Noun, Phrase


@dataclass(frozen=True, kw_only=True)
class Gait:
    """How it gets about. Speed is strides per second times metres per stride, so that feet never slide."""

    walk_stride_m: float = 0.0  # metres per whole stride (two steps)
    walk_rate_hz: float = 0.0  # whole strides per second
    run_stride_m: float = 0.0
    run_rate_hz: float = 0.0
    feet: int = 2  # steps heard per stride: 2 or 4; 0 for what has no feet
    cruise_m_s: float = 0.0  # speed of what swims, flies, drives, sails


NO_VERBS = Phrase(en=(), es=())


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of subject. `looks` maps each attribute slot to its possible values, by name, with their words.

    The main slot comes first: "main colour" questions are asked of it. A slot "X color" or "X pattern" describes the
    noun of slot "X". A value without words goes unsaid. `draw(shapes, look, pose)` adds the solids of T
    frames in the body's own axes (forward +x, up +y, right +z, ground y = 0). `voice` names a file in `sounds/` for
    "call" and "talk"; `hum` one that sounds as long as it is there; `step` one for each footfall.
    """

    name: str
    noun: Noun
    draw: Callable[[Shapes, Mapping[str, str], Pose], None]
    height_m: float  # to the top of the body, standing
    length_m: float  # from nose to tail
    actions: tuple[str, ...]  # the default first
    looks: Mapping[str, Mapping[str, Adjective | Noun | Phrase]] = field(default_factory=dict)
    gait: Gait = Gait()
    voice: str = ""
    voice_verbs: Phrase = NO_VERBS  # third person singular / plural: "meows/meow", "maúlla/maúllan"
    hum: str = ""
    step: str = "step"
    medium: str = "ground"  # ground, water (on it), underwater, air, road, rails
    wheel_radius_m: float = 0.0  # what drives or rolls turns by its way over this radius
    places: tuple[str, ...] = ()  # where it is usually met; empty: anywhere its medium allows

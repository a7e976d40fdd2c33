"""The ball: it rolls, it bounces, and each impact flattens it for a moment."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, PATTERN_WORDS, UNSAID, Words, some
from celaje.engine.world.kinds.parts import WHITE, Paint, body_frame, limb, shaded
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Finish, Pattern, Shapes
from celaje.engine.world.words import Noun

COLORS = ("red", "blue", "yellow", "green", "orange", "purple", "pink", "white", "black", "turquoise")
RADIUS_M = 0.42
PATTERNS: Mapping[str, tuple[Pattern, float]] = {
    "beach": (Pattern.SECTORS, 3.0),
    "plain": (Pattern.PLAIN, 1.0),
    "striped": (Pattern.STRIPES, 3.6),
    "dotted": (Pattern.SPOTS, 9.0),
}
WORDS: Mapping[str, Words] = {"beach": UNSAID, **PATTERN_WORDS}


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the ball's one solid."""
    name = look.get("color", "red")
    color = COLOR_RGB[name]
    pattern, scale = PATTERNS[look.get("pattern", "beach")]
    second = shaded(color, 0.8) if pattern is Pattern.PLAIN else (0.5, 0.52, 0.55) if name == "white" else WHITE
    paint = Paint(color=color, pattern=pattern, color2=second, scale=scale, finish=Finish.GLOSSY)
    flat = 0.42 * pose.squash
    low, wide = RADIUS_M * (1 - flat), RADIUS_M * (1 + 0.45 * flat)
    # The flattened sphere must not turn with its pattern: near an impact it takes the nearest half turn.
    half_turn = np.pi * np.round(pose.wheel / np.pi)
    turn = pose.wheel + (half_turn - pose.wheel) * np.minimum(1.0, 6 * pose.squash)
    frame = body_frame(shapes.num_frames)
    limb(shapes, frame.at(0.0, low, -wide), frame.at(0.0, low, wide), wide, paint, height=low, roll=turn)


KIND = Kind(
    name="ball",
    noun=Noun(en=("ball/balls",), es=("pelota/pelotas f", "balón/balones m", "bola/bolas f")),
    draw=draw,
    height_m=2 * RADIUS_M,
    length_m=2 * RADIUS_M,
    actions=("bounce", "roll", "fall", "collide"),
    looks={"color": some(COLOR_WORDS, *COLORS), "pattern": some(WORDS, *PATTERNS)},
    gait=Gait(feet=0),
    step="",
    wheel_radius_m=RADIUS_M,
)

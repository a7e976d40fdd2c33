"""The butterfly: four big spotted wings on a thin body. It flutters."""

from collections.abc import Mapping

import numpy as np

from celaje.engine.world.kinds.kind import Gait, Kind
from celaje.engine.world.kinds.looks import COLOR_RGB, COLOR_WORDS, some
from celaje.engine.world.kinds.parts import BLACK, WHITE, Paint, blob, body_frame, limb
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Pattern, Shapes, Solid
from celaje.engine.world.words import Noun

COLORS = ("orange", "blue", "yellow", "purple", "white", "pink", "red", "green", "turquoise")


def draw(shapes: Shapes, look: Mapping[str, str], pose: Pose) -> None:
    """Add the butterfly's solids."""
    color = COLOR_RGB[look.get("color", "orange")]
    dark = Paint(color=(0.1, 0.07, 0.08))
    cell = Paint(color=color, glow=0.08)
    dots = Paint(color=dark.color, pattern=Pattern.SPOTS, color2=WHITE, scale=30.0)
    flap = 0.5 + 0.85 * np.sin(pose.phase)
    body = body_frame(shapes.num_frames, 0.2 - 0.05 * np.sin(pose.phase)).turned(
        yaw=0.15 * np.sin(1.7 * pose.time),
        pitch=0.45 + 0.1 * np.sin(2.3 * pose.time),
        roll=0.3 * np.sin(1.1 * pose.time),
    )
    blob(shapes, body, (-0.02, 0.0, 0.0), (0.14, 0.022, 0.022), dark)
    blob(shapes, body, (0.07, 0.005, 0.0), (0.06, 0.032, 0.032), dark)
    blob(shapes, body, (0.14, 0.015, 0.0), (0.036, 0.034, 0.036), dark)
    for side in (-1.0, 1.0):
        limb(
            shapes,
            body.at(0.16, 0.035, 0.015 * side),
            body.at(0.28, 0.12, 0.07 * side),
            0.006,
            dark,
            solid=Solid.CYLINDER,
        )
        blob(shapes, body, (0.28, 0.12, 0.07 * side), (0.012, 0.012, 0.012), dark)
        blob(shapes, body, (0.16, 0.02, 0.022 * side), (0.014, 0.016, 0.014), Paint(color=BLACK))
        for lag, reach, ahead, width in ((0.0, 0.36, 0.15, 0.14), (0.5, 0.25, -0.16, 0.125)):
            angle = flap if lag == 0 else 0.5 + 0.7 * np.sin(pose.phase - lag)
            across, above = np.cos(angle) * side, np.sin(angle)
            root = body.at(0.4 * ahead, 0.02, 0.015 * side)
            tip = root + body.direction(ahead, reach * above, reach * across)
            limb(shapes, root, tip, width, dots, height=0.007, side=body.forward)
            for lift in (-0.004, 0.004):
                shift = body.direction(0.0, lift * across * side, -lift * above * side)
                start, end = root + 0.04 * (tip - root) + shift, root + 0.88 * (tip - root) + shift
                limb(shapes, start, end, 0.82 * width, cell, height=0.006, side=body.forward, shadow=0)


KIND = Kind(
    name="butterfly",
    noun=Noun(en=("butterfly/butterflies",), es=("mariposa/mariposas f",)),
    draw=draw,
    height_m=0.55,
    length_m=0.7,
    actions=("fly", "float", "follow"),
    looks={"color": some(COLOR_WORDS, *COLORS)},
    gait=Gait(feet=0, cruise_m_s=1.0),
    step="",
    medium="air",
    places=("countryside", "forest", "mountain valley"),
)

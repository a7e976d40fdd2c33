"""What elephants and mammoths share: a trunk that swings and is raised to trumpet, and curved tusks."""

from collections.abc import Sequence

import numpy as np

from celaje.engine.world.kinds.parts import Frame, Paint, chain, curl
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Color, Finish, Shapes

IVORY: Color = (0.97, 0.93, 0.8)


def add_trunk(shapes: Shapes, root: Frame, pose: Pose, paint: Paint, *, length_m: float, radius_m: float) -> None:
    """Add the trunk from `root`: it hangs and swings with the steps; the mouth's opening raises it in an S."""
    num = 7
    raised = pose.mouth
    pitches, yaws = [], []
    for index in range(num):
        share = index / (num - 1)
        hanging = -1.15 - 0.55 * np.sin(np.pi * min(1.0, share * 1.3)) + 1.5 * share**3
        lifted = -0.35 + 1.9 * share**0.8
        swing = 0.14 * np.sin(pose.phase - 0.5 * index) * np.minimum(pose.gait, 1) + 0.1 * np.sin(
            1.4 * pose.time - 0.5 * index
        )
        pitches.append(hanging * (1 - raised) + lifted * raised + swing * (0.4 + share))
        yaws.append(
            0.25 * share * np.sin(1.1 * pose.time - 0.4 * index) + 0.3 * share * pose.dance * np.sin(np.pi * pose.beat)
        )
    points = curl(root, (length_m / num,) * num, pitches, yaws)
    chain(shapes, points, [radius_m * (1 - 0.62 * index / (num - 1)) for index in range(num)], (paint,) * num)


def add_tusks(
    shapes: Shapes, head: Frame, root: tuple[float, float, float], *, length_m: float, radius_m: float,
    pitches: Sequence[float], yaws: Sequence[float],
) -> None:  # fmt: skip
    """Add both tusks from `root` and its mirror image; `yaws` positive is outwards."""
    ivory = Paint(color=IVORY, finish=Finish.GLOSSY)
    for side in (-1.0, 1.0):
        start = head.moved(head.at(root[0], root[1], root[2] * side))
        points = curl(start, (length_m / len(pitches),) * len(pitches), pitches, [yaw * side for yaw in yaws])
        radii = [radius_m * (1 - 0.65 * index / len(pitches)) for index in range(len(pitches))]
        chain(shapes, points, radii, (ivory,) * len(pitches))

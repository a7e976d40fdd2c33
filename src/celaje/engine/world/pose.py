"""How one subject stands and moves: arrays over frames, in metres and radians. It does not know bodies or pixels.

The world's axes: x to the right, y up, z away from a camera that stands at negative z. A body is drawn in its own axes:
forward +x, up +y, its right side +z, the ground at y = 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Track = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pose:
    """A subject's pose in each of T frames. Every array is [T] unless it says otherwise; 0 means "not doing that"."""

    time: Track  # seconds of the clip
    position: Track  # [T, 3] where the body's origin (on the ground between the feet) is
    heading: Track  # yaw; 0 faces +x, positive turns towards +z
    pitch: Track  # nose up
    roll: Track  # to the right
    phase: Track  # gait: 2 pi is one whole stride (left and right step); a foot touches down at 0 (left) and pi (right)
    gait: Track  # 0 standing, 1 walking, 2 running, blended
    wheel: Track  # angle that a wheel or ball has rolled
    squash: Track  # 0 to 1: flattened by an impact
    mouth: Track  # 0 closed to 1 open
    wave: Track  # 0 to 1: how far an arm is raised to wave
    dance: Track  # 0 to 1: how much it dances
    beat: Track  # beats counted since the clip's start (dance and lights follow this)
    sit: Track  # 0 to 1
    swim: Track  # 0 to 1: body horizontal, limbs stroke with `phase`
    fly: Track  # 0 to 1: wings beat with `phase`
    crouch: Track  # 0 to 1: knees bent before a jump and at landing
    look_at: Track  # yaw of the head relative to the body

    @property
    def num_frames(self) -> int:
        """T."""
        return len(self.time)

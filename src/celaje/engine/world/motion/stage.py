"""Where subjects go: one lane for each, and a closed path in it that can be walked for any length of time.

The stage is |x| < 9 m, -1.5 < z < 2 m. It does not know actions or cameras: it is told how far a path may reach.
"""

from dataclasses import dataclass

import numpy as np

from celaje.engine.world.pose import Track

STAGE_X_M = 8.0
NEAR_Z_M, FAR_Z_M = -1.1, 1.7
ALONE_ROOM_M = 1.3


@dataclass(frozen=True, kw_only=True)
class Path:
    """A stadium on the ground: two straights along x joined by half circles, walked in the sense of `way` (+1, -1).

    Lengths count from the middle of the straight that is walked towards +x (-x for `way` -1). `yaw` turns the whole.
    """

    x: float
    z: float
    half_m: float  # half the length of a straight
    radius_m: float
    way: int
    yaw: float = 0.0

    def at(self, length: Track) -> tuple[Track, Track, Track]:
        """x, z and heading (continuous, so that it can be smoothed) after `length` metres."""
        arc = np.pi * self.radius_m
        lap = 4 * self.half_m + 2 * arc
        laps = np.floor((length + self.half_m) / lap)
        rest = length + self.half_m - laps * lap  # 0 at the start of the first straight
        first = np.clip(rest, 0, 2 * self.half_m)
        turn = np.clip(rest - 2 * self.half_m, 0, arc) / self.radius_m
        second = np.clip(rest - 2 * self.half_m - arc, 0, 2 * self.half_m)
        back = np.clip(rest - 4 * self.half_m - arc, 0, arc) / self.radius_m
        angle = turn + back
        along = first - self.half_m - second + self.radius_m * np.sin(angle)
        across = -self.radius_m * np.cos(angle)
        heading = self.way * (angle + 2 * np.pi * laps) + (0.0 if self.way > 0 else np.pi)
        east, north = along * self.way, across
        x = self.x + east * np.cos(self.yaw) - north * np.sin(self.yaw)
        z = self.z + east * np.sin(self.yaw) + north * np.cos(self.yaw)
        return x, z, heading + self.yaw


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One subject's part of the stage: where it stands when it stays, and the lane it moves in."""

    x: float
    z: float
    room_m: float  # half the depth of its lane


def spots(lengths_m: tuple[float, ...], rng: np.random.Generator) -> tuple[Spot, ...]:
    """Side by side and each in its own lane, for bodies of these lengths; the order is drawn."""
    num = len(lengths_m)
    order = rng.permutation(num)
    widths = [0.85 * lengths_m[i] + 0.4 for i in order]
    left = -sum(widths) / 2
    far_z = FAR_Z_M + 0.35 * max(0.0, max(lengths_m, default=0.0) - 1.5)
    lanes = np.linspace(NEAR_Z_M, far_z, num + 1) if num > 1 else np.array([-0.6, 1.0])
    lane_order = rng.permutation(num)
    placed: dict[int, Spot] = {}
    for place, index in enumerate(order):
        lane = lane_order[place]
        middle, room = (lanes[lane] + lanes[lane + 1]) / 2, (lanes[lane + 1] - lanes[lane]) / 2
        x = left + widths[place] / 2 + float(rng.uniform(-0.1, 0.1))
        placed[int(index)] = Spot(x=x, z=float(middle), room_m=float(room) if num > 1 else ALONE_ROOM_M)
        left += widths[place]
    return tuple(placed[index] for index in range(num))


def path_for(
    spot: Spot, *, distance_m: float, reach_m: float, length_m: float, in_line: bool, can_turn: bool, way: int
) -> tuple[Path, float]:
    """A path for a body of `length_m` and the length to start at, so that `distance_m` are spent around its spot.

    A distance that fits between -`reach_m` and `reach_m` is walked straight through the subject's lane. A longer one
    goes round and round in it, or, `in_line` with others, round the stage; what cannot turn is meant for `shuttle`.
    """
    reach = min(reach_m, STAGE_X_M)
    radius = 0.25 if length_m > 2 else max(0.25, min(spot.room_m, reach) * 0.6)
    if distance_m <= 2 * reach or not can_turn:
        half = max(distance_m / 2 + 1.0, reach)
        return Path(x=spot.x, z=spot.z + radius, half_m=half, radius_m=radius, way=way), -distance_m / 2
    if in_line:
        radius = (FAR_Z_M - NEAR_Z_M) / 2
        return Path(x=0.0, z=NEAR_Z_M + radius, half_m=max(1.0, reach - radius), radius_m=radius, way=way), way * spot.x
    return Path(x=0.0, z=spot.z, half_m=max(0.2, reach - radius), radius_m=radius, way=way), way * spot.x


def shuttle(length: Track, reach_m: float) -> Track:
    """`length` folded to go there and back between -`reach_m` and `reach_m`, slowing down at the ends."""
    return reach_m * np.sin(length / reach_m)

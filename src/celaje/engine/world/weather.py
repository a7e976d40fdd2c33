"""What hangs and falls in the air: rain with splashes, snow, bubbles, lightning: where it is, not how it is drawn.

Few and readable: every drop is followed for its whole fall, and is at least a pixel wide. It does not know the ground.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.shapes import Color

BOX_M = np.array(
    [5.5, 6.5, 5.5]
)  # half the width of the space around the camera that is filled, its height, half its depth
NEAR_M = np.array([1.1, 1.2, 0.45])  # the same of what falls close before the lens, where a close-up has its air
NEAR_AWAY_M = 1.85
RAINS = {"rain": 200, "heavy rain": 380, "storm": 340}
NEAR_DROPS = {"rain": 22, "heavy rain": 40, "storm": 32}
SNOWFLAKES, BUBBLES, SPLASHES_A_DROP = 260, 46, 0.28
BOLT_M = 160.0


@dataclass(frozen=True, kw_only=True)
class Lines:
    """P soft lines or discs (start = end) of one colour, in the world, metres."""

    starts: NDArray[np.float32]  # [P, 3]
    ends: NDArray[np.float32]  # [P, 3]
    widths: NDArray[np.float32]  # [P]
    strengths: NDArray[np.float32]  # [P] 0 to 1
    color: Color  # sRGB


def lines_in_air(
    weather: str, *, underwater: bool, indoors: bool, time_s: float, flash: float, eye: tuple[float, float, float],
    forward: tuple[float, float, float], air: Color, seed: int, fine: float = 1.0,
) -> list[Lines]:  # fmt: skip
    """All that is in the air around `eye` at `time_s`. `air` is the colour of the light there, `flash` of lightning.

    A large picture shows thin things: there `fine` is less than 1, and takes its share of every width.
    """
    if indoors:
        return []
    found = [_bubbles(time_s, eye, forward, seed, air)] if underwater else []
    if not underwater:
        found = _falling_things(weather, time_s, flash, eye, forward, air, seed, round_rings=fine < 1)
    return found if fine == 1 else [replace(lines, widths=lines.widths * np.float32(fine)) for lines in found]


def _falling_things(
    weather: str,
    time_s: float,
    flash: float,
    eye: tuple[float, float, float],
    forward: tuple[float, float, float],
    air: Color,
    seed: int,
    *,
    round_rings: bool,
) -> list[Lines]:
    found: list[Lines] = []
    if weather in RAINS:
        wind = 4.0 if weather == "storm" else 0.5
        found += [
            _rain(RAINS[weather], NEAR_DROPS[weather], time_s, eye, forward, seed, wind, air),
            _splashes(RAINS[weather], time_s, eye, forward, seed, air, corners=24 if round_rings else 8),
        ]
    if weather == "snow":
        found.append(_snow(time_s, eye, forward, seed, air))
    if flash > 0.3:
        found.append(_bolt(time_s, eye, forward, seed, flash))
    return found


def _falling(
    count: int, seed: int, time_s: float, velocity: NDArray[np.float64], center: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[P, 3] points that move with `velocity` [P, 3] in the world and come round in a box about `center`."""
    start = np.random.default_rng(seed).uniform(0, 1, (count, 3)) * 2 * BOX_M
    low = center - BOX_M
    low[1] = 0.0
    return _come_round(start, time_s, velocity, low, 2 * BOX_M * (1, 0.5, 1))


def _come_round(
    start: NDArray[np.float64],
    time_s: float,
    velocity: NDArray[np.float64],
    low: NDArray[np.float64],
    span: NDArray[np.float64],
) -> NDArray[np.float64]:
    return np.asarray(low + np.mod(start + velocity * time_s - low, span), np.float64)


def _around(eye: tuple[float, float, float], forward: tuple[float, float, float]) -> NDArray[np.float64]:
    flat = np.array([forward[0], 0.0, forward[2]])
    return np.array(eye) + flat / max(0.3, float(np.linalg.norm(flat))) * 4.6


def _before(eye: tuple[float, float, float], forward: tuple[float, float, float]) -> NDArray[np.float64]:
    """The middle of what is close before the lens."""
    return np.array(eye) + np.array(forward) / max(0.3, float(np.linalg.norm(forward))) * NEAR_AWAY_M


def _rain(
    count: int,
    num_near: int,
    time_s: float,
    eye: tuple[float, float, float],
    forward: tuple[float, float, float],
    seed: int,
    wind: float,
    air: Color,
) -> Lines:
    """Streaks all around, and some close before the lens: a close-up has too little air for those all around."""
    luck = np.random.default_rng(seed + 1).uniform(0, 1, count + num_near)
    velocity = np.stack([np.full(len(luck), wind), -7.0 - 2 * luck, 0 * luck], axis=1)
    start = np.random.default_rng(seed + 3).uniform(0, 1, (num_near, 3)) * 2 * NEAR_M
    drops = np.concatenate(
        [
            _falling(count, seed, time_s, velocity[:count], _around(eye, forward)),
            _come_round(start, time_s, velocity[count:], _before(eye, forward) - NEAR_M, 2 * NEAR_M),
        ]
    )
    width, length_s = np.full(len(luck), 0.022), np.full((len(luck), 1), 0.055)
    width[count:], length_s[count:] = 0.011, 0.03
    return _lines(drops, drops - velocity * length_s, width, 0.42 + 0.25 * luck, _brighter(air, 0.5))


def _splashes(
    drops: int,
    time_s: float,
    eye: tuple[float, float, float],
    forward: tuple[float, float, float],
    seed: int,
    air: Color,
    *,
    corners: int,
) -> Lines:
    """Rings that open on the ground for a quarter of a second; each is some short lines."""
    count, life = int(drops * SPLASHES_A_DROP), 0.3
    phase = np.random.default_rng(seed + 2).uniform(0, 1, count)
    turn = np.floor(time_s / life + phase)
    age = np.mod(time_s / life + phase, 1.0)
    spot = np.stack(
        [np.mod(np.sin(turn * 12.9 + k * 78.2 + np.arange(count) * 3.7) * 4375.5, 1.0) for k in (1, 2)], axis=1
    )
    center = _around(eye, forward)
    x, z = center[0] + (spot[:, 0] * 2 - 1) * 4.0, center[2] + (spot[:, 1] * 2 - 1) * 4.0
    angle = np.linspace(0, 2 * np.pi, corners + 1)
    radius = (0.03 + 0.11 * age)[:, None]
    ring = np.stack(
        [
            x[:, None] + radius * np.cos(angle),
            np.full((count, corners + 1), 0.012),
            z[:, None] + radius * np.sin(angle),
        ],
        axis=2,
    )
    strength = np.repeat(0.55 * (1 - age), corners)
    return _lines(
        ring[:, :-1].reshape(-1, 3),
        ring[:, 1:].reshape(-1, 3),
        np.full(count * corners, 0.014),
        strength,
        _brighter(air, 0.30),
    )


def _snow(
    time_s: float, eye: tuple[float, float, float], forward: tuple[float, float, float], seed: int, air: Color
) -> Lines:
    luck = np.random.default_rng(seed + 1).uniform(0, 1, (SNOWFLAKES, 2))
    velocity = np.stack([np.full(SNOWFLAKES, 0.30), -0.95 - 0.5 * luck[:, 0], 0.1 - 0.2 * luck[:, 1]], axis=1)
    flakes = _falling(SNOWFLAKES, seed, time_s, velocity, _around(eye, forward))
    flakes[:, 0] += 0.16 * np.sin(1.3 * time_s + 40 * luck[:, 1])
    return _lines(flakes, flakes, 0.070 + 0.045 * luck[:, 0], 0.7 + 0.3 * luck[:, 1], _brighter(air, 0.75))


def _bubbles(
    time_s: float, eye: tuple[float, float, float], forward: tuple[float, float, float], seed: int, air: Color
) -> Lines:
    luck = np.random.default_rng(seed + 1).uniform(0, 1, (BUBBLES, 2))
    velocity = np.stack([0 * luck[:, 0], 0.35 + 0.5 * luck[:, 0], 0 * luck[:, 0]], axis=1)
    bubbles = _falling(BUBBLES, seed, time_s, velocity, _around(eye, forward))
    bubbles[:, 0] += 0.08 * np.sin(4 * time_s + 30 * luck[:, 1])
    return _lines(bubbles, bubbles, 0.02 + 0.05 * luck[:, 0] ** 2, 0.25 + 0.25 * luck[:, 1], _brighter(air, 0.6))


def _bolt(
    time_s: float, eye: tuple[float, float, float], forward: tuple[float, float, float], seed: int, flash: float
) -> Lines:
    """A jagged line from the clouds to the horizon, far away in front, with one branch."""
    rng = np.random.default_rng((seed, int(time_s)))
    heading = np.arctan2(forward[0], forward[2]) + rng.uniform(-0.30, 0.30)
    height = np.linspace(0.62, 0.0, 9)
    sway = np.cumsum(rng.normal(0, 0.028, 9))
    branch = sway[4] + np.cumsum(np.abs(rng.normal(0.035, 0.02, 4))) * rng.choice([-1.0, 1.0])

    def points(side: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
        angle = heading + side
        return np.array(eye) + BOLT_M * np.stack([np.sin(angle), level, np.cos(angle)], axis=1)

    trunk, twig = points(sway, height), points(np.append(sway[4], branch), height[4:9])
    starts, ends = np.concatenate([trunk[:-1], twig[:-1]]), np.concatenate([trunk[1:], twig[1:]])
    widths = np.concatenate([np.full(8, 1.5), np.full(len(twig) - 1, 0.8)])
    return _lines(starts, ends, widths, np.full(len(starts), min(1.0, 0.3 + flash)), (1.1, 1.1, 1.2))


def _lines(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    widths: NDArray[np.float64],
    strengths: NDArray[np.float64],
    color: Color,
) -> Lines:
    return Lines(
        starts=starts.astype(np.float32), ends=ends.astype(np.float32), widths=widths.astype(np.float32),
        strengths=strengths.astype(np.float32), color=color,
    )  # fmt: skip


def _brighter(color: Color, amount: float) -> Color:
    """`color` taken some way towards white."""
    return (color[0] + (1 - color[0]) * amount, color[1] + (1 - color[1]) * amount, color[2] + (1 - color[2]) * amount)

"""What is made meets what is kept: no jump of light at a seam, what is kept comes back bit for bit."""

import numpy as np
import pytest
from numpy.typing import NDArray

from celaje.engine.generate.keep import LIGHT_FRAMES, FrameKeeper, KeptFrames

Frames = NDArray[np.uint8]


def flat(count: int, level: int) -> Frames:
    """Frames of one grey with a texture that has no light of its own."""
    texture = np.indices((48, 64)).sum(0) % 2 * 4 - 2
    return np.asarray(np.broadcast_to(level + texture[None, :, :, None], (count, 48, 64, 3)), np.uint8)


def kept(first: int, frames: Frames) -> KeptFrames:
    """Given frames from number `first` on."""
    return KeptFrames(first=first, count=len(frames), frames=iter(frames))


def played(keeper: FrameKeeper, made: Frames) -> Frames:
    """All frames that come out, pushed in uneven portions."""
    ready = []
    for begin, end in ((0, 3), (3, 10), (10, len(made))):
        ready += keeper.push(made[begin:end])
    return np.stack(ready + keeper.finish())


def light(frames: Frames) -> NDArray[np.float64]:
    """The mean of each frame."""
    return np.asarray(frames.astype(np.float64).mean((1, 2, 3)))


def test_light_goes_on_from_a_kept_clip() -> None:
    given, made = flat(8, 100), flat(40, 160)
    made[:8] = given
    shown = played(FrameKeeper([kept(0, given)]), made)
    assert np.array_equal(shown[:8], given)
    levels = light(shown)
    assert abs(levels[8] - levels[7]) < 1
    assert np.abs(np.diff(levels)).max() <= 60 / LIGHT_FRAMES
    assert levels[8 + LIGHT_FRAMES + 1] == pytest.approx(160, abs=1), "then it is what was made"


def test_light_comes_back_to_a_kept_clip() -> None:
    before, after, made = flat(4, 100), flat(4, 220), flat(48, 160)
    made[:4], made[44:] = before, after
    shown = played(FrameKeeper([kept(0, before), kept(44, after)]), made)
    assert np.array_equal(shown[:4], before)
    assert np.array_equal(shown[44:], after)
    assert np.abs(np.diff(light(shown))).max() <= 60 / LIGHT_FRAMES


def test_a_short_gap_is_crossed_in_even_steps() -> None:
    before, after, made = flat(4, 100), flat(4, 140), flat(14, 120)
    made[:4], made[10:] = before, after
    shown = played(FrameKeeper([kept(0, before), kept(10, after)]), made)
    assert np.abs(np.diff(light(shown))).max() < 25


def test_a_loop_comes_back_to_its_first_frame() -> None:
    given, made = flat(6, 90), flat(30, 150)
    made[:6] = given
    shown = played(FrameKeeper([kept(0, given)], loop=True), made)
    levels = light(shown)
    assert abs(levels[-1] - levels[0]) < 8


def test_what_differs_only_in_small_is_hardly_touched() -> None:
    given, made = flat(8, 100), flat(30, 100)
    made[:8] = given
    made[8:, 20:26, 30:36] = 250  # somebody who was not there before
    shown = played(FrameKeeper([kept(0, given)]), made)
    assert np.abs(shown[8:, 20:26, 30:36].astype(int) - 250).max() < 20, "of a difference of 150"


def test_nothing_kept_changes_nothing() -> None:
    made = np.random.default_rng(0).integers(0, 255, (20, 48, 64, 3), np.uint8)
    assert np.array_equal(played(FrameKeeper([]), made), made)

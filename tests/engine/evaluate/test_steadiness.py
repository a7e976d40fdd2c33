"""Drift is nothing between equals, and as large as the change of colour, contrast and sharpness."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from celaje.engine.evaluate.steadiness import LongClip, drift
from celaje.engine.generate import Made
from celaje.engine.world.sample import sample


def test_drift_is_what_changed() -> None:
    first = np.random.default_rng(0).integers(50, 150, (12, 32, 32, 3), np.uint8)
    assert set(drift(first, first).values()) == {0.0}
    assert drift(first, first + 20)["colour, grey levels"] == pytest.approx(20)
    faded = (100 + (first.astype(float) - 100) / 2).round().astype(np.uint8)
    assert drift(first, faded)["contrast, share"] == pytest.approx(0.5, abs=0.02)
    assert drift(first, gaussian_filter(first, (0, 2, 2, 0)))["sharpness, share"] > 0.5


def test_ends_of_a_long_clip() -> None:
    frames = np.arange(150, dtype=np.uint8)[:, None, None, None].repeat(3, 3)
    samples = np.arange(150, dtype=np.float32).repeat(2000)
    clip = LongClip(
        scene=sample(0), prompt="", told=frozenset(), made=Made(frames=frames, samples=samples, seconds_by_stage={})
    )
    first, last = clip.ends()
    assert (first.frames[0, 0, 0, 0], first.frames[-1, 0, 0, 0]) == (0, 59)
    assert (last.frames[0, 0, 0, 0], last.frames[-1, 0, 0, 0]) == (90, 149)
    assert first.samples is not None
    assert last.samples is not None
    assert (first.samples[0], first.samples[-1], last.samples[0], last.samples[-1]) == (0, 59, 90, 149)

"""Flow is that of the world; what is frozen does not move; what flickers is not explained by motion."""

import numpy as np
import pytest

from celaje.clip import Size
from celaje.engine.evaluate.motion import flow_of, motion_of
from celaje.engine.evaluate.prompts import one_shot
from celaje.engine.world.record import record
from celaje.engine.world.sample import sample


def textured(height: int = 96, width: int = 128) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Soft blobs, large enough for a picture that is moved."""
    rng = np.random.default_rng(3)
    small = rng.integers(30, 220, (height // 8, width // 8, 3), np.uint8)
    large = np.repeat(np.repeat(small, 8, 0), 8, 1).astype(np.float32)
    for axis in (0, 1):
        large = np.mean([np.roll(large, step, axis) for step in range(-3, 4)], axis=0)
    return large.astype(np.uint8)


def test_what_is_moved_moves_as_far() -> None:
    picture = textured()
    frames = np.stack([picture[:64, 2 * index : 64 + 2 * index] for index in range(8)])
    flow = flow_of(frames)
    assert flow.shape == (7, 64, 64, 2)
    np.testing.assert_allclose(np.median(flow, (0, 1, 2)), [-2, 0], atol=0.1)
    motion = motion_of(frames)
    assert motion.amount == pytest.approx(2, abs=0.2)
    assert motion.warp_error < motion.change / 4


def test_what_is_frozen_does_not_move() -> None:
    frozen = np.repeat(textured()[None, :64, :64], 5, axis=0)
    motion = motion_of(frozen)
    assert motion.is_frozen
    assert motion.amount == motion.warp_error == motion.change == 0
    with pytest.raises(ValueError, match="1 frames have no motion"):
        motion_of(frozen[:1])


def test_flicker_is_no_motion() -> None:
    picture = textured()
    moved = np.stack([picture[:64, index : 64 + index] for index in range(6)])
    noise = np.random.default_rng(0).integers(-25, 25, moved.shape)
    flickering = np.clip(moved.astype(int) + noise, 0, 255).astype(np.uint8)
    assert motion_of(flickering).warp_error > 3 * motion_of(moved).warp_error


def test_flow_is_that_of_the_world() -> None:
    """Over four drawn scenes, flow halves the error of taking all for still, and finds out how much moves."""
    ours, theirs, apart = [], [], []
    for seed, camera in ((2, "pan"), (4, "drone"), (6, "tilt"), (8, "tracking")):
        scene = sample(seed, places=["countryside", "beach", "salt desert"], styles=["natural"], num_frames=48)
        shots = tuple(shot.__class__(**{**vars(shot), "camera": camera}) for shot in scene.shots)
        scene = one_shot(scene.__class__(**{**vars(scene), "shots": shots, "size": Size(256, 256)}), 12)
        recording = record(scene, truth=True, sound=False)
        assert recording.truth is not None
        true, found = recording.truth.flow[:-1], flow_of(recording.frames)
        apart.append(float(np.linalg.norm(found - true, axis=-1).mean()))
        ours.append(motion_of(recording.frames).amount)
        theirs.append(float(np.linalg.norm(true, axis=-1).mean()))
    assert sum(theirs) > 2
    assert sum(apart) < 0.5 * sum(theirs)
    assert 0.6 < sum(ours) / sum(theirs) < 1.4

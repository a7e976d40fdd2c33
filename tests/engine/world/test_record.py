"""Recordings: the right sizes, the same whole or in pieces, and a truth that agrees with the picture."""

from dataclasses import replace

import numpy as np
import pytest

from celaje.clip import Size
from celaje.engine.world.record import record, stream
from celaje.engine.world.sample import sample
from celaje.engine.world.scene import Scene
from celaje.engine.world.sheet import sheet

SMALL = Size(96, 64)


def clip(seed: int, num_frames: int = 24) -> Scene:
    return sample(seed, size=SMALL, num_frames=num_frames, kinds=("cat", "ball", "woman"), places=("beach", "alley"))


@pytest.mark.parametrize("num_frames", [1, 5, 24])
def test_a_recording_has_the_length_of_its_scene(num_frames: int) -> None:
    recording = record(clip(3, num_frames), truth=True)
    assert recording.frames.shape == (num_frames, 64, 96, 3)
    assert recording.frames.dtype == np.uint8
    assert recording.samples.shape == (num_frames * 2000,)
    assert recording.samples.dtype == np.float32
    assert np.abs(recording.samples).max() <= 1
    assert recording.truth is not None
    assert recording.truth.flow.shape == (num_frames, 64, 96, 2)
    assert len(recording.truth.shots) == len(recording.truth.events) == num_frames
    assert [event for moment in recording.truth.events for event in moment] == list(recording.events)


def test_pieces_are_the_whole() -> None:
    scene = clip(11)
    whole, pieces = record(scene, truth=True), list(stream(scene, 7, truth=True))
    np.testing.assert_array_equal(np.concatenate([piece.frames for piece in pieces]), whole.frames)
    np.testing.assert_array_equal(np.concatenate([piece.samples for piece in pieces]), whole.samples)
    assert whole.truth is not None
    flows = np.concatenate([piece.truth.flow for piece in pieces if piece.truth is not None])
    np.testing.assert_array_equal(flows, whole.truth.flow)


def test_the_same_seed_gives_the_same_digits() -> None:
    one, other = record(clip(5, 6)), record(clip(5, 6))
    np.testing.assert_array_equal(one.frames, other.frames)
    np.testing.assert_array_equal(one.samples, other.samples)


def test_every_subject_is_seen_in_its_box() -> None:
    for seed in (1, 2, 3, 4):
        scene = clip(seed)
        truth = record(scene, truth=True, sound=False).truth
        assert truth is not None
        for index in range(len(scene.subjects)):
            frame = int(truth.share[:, index].argmax())
            mask = truth.instance[frame] == index + 1
            left, top, right, bottom = truth.boxes[frame, index]
            assert mask[top:bottom, left:right].sum() == mask.sum() > 60
            assert truth.share[frame, index] == pytest.approx(mask.mean())
            assert np.abs(truth.middle[frame, index]).max() < 1


def test_a_cut_changes_the_shot_and_not_the_length() -> None:
    scene = next(scene for scene in (clip(seed, 40) for seed in range(200)) if len(scene.shots) > 1)
    truth = record(scene, truth=True, sound=False).truth
    assert truth is not None
    assert set(truth.shots) == set(scene.shots)
    cut = round(scene.shots[1].start_s * 12)
    assert truth.shots[cut - 1] == scene.shots[0]
    assert truth.shots[cut] == scene.shots[1]
    assert not truth.flow[cut - 1].any()


def test_sound_alone_is_the_same_sound() -> None:
    scene = clip(8, 12)
    alone = record(scene, picture=False)
    assert alone.frames.shape == (0, 64, 96, 3)
    np.testing.assert_array_equal(alone.samples, record(scene).samples)
    assert len(record(scene, sound=False).samples) == 0


def test_a_sheet_shows_every_clip() -> None:
    page = sheet([clip(1, 4), clip(2, 4)], ["one", "two"], sound=False)
    assert page.width > 300
    assert np.asarray(page).std() > 10


@pytest.mark.parametrize("style", ["natural", "pixel art", "watercolour"])
def test_threads_and_any_size_change_nothing_else(style: str) -> None:
    scene = replace(clip(11), size=Size(101, 67), style=style)
    alone, together = (list(stream(scene, 5, truth=True, threads=threads)) for threads in (1, 3))
    for one, other in zip(alone, together, strict=True):
        assert one.frames.shape[1:] == (67, 101, 3)
        np.testing.assert_array_equal(one.frames, other.frames)
        np.testing.assert_array_equal(one.samples, other.samples)


def test_twice_as_many_frames_take_as_long() -> None:
    scene = clip(11)
    full = record(replace(scene, num_frames=48, frames_per_second=24), truth=True)
    half = record(scene)
    assert full.frames.shape[0] == 48
    assert len(full.samples) == len(half.samples)
    assert full.events == half.events
    np.testing.assert_allclose(full.samples, half.samples, atol=0.05)
    assert full.truth is not None
    assert [event for moment in full.truth.events for event in moment] == list(full.events)

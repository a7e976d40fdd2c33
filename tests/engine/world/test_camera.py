"""Every way of filming keeps the subject big and in view, and moves as its name says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import BUCKETS, Size
from celaje.engine.world.camera import CameraTrack, shoot
from celaje.engine.world.places import PLACES
from celaje.engine.world.pose import Track
from celaje.engine.world.scene import CAMERAS

TIME_S = np.arange(36) / 12


def _shoot(camera: str, height_m: float, speed_m_s: float, size: Size, seed: int = 0) -> tuple[CameraTrack, Track]:
    x = speed_m_s * (TIME_S - 1.5)
    path = np.stack([x, 0 * x, 0 * x], axis=1)
    return shoot(camera, np.random.default_rng(seed), TIME_S, path[None], [height_m], size, None), path


def _on_picture(track: CameraTrack, points: Track, size: Size) -> Track:
    forward, right, up = track.axes()
    offset = points - track.eye
    depth = (offset * forward).sum(1)
    assert (depth > 0).all()
    tangent = np.tan(track.field_of_view / 2)
    return np.stack([(offset * right).sum(1) / depth / tangent / size.ratio, (offset * up).sum(1) / depth / tangent], 1)


@settings(max_examples=40, deadline=None)
@given(
    camera=st.sampled_from(CAMERAS), height=st.floats(0.2, 5), speed=st.floats(-1, 1), size=st.sampled_from(BUCKETS),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_the_head_stays_in_the_picture(camera: str, height: float, speed: float, size: Size, seed: int) -> None:
    track, path = _shoot(camera, height, speed * height, size, seed)
    head = _on_picture(track, path + np.array([0.0, height, 0.0]), size)
    assert np.abs(head).max() <= 1.0
    assert (track.eye[:, 1] > 0.2).all()


@pytest.mark.parametrize("camera", ["still", "pan", "orbit", "tracking", "hand-held"])
def test_a_resting_subject_is_big(camera: str) -> None:
    size = Size(256, 256)
    track, path = _shoot(camera, 1.7, 0.0, size)
    tall = _on_picture(track, path + np.array([0.0, 1.7, 0.0]), size)[:, 1] - _on_picture(track, path, size)[:, 1]
    assert 0.45 <= tall.mean() / 2 <= 0.78


def test_moves_are_what_they_are_called() -> None:
    tracks = {camera: _shoot(camera, 1.7, 0.0, Size(256, 256))[0] for camera in CAMERAS}
    away = {camera: np.linalg.norm(track.eye - track.target, axis=1) for camera, track in tracks.items()}
    assert np.ptp(tracks["still"].eye, axis=0).max() == 0
    assert np.ptp(tracks["pan"].eye, axis=0).max() == 0
    assert np.ptp(tracks["pan"].target[:, 0]) > 0.5
    assert np.ptp(tracks["tilt"].target[:, 1]) > 0.5
    assert away["dolly"][0] > 1.6 * away["dolly"][-1]
    assert np.ptp(tracks["orbit"].eye[:, 0]) > 0.8 * away["orbit"][0]
    assert (tracks["drone"].eye[:, 1] > 3).all()
    assert tracks["hand-held"].roll.std() > 0.02


@pytest.mark.parametrize("camera", [camera for camera in CAMERAS if camera != "tracking"])
def test_a_place_alone_is_filmed_for_its_landmark(camera: str) -> None:
    place, size = PLACES["volcano"], Size(320, 192)
    track = shoot(camera, np.random.default_rng(1), TIME_S, None, [], size, place)
    foot = np.broadcast_to(np.array(place.landmark), (len(TIME_S), 3))
    crater = _on_picture(track, foot + np.array([0.0, 10.0, 0.0]), size)
    assert np.abs(crater[len(crater) // 2]).max() < 0.6
    assert np.linalg.norm(track.eye - foot, axis=1).max() < 75.0


def test_an_unknown_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="give one of still"):
        _shoot("crane", 1.7, 0.0, Size(256, 256))

"""Truth as pictures to look at, and as arrays on the disk."""

from pathlib import Path

import numpy as np
import pytest

from celaje.media.truth import COLORS, depth_picture, flow_picture, segmentation_picture, writing_array


def test_what_is_near_is_bright() -> None:
    picture = depth_picture(np.array([[[0.1, 0.5, 10.0, 200.0, 1000.0]]], np.float32))
    assert picture.shape == (1, 1, 5, 3)
    assert picture[0, 0, :, 0].tolist() == [255, 255, 127, 0, 0]


def test_every_subject_has_its_color() -> None:
    picture = segmentation_picture(np.arange(7, dtype=np.uint8).reshape(1, 1, 7))
    np.testing.assert_array_equal(picture[0, 0], COLORS)
    assert len(np.unique(COLORS, axis=0)) == 7


def test_directions_differ_and_rest_is_white() -> None:
    flow = np.zeros((1, 1, 100, 2), np.float32)
    flow[0, 0, :4] = ((9, 0), (-9, 0), (0, 9), (0, -9))
    picture = flow_picture(flow)[0, 0]
    assert (picture[4:] == 255).all()
    assert len(np.unique(picture[:4], axis=0)) == 4


def test_an_array_comes_in_pieces_and_whole_or_not_at_all(tmp_path: Path) -> None:
    values = np.arange(24, dtype=np.float32).reshape(4, 6)
    with writing_array(tmp_path / "a.npy", (4, 6), np.float32) as add:
        add(values[:3])
        add(values[3:])
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), values)
    with pytest.raises(KeyError), writing_array(tmp_path / "b.npy", (4, 6), np.float32):
        raise KeyError
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]

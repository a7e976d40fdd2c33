"""Styles change pictures as they promise, the same way for the same seed."""

import numpy as np
import pytest

from celaje.engine.world.scene import STYLES
from celaje.engine.world.styles import apply_style


def _clip() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:64, 0:96]
    instance = ((y - 32) ** 2 + (x - 48) ** 2 < 300).astype(np.uint8)
    color = np.where(instance[..., None] > 0, [210, 90, 40], np.stack([60 + x, 120 + y, 0 * x + 200], axis=2))
    depth = np.where(instance > 0, 3.0, 20.0).astype(np.float32)
    return np.repeat(color[None].astype(np.uint8), 2, 0), np.repeat(depth[None], 2, 0), np.repeat(instance[None], 2, 0)


def _style(name: str, first_frame: int = 0, seed: int = 4) -> np.ndarray:
    color, depth, instance = _clip()
    return apply_style(color, name, seed=seed, first_frame=first_frame, depth=depth, instance=instance)


@pytest.mark.parametrize("style", STYLES)
def test_styles_are_functions_of_seed_and_frame(style: str) -> None:
    assert np.array_equal(_style(style), _style(style))
    assert np.array_equal(_style(style)[1], _style(style, first_frame=1)[0])


@pytest.mark.parametrize("style", STYLES[1:])
def test_styles_change_the_picture_but_not_its_brightness_much(style: str) -> None:
    before, after = _clip()[0].astype(float), _style(style).astype(float)
    assert np.abs(before - after).mean() > 4
    assert abs(before.mean() - after.mean()) < 55


def test_promises() -> None:
    assert np.array_equal(_style("natural"), _clip()[0])
    noir = _style("film noir").astype(int)
    assert np.ptp(noir, axis=3).max() == 0
    blocks = _style("pixel art").reshape(2, 16, 4, 24, 4, 3)
    assert (blocks == blocks[:, :, :1, :, :1]).all()
    cel = _style("cel-shaded")[0].max(axis=2)
    assert (cel < 60).sum() > 40
    assert not np.array_equal(_style("archival")[0], _style("archival")[1])


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="give one of natural"):
        _style("cubist")

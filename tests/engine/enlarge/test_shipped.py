"""The weights that ship, on held-out worlds: they must be worth more than what needs no learning."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from celaje.clip import nearest_bucket
from celaje.engine.evaluate.enlarging import measure_enlarging
from celaje.engine.generate import Engine, Enlarger, load_engine
from celaje.engine.training.run import held_out_scenes
from celaje.engine.world.record import stream
from celaje.recipes import find_recipe

WEIGHTS = Path(__file__).parents[3] / "weights"
NUM_SCENES = 3
NUM_CUT = 8


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_engine(WEIGHTS, device="cpu")


@pytest.fixture(scope="module")
def enlarger(engine: Engine) -> Enlarger:
    assert engine.enlarger is not None, "the weights that ship make clips larger and smoother"
    return engine.enlarger


def test_they_are_small() -> None:
    assert sum((WEIGHTS / f"{name}.safetensors").stat().st_size for name in ("upscaler", "interpolator")) < 600_000


def test_they_beat_lanczos_and_blending(engine: Engine, enlarger: Enlarger) -> None:
    values: dict[tuple[str, str], list[float]] = {}

    def note(task: str, measure: str, made: float, simplest: float) -> None:
        values.setdefault((task, measure), []).append(made - simplest)

    for scene in held_out_scenes(find_recipe("small"), NUM_SCENES):
        measure_enlarging(engine, enlarger, replace(scene, size=nearest_bucket(scene.size)), note)
    worse = {name: gains for name, gains in values.items() if np.mean(gains) <= 0}
    assert len(values) == 8
    assert not worse


def test_cuts_are_seen_and_motion_is_none(enlarger: Enlarger) -> None:
    clips = list(_beginnings())
    mixed = [enlarger.is_cut(one[0], other[-1]) for one in clips for other in clips if one is not other]
    moving = [enlarger.is_cut(clip[at], clip[at + 1]) for clip in clips for at in (0, 2, 4)]
    assert np.mean(mixed) > 0.9
    assert np.mean(moving) < 0.05


def _beginnings() -> Iterator[NDArray[np.uint8]]:
    """The first half second of held-out scenes, all of one size."""
    recipe = find_recipe("small")
    for scene in held_out_scenes(recipe, NUM_CUT):
        shown = replace(scene, size=recipe.world.sizes[0])
        yield next(stream(shown, 6, sound=False)).frames

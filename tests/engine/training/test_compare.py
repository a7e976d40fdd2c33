"""Variants learn from the same latents, are measured alike, and go on from where they were."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from celaje.engine.generate import load_engine
from celaje.engine.training.compare import SLOTS, Grounds, learn
from celaje.engine.training.compute import step_flop
from celaje.engine.training.run import held_out_scenes, load_jury
from celaje.recipes import find_recipe


@pytest.fixture
def grounds(tiny_folder: Path, tiny_weights: Path) -> Grounds:
    """The run of the recipe `tiny`."""
    recipe, run = find_recipe("tiny"), tiny_folder / "run"
    jury = load_jury(recipe, run, tiny_weights)
    assert jury is not None
    return Grounds(
        folder=run,
        held_out=run / "latents-held-out",
        engine=load_engine(tiny_weights, device="cpu"),
        jury=jury.to(torch.device("cpu")),
        scenes=held_out_scenes(recipe, 2),
    )


def test_a_variant_is_measured_on_its_way(grounds: Grounds, tmp_path: Path) -> None:
    recipe = find_recipe("tiny")
    first = learn("as it is", recipe, grounds, tmp_path / "one", steps=8)
    assert first.steps == 10, "a quarter more to cool down"
    assert first.flop == pytest.approx(10 * step_flop(recipe))
    assert set(first.right) <= set(SLOTS)
    assert all(0 <= share <= 1 for share in first.right.values())
    further = learn("as it is", recipe, grounds, tmp_path / "one", steps=24)
    assert further.steps == 30
    assert further.loss < first.loss
    assert learn("as it is", recipe, grounds, tmp_path / "two", steps=8).loss == first.loss, "nothing is left to chance"


def test_variants_differ(grounds: Grounds, tmp_path: Path) -> None:
    recipe = find_recipe("tiny")
    without = replace(recipe, transformer=replace(recipe.transformer, head=0))
    assert step_flop(without) < step_flop(recipe)
    outcomes = [learn("a", one, grounds, tmp_path / str(index), steps=8) for index, one in enumerate((recipe, without))]
    assert outcomes[0].loss != outcomes[1].loss

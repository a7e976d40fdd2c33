"""Checkpoints are read back to the last digit, and appear whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from celaje.engine.training import checkpoint
from celaje.engine.training.checkpoint import (
    load_average,
    load_tensors,
    optimizer_tensors,
    restore_optimizer,
    save_tensors,
    with_prefix,
    without_prefix,
)

Build = Callable[[nn.Module], torch.optim.Optimizer]
OPTIMIZERS: dict[str, Build] = {
    "adamw": lambda model: torch.optim.AdamW(model.parameters(), lr=1e-2, fused=True),
    "muon": lambda model: torch.optim.Muon(model.parameters(), lr=1e-2),
}


def learn(model: nn.Linear, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        inputs = torch.randn(4, 5, generator=torch.Generator().manual_seed(step))
        model(inputs).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_goes_on_to_the_same_digits(tmp_path: Path, name: str) -> None:
    torch.manual_seed(0)
    model = nn.Linear(5, 3, bias=False)
    optimizer = OPTIMIZERS[name](model)
    learn(model, optimizer, range(3))
    tensors = with_prefix("model", model.state_dict()) | optimizer_tensors(optimizer, "optimizer0")
    save_tensors(tmp_path / "kept.safetensors", tensors, {"step": 3})
    learn(model, optimizer, range(3, 6))

    read, facts = load_tensors(tmp_path / "kept.safetensors")
    other = nn.Linear(5, 3, bias=False)
    other.load_state_dict(without_prefix("model", read))
    its_optimizer = OPTIMIZERS[name](other)
    restore_optimizer(its_optimizer, read, "optimizer0")
    learn(other, its_optimizer, range(3, 6))
    assert facts == {"step": 3}
    assert torch.equal(other.weight, model.weight)


def test_prefixes_do_not_mix() -> None:
    tensors = with_prefix("optimizer1", {"a": torch.ones(1)}) | with_prefix("optimizer10", {"a": torch.zeros(1)})
    assert without_prefix("optimizer1", tensors) == {"a": torch.ones(1)}


def test_missing_and_damaged_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    with pytest.raises(ValueError, match=r"kept\.safetensors does not exist"):
        load_tensors(path)
    save_tensors(path, {"weight": torch.ones(100)}, {})
    whole = path.read_bytes()
    for damaged in (b"", whole[:20], whole[:-1], b"\xff" * 8 + whole[8:], whole[:8] + b"}" + whole[9:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"kept\.safetensors is damaged"):
            load_tensors(path)


def test_facts_that_are_no_json_are_damage(tmp_path: Path) -> None:
    save_file({"weight": torch.ones(1)}, tmp_path / "kept.safetensors", {"facts": "{"})
    with pytest.raises(ValueError, match="is damaged"):
        load_tensors(tmp_path / "kept.safetensors")


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.safetensors"
    save_tensors(path, {"weight": torch.ones(3)}, {"step": 1})
    before = path.read_bytes()

    def half(tensors: object, target: Path, metadata: object) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", half)
    with pytest.raises(OSError, match="No space left"):
        save_tensors(path, {"weight": torch.zeros(3)}, {"step": 2})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_averages_of_other_sizes_are_refused(tmp_path: Path) -> None:
    save_tensors(tmp_path / "kept.safetensors", with_prefix("average", nn.Linear(2, 3).state_dict()), {})
    with pytest.raises(ValueError, match="other sizes"):
        load_average(tmp_path / "kept.safetensors", nn.Linear(2, 4))

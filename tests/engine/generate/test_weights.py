"""Weights on disk: small, checked, and the same numbers again."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from celaje.engine.generate import load_engine
from celaje.engine.generate.engine import choose_device
from celaje.engine.generate.weights import (
    MANIFEST,
    Manifest,
    Part,
    as_stored,
    dequantise,
    quantise,
    read_manifest,
    read_weights,
    write_manifest,
    write_weights,
)
from celaje.engine.training.text_task import slot_names


@dataclass(frozen=True, kw_only=True)
class Sizes:
    width: int = 8


def matrix(rows: int, columns: int, scale: float, seed: int) -> torch.Tensor:
    return scale * torch.randn(rows, columns, 2, generator=torch.Generator().manual_seed(seed))


@given(st.integers(1, 9), st.integers(1, 9), st.floats(1e-4, 1e4), st.integers(0, 1000))
def test_int8_is_off_by_half_a_step_at_most(rows: int, columns: int, scale: float, seed: int) -> None:
    values = matrix(rows, columns, scale, seed)
    stored, steps = quantise(values)
    assert stored.dtype == torch.int8
    assert stored.shape == values.shape
    back, true = dequantise(stored, steps).flatten(1), values.flatten(1)
    assert bool(((back - true).abs() <= 0.501 * steps).all())
    axis = 1 if steps.shape == (rows, 1) else 0  # of a matrix of one row or one column, either
    torch.testing.assert_close(back.abs().amax(axis), true.abs().amax(axis))


def test_columns_of_different_sizes_keep_their_own_steps() -> None:
    sizes = torch.tensor([1.0] * 30 + [100.0])
    values = torch.randn(40, 31, generator=torch.Generator().manual_seed(1)) * sizes
    for matrix_in, shape, axis in ((values, (1, 31), 0), (values.T.contiguous(), (31, 1), 1)):
        stored, steps = quantise(matrix_in)
        assert steps.shape == shape
        lost = (dequantise(stored, steps) - matrix_in).norm(dim=axis) / matrix_in.norm(dim=axis)
        assert float(lost.max()) < 0.02


@pytest.mark.parametrize(("storage", "bytes_each", "off_by"), [("int8", 1, 1 / 127), ("bf16", 2, 2**-8)])
def test_weights_come_back(tmp_path: Path, storage: str, bytes_each: int, off_by: float) -> None:
    tensors = {"layer.weight": matrix(60, 30, 1.0, 0), "layer.bias": torch.randn(60), "count": torch.tensor(7)}
    part = write_weights(tmp_path, "video", tensors, Sizes(), storage=storage)  # type: ignore[arg-type]
    read = read_weights(tmp_path, part)
    expected = as_stored(tensors, storage)  # type: ignore[arg-type]
    assert all(torch.equal(value, expected[name]) for name, value in read.items())
    assert read.keys() == tensors.keys()
    assert read["layer.weight"].dtype == torch.float32
    assert float((read["layer.weight"] - tensors["layer.weight"]).abs().max()) < 4 * off_by
    assert torch.equal(read["layer.bias"], tensors["layer.bias"])
    assert read["count"] == 7
    assert part.config == {"width": 8}
    assert load_file(tmp_path / next(iter(part.files)))["layer.weight"].nbytes == bytes_each * 60 * 30 * 2
    assert [path.name for path in tmp_path.iterdir()] == ["video.safetensors"]


def test_the_same_weights_are_the_same_file(tmp_path: Path) -> None:
    tensors = {"weight": matrix(6, 3, 1.0, 0)}
    parts = [write_weights(tmp_path / name, "text", tensors, Sizes(), storage="int8") for name in ("a", "b")]
    assert parts[0] == parts[1]


def test_a_manifest_is_read_back(tmp_path: Path) -> None:
    manifest = Manifest(
        name="celaje-test",
        version="1",
        recipe="test",
        parts={"text": Part(files={"text.safetensors": "0"}, config={"width": 8})},
        slots={"place": ["playa", "callejón"]},
        slots_with_many=[],
    )
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"parts": []}', '{"parts": {"text": {"files": 3}}}', "\xff"])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=r"manifest\.json is damaged"):
        read_manifest(tmp_path)


def test_missing_and_incomplete_weights(tmp_path: Path, tiny_weights: Path) -> None:
    with pytest.raises(ValueError, match="there are no weights in"):
        load_engine(tmp_path)
    manifest = read_manifest(tiny_weights)
    parts = {name: part for name, part in manifest.parts.items() if name not in ("words", "audio")}
    write_manifest(tmp_path, replace(manifest, parts=parts))
    with pytest.raises(ValueError, match=r"does not name words, audio"):
        load_engine(tmp_path)


def test_a_loaded_model_cannot_learn_and_is_all_there(tiny_weights: Path) -> None:
    engine = load_engine(tiny_weights, device="cpu")
    networks = (engine.text, engine.transformer, engine.video, engine.audio)
    assert not any(parameter.requires_grad for network in networks for parameter in network.parameters())
    assert not any(module.training for network in networks for module in network.modules())
    assert list(engine.text.slot_kinds) == list(slot_names())  # each slot's question goes by its order
    stored = sum(path.stat().st_size for path in tiny_weights.iterdir())
    assert 0 < stored < 12_000_000
    assert json.loads((tiny_weights / MANIFEST).read_text())["scores"]["trained"]["video"]["steps"] == 25


def test_devices() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device(None).type in ("cpu", "cuda", "mps")
    with pytest.raises(ValueError, match='no device "abacus" here: choose cpu'):
        choose_device("abacus")

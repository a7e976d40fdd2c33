"""Checkpoints: everything a run needs to go on to the same digits, in one file that appears whole or not at all."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn


def save_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write `tensors` with JSON `facts` to `path`, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    whole = {name: tensor.contiguous() for name, tensor in tensors.items()}
    try:
        save_file(whole, partial, {"facts": json.dumps(facts)})
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def load_tensors(path: Path, *, device: str = "cpu") -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `save_tensors` wrote. Raises ValueError when the file is missing or damaged."""
    with _opened(path, device=device) as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        return tensors, _facts(file)


def load_facts(path: Path) -> dict[str, Any]:
    """The facts alone, without reading the tensors. Raises ValueError when the file is missing or damaged."""
    with _opened(path, device="cpu") as file:
        return _facts(file)


@contextmanager
def _opened(path: Path, *, device: str) -> Iterator[Any]:
    try:
        with safe_open(path, framework="pt", device=device) as file:
            yield file
    except FileNotFoundError:
        raise ValueError(f"{path} does not exist") from None
    except (SafetensorError, json.JSONDecodeError, OSError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def _facts(file: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((file.metadata() or {}).get("facts", "{}"))
    return facts


def optimizer_tensors(optimizer: torch.optim.Optimizer, prefix: str) -> dict[str, Tensor]:
    """The optimiser's memory as flat tensors "prefix.parameter.name"."""
    state = optimizer.state_dict()["state"]
    return {
        f"{prefix}.{parameter}.{name}": value if isinstance(value, Tensor) else torch.tensor(value)
        for parameter, memory in state.items()
        for name, value in memory.items()
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], prefix: str) -> None:
    """Put back what `optimizer_tensors` gave."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith(prefix + "."):
            parameter, name = key[len(prefix) + 1 :].split(".", 1)
            state.setdefault(int(parameter), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def with_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors under "prefix.name"."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def without_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those tensors that are under "prefix.", by their own names."""
    return {name[len(prefix) + 1 :]: tensor for name, tensor in tensors.items() if name.startswith(prefix + ".")}


def load_average(path: Path, model: nn.Module) -> dict[str, Any]:
    """Load the averaged weights of a checkpoint into `model`; returns the checkpoint's facts.

    Raises ValueError when the file is missing or damaged, or its network has other sizes than `model`.
    """
    tensors, facts = load_tensors(path)
    fill(model, without_prefix("average", tensors), path)
    return facts


def fill(model: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Load `tensors` of the checkpoint `path` into `model`, strictly."""
    try:
        model.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise ValueError(f"{path} is of a network of other sizes, train anew: {error}") from error

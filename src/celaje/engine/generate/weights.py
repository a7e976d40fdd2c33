"""Weights on disk: small safetensors files and a manifest that names them, their checksums, their sizes and their
scores.

A matrix is stored as int8 with one scale per row (absolute maximum, Dettmers et al. 2022, arXiv 2208.07339, section
2.1) or as bf16; vectors stay float32. Loading gives float32 back.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

MANIFEST = "manifest.json"
SCALE = ".scale"
Storage = Literal["int8", "bf16"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One network: its file, and the configuration it is built with."""

    file: str
    sha256: str
    config: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a folder of weights holds. `version` changes whenever any number in it does."""

    name: str
    version: str
    recipe: str
    parts: dict[str, Part]
    slots: dict[str, list[str]]  # what the text encoder can tell of a prompt: the values of each slot
    slots_with_many: list[str]
    sampling: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of `folder`. Raises ValueError when it is missing or not understood."""
    path = folder / MANIFEST
    try:
        values = json.loads(path.read_text())
        parts = {name: Part(**part) for name, part in values.pop("parts").items()}
        return Manifest(parts=parts, **values)
    except FileNotFoundError:
        raise ValueError(f"there are no weights in {folder}: {MANIFEST} is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    partial = folder / f"{MANIFEST}.partial"
    partial.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    os.replace(partial, folder / MANIFEST)


def write_weights(folder: Path, name: str, tensors: Mapping[str, Tensor], config: Any, *, storage: Storage) -> Part:
    """Write one network's tensors to `folder`/`name`.safetensors; `config` is its dataclass."""
    folder.mkdir(parents=True, exist_ok=True)
    stored: dict[str, Tensor] = {}
    for key, value in tensors.items():
        if value.is_floating_point() and value.ndim > 1 and storage == "int8":
            stored[key], stored[key + SCALE] = quantise(value)
        elif value.is_floating_point() and value.ndim > 1:
            stored[key] = value.bfloat16().contiguous()
        else:
            stored[key] = value.contiguous()
    path = folder / f"{name}.safetensors"
    save_file(stored, f"{path}.partial")
    os.replace(f"{path}.partial", path)
    return Part(file=path.name, sha256=sha256(path), config=asdict(config))


def read_weights(folder: Path, part: Part) -> dict[str, Tensor]:
    """One network's tensors in float32. Raises ValueError when the file is missing, damaged, or not the manifest's."""
    path = folder / part.file
    check_file(path, part.sha256)
    try:
        stored = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    return {
        key: dequantise(value, stored[key + SCALE])
        if key + SCALE in stored
        else (value.float() if value.is_floating_point() else value)
        for key, value in stored.items()
        if not (key.endswith(SCALE) and key.removesuffix(SCALE) in stored)
    }


def quantise(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """[out, ...] as int8 of the same shape and a float32 scale [out]."""
    rows = matrix.float().flatten(1)
    scale = rows.abs().amax(1).clamp_min(1e-12) / 127  # [out]
    return (rows / scale[:, None]).round().to(torch.int8).view(matrix.shape), scale


def dequantise(stored: Tensor, scale: Tensor) -> Tensor:
    """What `quantise` stored, in float32."""
    return (stored.flatten(1).float() * scale[:, None]).view(stored.shape)


def check_file(path: Path, expected: str) -> None:
    """Raise ValueError when `path` is missing or is not the file with the checksum `expected`."""
    if not path.is_file():
        raise ValueError(f"the weights are incomplete: {path} is missing")
    if sha256(path) != expected:
        raise ValueError(f"the weights are damaged: {path} is not the file that {MANIFEST} names")


def sha256(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Weights on disk: small safetensors files and a manifest that names them, their checksums, their sizes and their
scores.

A matrix is stored as int8 with one scale per row or per column (absolute maximum, Dettmers et al. 2022, arXiv
2208.07339, section 2.1), whichever loses less, or as bf16; vectors stay float32. Loading gives float32 back.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

MANIFEST = "manifest.json"
SCALE = ".scale"
SHARD_BYTES = 15_000_000
Storage = Literal["int8", "bf16"]
Network = TypeVar("Network", bound=nn.Module)
DRAWN = (nn.init.kaiming_uniform_, nn.init.normal_, nn.init.uniform_)  # what modules begin as


@dataclass(frozen=True, kw_only=True)
class Part:
    """One network or list of words: its files with their checksums, and the configuration it is built with."""

    files: dict[str, str]
    config: dict[str, Any]

    @property
    def sizes(self) -> dict[str, Any]:
        """The configuration, with JSON's lists as the tuples that they were."""
        return tuples(self.config)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a folder of weights holds. `version` changes whenever any number does that clips are made with."""

    name: str
    version: str
    recipe: str
    parts: dict[str, Part]
    slots: dict[str, list[str]]  # what the text encoder can tell of a prompt: the values of each slot
    slots_with_many: list[str]
    sampling: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)


def tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's lists as the tuples that they were."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


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
    partial.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n")
    os.replace(partial, folder / MANIFEST)


def write_weights(folder: Path, name: str, tensors: Mapping[str, Tensor], config: Any, *, storage: Storage) -> Part:
    """Write one network's tensors to `folder` in files of at most 15 MB; `config` is its dataclass."""
    folder.mkdir(parents=True, exist_ok=True)
    shards: list[dict[str, Tensor]] = [{}]
    for key, value in tensors.items():
        stored = _stored(key, value, storage)
        size = sum(tensor.nbytes for tensor in stored.values())
        if shards[-1] and size + sum(tensor.nbytes for tensor in shards[-1].values()) > SHARD_BYTES:
            shards.append({})
        shards[-1] |= stored
    for path in folder.glob(f"{name}*.safetensors"):
        path.unlink()
    files = {}
    for index, shard in enumerate(shards):
        path = folder / (f"{name}.safetensors" if len(shards) == 1 else f"{name}-{index + 1}.safetensors")
        save_file(shard, f"{path}.partial")
        os.replace(f"{path}.partial", path)
        files[path.name] = sha256(path)
    return Part(files=files, config=asdict(config))


def read_weights(folder: Path, part: Part) -> dict[str, Tensor]:
    """One network's tensors in float32. Raises ValueError when a file is missing, damaged, or not the manifest's."""
    check_files(folder, part)
    stored: dict[str, Tensor] = {}
    for name in part.files:
        try:
            stored |= load_file(folder / name)
        except (SafetensorError, OSError) as error:
            raise ValueError(f"{folder / name} is damaged: {error}") from error
    return _restored(stored)


class _Undrawn(TorchFunctionMode):
    """Leaves parameters as they are allocated: nothing is drawn at random that weights are about to replace."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        return given["tensor"] if func in DRAWN and given else func(*args, **given)


def load_network(folder: Path, manifest: Manifest, name: str, build: Callable[[dict[str, Any]], Network]) -> Network:
    """The network that a part of `folder` holds, in float32 on the CPU; `build` makes one of these sizes.

    Raises ValueError when weights are missing, damaged, or of another version of Celaje.
    """
    part = manifest.parts[name]
    tensors = read_weights(folder, part)
    try:
        with _Undrawn():
            network = build(part.sizes)
        network.load_state_dict(tensors, strict=True)
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        raise ValueError(f"the weights in {folder} are of another version of Celaje ({name}): {error}") from error
    return network


def as_stored(tensors: Mapping[str, Tensor], storage: Storage) -> dict[str, Tensor]:
    """The tensors as `read_weights` gives them back when they have been written."""
    return _restored(
        {name: one for key, value in tensors.items() for name, one in _stored(key, value, storage).items()}
    )


def _restored(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        key: dequantise(value, stored[key + SCALE])
        if key + SCALE in stored
        else (value.float() if value.is_floating_point() else value)
        for key, value in stored.items()
        if not (key.endswith(SCALE) and key.removesuffix(SCALE) in stored)
    }


def _stored(key: str, value: Tensor, storage: Storage) -> dict[str, Tensor]:
    """One tensor as it is written: a matrix in the storage's type, anything else as it is."""
    if not value.is_floating_point() or value.ndim < 2:
        return {key: value.contiguous()}
    if storage == "bf16":
        return {key: value.bfloat16().contiguous()}
    matrix, scale = quantise(value)
    return {key: matrix, key + SCALE: scale}


def quantise(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """[out, ...] as int8 of the same shape, and a float32 scale [out, 1] of its rows or [1, in] of its columns.

    Columns are better where they differ much in size, as those of a map from principal components do.
    """
    rows = matrix.float().flatten(1)
    stored, scales, losses = [], [], []
    for axis in (1, 0):
        scale = rows.abs().amax(axis, keepdim=True).clamp_min(1e-12) / 127
        whole = (rows / scale).round()
        stored.append(whole.to(torch.int8).view(matrix.shape))
        scales.append(scale)
        losses.append(float((whole * scale - rows).square().sum()))
    better = int(losses[1] < losses[0])
    return stored[better], scales[better]


def dequantise(stored: Tensor, scale: Tensor) -> Tensor:
    """What `quantise` stored, in float32."""
    return (stored.flatten(1).float() * scale).view(stored.shape)


def check_files(folder: Path, part: Part) -> None:
    """Raise ValueError when a file of `part` is missing or is not the one with the manifest's checksum."""
    for name, expected in part.files.items():
        path = folder / name
        if not path.is_file():
            raise ValueError(f"the weights are incomplete: {path} is missing")
        if sha256(path) != expected:
            raise ValueError(f"the weights are damaged: {path} is not the file that {MANIFEST} names")


def sha256(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

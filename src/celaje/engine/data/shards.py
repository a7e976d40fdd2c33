"""Shards: files of tensors with JSON facts about each sample.

They appear whole or not at all, so making can be resumed.
"""

import json
import os
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor


def write_shard(path: Path, tensors: Mapping[str, Tensor], facts: Any) -> None:
    """Write tensors and JSON `facts` as one safetensors file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".partial{os.getpid()}")
    contiguous = {name: value.contiguous() for name, value in tensors.items()}
    try:
        save_file(contiguous, partial, {"facts": json.dumps(facts)})
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def read_shard(path: Path) -> tuple[dict[str, Tensor], Any]:
    """Tensors (mapped from disk) and facts of one shard. Raises ValueError when it is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["facts"])
        return load_file(path), facts
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is damaged, delete it and make it again: {error}") from error


def shard_paths(folder: Path) -> list[Path]:
    """All finished shards in `folder`, in order. Raises ValueError when there are none."""
    paths = sorted(folder.glob("*.safetensors"))
    if not paths:
        raise ValueError(f"no data in {folder}: make it first")
    return paths


def rare_more_often(shards: Sequence[Sequence[Hashable]], evenness: float) -> list[Tensor]:
    """Weights [n] to draw the samples of each shard by, given what each sample shows.

    They fall as how many show the same, to the power of `evenness`: at 0 all samples come equally often, at 1 all that
    can be shown.
    """
    counts = Counter(shown for shard in shards for shown in shard)
    return [torch.tensor([counts[shown] ** -evenness for shown in shard]) for shard in shards]


def random_below(count: int, generator: torch.Generator) -> int:
    """A random number from 0 to `count` - 1."""
    return int(torch.randint(count, (), generator=generator))

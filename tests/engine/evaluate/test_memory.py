"""A training clip is known for one, blurred or not; what is like no other is not."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from celaje.engine.data.shards import write_shard
from celaje.engine.evaluate.memory import memory, nearest_likeness


@pytest.fixture
def trained(tmp_path: Path) -> Tensor:
    """Twelve stills and four clips of three steps, in two shapes, [n, H, W, C]."""
    stills = torch.randn(12, 1, 4, 4, 8, generator=torch.Generator().manual_seed(0)) + 3
    clips = torch.randn(4, 3, 2, 8, 8, generator=torch.Generator().manual_seed(1)) + 3
    for name, video in (("01-0", stills), ("03-0", clips)):
        write_shard(tmp_path / f"{name}.safetensors", {"video": video.bfloat16()}, [])
    return stills[:, 0]


def test_copies_are_found(tmp_path: Path, trained: Tensor) -> None:
    other = torch.randn(4, 4, 8, generator=torch.Generator().manual_seed(2)) + 3
    dull = trained.mean(0) + 0.2 * (trained[5] - trained.mean(0))
    alike = nearest_likeness([trained[3], dull, other, torch.zeros(9, 9, 8)], tmp_path)
    assert len(alike) == 3, "a shape that was never trained on has no neighbour"
    assert min(alike[:2]) > 0.9 > 0.5 > alike[2]
    numbers = memory({"real": [other], "generated en": [trained[3], other]}, tmp_path)
    assert numbers["memory/copies of a training clip/generated en"].value == 0.5
    assert numbers["memory/nearer than any real clip/generated en"].value == 0.5
    assert numbers["memory/copies of a training clip/real"].value == 0


def test_another_codec_is_told(tmp_path: Path, trained: Tensor) -> None:
    with pytest.raises(ValueError, match="another codec"):
        nearest_likeness([torch.zeros(4, 4, 9)], tmp_path)

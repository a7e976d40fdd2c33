"""The loss curve of a tiny transformer on made-up latents is kept: a change that means nothing moves no digit.

The data do not come from the world, so a change of the world does not move it either. After a change that is meant to
move it, run this file as a program: it writes the curve anew.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch

from celaje.engine.data import LatentShards, write_shard
from celaje.engine.latents import AUDIO_CHANNELS, VIDEO_CHANNELS
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import train_tokenizer
from celaje.engine.training.loop import Budget, Progress, train
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import TransformerStage
from celaje.engine.training.samples import Samples
from celaje.engine.training.transformer_task import TransformerTask

GOLDEN = Path(__file__).with_name("golden_losses.json")
OTHER_CPU = 5e-3  # how far the rounding of other CPUs may move a loss, relative; float32 for bf16 moves it by 1e-3
CAPTIONS = ("a wave goes right", "una ola va a la izquierda", "[0s-1s] a wave rises [1s-2s] a wave falls")
NUM_CLIPS = 6

Curve = list[dict[str, float]]


def make(folder: Path, length: int, generator: torch.Generator) -> None:
    """A shard of clips [6, length, 3, 4, C]: waves that travel, each channel at its own phase, and their hum."""
    phase = 6.28 * torch.rand(NUM_CLIPS, VIDEO_CHANNELS, generator=generator)
    time, row, column = torch.arange(length) / 3, torch.arange(3.0), torch.arange(4.0)
    travel = time[:, None, None] + 0.7 * row[:, None] + 0.4 * column  # [T, H, W]
    video = 1.4 * torch.sin(travel[None, ..., None] + phase[:, None, None, None])
    steps = torch.arange(0 if length == 1 else 4 * length) / 12
    audio = 1.4 * torch.cos(3 * steps[None, :, None] + phase[:, None, :AUDIO_CHANNELS])
    tensors = {
        "video": video.bfloat16(),
        "audio": audio.bfloat16(),
        "stills": video[:, [0, length - 1]].bfloat16(),
        "still_s": torch.tensor([0.0, (length - 1) / 3]).expand(NUM_CLIPS, 2),
        "subjects": (85 * torch.arange(4)).to(torch.uint8).expand(NUM_CLIPS, length, 3, 4),
    }
    facts = [
        {"captions": [CAPTIONS[clip % 3], CAPTIONS[(clip + 1) % 3]], "weather": "clear"} for clip in range(NUM_CLIPS)
    ]
    write_shard(folder / f"{length:02d}.safetensors", tensors, facts)


def curve(folder: Path) -> Curve:
    """All losses of 32 stable and 8 cooling steps."""
    generator = torch.Generator().manual_seed(1)
    for length in (1, 4):
        make(folder / "latents", length, generator)
    tokenizer = train_tokenizer(CAPTIONS, size=300)
    torch.manual_seed(2)
    text = TextEncoder(
        TextConfig(vocabulary=tokenizer.size, width=32, layers=1, heads=2, hidden=64), {"place": Slot(size=2)}
    )
    stage = TransformerStage(
        optimizer=OptimizerConfig(rate=4e-3, muon_rate=1e-2, warmup_steps=4, clip_norm=2.0),
        budget=Budget(steps=32),
        tokens=192,
        lengths=((1, 0.3), (4, 0.7)),
    )
    config = TransformerConfig(width=64, depth=2, feedforward=128, text_width=32)
    data = LatentShards(folder / "latents")
    samples = Samples(stage, data, tokenizer, text, as_answers=False, seed=3, device=torch.device("cpu"))
    task = TransformerTask(Transformer(config), samples, data)
    found: Curve = []

    def watch(progress: Progress) -> None:
        found.append({name: round(value, 6) for name, value in progress.losses.items()})

    train(task, folder / "run", stage.optimizer, stage.budget, watch=watch, log_every=1)
    return found


def largest_change(found: Mapping[str, float], kept: Mapping[str, float]) -> float:
    assert found.keys() == kept.keys()
    return max(abs(found[name] / kept[name] - 1) for name in kept)


def test_the_loss_curve_is_the_one_that_was_kept(tmp_path: Path) -> None:
    found, kept = curve(tmp_path), json.loads(GOLDEN.read_text())
    changes = [largest_change(*pair) for pair in zip(found, kept, strict=True)]
    print(f"{sum(change == 0 for change in changes)} of {len(changes)} steps equal, most moved by {max(changes):.1e}")
    for step, change in enumerate(changes):
        assert change < OTHER_CPU, f"step {step}: {found[step]}, kept was {kept[step]}"


def test_the_kept_curve_learns() -> None:
    kept = [step["video"] for step in json.loads(GOLDEN.read_text())]
    assert all(math.isfinite(value) for value in kept)
    assert sum(kept[-10:]) < 0.95 * sum(kept[:10])


def test_a_changed_run_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celaje.engine.training.transformer_task.SMALLEST_LEVEL", 0.2)
    changes = [largest_change(*pair) for pair in zip(curve(tmp_path), json.loads(GOLDEN.read_text()), strict=True)]
    assert max(changes) > OTHER_CPU


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        lines = ",\n".join(json.dumps(step) for step in curve(Path(name)))
    GOLDEN.write_text(f"[\n{lines}\n]\n")

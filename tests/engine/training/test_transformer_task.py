"""What a step of the transformer is made of."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from celaje.engine.data import LatentShards, write_shard
from celaje.engine.latents import VIDEO_CHANNELS
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import train_tokenizer
from celaje.engine.training.loop import Budget
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import TransformerStage
from celaje.engine.training.samples import REFRESH_BATCHES, Samples
from celaje.engine.training.transformer_task import TransformerTask, make_ready, velocity_error
from tests.engine.training.test_golden import CAPTIONS, make

STAGE = TransformerStage(
    optimizer=OptimizerConfig(),
    budget=Budget(steps=8),
    tokens=192,
    lengths=((4, 1.0),),
)
CONFIG = TransformerConfig(width=64, depth=1, feedforward=64, text_width=32, num_answers=2, guidance=5.0)


def some_samples(folder: Path, stage: TransformerStage, *, growing: bool = False) -> Samples:
    """Samples of made-up clips."""
    for length in (1, 4):
        make(folder, length, torch.Generator().manual_seed(length))
    tokenizer = train_tokenizer(CAPTIONS, size=300)
    torch.manual_seed(2)
    config = TextConfig(vocabulary=tokenizer.size, width=32, layers=1, heads=2, hidden=64)
    text = TextEncoder(config, {"place": Slot(size=2)})
    cpu, data = torch.device("cpu"), LatentShards(folder)
    return Samples(stage, data, tokenizer, text, as_answers=True, seed=3, device=cpu, growing=growing)


def task(folder: Path, stage: TransformerStage, *, growing: bool = False) -> TransformerTask:
    samples = some_samples(folder, stage, growing=growing)
    return TransformerTask(Transformer(CONFIG), samples, samples.data)


def test_who_is_in_the_picture_counts_more() -> None:
    clean, level = torch.zeros(1, 1, 2, 2, 3), torch.full((1, 1, 2, 2), 0.5)
    estimate, level[0, 0, 1, 1] = clean.clone(), 0.0
    estimate[0, 0, 0, 0] = 1  # an error of 4 in one of three noisy tokens
    assert velocity_error(estimate, clean, level) == pytest.approx(4 / 3)
    weights = torch.ones(1, 1, 2, 2)
    weights[0, 0, 0, 0], weights[0, 0, 1, 1] = 5, 100  # the last is known and asks nothing
    assert velocity_error(estimate, clean, level, weights) == pytest.approx(4 * 5 / 7)


def test_the_weight_of_subjects_changes_what_is_learned(tmp_path: Path) -> None:
    plain, heavy = (task(tmp_path, replace(STAGE, subject_weight=weight)).losses(0) for weight in (0.0, 9.0))
    assert plain["video"] != heavy["video"]
    assert plain["audio"] == heavy["audio"]


def test_batches_are_of_different_lengths(tmp_path: Path) -> None:
    mixed = task(tmp_path, replace(STAGE, lengths=((1, 0.5), (4, 0.5))))
    assert {"audio" in mixed.losses(number) for number in range(8)} == {True, False}


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")  # which the compiler looks at
def test_a_compiled_model_learns_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_it = nn.Module.compile
    monkeypatch.setattr(  # all that is done but for machine code, which takes half a minute
        nn.Module, "compile", lambda self, dynamic: compile_it(self, dynamic=dynamic, backend="eager")
    )
    plain, compiled = task(tmp_path, STAGE), task(tmp_path, replace(STAGE, compiled=True))
    before = {name: value.clone() for name, value in compiled.model.state_dict().items()}
    make_ready(compiled.model, torch.device("cpu"), compiled=True)
    assert all(parameter.grad is None for parameter in compiled.model.parameters())
    assert all(value.equal(before[name]) for name, value in compiled.model.state_dict().items())
    for number in range(2):
        one, other = (learning.losses(number)["total"].detach() for learning in (compiled, plain))
        torch.testing.assert_close(one, other, rtol=0.01, atol=0)
    assert compiled.show(tmp_path, 0) == plain.show(tmp_path, 0), "what is shown is not compiled"


def test_some_batches_are_of_sound_alone(tmp_path: Path) -> None:
    learning = task(tmp_path, replace(STAGE, sound_alone=1.0))
    with pytest.raises(ValueError, match="no clips of sound alone"):
        learning.losses(0)
    latents = torch.randn(4, 16, 64, generator=torch.Generator().manual_seed(0))
    empty = torch.zeros(4, 4, 0, 0, VIDEO_CHANNELS)
    write_shard(
        tmp_path / "alone.safetensors",
        {
            "video": empty,
            "audio": latents,
            "stills": empty[:, :0],
            "still_s": torch.zeros(4, 0),
            "subjects": empty[..., 0].to(torch.uint8),
        },
        [{"captions": [CAPTIONS[0]], "weather": "rain"}] * 4,
    )
    learning.samples.data = LatentShards(tmp_path)
    losses = learning.losses(0)
    assert set(losses) == {"total", "audio_alone"}
    assert losses["audio_alone"] > 0
    losses["total"].backward()  # type: ignore[no-untyped-call]
    assert learning.model.audio_out.weight.grad is not None
    assert learning.model.audio_out.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("growing", [False, True])
def test_only_a_task_whose_data_grow_reads_what_came(tmp_path: Path, growing: bool) -> None:
    learning = task(tmp_path, STAGE, growing=growing)
    before = learning.samples.data.num_clips
    make(tmp_path, 6, torch.Generator().manual_seed(6))
    learning.losses(1)
    assert learning.samples.data.num_clips == before
    learning.losses(REFRESH_BATCHES)
    assert (learning.samples.data.num_clips > before) == growing

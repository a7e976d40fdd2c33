"""The judge is trained on both splits, never on the clips that it is measured with."""

from pathlib import Path

import torch

from celaje.engine.data import write_shard
from celaje.engine.evaluate.judge import PICTURE_SLOTS, TINY_JUDGE, Judge
from celaje.engine.latents import VIDEO_CHANNELS
from celaje.engine.training.judge_task import VALIDATION, JudgeTask, is_unseen, judge_data
from celaje.engine.training.loop import Budget
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import JudgeStage

NUM_CLIPS = 14


def make(folder: Path) -> None:
    """Shards whose latents say which of two places it is, as stills and as clips."""
    for split, first in (("latents", 0), ("latents-held-out", 1000)):
        for length in (1, 2):
            places = [(first + row) % 2 for row in range(NUM_CLIPS)]
            video = torch.randn(NUM_CLIPS, length, 2, 2, VIDEO_CHANNELS) * 0.1
            video += (torch.tensor(places) * 2.0 - 1)[:, None, None, None, None]
            facts = [
                {
                    "captions": ["a place"],
                    "one": dict.fromkeys((*PICTURE_SLOTS, "style"), 0) | {"place": place},
                    "many": {"kinds": [place], "looks": [], "actions": []},
                    "seed": first + row,
                }
                for row, place in enumerate(places)
            ]
            tensors = {
                "video": video.bfloat16(),
                "audio": torch.zeros(NUM_CLIPS, 0 if length == 1 else 8, 64).bfloat16(),
                "stills": torch.zeros(NUM_CLIPS, 2, 2, 2, 64),
                "still_s": torch.zeros(NUM_CLIPS, 2),
            }
            write_shard(folder / split / f"{length:02d}-00000.safetensors", tensors, facts)


def task(folder: Path) -> JudgeTask:
    """A small task on the clips of `folder`."""
    torch.manual_seed(0)
    stage = JudgeStage(optimizer=OptimizerConfig(rate=3e-3), budget=Budget(steps=1), tokens=64)
    return JudgeTask(Judge(TINY_JUDGE), stage, *judge_data(folder), seed=1, device=torch.device("cpu"))


def test_every_clip_is_on_one_side(tmp_path: Path) -> None:
    make(tmp_path)
    data, unseen = judge_data(tmp_path)
    assert data.num_clips + unseen.num_clips == 4 * NUM_CLIPS
    assert unseen.num_clips == 4 * NUM_CLIPS // VALIDATION
    generator = torch.Generator().manual_seed(0)
    seen = {fact["seed"] for fact in data.draw((2, 2, 2), 200, 2, generator).facts}
    assert not any(is_unseen({"seed": seed}) for seed in seen)
    assert min(seen) < 1000 <= max(seen)


def test_learns_and_repeats(tmp_path: Path) -> None:
    make(tmp_path)
    judge = task(tmp_path)
    first = {name: float(value.detach()) for name, value in judge.losses(5).items()}
    again = {name: float(value.detach()) for name, value in task(tmp_path).losses(5).items()}
    assert first == again
    for step in range(25):
        judge.losses(step)["total"].backward()  # type: ignore[no-untyped-call]
        for optimizer in judge.optimizers:
            optimizer.step()
            optimizer.zero_grad()
    judge.model.eval()
    shown = judge.show(tmp_path, 25)
    assert shown["picture/place"] == shown["still/picture/place"] == 1.0
    assert "still/picture/camera" not in shown

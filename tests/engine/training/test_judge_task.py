"""The judge learns from clips of all kinds of shards, never from the clips that it is measured with."""

from pathlib import Path

import torch

from celaje.engine.data import write_shard
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.generate.views import BANDS
from celaje.engine.judge import TINY_JUDGE, Judge
from celaje.engine.judge.network import MOTION_SLOTS, PICTURE_SLOTS
from celaje.engine.training.judge_task import VALIDATION, JudgeTask, is_unseen, read_views
from celaje.engine.training.loop import Budget
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import JudgeStage

NUM_CLIPS = 2 * VALIDATION


def make(folder: Path) -> Path:
    """Shards whose light and pitch say which of two places it is."""
    for first, name in enumerate(("still", "clip", "sound")):
        seeds = [1000 * first + row for row in range(NUM_CLIPS)]
        places = [seed % 2 for seed in seeds]
        facts = [
            {
                "one": dict.fromkeys((*PICTURE_SLOTS, *MOTION_SLOTS), 0) | {"place": place},
                "many": {"kinds": [place], "looks": [], "actions": [place]},
                "heard": [place],
                "seed": seed,
            }
            for seed, place in zip(seeds, places, strict=True)
        ]
        num_frames = 1 if name == "still" else 8
        light = torch.tensor(places)[:, None, None, None, None] * 150 + torch.randint(
            60, (NUM_CLIPS, num_frames, 32, 32, 3)
        )
        mels = torch.zeros(NUM_CLIPS, 0 if name == "still" else 32, BANDS)
        mels[:, :, :10] = torch.tensor(places)[:, None, None].float()
        tensors = {"mels": mels.half(), "beats": torch.zeros(NUM_CLIPS, num_frames).to(torch.uint8)}
        if name != "sound":
            where = torch.tensor(places)[:, None, None, None].expand(-1, num_frames, 4, 4) + 1
            tensors |= {"frames": light.to(torch.uint8), "kinds": where.to(torch.uint8), "looks": where.to(torch.uint8)}
        write_shard(folder / f"{name}-00000.safetensors", tensors, facts)
    return folder


def task(folder: Path) -> JudgeTask:
    """A small task on the clips of `folder`."""
    torch.manual_seed(0)
    stage = JudgeStage(
        optimizer=OptimizerConfig(rate=3e-3), budget=Budget(steps=1), looking_steps=10, stills=8, clips=4, sounds=8
    )
    seen, unseen = read_views(folder)
    return JudgeTask(Judge(TINY_JUDGE, slot_sizes()), stage, seen, unseen, seed=1, device=torch.device("cpu"))


def test_every_clip_is_on_one_side(tmp_path: Path) -> None:
    make(tmp_path)
    seen, unseen = read_views(tmp_path)
    for name in ("still", "clip", "sound"):
        assert unseen.count(name) == 2
        assert seen.count(name) == NUM_CLIPS - 2
        assert all(not is_unseen(fact) for _, facts in seen.groups[name] for fact in facts)
        assert sum(len(drawn.clips.frames) for drawn in unseen.all(name, 100)) == 2
        assert sum(len(drawn.clips.frames) for drawn in seen.all(name, 7, batch=3)) == 7


def test_learns_and_repeats(tmp_path: Path) -> None:
    make(tmp_path)
    judge = task(tmp_path)
    first = {name: float(value.detach()) for name, value in judge.losses(15).items()}
    again = {name: float(value.detach()) for name, value in task(tmp_path).losses(15).items()}
    assert first == again
    assert set(first) == {"total", "picture", "cells", "motion", "beats", "sound"}
    assert set(judge.losses(5)) == {"total", "cells"}
    for step in range(50):
        judge.losses(step)["total"].backward()  # type: ignore[no-untyped-call]
        for optimizer in judge.optimizers:
            optimizer.step()
            optimizer.zero_grad()
    judge.model.eval()
    shown = judge.show(tmp_path, 50)
    for slot in (
        "still/picture/place",
        "clip/picture/place",
        "clip/picture/actions",
        "clip/sound/place",
        "sound/sound/kinds",
    ):
        assert shown[slot] == 1.0, shown
    assert "still/picture/camera" not in shown

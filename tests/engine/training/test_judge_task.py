"""The judge learns from clips of all kinds of shards, never from the clips that it is measured with."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from celaje.engine.data import write_shard
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.generate.views import BANDS
from celaje.engine.judge import TINY_JUDGE, TINY_MOTION, Judge, MotionJudge
from celaje.engine.judge.motion import MOTION_SLOTS
from celaje.engine.judge.network import PICTURE_SLOTS
from celaje.engine.training import run
from celaje.engine.training.judge_task import VALIDATION, JudgeTask, ViewShards, is_unseen, read_views
from celaje.engine.training.loop import Budget
from celaje.engine.training.motion_task import MotionShards, MotionTask
from celaje.engine.training.optimizer import OptimizerConfig
from celaje.engine.training.recipe import JudgeStage, MotionStage
from celaje.engine.training.run import run_recipe
from celaje.engine.world.captions.labels import vocabulary
from celaje.recipes import find_recipe

NUM_CLIPS = 2 * VALIDATION


def make(folder: Path) -> Path:
    """Shards whose light and pitch say which of two places it is, and whose flow which of two cameras and actions."""
    for first, name in enumerate(("still", "clip", "sound")):
        seeds = [1000 * first + row for row in range(NUM_CLIPS)]
        places = [seed // 3 % 2 for seed in seeds]
        facts = [
            {
                "one": dict.fromkeys((*PICTURE_SLOTS, *MOTION_SLOTS), 0) | {"place": place, "camera": place},
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
        beats = torch.zeros(NUM_CLIPS, num_frames).to(torch.uint8)
        beats[:, 3:] = 1
        tensors = {"mels": mels.half(), "beats": beats}
        if name != "sound":
            where = torch.tensor(places)[:, None, None, None].expand(-1, num_frames, 4, 4) + 1
            tensors |= {"frames": light.to(torch.uint8), "kinds": where.to(torch.uint8), "looks": where.to(torch.uint8)}
        if name == "clip":
            flow = 0.1 * torch.randn(NUM_CLIPS, num_frames - 1, 8, 8, 3)
            flow[..., 1] += 2 * torch.tensor(places)[:, None, None, None]
            flow[:, 3:, ..., 2] += 1
            tensors["flow"] = flow.half()
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
    assert set(first) == {"total", "picture", "cells", "sound"}
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
        "clip/sound/place",
        "sound/sound/kinds",
    ):
        assert shown[slot] == 1.0, shown


def write_stills(path: Path, *, nobody: Sequence[int], place: int, light: int, first_seed: int) -> None:
    """Six stills of a place of this light; who is there, in the rows that are not in `nobody`, is white in one cell."""
    facts, count = [], 6
    kinds = torch.zeros(count, 1, 4, 4).to(torch.uint8)
    frames = torch.full((count, 1, 32, 32, 3), light).to(torch.uint8)
    for row in range(count):
        if row not in nobody:
            kinds[row, 0, 1, 2] = 3
            frames[row, 0, 8:16, 16:24] = 255
        one = dict.fromkeys((*PICTURE_SLOTS, *MOTION_SLOTS), 1) | {"place": place, "time": place, "weather": place}
        one["count"] = vocabulary().names("count").index("nobody" if row in nobody else "one")
        many = {"kinds": [] if row in nobody else [2], "looks": [], "actions": []}
        facts.append({"one": one, "many": many, "heard": [], "seed": first_seed + row})
    mels = torch.zeros(count, 0, BANDS)
    write_shard(path, {"frames": frames, "kinds": kinds, "looks": kinds.clone(), "mels": mels}, facts)


def test_who_is_there_is_put_elsewhere(tmp_path: Path) -> None:
    write_stills(tmp_path / "still-00000.safetensors", nobody=(), place=0, light=60, first_seed=24)
    write_stills(tmp_path / "still-00001.safetensors", nobody=range(6), place=2, light=120, first_seed=48)
    seen, _ = read_views(tmp_path)
    shard = seen.groups["still"][0]
    drawn = ViewShards({"still": [shard]}, evenness=0.0).draw("still", 64, torch.Generator().manual_seed(1))
    moved = seen.elsewhere(drawn, 0.5, torch.Generator().manual_seed(2))
    frames = moved.clips.frames[:, 0]
    there = frames[:, 8:16, 16:24]
    assert torch.equal(there, torch.ones_like(there))
    away = moved.truth.one["place"] == 2
    assert 16 < int(away.sum()) < 48
    lights = torch.where(away, 120.0, 60.0) / 127.5 - 1
    behind = frames.clone()
    behind[:, 8:16, 16:24] = lights[:, None, None, None]
    assert torch.equal(behind, lights[:, None, None, None].expand_as(behind))
    for slot in ("time", "weather"):
        assert torch.equal(moved.truth.one[slot], moved.truth.one["place"])
    for slot in ("count", "look"):
        assert torch.equal(moved.truth.one[slot], drawn.truth.one[slot])
    assert torch.equal(moved.truth.kinds, drawn.truth.kinds)
    assert moved.places is drawn.places
    again = seen.elsewhere(drawn, 0.5, torch.Generator().manual_seed(2))
    assert torch.equal(again.clips.frames, moved.clips.frames)


def test_nobody_is_put_elsewhere_and_nobody_without_another_place(tmp_path: Path) -> None:
    write_stills(tmp_path / "still-00000.safetensors", nobody=(), place=0, light=60, first_seed=24)
    alone, _ = read_views(tmp_path)
    drawn = alone.draw("still", 8, torch.Generator().manual_seed(1))
    assert alone.elsewhere(drawn, 1.0, torch.Generator().manual_seed(2)) is drawn
    write_stills(tmp_path / "still-00000.safetensors", nobody=range(6), place=0, light=60, first_seed=24)
    empty, _ = read_views(tmp_path)
    drawn = empty.draw("still", 8, torch.Generator().manual_seed(1))
    assert empty.elsewhere(drawn, 1.0, torch.Generator().manual_seed(2)) is drawn


def motion_task(folder: Path) -> MotionTask:
    """A small task on the moving clips of `folder`."""
    torch.manual_seed(0)
    stage = MotionStage(optimizer=OptimizerConfig(rate=1e-2), budget=Budget(steps=1), clips=8)
    data, unseen = (MotionShards(folder, unseen=unseen) for unseen in (False, True))
    return MotionTask(MotionJudge(TINY_MOTION, slot_sizes()), stage, data, unseen, seed=1, device=torch.device("cpu"))


def test_learns_motion_and_repeats(tmp_path: Path) -> None:
    make(tmp_path)
    judge = motion_task(tmp_path)
    assert (judge.data.num_clips, judge.unseen.num_clips) == (NUM_CLIPS - 2, 2)
    first = {name: float(value.detach()) for name, value in judge.losses(15).items()}
    assert first == {name: float(value.detach()) for name, value in motion_task(tmp_path).losses(15).items()}
    assert set(first) == {"total", "slots", "actions", "beats"}
    for step in range(60):
        judge.losses(step)["total"].backward()  # type: ignore[no-untyped-call]
        for optimizer in judge.optimizers:
            optimizer.step()
            optimizer.zero_grad()
    judge.model.eval()
    assert judge.show(tmp_path, 60) == {"camera": 1.0, "actions": 1.0, "beats": 1.0}


def test_without_opencv_the_stage_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "motion_is_seen", lambda: False)
    with pytest.raises(ValueError, match=r"motion needs OpenCV: pip install celaje\[measure\]"):
        run_recipe(find_recipe("tiny"), tmp_path / "run", weights=tmp_path / "weights")
    assert not (tmp_path / "run").exists()


def test_clips_that_do_not_say_how_things_move_are_refused(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "clip-00000.safetensors").unlink()
    with pytest.raises(ValueError, match="no moving clips"):
        MotionShards(tmp_path, unseen=False)
    (tmp_path / "still-00000.safetensors").rename(tmp_path / "clip-00000.safetensors")
    with pytest.raises(ValueError, match="how things move: delete it"):
        MotionShards(tmp_path, unseen=False)

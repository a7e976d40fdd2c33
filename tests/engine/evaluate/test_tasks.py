"""The tasks' numbers: what is given comes back, measures know a jump when they see one."""

from pathlib import Path

import numpy as np
import pytest

from celaje.engine.evaluate import Jury
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.evaluate.tasks import SEAMS, _alike, _changes, _faded, _psnr, evaluate_tasks
from celaje.engine.generate import load_engine
from celaje.engine.judge import TINY_JUDGE, TINY_MOTION, Judge, MotionJudge
from celaje.engine.training.run import held_out_scenes
from celaje.measuring import write_tasks
from celaje.recipes import find_recipe


def test_a_jump_is_seen_and_heard() -> None:
    frames = np.zeros((12, 8, 8, 3), np.uint8) + np.arange(12, dtype=np.uint8)[:, None, None, None]
    samples = np.full(24_000, 0.1, np.float32)
    frames[6:] += 100
    samples[6 * 2000 :] = 0.5
    changes = _changes(frames, samples)
    for name in SEAMS:
        assert int(np.argmax(changes[name])) == 5, name
        assert float(changes[name][5]) > 5 * float(np.median(changes[name]))


def test_what_is_alike() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 255, (2, 3, 16, 16, 3), np.uint8)
    assert _alike(one, one) == pytest.approx(1)
    assert abs(_alike(one, other)) < 0.5
    assert _psnr(one, one) > 70 > 20 > _psnr(one, other)
    faded = _faded(one[0], other[0], 3)
    assert np.abs(faded[1].astype(int) - (one[0].astype(int) + other[0]) / 2).max() <= 1


def test_every_task_is_measured(tiny_weights: Path, tmp_path: Path) -> None:
    scenes = held_out_scenes(find_recipe("tiny"), 6)
    scenes = [scene for scene in scenes if scene.size == scenes[0].size][:2]
    sizes = slot_sizes()
    jury = Jury(judge=Judge(TINY_JUDGE, sizes), motion=MotionJudge(TINY_MOTION, sizes))
    report = evaluate_tasks(load_engine(tiny_weights, device="cpu"), scenes, jury=jury, steps=1, sheets=tmp_path)
    measured = {row.task for row in report.rows}
    assert {"picture to video", "extend", "extend backwards", "recut", "loop", "edit region", "score"} <= measured
    assert {"illustrate", "connect", "blend", "edit subtle", "edit mild", "edit strong"} <= measured
    assert {"storyboard", "picture", "previz", "styles", "remix of many"} <= measured
    told = {(row.task, row.measure): row for row in report.rows if row.measure.endswith("share")}
    assert {task for task, _ in told} == {"storyboard", "picture", "previz"}
    assert all(0 <= row.made <= 1 and 0 <= row.simplest <= 1 for row in told.values() if row.simplest is not None)
    (styled,) = (row for row in report.rows if row.task == "styles")
    assert styled.simplest is not None
    assert styled.made < styled.simplest, "a style that was never learned is drawn"
    (varied,) = (row for row in report.rows if row.task == "remix of many")
    assert varied.simplest is not None
    assert 0 < varied.made < varied.simplest
    untouched = [row.made for row in report.rows if "untouched" in row.measure]
    assert len(untouched) >= 5
    assert set(untouched) == {1.0}, "what is given comes back bit for bit"
    sheets = {path.name for path in tmp_path.iterdir()}
    assert sheets == {f"task-{task.replace(' ', '-')}.png" for task in measured - {"previz"}}
    assert report.table().count("\n") == len(report.rows) + 3
    write_tasks(tmp_path / "tasks.md", report.table())
    assert (tmp_path / "tasks.md").read_text().endswith("\n\n" + report.table() + "\n")
    with pytest.raises(ValueError, match="nothing to measure"):
        evaluate_tasks(load_engine(tiny_weights, device="cpu"), [])

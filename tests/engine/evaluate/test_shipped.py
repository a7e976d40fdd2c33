"""The judges beside the weights: the same that were trained, and refused when they tell of something else."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from celaje.engine.evaluate import Jury
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.evaluate.shipped import shipped_judge, shipped_motion
from celaje.engine.generate.export import JUDGES, STORAGE
from celaje.engine.generate.weights import MANIFEST, Manifest, write_manifest, write_weights
from celaje.engine.judge import TINY_JUDGE, TINY_MOTION, Judge, MotionJudge
from celaje.engine.training.text_task import slot_names


def judges() -> tuple[Judge, MotionJudge]:
    """Judges that know nothing, whose norms have seen something."""
    torch.manual_seed(3)
    found = Judge(TINY_JUDGE, slot_sizes()), MotionJudge(TINY_MOTION, slot_sizes())
    for network in found:
        for name, buffer in network.named_buffers():
            if name.endswith("running_var"):
                buffer.uniform_(0.5, 2.0)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of weights with both judges and nothing else."""
    manifest = Manifest(
        name="celaje-test",
        version="1",
        recipe="test",
        parts={
            name: write_weights(tmp_path, name, network.state_dict(), network.config, storage=STORAGE[name])
            for name, network in zip(JUDGES, judges(), strict=True)
        },
        slots={name: list(values) for name, values in slot_names().items()},
        slots_with_many=[],
    )
    write_manifest(tmp_path, manifest)
    return tmp_path


def change(folder: Path, *keys: str, to: Any) -> None:
    """Another value in the manifest."""
    manifest = inner = json.loads((folder / MANIFEST).read_text())
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = to
    (folder / MANIFEST).write_text(json.dumps(manifest))


def test_they_tell_what_they_told(folder: Path) -> None:
    judge, motion = shipped_judge(folder), shipped_motion(folder)
    assert judge is not None
    assert motion is not None
    rng = np.random.default_rng(0)
    frames, samples = rng.integers(0, 255, (8, 64, 64, 3), np.uint8), np.zeros(16_000, np.float32)
    told = []
    unstored, of_motion = judges()
    for jury in (Jury(judge=judge, motion=motion), Jury(judge=unstored, motion=of_motion)):
        with torch.no_grad():
            answers, moved = jury.to(torch.device("cpu")).answers(frames, samples)
        assert moved is not None
        told.append([*answers.picture.values(), *answers.sound.values(), *moved.slots.values(), moved.beats])
    for stored, trained in zip(*told, strict=True):
        torch.testing.assert_close(stored, trained, atol=0.1, rtol=0)
    for stored_network, network in ((judge, unstored), (motion, of_motion)):
        for name, buffer in network.named_buffers():
            assert torch.equal(stored_network.get_buffer(name), buffer), name


def test_there_may_be_none(folder: Path) -> None:
    change(folder, "parts", to={})
    assert shipped_judge(folder) is None
    assert shipped_motion(folder) is None


@pytest.mark.parametrize(("name", "slot"), [("judge", "place"), ("motion", "camera")])
def test_what_does_not_fit_is_refused(folder: Path, name: str, slot: str) -> None:
    load = shipped_judge if name == "judge" else shipped_motion
    path = folder / f"{name}.safetensors"
    kept, names, sizes = path.read_bytes(), slot_names()[slot], json.loads((folder / MANIFEST).read_text())["parts"]
    change(folder, "slots", slot, to=names[::-1])  # as many, so that all sizes fit
    with pytest.raises(ValueError, match=f"the {name} in .* tells of another world"):
        load(folder)
    change(folder, "slots", slot, to=names)
    for config in ({**sizes[name]["config"], "nose": 3}, dict[str, Any]()):
        change(folder, "parts", name, "config", to=config)
        with pytest.raises(ValueError, match=rf"are of another version of Celaje \({name}\)"):
            load(folder)
    change(folder, "parts", name, "config", to=sizes[name]["config"])
    path.write_bytes(kept[:-1])
    with pytest.raises(ValueError, match=f"the weights are damaged: .*{name}.safetensors"):
        load(folder)
    path.unlink()
    with pytest.raises(ValueError, match=f"{name}.safetensors is missing"):
        load(folder)

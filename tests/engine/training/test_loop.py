"""A run killed anywhere and resumed gives the same digits as one that was never killed."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from celaje.engine.training import loop
from celaje.engine.training.checkpoint import load_average, load_tensors
from celaje.engine.training.loop import COOLING, STABLE, Budget, Progress, train
from celaje.engine.training.optimizer import OptimizerConfig, build_optimizers

CONFIG = OptimizerConfig(rate=1e-2, muon_rate=1e-2, warmup_steps=4, average_decay=0.9)
OFTEN, NEVER = 0.0, 1e9  # minutes between checkpoints


class Toy:
    """A small network that learns a fixed linear map; batches depend on the step alone."""

    def __init__(self, *, not_a_number_at: int | None = None) -> None:
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 8, bias=False), nn.Linear(8, 3))
        self.optimizers = build_optimizers(
            self.model, CONFIG, is_matrix=lambda name: name == "2.weight", is_slow=lambda name: name == "3.bias"
        )
        self.not_a_number_at = not_a_number_at
        self.seen: list[tuple[int, float]] = []  # every step's number and rate

    def losses(self, step: int) -> Mapping[str, Tensor]:
        self.seen.append((step, self.optimizers[0].param_groups[0]["lr"]))
        inputs = torch.randn(16, 6, generator=torch.Generator().manual_seed(step))
        error = (self.model(inputs) - inputs[:, :3]).square().mean()
        return {"total": error * (math.nan if step == self.not_a_number_at else 1.0)}

    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        return {"seen": float(len(self.seen))}


class KilledError(Exception):
    pass


def kill_at(step: int) -> Callable[[Progress], None]:
    def watch(progress: Progress) -> None:
        if progress.step == step:
            raise KilledError

    return watch


def run(
    folder: Path,
    *,
    steps: int = 20,
    checkpoint_minutes: float = NEVER,
    resume: bool = True,
    task: Toy | None = None,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Toy:
    task = task or Toy()
    budget = Budget(steps=steps, cool_share=0.5, checkpoint_minutes=checkpoint_minutes, show_minutes=NEVER)
    train(task, folder, CONFIG, budget, resume=resume, watch=watch, log_every=1)
    return task


def digits(path: Path) -> dict[str, list[float]]:
    return {name: value.flatten().tolist() for name, value in load_tensors(path)[0].items()}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """The folder of a run of 20 stable and 10 cooling steps that nobody disturbed."""
    run(tmp_path / "whole")
    return tmp_path / "whole"


@pytest.mark.parametrize("killed_at", [2, 13, 20, 21, 27, 30])
@pytest.mark.parametrize("checkpoint_minutes", [OFTEN, NEVER])
def test_a_killed_run_resumes_to_the_same_digits(
    tmp_path: Path, whole: Path, killed_at: int, checkpoint_minutes: float
) -> None:
    with pytest.raises(KilledError):
        run(tmp_path / "cut", checkpoint_minutes=checkpoint_minutes, watch=kill_at(killed_at))
    resumed = run(tmp_path / "cut", checkpoint_minutes=checkpoint_minutes)
    first = resumed.seen[0][0]
    assert first == (killed_at - 1 if checkpoint_minutes == OFTEN else 20 if killed_at > 20 else 0)
    assert digits(tmp_path / "cut" / COOLING) == digits(whole / COOLING)
    assert digits(tmp_path / "cut" / STABLE) == digits(whole / STABLE)


def test_a_second_run_goes_on_from_before_the_cooling(tmp_path: Path, whole: Path) -> None:
    second = run(whole, steps=32)
    assert second.seen[0] == (20, CONFIG.rate)
    run(tmp_path / "at-once", steps=32)
    assert digits(whole / COOLING) == digits(tmp_path / "at-once" / COOLING)


def test_a_second_run_killed_while_it_cools_is_cooled_again(tmp_path: Path, whole: Path) -> None:
    with pytest.raises(KilledError):
        run(whole, steps=32, watch=kill_at(40))
    run(whole, steps=32)
    run(tmp_path / "at-once", steps=32)
    assert digits(whole / COOLING) == digits(tmp_path / "at-once" / COOLING)


def test_a_finished_run_has_nothing_to_do(whole: Path) -> None:
    before = digits(whole / COOLING)
    assert run(whole).seen == []
    assert digits(whole / COOLING) == before


def test_anew_forgets_what_was_there(tmp_path: Path, whole: Path) -> None:
    with pytest.raises(KilledError):
        run(whole, steps=12, resume=False, watch=kill_at(5))
    run(whole, steps=12)
    run(tmp_path / "fresh", steps=12)
    assert digits(whole / COOLING) == digits(tmp_path / "fresh" / COOLING)


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    def intrude(progress: Progress) -> None:
        with pytest.raises(ValueError, match="another run trains in"):
            run(tmp_path)
        raise KilledError

    with pytest.raises(KilledError):
        run(tmp_path, watch=intrude)
    run(tmp_path)  # a run that ended, however it did, leaves no lock behind


def test_the_rate_warms_up_stays_and_cools_to_zero(tmp_path: Path) -> None:
    rates = [rate / CONFIG.rate for _, rate in run(tmp_path).seen]
    assert rates[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert rates[4:20] == pytest.approx([1] * 16)
    assert rates[20:] == pytest.approx([1 - step / 10 for step in range(10)])
    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["rate"] for line in logged if "rate" in line][-1] == 0


def test_every_parameter_has_its_own_share_of_the_rate(tmp_path: Path) -> None:
    adam, muon = Toy().optimizers
    assert [group["full_rate"] for group in adam.param_groups] == pytest.approx([CONFIG.rate, CONFIG.rate / 10])
    assert [tuple(parameter.shape) for parameter in muon.param_groups[0]["params"]] == [(8, 8)]
    num_moved = sum(len(group["params"]) for optimizer in (adam, muon) for group in optimizer.param_groups)
    assert num_moved == len(list(Toy().model.parameters()))


@pytest.mark.parametrize("checkpoint_minutes", [OFTEN, NEVER])
def test_a_loss_that_is_no_number_leaves_the_last_checkpoint(tmp_path: Path, checkpoint_minutes: float) -> None:
    with pytest.raises(KilledError):
        run(tmp_path, checkpoint_minutes=OFTEN, watch=kill_at(11))
    before = (tmp_path / STABLE).read_bytes()
    with pytest.raises(ValueError, match=r"not a number at step 11"):
        run(tmp_path, checkpoint_minutes=checkpoint_minutes, task=Toy(not_a_number_at=10))
    assert (tmp_path / STABLE).read_bytes() == before


def test_weights_that_are_no_numbers_are_never_kept(tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        run(tmp_path, checkpoint_minutes=OFTEN, watch=kill_at(11))
    before = (tmp_path / STABLE).read_bytes()
    budget = Budget(steps=20, checkpoint_minutes=OFTEN, show_minutes=NEVER)
    with pytest.raises(ValueError, match="not numbers any more at step 11"):
        train(Toy(not_a_number_at=10), tmp_path, CONFIG, budget, log_every=1000)
    assert (tmp_path / STABLE).read_bytes() == before


def test_the_average_follows_the_weights(tmp_path: Path) -> None:
    kept: list[tuple[Tensor, Tensor]] = []

    def watch(progress: Progress) -> None:
        if progress.step > 1 and not progress.cooling:
            tensors = load_tensors(tmp_path / STABLE)[0]  # of the step before
            kept.append((tensors["model.0.weight"], tensors["average.0.weight"]))

    task = run(tmp_path, checkpoint_minutes=OFTEN, watch=watch)
    for number, ((weights, average), (_, before)) in enumerate(zip(kept[1:], kept, strict=False), start=2):
        decay = min(CONFIG.average_decay, (1 + number) / (10 + number))
        torch.testing.assert_close(average, decay * before + (1 - decay) * weights)
    averaged = Toy().model
    facts = load_average(tmp_path / COOLING, averaged)
    assert facts["step"] == 30
    assert not torch.equal(averaged.get_parameter("0.weight"), task.model.get_parameter("0.weight"))
    torch.testing.assert_close(
        averaged.get_parameter("0.weight"), task.model.get_parameter("0.weight"), atol=0.05, rtol=0
    )


def test_minutes_end_a_run(tmp_path: Path) -> None:
    task = Toy()
    train(task, tmp_path, CONFIG, Budget(minutes=0.02, cool_share=0.5, show_minutes=NEVER))
    facts = load_tensors(tmp_path / COOLING)[1]
    assert facts["trained_s"] < 10
    assert 0 < facts["cool_from"] < facts["step"] == len(task.seen)


def test_a_step_can_take_the_mean_gradient_of_several_batches(tmp_path: Path) -> None:
    class Whole(Toy):
        """Batch n is batches 3 n to 3 n + 2 of the toy's, at once."""

        def losses(self, step: int) -> Mapping[str, Tensor]:
            totals = [super(Whole, self).losses(number)["total"] for number in range(3 * step, 3 * step + 3)]
            return {"total": torch.stack(totals).mean()}

    one, other = Toy(), Whole()
    budget = Budget(steps=8, cool_share=0.5, show_minutes=NEVER)
    train(one, tmp_path / "one", replace(CONFIG, batches=3), budget)
    train(other, tmp_path / "other", CONFIG, budget)
    assert [number for number, _ in one.seen] == [*range(36)]
    for value, whole in zip(one.model.parameters(), other.model.parameters(), strict=True):
        torch.testing.assert_close(value, whole)
    lines = [(tmp_path / name / "log.jsonl").read_text().splitlines() for name in ("one", "other")]
    first, again = (json.loads(line[0])["total"] for line in lines)
    assert first == pytest.approx(again, abs=2e-6)


def test_a_cool_down_is_planned_from_the_speed_of_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hundred steps take a second, those after take ten: of 60 minutes 30 are left to cool down."""
    clock = [0.0]
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    class Slower(Toy):
        def losses(self, step: int) -> Mapping[str, Tensor]:
            clock[0] += 1 if step < 100 else 10
            return super().losses(step)

    train(Slower(), tmp_path, CONFIG, Budget(minutes=60, cool_share=0.5, show_minutes=NEVER))
    facts = load_tensors(tmp_path / COOLING)[1]
    assert facts["cool_from"] == 100 + 170
    assert facts["cool_steps"] == 180
    assert clock[0] == 3600


def test_held_out_measures_are_of_the_average_and_change_nothing(tmp_path: Path) -> None:
    shown: list[dict[str, Tensor]] = []

    class Shown(Toy):
        def show(self, folder: Path, step: int) -> Mapping[str, float]:
            assert not self.model.training
            shown.append({name: value.clone() for name, value in self.model.state_dict().items()})
            return {"quality": 0.5}

    task = Shown()
    run(tmp_path, task=task)
    tensors = load_tensors(tmp_path / COOLING)[0]
    assert len(shown) == 1
    for name, value in task.model.state_dict().items():
        assert torch.equal(shown[0][name], tensors[f"average.{name}"])
        assert torch.equal(value, tensors[f"model.{name}"])
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert last == {"step": 30, "held_out/quality": 0.5}

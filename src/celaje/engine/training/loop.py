"""The training loop of every part: step, average, log, checkpoint, show, cool down.

A run has a stable phase at full rate and a cool-down to zero (warm-up-stable-decay, Hu et al. 2024, arXiv 2404.06395).
The checkpoint from before the cool-down is kept, so a later run goes on from there: training never has to say at its
start how long it will last. Batches depend only on the step, so a killed run resumes to the same digits.
"""

import json
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from filelock import FileLock, Timeout
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from celaje.engine.training.checkpoint import (
    fill,
    load_facts,
    load_tensors,
    optimizer_tensors,
    restore_optimizer,
    save_tensors,
    with_prefix,
    without_prefix,
)
from celaje.engine.training.optimizer import OptimizerConfig, set_rate

STABLE, COOLING = "stable.safetensors", "cooling.safetensors"
LOCK = "lock"
PACE_S = 120.0  # the speed of the last two minutes tells that of what comes


def step_generator(seed: int, step: int) -> torch.Generator:
    """The randomness of one step of a run: it depends on nothing that happened before."""
    return torch.Generator().manual_seed(seed * 1_000_003 + step)


def run_facts(
    *, step: int, begun: int = 0, cool_from: int | None = None, cool_steps: int = 0, trained_s: float = 0.0
) -> dict[str, Any]:
    """What a checkpoint says beside its tensors."""
    return {
        "step": step,
        "begun": begun,
        "cool_from": cool_from,
        "cool_steps": cool_steps,
        "trained_s": trained_s,
    }


class Task(Protocol):
    """What is learned. `losses` gives named parts for a batch; "total" is minimised."""

    @property
    def model(self) -> nn.Module:
        """What learns."""
        ...

    @property
    def optimizers(self) -> list[torch.optim.Optimizer]:
        """What moves its weights."""
        ...

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """Named losses of the batch of this number, of which a step of the optimisers may take several."""
        ...

    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """Measure (and picture into `folder`) how good the averaged weights are."""
        ...


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long a run lasts: stable `steps` in all (earlier runs counted) or `minutes` from now, then the cool-down.

    With `minutes`, the cool-down takes `cool_share` of them, planned from the speed of late; with `steps`, as many
    steps on top as that share of `steps`. When both are given, whichever ends first.
    """

    steps: int | None = None
    minutes: float | None = None
    cool_share: float = 0.25
    checkpoint_minutes: float = 5.0
    show_minutes: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a watcher is told after each logged step."""

    step: int
    losses: Mapping[str, float]
    steps_per_s: float
    seconds_left: float | None
    cooling: bool


@dataclass
class _Run:
    """The moving parts of a run."""

    task: Task
    config: OptimizerConfig
    average: dict[str, Tensor]
    step: int = 0
    begun: int = 0  # when the optimisers began to remember
    cool_from: int | None = None
    cool_steps: int = 0
    trained_s: float = 0.0

    def factor(self) -> float:
        """The learning rate's share of its full value at this step."""
        warm = min(1.0, (self.step - self.begun + 1) / max(1, self.config.warmup_steps))
        if self.cool_from is None:
            return warm
        return warm * max(0.0, 1 - (self.step - self.cool_from) / self.cool_steps)

    def advance(self) -> Mapping[str, Tensor]:
        set_rate(self.task.optimizers, self.factor())
        found: dict[str, list[Tensor]] = {}
        for batch in range(self.step * self.config.batches, (self.step + 1) * self.config.batches):
            losses = self.task.losses(batch)
            (losses["total"] / self.config.batches).backward()  # type: ignore[no-untyped-call]
            for name, value in losses.items():
                found.setdefault(name, []).append(value.detach())
        torch.nn.utils.clip_grad_norm_(self.task.model.parameters(), self.config.clip_norm)
        for optimizer in self.task.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        self.step += 1
        self._follow()
        return {name: torch.stack(values).mean() for name, values in found.items()}

    @torch.no_grad()
    def _follow(self) -> None:
        """Exponential average with a warm-up, so that early weights are forgotten."""
        decay = min(self.config.average_decay, (1 + self.step) / (10 + self.step))
        now = self.task.model.state_dict()
        for name, value in now.items():
            if not value.is_floating_point():
                self.average[name].copy_(value)
        floating = [name for name, value in now.items() if value.is_floating_point()]
        follow = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]  # one kernel for many tensors
        follow([self.average[name] for name in floating], [now[name] for name in floating], self.step)

    def save(self, path: Path) -> None:
        if not all(bool(value.isfinite().all()) for value in self.average.values()):
            raise ValueError(f"the weights are not numbers any more at step {self.step}; {path} stands as it was")
        tensors = with_prefix("model", self.task.model.state_dict()) | with_prefix("average", self.average)
        for index, optimizer in enumerate(self.task.optimizers):
            tensors |= optimizer_tensors(optimizer, f"optimizer{index}")
        facts = run_facts(
            step=self.step,
            begun=self.begun,
            cool_from=self.cool_from,
            cool_steps=self.cool_steps,
            trained_s=self.trained_s,
        )
        save_tensors(path, {name: tensor.detach().cpu() for name, tensor in tensors.items()}, facts)

    def load(self, path: Path) -> None:
        tensors, facts = load_tensors(path)
        fill(self.task.model, without_prefix("model", tensors), path)
        for name, value in without_prefix("average", tensors).items():
            self.average[name].copy_(value)
        for index, optimizer in enumerate(self.task.optimizers):
            restore_optimizer(optimizer, tensors, f"optimizer{index}")
        self.step, self.begun, self.trained_s = facts["step"], facts["begun"], facts["trained_s"]
        self.cool_from, self.cool_steps = facts["cool_from"], facts["cool_steps"]


def train(
    task: Task,
    folder: Path,
    config: OptimizerConfig,
    budget: Budget,
    *,
    resume: bool = True,
    watch: Callable[[Progress], None] = lambda progress: None,
    log_every: int = 20,
) -> Path:
    """Train `task` within `budget`, keeping checkpoints in `folder`; returns the cooled checkpoint's path.

    With `resume`, an unfinished cool-down goes on; else a stable checkpoint does; else the run starts anew, and earlier
    checkpoints go. Raises ValueError when the loss stops being a number (the last checkpoint stands), and when another
    run is at work in `folder`: two would write each other's checkpoints.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        with lock.acquire(timeout=0):
            return _train(task, folder, config, budget, resume=resume, watch=watch, log_every=log_every)
    except Timeout:
        raise ValueError(f"another run trains in {folder}: wait for it, or stop it") from None


def _train(
    task: Task,
    folder: Path,
    config: OptimizerConfig,
    budget: Budget,
    *,
    resume: bool,
    watch: Callable[[Progress], None],
    log_every: int,
) -> Path:
    run = _Run(task, config, {name: value.detach().clone() for name, value in task.model.state_dict().items()})
    stable, cooling = folder / STABLE, folder / COOLING
    if not resume:
        stable.unlink(missing_ok=True)
        cooling.unlink(missing_ok=True)
    cooled_from = None
    if cooling.exists():
        facts = load_facts(cooling)
        if facts["step"] < facts["cool_from"] + facts["cool_steps"]:
            run.load(cooling)
        else:
            cooled_from = facts["cool_from"]
    if run.step == 0 and stable.exists():
        run.load(stable)
    if cooled_from == run.step and budget.steps is not None and run.step >= budget.steps:
        return cooling
    with _Log(folder, task, watch) as log:
        _advance(run, budget, log, stable=stable, cooling=cooling, log_every=log_every)
    return cooling


def _advance(run: _Run, budget: Budget, log: "_Log", *, stable: Path, cooling: Path, log_every: int) -> None:
    """Go on to the end of the cool-down."""
    begin, saved, shown = time.monotonic(), time.monotonic(), time.monotonic()
    pace = _Pace()
    run.task.model.train()
    while True:
        passed = time.monotonic() - begin
        if run.cool_from is None and _stable_is_over(run, budget, passed):
            run.save(stable)
            run.cool_from, run.cool_steps = run.step, _cool_steps(run, budget, passed, pace.steps_per_s)
        if run.cool_from is not None and run.step >= run.cool_from + run.cool_steps:
            break
        losses = run.advance()
        now = time.monotonic()
        run.trained_s += now - begin - passed
        pace.add(now - begin - passed)
        if run.step % log_every == 0 or run.step == 1:
            log.write(run, losses, _seconds_left(run, budget, now - begin, pace.steps_per_s))
        if now - saved > 60 * budget.checkpoint_minutes:
            run.save(stable if run.cool_from is None else cooling)
            saved = time.monotonic()
        if now - shown > 60 * budget.show_minutes:
            log.show(run)
            shown = time.monotonic()
    run.save(cooling)
    log.show(run)


def _stable_is_over(run: _Run, budget: Budget, passed_s: float) -> bool:
    by_steps = budget.steps is not None and run.step >= budget.steps
    by_clock = budget.minutes is not None and passed_s >= 60 * budget.minutes * (1 - budget.cool_share)
    return by_steps or by_clock


class _Pace:
    """How fast steps were of late: the first ones of a part may be much faster than those that come."""

    def __init__(self) -> None:
        self.steps_s: deque[float] = deque()
        self.sum_s = 0.0

    def add(self, step_s: float) -> None:
        self.steps_s.append(step_s)
        self.sum_s += step_s
        while len(self.steps_s) > 1 and self.sum_s - self.steps_s[0] > PACE_S:
            self.sum_s -= self.steps_s.popleft()

    @property
    def steps_per_s(self) -> float | None:
        """None before the first step."""
        return len(self.steps_s) / max(self.sum_s, 1e-9) if self.steps_s else None


def _cool_steps(run: _Run, budget: Budget, passed_s: float, steps_per_s: float | None) -> int:
    if budget.minutes is not None and steps_per_s and (budget.steps is None or run.step < budget.steps):
        return max(1, int(steps_per_s * (60 * budget.minutes - passed_s)))
    return max(1, round((budget.steps or run.step) * budget.cool_share))


def _seconds_left(run: _Run, budget: Budget, passed_s: float, steps_per_s: float | None) -> float | None:
    if run.cool_from is not None and steps_per_s:
        return (run.cool_from + run.cool_steps - run.step) / steps_per_s
    if budget.steps is not None and steps_per_s:
        return (budget.steps * (1 + budget.cool_share) - run.step) / steps_per_s
    return None if budget.minutes is None else 60 * budget.minutes - passed_s


class _Log:
    """Scalars to a JSON-lines file, to TensorBoard where it is installed, and to the watcher."""

    def __init__(self, folder: Path, task: Task, watch: Callable[[Progress], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.task, self.watch = folder, task, watch
        self.file = (folder / "log.jsonl").open("a")
        self.board: Any = None
        try:
            from torch.utils.tensorboard import SummaryWriter  # an extra: training works without it
        except ImportError:
            pass
        else:
            self.board = SummaryWriter(str(folder / "tensorboard"))
        self.last_step, self.last_time = 0, time.monotonic()

    def write(self, run: _Run, losses: Mapping[str, Tensor], seconds_left: float | None) -> None:
        values = {name: float(value) for name, value in losses.items()}
        if not math.isfinite(values["total"]):
            raise ValueError(f"the loss is not a number at step {run.step}; the checkpoint in {self.folder} stands")
        now = time.monotonic()
        speed = (run.step - self.last_step) / max(1e-9, now - self.last_time) if self.last_step else 0.0
        self.last_step, self.last_time = run.step, now
        self._record(run.step, values | {"steps_per_s": speed, "rate": run.factor(), "minutes": run.trained_s / 60})
        self.watch(
            Progress(
                step=run.step,
                losses=values,
                steps_per_s=speed,
                seconds_left=seconds_left,
                cooling=run.cool_from is not None,
            )
        )

    def show(self, run: _Run) -> None:
        """Let the task judge and picture the averaged weights."""
        model = self.task.model
        current = {name: value.detach().clone() for name, value in model.state_dict().items()}
        model.load_state_dict(run.average)
        model.eval()
        values = self.task.show(self.folder, run.step)
        model.load_state_dict(current)
        model.train()
        self._record(run.step, {f"held_out/{name}": value for name, value in values.items()})
        self.last_step = 0

    def _record(self, step: int, values: Mapping[str, float]) -> None:
        self.file.write(json.dumps({"step": step} | {name: round(value, 6) for name, value in values.items()}) + "\n")
        self.file.flush()
        if self.board is not None:
            for name, value in values.items():
                self.board.add_scalar(name, value, step)

    def __enter__(self) -> "_Log":
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()
        if self.board is not None:
            self.board.close()

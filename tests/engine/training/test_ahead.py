"""What is drawn ahead is what would have been drawn, in time."""

import threading
from pathlib import Path

import pytest
import torch
from torch import Tensor

from celaje.engine.latents import ClipLatents
from celaje.engine.training.ahead import Ahead, tensors_of
from tests.engine.training.test_transformer_task import STAGE, task

CPU = torch.device("cpu")


def test_the_next_step_is_drawn_while_this_one_is_learned_from() -> None:
    begun = {step: threading.Event() for step in range(4)}
    caller, threads = threading.get_ident(), set[int]()

    def draw(step: int) -> int:
        threads.add(threading.get_ident())
        begun[step].set()
        return 10 * step

    ahead = Ahead(draw, CPU, eager=True)
    assert ahead.get(0) == 0
    assert begun[1].wait(10), "nobody asked for it yet"
    assert not begun[2].is_set()
    assert ahead.get(1) == 10
    assert begun[2].wait(10)
    assert caller not in threads


def test_any_step_can_be_asked_for() -> None:
    ahead = Ahead(lambda step: 10 * step, CPU, eager=True)
    assert [ahead.get(step) for step in (5, 6, 2, 3, 9)] == [50, 60, 20, 30, 90]


@pytest.mark.parametrize("eager", [True, False])
def test_what_goes_wrong_is_said_to_who_asks(eager: bool) -> None:
    def draw(step: int) -> int:
        if step == 1:
            raise ValueError("no data")
        return step

    ahead = Ahead(draw, CPU, eager=eager)
    assert ahead.get(0) == 0
    with pytest.raises(ValueError, match="no data"):
        ahead.get(1)


def test_a_transformer_learns_the_same_from_what_was_drawn_ahead(tmp_path: Path) -> None:
    late, early = task(tmp_path, STAGE), task(tmp_path, STAGE)
    early.samples.ahead = Ahead(early.samples.ahead.draw, CPU, eager=True)
    for step in range(3):
        one, other = late.losses(step), early.losses(step)
        assert {name: float(loss.detach()) for name, loss in one.items()} == {
            name: float(loss.detach()) for name, loss in other.items()
        }


def test_all_tensors_of_a_draw_are_found() -> None:
    clips = ClipLatents(video=torch.zeros(1), audio=torch.ones(1))
    found: list[Tensor] = list(tensors_of([clips, (clips.video, 3), None]))
    assert [id(tensor) for tensor in found] == [id(clips.video), id(clips.audio), id(clips.video)]

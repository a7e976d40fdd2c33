"""Muon in stacks against PyTorch's own, matrix by matrix."""

import pytest
import torch

from celaje.engine.training.checkpoint import optimizer_tensors, restore_optimizer
from celaje.engine.training.muon import Muon, orthogonal

SHAPES = [(12, 8), (8, 12), (12, 8), (8, 8), (12, 8)]
ROUNDED = 2**-6  # bfloat16 sums in another order


def matrices() -> list[torch.nn.Parameter]:
    generator = torch.Generator().manual_seed(0)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in SHAPES]


def learn(optimizer: torch.optim.Optimizer, parameters: list[torch.nn.Parameter], steps: range) -> None:
    for step in steps:
        generator = torch.Generator().manual_seed(step)
        for parameter in parameters:
            parameter.grad = torch.randn(parameter.shape, generator=generator)
        optimizer.step()


def test_it_moves_as_pytorch_does() -> None:
    mine, theirs = matrices(), matrices()
    learn(Muon(mine, lr=0.01, weight_decay=0.02), mine, range(5))
    learn(torch.optim.Muon(theirs, lr=0.01, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"), theirs, range(5))
    for before, one, other in zip(matrices(), mine, theirs, strict=True):
        moved, expected = (one - before).detach(), (other - before).detach()
        assert float((moved - expected).norm()) < ROUNDED * float(expected.norm())
        assert float(expected.norm()) > 0.05


def test_singular_values_become_about_one() -> None:
    for shape in ((3, 40, 24), (3, 24, 40)):
        made = orthogonal(torch.randn(shape, generator=torch.Generator().manual_seed(1)))
        assert made.shape == shape
        values = torch.linalg.svdvals(made.float())
        assert float(values.min()) > 0.5
        assert float(values.max()) < 1.4


def test_its_memory_goes_through_a_checkpoint() -> None:
    whole, cut = matrices(), matrices()
    learn(Muon(whole, lr=0.01), whole, range(6))
    first = Muon(cut, lr=0.01)
    learn(first, cut, range(3))
    tensors = {name: value.clone() for name, value in optimizer_tensors(first, "muon").items()}
    second = Muon(cut, lr=0.01)
    restore_optimizer(second, tensors, "muon")
    learn(second, cut, range(3, 6))
    assert all(one.equal(other) for one, other in zip(whole, cut, strict=True))


def test_a_matrix_without_a_gradient_stays() -> None:
    parameters = matrices()
    optimizer = Muon(parameters, lr=0.01, weight_decay=0.1)
    learn(optimizer, parameters, range(2))
    before = [parameter.detach().clone() for parameter in parameters]
    for parameter in parameters[1:]:
        parameter.grad = None
    optimizer.step()
    assert [one.equal(other) for one, other in zip(parameters, before, strict=True)] == [False, True, True, True, True]


def test_a_vector_is_refused() -> None:
    with pytest.raises(ValueError, match="matrices only"):
        Muon([torch.nn.Parameter(torch.zeros(3))], lr=0.01)

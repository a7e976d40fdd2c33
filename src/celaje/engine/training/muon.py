"""Muon for many matrices of few shapes: those of one shape are made orthogonal together.

PyTorch's own goes matrix by matrix: 930 operations a step for the blocks of `small`, for which a GPU waits; these are
234. Muon is by Jordan et al. (2024); that updates have the size of AdamW's is by Liu et al. (2025, arXiv 2502.16982,
equation 4).
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from celaje.engine.precision import fast_dtype

#: Of the odd polynomial of degree five that brings singular values to about 1, by Jordan et al.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ROUNDS = 5
ADAMW_SIZE = 0.2  # the root mean square of an update of AdamW


class Muon(torch.optim.Optimizer):
    """Nesterov momentum whose steps are orthogonal. All parameters are matrices; one without a gradient stays."""

    def __init__(
        self, params: Iterable[Tensor], *, lr: float, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        if any(parameter.ndim != 2 for group in self.param_groups for parameter in group["params"]):
            raise ValueError("Muon moves matrices only")

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Move all matrices."""
        assert closure is None, "the loss is not asked for again"
        for group in self.param_groups:
            shapes: dict[tuple[torch.Size, torch.device], list[Tensor]] = {}
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                shapes.setdefault((parameter.shape, parameter.device), []).append(parameter)
            for parameters in shapes.values():
                self._move(parameters, **{name: group[name] for name in ("lr", "momentum", "weight_decay")})

    def _move(self, parameters: list[Tensor], *, lr: float, momentum: float, weight_decay: float) -> None:
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        for parameter in parameters:
            if not self.state[parameter]:
                self.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
        memories = [self.state[parameter]["momentum_buffer"] for parameter in parameters]
        torch._foreach_lerp_(memories, gradients, 1 - momentum)
        ahead = torch.stack(torch._foreach_lerp(gradients, memories, momentum))
        rows, columns = ahead.shape[1:]
        steps = orthogonal(ahead) * (-lr * ADAMW_SIZE * math.sqrt(max(rows, columns)))
        torch._foreach_mul_(parameters, 1 - lr * weight_decay)
        torch._foreach_add_(parameters, list(steps.to(parameters[0].dtype).unbind()))


def orthogonal(matrices: Tensor) -> Tensor:
    """Matrices [N, rows, columns] with all singular values about 1 (.7 to 1.2), in the fast type of their device."""
    is_tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.to(fast_dtype(matrices.device))
    x = x.mT if is_tall else x
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp_min(1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ROUNDS):
        square = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.mT if is_tall else x

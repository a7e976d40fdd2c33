"""How weights move: Muon for the matrices inside blocks, AdamW for the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from celaje.engine.training.muon import Muon


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """Learning rates and limits. `muon_rate` 0 gives every parameter to AdamW.

    A step takes the mean gradient of so many `batches`, one after the other: memory is needed for one.
    """

    rate: float = 1e-3
    muon_rate: float = 0.0
    slow_factor: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 0.0
    clip_norm: float = 1.0
    warmup_steps: int = 100
    average_decay: float = 0.999
    batches: int = 1


def build_optimizers(
    model: nn.Module,
    config: OptimizerConfig,
    *,
    is_matrix: Callable[[str], bool] = lambda name: False,
    is_slow: Callable[[str], bool] = lambda name: False,
) -> list[torch.optim.Optimizer]:
    """Optimisers for all trainable parameters; "slow" ones learn at `slow_factor` of the rate.

    Updates of Muon have AdamW's size (see `muon.py`).
    """
    trainable = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    matrices = [p for name, p in trainable if config.muon_rate and p.ndim == 2 and is_matrix(name)]
    slow = [p for name, p in trainable if is_slow(name)]
    taken = {id(parameter) for parameter in (*matrices, *slow)}
    groups = [
        {"params": [p for _, p in trainable if id(p) not in taken], "lr": config.rate},
        {"params": slow, "lr": config.rate * config.slow_factor},
    ]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(
            [group for group in groups if group["params"]],
            betas=config.betas,
            weight_decay=config.weight_decay,
            fused=True,
        )
    ]
    if matrices:
        optimizers.append(Muon(matrices, lr=config.muon_rate, weight_decay=0.01))
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["full_rate"] = group["lr"]
    return optimizers


def set_rate(optimizers: list[torch.optim.Optimizer], factor: float) -> None:
    """Scale every learning rate to `factor` of its full value."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["full_rate"] * factor

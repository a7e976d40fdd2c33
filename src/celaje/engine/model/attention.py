"""Attention by the path that is fastest on the machine at hand. It does not know tokens' meaning.

PyTorch's fused attention is the right choice on GPUs, Apple chips and in float32, but on CPUs without AMX its bf16
kernel calls a slow matrix product (measured 180 GFLOP/s against 400 to 690 for three plain operations). The path is
known, not timed: both round differently, and the same seed is to give the same clip on the same machine.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from celaje.engine.precision import has_tiles

Attention = Callable[[Tensor, Tensor, Tensor, Tensor | None], Tensor]


def attend_plainly(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """softmax(q k^T / sqrt(d) + bias) v as three operations.

    All [B, heads, N, d]; `bias` broadcasts to [B, heads, N, N].
    """
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)  # [B, heads, N, N]
    if bias is not None:
        scores = scores + bias
    weights: Tensor = scores.softmax(-1)
    return weights @ value  # [B, heads, N, d]


def attend_fused(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """The same by PyTorch's fused kernel."""
    return nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)


def fastest(device: torch.device, dtype: torch.dtype) -> Attention:
    """The faster of the two paths for tensors of this type on this machine."""
    is_slow_fused = device.type == "cpu" and dtype == torch.bfloat16 and not has_tiles()
    return attend_plainly if is_slow_fused else attend_fused

"""In which precision networks run: bfloat16 where a machine multiplies it in hardware, float32 elsewhere.

A CPU with AVX2 and no more is 150 times slower in bfloat16 than in float32 (docs/lab.md), and many laptops are such. It
is asked what it can do, not timed: the same seed is to give the same clip on the same machine.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch

#: What CPUs call it: x86 twice, Arm.
IN_HARDWARE = ("avx512_bf16", "amx_bf16", "bf16")


@lru_cache
def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16, or float32 where that is faster: on CPUs and GPUs that know no other, and on Apple's."""
    if device.type == "cpu":
        can = _can()
        is_known = any(can.get(name) for name in IN_HARDWARE)
    else:
        is_known = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if is_known else torch.float32


def has_tiles() -> bool:
    """Whether this CPU multiplies bfloat16 by tiles (Intel's AMX)."""
    return bool(_can().get("amx_bf16"))


def _can() -> Mapping[str, Any]:
    """What this CPU can do; an older PyTorch says it of x86 alone."""
    if hasattr(torch.cpu, "get_capabilities"):
        return torch.cpu.get_capabilities()
    return {"avx512_bf16": torch.cpu._is_avx512_bf16_supported(), "amx_bf16": torch.cpu._is_amx_tile_supported()}


def mixed_precision(device: torch.device) -> torch.autocast:
    """What float32 weights compute in on `device`: matrix products in the fast type."""
    return torch.autocast(device.type, torch.bfloat16, enabled=fast_dtype(device) == torch.bfloat16)

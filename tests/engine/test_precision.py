"""Networks run in bfloat16 where a machine knows it, in float32 elsewhere."""

from collections.abc import Iterator

import pytest
import torch

from celaje.engine.model.attention import attend_fused, attend_plainly, fastest
from celaje.engine.precision import fast_dtype, mixed_precision

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    fast_dtype.cache_clear()
    yield
    fast_dtype.cache_clear()


@pytest.mark.parametrize(
    ("can", "expected"),
    [
        ({"architecture": "x86_64", "avx2": True, "avx512_bf16": False, "amx_bf16": False}, torch.float32),
        ({"architecture": "x86_64", "avx512_f": True}, torch.float32),
        ({"architecture": "x86_64", "avx512_f": True, "avx512_bf16": True}, torch.bfloat16),
        ({"architecture": "x86_64", "amx_bf16": True}, torch.bfloat16),
        ({"architecture": "arm64", "neon": True}, torch.float32),
        ({"architecture": "arm64", "neon": True, "bf16": True}, torch.bfloat16),
    ],
)
def test_a_cpu_is_asked_what_it_can_do(
    can: dict[str, object], expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: can)
    assert fast_dtype(CPU) is expected
    with mixed_precision(CPU):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype is expected


@pytest.mark.parametrize(("can", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_an_older_pytorch_is_asked_in_other_words(
    can: bool, expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: can)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    assert fast_dtype(CPU) is expected


@pytest.mark.parametrize(("knows", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_so_is_a_gpu(knows: bool, expected: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*, including_emulation: bool) -> bool:
        return knows or including_emulation

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", answer)
    assert fast_dtype(torch.device("cuda")) is expected


def test_apples_gpus_run_in_float32() -> None:
    assert fast_dtype(torch.device("mps")) is torch.float32


@pytest.mark.parametrize(
    ("dtype", "amx", "expected"),
    [
        (torch.float32, False, attend_fused),
        (torch.bfloat16, False, attend_plainly),
        (torch.bfloat16, True, attend_fused),
    ],
)
def test_the_attention_path_is_known_not_timed(
    dtype: torch.dtype, amx: bool, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True, "amx_bf16": amx})
    assert fastest(CPU, dtype) is expected

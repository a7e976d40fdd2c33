"""The quality measures: known values, and that worse is worse."""

import pytest
import torch

from celaje.engine.codec.quality import psnr, ssim


def test_known_values() -> None:
    real = torch.rand(2, 4, 32, 32, 3, generator=torch.Generator().manual_seed(0)) - 0.5
    torch.testing.assert_close(psnr(real + 0.02, real), torch.full((2,), 40.0), atol=1e-3, rtol=0)
    torch.testing.assert_close(ssim(real, real), torch.ones(2))


@pytest.mark.parametrize("small", [0.02, 0.1])
def test_more_noise_is_worse(small: float) -> None:
    generator = torch.Generator().manual_seed(1)
    real = torch.rand(1, 4, 32, 32, 3, generator=generator) - 0.5
    noise = torch.randn(real.shape, generator=generator)
    assert ssim(real + small * noise, real) > ssim(real + 2 * small * noise, real)
    assert psnr(real + small * noise, real) > psnr(real + 2 * small * noise, real)

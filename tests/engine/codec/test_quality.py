"""The quality measures: known values, and that worse is worse."""

import math

import pytest
import torch

from celaje.engine.codec.quality import convergence_error, magnitude_error, mel_error, psnr, ssim


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


def test_sounds_of_twice_the_amplitude_are_one_octave_of_loudness_away() -> None:
    real = torch.randn(2, 8000, generator=torch.Generator().manual_seed(2))
    for error in (magnitude_error, mel_error):
        torch.testing.assert_close(error(2 * real, real), torch.full((2,), math.log(2)), atol=0.02, rtol=0)
    assert torch.all(convergence_error(2 * real, real) > 0.8)


def test_spectra_forgive_what_nobody_hears() -> None:
    real = torch.randn(1, 8000, generator=torch.Generator().manual_seed(3)).cumsum(1) / 50
    slowed = torch.roll(real, 1, dims=1)
    for error in (magnitude_error, mel_error, convergence_error):
        assert error(slowed, real) < error(real.flip(1), real)
        assert error(real, real) == 0

"""How close a decoded clip is to the original: signal-to-noise, structure, spectra. Pure functions, nothing learned."""

import torch
from einops import rearrange
from torch import Tensor

from celaje.engine.codec.spectrum import FLOOR, mel_amplitude, spectrum

RESOLUTIONS = (128, 256, 512, 1024, 2048)
#: Mel bands for each of the resolutions that resolve them.
MEL_RESOLUTIONS = {256: 20, 512: 40, 1024: 80, 2048: 128}
LOG_FLOOR = 10 * FLOOR


def psnr(made: Tensor, real: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB of each clip, [B], for pictures [B, ...] in -1 to 1. `made` is clamped first."""
    error = (made.clamp(-1, 1) - real).square().flatten(1).mean(1)
    return 10 * torch.log10(4 / error.clamp_min(1e-10))


def ssim(made: Tensor, real: Tensor) -> Tensor:
    """Structural similarity of each clip, [B], at most 1, for pictures [B, F, H, W, 3] in -1 to 1.

    Gaussian window of 11 pixels and deviation 1.5, each frame and colour alone (Wang et al., 2004).
    """
    batch = len(real)
    made, real = (rearrange((clip.clamp(-1, 1) + 1) / 2, "b f h w c -> (b f c) 1 h w") for clip in (made, real))
    mean_made, mean_real = _blur(made), _blur(real)
    variance_made = _blur(made.square()) - mean_made.square()
    variance_real = _blur(real.square()) - mean_real.square()
    covariance = _blur(made * real) - mean_made * mean_real
    light, structure = 0.01**2, 0.03**2
    value = ((2 * mean_made * mean_real + light) * (2 * covariance + structure)) / (
        (mean_made.square() + mean_real.square() + light) * (variance_made + variance_real + structure)
    )
    return value.reshape(batch, -1).mean(1)


def magnitude_error(made: Tensor, real: Tensor) -> Tensor:
    """The mean error of log magnitudes in nepers of each sound, [B], over the resolutions, for samples [B, N]."""
    total = real.new_zeros(len(real))
    for size in RESOLUTIONS:
        made_log, real_log = ((_spectrum(sound, size).abs() + LOG_FLOOR).log() for sound in (made, real))
        total = total + (made_log - real_log).abs().flatten(1).mean(1)
    return total / len(RESOLUTIONS)


def convergence_error(made: Tensor, real: Tensor) -> Tensor:
    """Spectral convergence of each sound (Arik et al., 2019), [B], over the resolutions, for samples [B, N]."""
    total = real.new_zeros(len(real))
    for size in RESOLUTIONS:
        made_size, real_size = (_spectrum(sound, size).abs().flatten(1) for sound in (made, real))
        total = total + (made_size - real_size).norm(dim=1) / (real_size.norm(dim=1) + 1)
    return total / len(RESOLUTIONS)


def mel_error(made: Tensor, real: Tensor) -> Tensor:
    """The mean error of log mel amplitudes in nepers of each sound, [B], over the resolutions, for samples [B, N]."""
    total = real.new_zeros(len(real))
    for size, num_bands in MEL_RESOLUTIONS.items():
        made_log, real_log = (
            (mel_amplitude(_spectrum(sound, size), num_bands) + LOG_FLOOR).log() for sound in (made, real)
        )
        total = total + (made_log - real_log).abs().flatten(1).mean(1)
    return total / len(MEL_RESOLUTIONS)


def _blur(x: Tensor) -> Tensor:
    """Gaussian blur of [N, 1, H, W], without the border: sums of shifted pictures, five times faster than convolved."""
    offsets = torch.arange(-5.0, 6.0)
    window = torch.exp(-offsets.square() / (2 * 1.5**2))
    first, *others = (window / window.sum()).tolist()
    for axis in (3, 2):
        size = x.shape[axis] - len(others)
        blurred = first * x.narrow(axis, 0, size)
        for shift, weight in enumerate(others, start=1):
            blurred.add_(x.narrow(axis, shift, size), alpha=weight)
        x = blurred
    return x


def _spectrum(samples: Tensor, size: int) -> Tensor:
    return spectrum(samples, size=size, window_samples=size, hop=size // 4)

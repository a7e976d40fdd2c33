"""Sound as spectra: a short-time Fourier transform without drift, its inverse, and mel bands.

The frames of N samples are exactly N / hop, centered on the hops, so spectra fold into latents without remainder or
shift. All of it runs in float32. It knows no weights.
"""

import functools
import math

import torch
from torch import Tensor
from torch.nn import functional as F

from celaje.clip import SAMPLE_RATE

LOWEST_HZ = 30.0
#: Amplitudes below this (-80 dB) count as silence.
FLOOR = 1e-4


def spectrum(samples: Tensor, *, size: int, window_samples: int, hop: int) -> Tensor:
    """Complex spectra [B, N / hop, size / 2 + 1] of [B, N]. A sine of amplitude 1 has a magnitude of about 1."""
    side = (size - hop) // 2
    padded = F.pad(samples.float(), (side, size - hop - side))
    pieces = padded.unfold(1, size, hop) * _window(size, window_samples, samples.device)  # [B, N / hop, size]
    spectra: Tensor = torch.fft.rfft(pieces) * (4 / window_samples)
    return spectra


def samples_of(spectra: Tensor, *, size: int, window_samples: int, hop: int) -> Tensor:
    """Samples [B, F * hop] whose `spectrum` is closest to `spectra` [B, F, size / 2 + 1] (Griffin and Lim, 1984)."""
    window = _window(size, window_samples, spectra.device)
    pieces = torch.fft.irfft(spectra, n=size) * (window * (window_samples / 4))  # [B, F, size]
    num_frames = spectra.shape[1]
    envelope = _overlap_add(window.square().expand(1, num_frames, -1), hop)  # [1, N + size - hop]
    side = (size - hop) // 2
    inside = slice(side, side + num_frames * hop)
    return _overlap_add(pieces, hop)[:, inside] / envelope[:, inside]


def white_spectrum(noise: Tensor, *, size: int, window_samples: int, hop: int) -> Tensor:
    """Spectra of white noise [B, N] of unit variance, scaled to a mean squared magnitude of 1."""
    energy = _window(size, window_samples, noise.device).square().sum().sqrt() * (4 / window_samples)
    return spectrum(noise, size=size, window_samples=window_samples, hop=hop) / energy


def mel_amplitude(spectra: Tensor, num_bands: int) -> Tensor:
    """The root mean square magnitude in `num_bands` mel bands, [..., num_bands], of spectra [..., size / 2 + 1]."""
    power = spectra.real.square() + spectra.imag.square()
    filters = _mel_filters(num_bands, spectra.shape[-1], spectra.device)
    return (power @ filters + FLOOR**2 / 100).sqrt()


@functools.lru_cache
def mel_to_bins(num_bands: int, num_bins: int, device: torch.device) -> Tensor:
    """The matrix [num_bands, num_bins] that interpolates values of mel bands linearly at the bins of a spectrum."""
    position = _mel(torch.linspace(0, SAMPLE_RATE / 2, num_bins)) - _mel(torch.tensor(LOWEST_HZ))
    step = (_mel(torch.tensor(SAMPLE_RATE / 2)) - _mel(torch.tensor(LOWEST_HZ))) / (num_bands + 1)
    place = (position / step - 1).clamp(0, num_bands - 1)  # [num_bins]
    return (1 - (torch.arange(num_bands)[:, None] - place).abs()).clamp_min(0).to(device)


@functools.lru_cache
def _mel_filters(num_bands: int, num_bins: int, device: torch.device) -> Tensor:
    """Triangles [num_bins, num_bands], each of sum 1, none narrower than a bin."""
    edges = torch.linspace(
        _mel(torch.tensor(LOWEST_HZ)).item(), _mel(torch.tensor(SAMPLE_RATE / 2)).item(), num_bands + 2
    )
    edges_hz = 700 * (torch.exp(edges / 1127) - 1)
    bins_hz = torch.linspace(0, SAMPLE_RATE / 2, num_bins)[:, None]
    width = SAMPLE_RATE / 2 / (num_bins - 1)
    low, center, high = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (bins_hz - low) / (center - low).clamp_min(width)
    falling = (high - bins_hz) / (high - center).clamp_min(width)
    near = 1 - (bins_hz - center).abs() / width
    triangles = torch.maximum(torch.minimum(rising, falling), near).clamp_min(0)
    return (triangles / triangles.sum(0)).to(device)


def _mel(hertz: Tensor) -> Tensor:
    """The mel scale of O'Shaughnessy (1987)."""
    return 1127 * torch.log1p(hertz / 700)


@functools.lru_cache
def _window(size: int, window_samples: int, device: torch.device) -> Tensor:
    """A Hann window [size] of `window_samples`, centered, never quite zero inside."""
    time = (torch.arange(window_samples, device=device) + 0.5) / window_samples
    side = (size - window_samples) // 2
    return F.pad((1 - torch.cos(2 * math.pi * time)) / 2, (side, size - window_samples - side))


def _overlap_add(pieces: Tensor, hop: int) -> Tensor:
    """Pieces [B, F, size] laid `hop` apart and added, [B, (F - 1) * hop + size]."""
    num_frames, size = pieces.shape[1:]
    length = (num_frames - 1) * hop + size
    return F.fold(pieces.transpose(1, 2), (1, length), (1, size), stride=(1, hop))[:, 0, 0]

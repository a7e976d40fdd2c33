"""What the audio codec is trained on: magnitudes at many resolutions, mel bands, and the phases that can be known.

The noise voice has random phases, so only magnitudes judge the whole sound; phases and samples judge the tonal voice
alone. Every term is a pure function. It does not know the optimiser or where the sounds come from.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from celaje.engine.codec.audio import FFT, HOP, WINDOW, AudioCodec
from celaje.engine.codec.losses import disturb
from celaje.engine.codec.quality import LOG_FLOOR, convergence_error, magnitude_error, mel_error
from celaje.engine.codec.spectrum import spectrum


@dataclass(frozen=True, kw_only=True)
class AudioLossWeights:
    """How much each term counts, and how the latents are disturbed while training."""

    magnitude: float = 0.3
    convergence: float = 0.2
    mel: float = 1.0
    compressed: float = 0.3
    waveform: float = 0.1
    outlier: float = 0.02
    max_noise: float = 0.2


@dataclass(frozen=True, kw_only=True)
class AudioLoss:
    """The loss and its parts, each a scalar."""

    total: Tensor
    magnitude: Tensor
    convergence: Tensor
    mel: Tensor
    compressed: Tensor
    waveform: Tensor
    outlier: Tensor


def audio_codec_loss(
    codec: AudioCodec, samples: Tensor, generator: torch.Generator, *, weights: AudioLossWeights | None = None
) -> AudioLoss:
    """The loss of `codec` on `samples` [B, 2000 S] in -1 to 1. The caller sets autocast and training mode."""
    weights = weights or AudioLossWeights()
    latents = codec.encode(samples)  # [B, S, A]
    noise = torch.randn(samples.shape, generator=generator, device=generator.device).to(samples.device)
    voices = codec.synthesize(disturb(latents, generator, max_noise=weights.max_noise), noise)
    with torch.autocast(samples.device.type, enabled=False):
        parts = {
            "magnitude": magnitude_error(voices.samples, samples).mean(),
            "convergence": convergence_error(voices.samples, samples).mean(),
            "mel": mel_error(voices.samples, samples).mean(),
            "compressed": compressed_error(voices.tonal, samples),
            "waveform": (voices.tonal - samples).abs().mean(),
            "outlier": (latents.abs() - 4).relu().square().mean(),
        }
        total = sum((getattr(weights, name) * part for name, part in parts.items()), samples.new_zeros(()))
    return AudioLoss(total=total, **parts)


def compressed_error(made: Tensor, real: Tensor) -> Tensor:
    """The mean error of complex spectra whose magnitudes are raised to 0.3: phases count, quiet parts too."""
    made_spectra, real_spectra = (spectrum(sound, size=FFT, window_samples=WINDOW, hop=HOP) for sound in (made, real))
    difference = _compress(made_spectra) - _compress(real_spectra)
    return (difference.real.square() + difference.imag.square() + 1e-6).sqrt().mean()


def _compress(spectra: Tensor) -> Tensor:
    size = (spectra.real.square() + spectra.imag.square() + LOG_FLOOR**2).sqrt()
    return spectra * size ** (0.3 - 1)

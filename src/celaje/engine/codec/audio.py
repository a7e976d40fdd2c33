"""The audio codec: every 2000 samples of 24 kHz sound become 64 numbers, and back, without drift or shift.

The first of the 64 is the loudness of the token, exact. The others are the shape of its sound: a linear map of mel
bands set by principal components, and what a small network adds. The decoder makes magnitudes for two voices, one
with phases of its own and one that filters white noise, so rain sounds like rain. It does not know losses or pictures.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from einops import rearrange, reduce
from torch import Tensor, nn
from torch.nn import functional as F

from celaje.engine.codec.scale import LatentScale
from celaje.engine.codec.spectrum import FLOOR, mel_amplitude, mel_to_bins, samples_of, spectrum, white_spectrum
from celaje.engine.latents import AUDIO_CHANNELS

SAMPLES_PER_LATENT = 2000
FFT, WINDOW, HOP = 1024, 1000, 250
BINS = FFT // 2 + 1
SPECTRA_PER_LATENT = SAMPLES_PER_LATENT // HOP
MEL_BANDS = 80
TEMPER = 0.3
#: Loudness in dB as a latent: minus 50 dB is zero and 20 dB are one.
LOUDNESS_CENTER_DB, LOUDNESS_UNIT_DB = -50.0, 20.0
MAX_GAIN = 4.0
FADE_SAMPLES = 251


@dataclass(frozen=True, kw_only=True)
class AudioCodecConfig:
    """Sizes of the networks: their width and their numbers of blocks, at 96 spectra a second.

    Without encoder blocks the encoder is the linear map alone, and fixed: latents made once stay valid while the
    decoder goes on learning.
    """

    width: int
    decoder_blocks: int
    encoder_blocks: int = 0
    channels: int = AUDIO_CHANNELS


TINY_AUDIO = AudioCodecConfig(width=32, encoder_blocks=1, decoder_blocks=1)
#: For two CPU cores.
SMALL_AUDIO = AudioCodecConfig(width=256, decoder_blocks=6)
#: For one GPU.
BASE_AUDIO = AudioCodecConfig(width=384, encoder_blocks=4, decoder_blocks=8)


@dataclass(frozen=True, kw_only=True)
class Voices:
    """What the decoder makes: `samples`, and the part of it whose phases are its own. Both [B, 2000 S]."""

    samples: Tensor
    tonal: Tensor


class AudioCodec(nn.Module):
    """Samples to normalised latents, and back. The networks run in the type of their weights, or of autocast."""

    def __init__(self, config: AudioCodecConfig) -> None:
        super().__init__()
        self.config = config
        self.linear = LinearShape(config.channels - 1)
        self.encoder = Encoder(config) if config.encoder_blocks else None
        self.decoder = Decoder(config)
        self.scale = LatentScale(config.channels, momentum=0.01 if self.encoder else 0.0)
        if self.encoder is None:
            self.linear.analysis.requires_grad_(requires_grad=False)

    def init_from_samples(self, samples: Tensor) -> None:
        """Start from the principal components of real sounds [B, 2000 S] in -1 to 1."""
        self.linear.fit(_mel_shape(_spectra(samples), loudness_of(samples)))
        self.measure_latents(samples)

    @torch.no_grad()
    def measure_latents(self, samples: Tensor) -> None:
        """Set the latents' statistics to those of `samples`. Decoding what was encoded is unchanged by it."""
        self.scale.measure(self._encode_raw(samples))

    def encode(self, samples: Tensor) -> Tensor:
        """[B, 2000 S] in -1 to 1 to latents [B, S, A]. In training mode it also follows the latents' statistics."""
        if samples.shape[1] % SAMPLES_PER_LATENT:
            raise ValueError(f"{samples.shape[1]} samples were given: give a multiple of {SAMPLES_PER_LATENT}")
        latents: Tensor = self.scale(self._encode_raw(samples))
        return latents

    def decode(self, latents: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
        """Latents [B, S, A] to samples [B, 2000 S], with one generator of noise for each clip."""
        count = latents.shape[1] * SAMPLES_PER_LATENT
        noise = [torch.randn(count, generator=generator, device=generator.device) for generator in generators]
        return self.synthesize(latents, torch.stack(noise).to(latents.device)).samples

    def synthesize(self, latents: Tensor, noise: Tensor) -> Voices:
        """Latents [B, S, A] and white noise [B, 2000 S] to both voices."""
        raw = self.scale.invert(latents)
        loudness_db, shape = _to_db(raw[..., 0]), raw[..., 1:]
        base = self.linear.decode(shape) + _amplitude(loudness_db)[..., None, None].clamp_min(FLOOR).log()
        base = rearrange(base, "b s f m -> b (s f) m") @ mel_to_bins(MEL_BANDS, BINS, base.device)  # [B, 8S, 513]
        weight_type = self.decoder.head.weight.dtype
        heads = self.decoder(raw.to(weight_type)).float()  # [B, 8S, 4 * 513]
        tonal_log, noise_log, across, up = heads.chunk(4, -1)
        # The tonal voice starts 12 dB below the other: until its phases are learned it would only buzz.
        tonal_size = torch.exp((base + tonal_log - 1.4).clamp_max(3))
        length = (across.square() + up.square() + 1e-6).sqrt()
        tonal = torch.complex(tonal_size * across / length, tonal_size * up / length)
        noise_size = torch.exp((base + noise_log).clamp_max(3))
        hiss = white_spectrum(noise, size=FFT, window_samples=WINDOW, hop=HOP) * noise_size
        tonal_samples = samples_of(tonal, size=FFT, window_samples=WINDOW, hop=HOP)
        samples = tonal_samples + samples_of(hiss, size=FFT, window_samples=WINDOW, hop=HOP)
        gain = _gain(samples, loudness_db)
        return Voices(samples=samples * gain, tonal=tonal_samples * gain)

    def _encode_raw(self, samples: Tensor) -> Tensor:
        loudness = loudness_of(samples)  # [B, S]
        spectra = _spectra(samples)  # [B, S, 8, 513]
        shape = self.linear.encode(_mel_shape(spectra, loudness))
        if self.encoder is not None:
            shape = shape + self.encoder(_features(spectra).to(self.decoder.head.weight.dtype)).float()
        level = (loudness - LOUDNESS_CENTER_DB) / LOUDNESS_UNIT_DB
        return torch.cat([level[..., None], shape], -1)  # [B, S, A]


def loudness_of(samples: Tensor) -> Tensor:
    """The level of each token of [B, 2000 S] in dB, [B, S]: 0 for a square wave of amplitude 1, -100 for silence."""
    power = reduce(samples.float().square(), "b (s n) -> b s", "mean", n=SAMPLES_PER_LATENT)
    return 10 * torch.log10(power + 1e-10)


class LinearShape(nn.Module):
    """8 x 80 mel levels of one token, in nepers above its loudness, to `channels` numbers and back. `fit` sets it.

    It always runs in float32, because its values are logarithms.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        size = SPECTRA_PER_LATENT * MEL_BANDS
        self.analysis = nn.Linear(size, channels)
        self.synthesis = nn.Linear(channels, size)

    def encode(self, shape: Tensor) -> Tensor:
        """[B, S, 8, 80] to [B, S, channels]."""
        with torch.autocast(shape.device.type, enabled=False):
            return _linear(self.analysis, shape.flatten(-2))

    def decode(self, latents: Tensor) -> Tensor:
        """[B, S, channels] to [B, S, 8, 80]."""
        with torch.autocast(latents.device.type, enabled=False):
            return rearrange(_linear(self.synthesis, latents), "b s (f m) -> b s f m", f=SPECTRA_PER_LATENT)

    @torch.no_grad()
    def fit(self, shapes: Tensor) -> None:
        """Set the weights to the principal components of `shapes` [B, S, 8, 80], tempered as in the video codec."""
        flat = shapes.flatten(-2).flatten(0, -2)  # [N, 640]
        center = flat.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov(flat.T))
        channels = self.analysis.out_features
        deviation = values.flip(0)[:channels].clamp_min(1e-6).sqrt()
        components = vectors.flip(1)[:, :channels]  # [640, channels]
        scale = deviation**TEMPER
        scale = scale / scale.square().mean().sqrt() / deviation
        self.analysis.weight.copy_((components * scale).T)
        self.analysis.bias.copy_(-(center @ components) * scale)
        self.synthesis.weight.copy_(components / scale)
        self.synthesis.bias.copy_(center)


class Encoder(nn.Module):
    """What the linear map misses of the spectra, as a correction to the latents. It starts at zero."""

    def __init__(self, config: AudioCodecConfig) -> None:
        super().__init__()
        self.stem = nn.Linear(3 * BINS, config.width)
        self.blocks = nn.Sequential(*(Block(config.width) for _ in range(config.encoder_blocks)))
        self.head = nn.Linear(SPECTRA_PER_LATENT * config.width, config.channels - 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, features: Tensor) -> Tensor:
        """[B, 8S, 1539] to [B, S, A - 1]."""
        x = self.blocks(self.stem(features))  # [B, 8S, D]
        latents: Tensor = self.head(rearrange(x, "b (s f) d -> b s (f d)", f=SPECTRA_PER_LATENT))
        return latents


class Decoder(nn.Module):
    """Latents to corrections of both voices' log magnitudes, and the direction of the tonal phases."""

    def __init__(self, config: AudioCodecConfig) -> None:
        super().__init__()
        self.stem = nn.Linear(config.channels, SPECTRA_PER_LATENT * config.width)
        self.blocks = nn.Sequential(*(Block(config.width) for _ in range(config.decoder_blocks)))
        self.head = nn.Linear(config.width, 4 * BINS)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, latents: Tensor) -> Tensor:
        """[B, S, A] to [B, 8S, 4 * 513]."""
        x = rearrange(self.stem(latents), "b s (f d) -> b (s f) d", f=SPECTRA_PER_LATENT)
        heads: Tensor = self.head(self.blocks(x))
        return heads


class Block(nn.Module):
    """A ConvNeXt block over time (arXiv 2201.03545; for sound, Vocos, arXiv 2306.00814)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.across = nn.Conv1d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 3 * width)
        self.narrow = nn.Linear(3 * width, width)
        nn.init.normal_(self.narrow.weight, std=0.01 / math.sqrt(width))
        nn.init.zeros_(self.narrow.bias)

    def forward(self, x: Tensor) -> Tensor:
        """[B, F, D] to [B, F, D]."""
        mixed = self.across(x.transpose(1, 2)).transpose(1, 2)
        narrow: Tensor = self.narrow(F.gelu(self.wide(self.norm(mixed))))
        return x + narrow


def _spectra(samples: Tensor) -> Tensor:
    """[B, 2000 S] to complex [B, S, 8, 513]."""
    spectra = spectrum(samples, size=FFT, window_samples=WINDOW, hop=HOP)
    return spectra.reshape(len(spectra), -1, SPECTRA_PER_LATENT, BINS)


def _mel_shape(spectra: Tensor, loudness_db: Tensor) -> Tensor:
    """Mel levels [B, S, 8, 80] in nepers above the token's loudness, of spectra [B, S, 8, 513]."""
    with torch.autocast(spectra.device.type, enabled=False):
        level = mel_amplitude(spectra, MEL_BANDS).clamp_min(FLOOR / 10).log()
    return level - _amplitude(loudness_db)[..., None, None].clamp_min(FLOOR).log()


def _features(spectra: Tensor) -> Tensor:
    """What the encoder sees of spectra [B, S, 8, 513]: compressed real and imaginary parts, levels; [B, 8S, 1539]."""
    size = spectra.abs()
    compressed = spectra * (size + FLOOR) ** (0.3 - 1)
    level = (size + FLOOR).log() / 4 + 1
    return torch.cat([compressed.real, compressed.imag, level], -1).flatten(1, 2)


def _to_db(level: Tensor) -> Tensor:
    return level * LOUDNESS_UNIT_DB + LOUDNESS_CENTER_DB


def _amplitude(loudness_db: Tensor) -> Tensor:
    """dB to a root mean square amplitude; below -80 dB it is exactly 0."""
    amplitude = torch.pow(10.0, loudness_db.clamp_max(6) / 20)
    return torch.where(amplitude < FLOOR, 0.0, amplitude)


def _gain(samples: Tensor, loudness_db: Tensor) -> Tensor:
    """The gain [B, N] that brings each token of [B, N] to its loudness [B, S], with short fades between tokens."""
    made = (reduce(samples.square(), "b (s n) -> b s", "mean", n=SAMPLES_PER_LATENT) + 1e-12).sqrt()
    gain = (_amplitude(loudness_db) / made).clamp_max(MAX_GAIN).repeat_interleave(SAMPLES_PER_LATENT, 1)  # [B, N]
    side = FADE_SAMPLES // 2
    return F.avg_pool1d(F.pad(gain, (side, side), mode="replicate"), FADE_SAMPLES, stride=1)


def _linear(layer: nn.Linear, x: Tensor) -> Tensor:
    """`layer` in float32, whatever the type of its weights."""
    return F.linear(x.float(), layer.weight.float(), layer.bias.float())

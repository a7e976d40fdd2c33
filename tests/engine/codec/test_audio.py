"""The audio codec: exact lengths, no shift, exact silence and loudness, batches, and that it learns."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from celaje.engine.codec.audio import TINY_AUDIO, AudioCodec, loudness_of
from celaje.engine.codec.audio_losses import audio_codec_loss
from celaje.engine.codec.spectrum import samples_of, spectrum

TRANSFORM = {"size": 1024, "window_samples": 1000, "hop": 250}


def sounds(seed: int, *, clips: int = 4, tokens: int = 6) -> Tensor:
    """Tones, noise and clicks at several levels, [clips, 2000 tokens]."""
    generator = torch.Generator().manual_seed(seed)
    count = 2000 * tokens
    time = torch.arange(count) / 24_000
    pitch = 200 * 2 ** (3 * torch.rand(clips, 1, generator=generator))
    level = 0.3 * torch.rand(clips, 3, 1, generator=generator)
    tone = torch.sin(2 * math.pi * pitch * time)
    hiss = torch.randn(clips, count, generator=generator) / 3
    click = torch.exp(-((time * 4) % 1) * 40) * torch.sin(2 * math.pi * 3000 * time)
    return level[:, 0] * tone + level[:, 1] * hiss + level[:, 2] * click


def generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(index) for index in range(count)]


def fitted_codec() -> AudioCodec:
    torch.manual_seed(0)
    codec = AudioCodec(TINY_AUDIO).eval()
    codec.init_from_samples(torch.cat([sounds(seed, clips=16) for seed in range(8)]))
    return codec


@given(st.integers(1, 9), st.integers(0, 100))
@settings(max_examples=10, deadline=None)
def test_spectra_invert_exactly(tokens: int, seed: int) -> None:
    samples = torch.randn(2, 2000 * tokens, generator=torch.Generator().manual_seed(seed))
    spectra = spectrum(samples, **TRANSFORM)
    assert spectra.shape == (2, 8 * tokens, 513)
    torch.testing.assert_close(samples_of(spectra, **TRANSFORM), samples, atol=1e-4, rtol=1e-4)


def test_a_sine_has_its_amplitude_as_magnitude() -> None:
    time = torch.arange(8000) / 24_000
    peak = spectrum(0.5 * torch.sin(2 * math.pi * 1500 * time)[None], **TRANSFORM)[0, 16].abs().max()
    assert peak.item() == pytest.approx(0.5, rel=0.03)


@given(st.integers(1, 2), st.integers(1, 7))
@settings(max_examples=8, deadline=None)
def test_lengths_are_exact(clips: int, tokens: int) -> None:
    codec = AudioCodec(TINY_AUDIO).eval()
    latents = codec.encode(sounds(0, clips=clips, tokens=tokens))
    assert latents.shape == (clips, tokens, 64)
    assert codec.decode(latents, generators(clips)).shape == (clips, 2000 * tokens)


def test_part_of_a_token_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 2000"):
        AudioCodec(TINY_AUDIO).encode(torch.zeros(1, 2001))


def test_silence_is_exact_and_loudness_is_kept() -> None:
    codec = fitted_codec()
    silent = torch.zeros(1, 8000)
    assert torch.all(codec.decode(codec.encode(silent), generators(1)) == 0)
    steady = 0.1 * torch.randn(1, 8000, generator=torch.Generator().manual_seed(5))
    half = torch.cat([silent, steady], 1)
    made = codec.decode(codec.encode(half), generators(1))
    assert torch.all(made[:, :7800] == 0)
    torch.testing.assert_close(loudness_of(made)[:, 4:], loudness_of(steady), atol=1.0, rtol=0)


def test_an_impulse_stays_in_its_place() -> None:
    codec = fitted_codec()
    samples = torch.zeros(1, 16_000)
    samples[0, 7000:7200] = 0.3 * torch.randn(200, generator=torch.Generator().manual_seed(1))
    power = codec.decode(codec.encode(samples), generators(1))[0].square()
    center = (power * torch.arange(16_000)).sum() / power.sum()
    assert abs(center.item() - 7100) < 500  # 21 ms


def test_a_batch_equals_its_clips() -> None:
    codec = fitted_codec()
    samples = sounds(3, clips=3)
    latents = codec.encode(samples)
    together = codec.decode(latents, generators(3))
    for index, generator in enumerate(generators(3)):
        alone = codec.encode(samples[index : index + 1])
        torch.testing.assert_close(latents[index : index + 1], alone, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(together[index], codec.decode(alone, [generator])[0], atol=1e-4, rtol=1e-3)


def test_latents_are_normalised() -> None:
    codec = fitted_codec()
    samples = torch.cat([sounds(seed, clips=16) for seed in range(8)])
    latents = codec.encode(samples)
    torch.testing.assert_close(latents.mean((0, 1)), torch.zeros(64), atol=1e-3, rtol=0)
    torch.testing.assert_close(latents.square().mean(), torch.ones(()), atol=1e-3, rtol=0)


def test_the_state_is_complete() -> None:
    codec, other = fitted_codec(), AudioCodec(TINY_AUDIO).eval()
    other.load_state_dict(codec.state_dict(), strict=True)
    samples = sounds(2)
    made, again = (one.decode(one.encode(samples), generators(4)) for one in (codec, other))
    assert torch.equal(made, again)


def test_the_loss_falls_and_every_weight_learns() -> None:
    torch.manual_seed(0)
    codec = AudioCodec(TINY_AUDIO)
    samples = sounds(1)
    linear = list(codec.linear.parameters())
    networks = [parameter for name, parameter in codec.named_parameters() if not name.startswith("linear.")]
    groups = [{"params": networks, "lr": 1e-3}, {"params": linear, "lr": 1e-4}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.95), weight_decay=0)

    def loss(seed: int) -> Tensor:
        return audio_codec_loss(codec, samples, torch.Generator().manual_seed(seed)).total

    codec.eval()
    assert torch.equal(loss(3), loss(3))
    before = loss(3).item()
    codec.train()
    for seed in range(20):
        optimizer.zero_grad()
        loss(seed).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    codec.eval()
    assert loss(3).item() < 0.95 * before
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in codec.parameters())

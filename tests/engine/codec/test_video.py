"""The video codec: shapes, streaming, batches, stills, statistics, and that it learns."""

import copy
import dataclasses
import functools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from celaje.engine.codec.losses import VideoLossWeights, as_made, video_codec_loss
from celaje.engine.codec.patches import from_patches, to_patches
from celaje.engine.codec.quality import psnr
from celaje.engine.codec.video import TINY_VIDEO, DecodeStream, VideoCodec
from celaje.engine.latents import VIDEO_CHANNELS


def moving_waves(seed: int, *, clips: int = 1, frames: int = 8, rows: int = 2, columns: int = 2) -> Tensor:
    """Smooth moving colour waves [clips, frames, 32 rows, 32 columns, 3] in -1 to 1."""
    generator = torch.Generator().manual_seed(seed)
    angle = torch.rand(clips, 1, 1, 1, 3, 4, generator=generator) * 6.3
    time = torch.arange(frames).view(1, -1, 1, 1, 1) / 12
    y = torch.arange(32 * rows).view(1, 1, -1, 1, 1) / 32
    x = torch.arange(32 * columns).view(1, 1, 1, -1, 1) / 32
    waves = torch.sin(angle[..., 0] + 2 * torch.cos(angle[..., 1]) * x + 2 * torch.cos(angle[..., 2]) * y + 5 * time)
    return 0.8 * waves * torch.cos(angle[..., 3])


def lively_codec() -> VideoCodec:
    """A tiny codec in evaluation mode, all its weights away from zero, so that no path is silent; each its own."""
    return copy.deepcopy(_lively_codec())


@functools.cache
def _lively_codec() -> VideoCodec:
    torch.manual_seed(0)
    codec = VideoCodec(TINY_VIDEO).eval()
    with torch.no_grad():
        for parameter in codec.parameters():
            if parameter.dim() > 1:
                parameter.add_(torch.randn_like(parameter) / parameter[0].numel() ** 0.5)
    codec.measure_latents([moving_waves(7, clips=4)])
    return codec


@given(st.integers(1, 2), st.integers(1, 2), st.integers(1, 3), st.integers(1, 3))
@settings(max_examples=8, deadline=None)
def test_patches_are_a_rearrangement(clips: int, chunks: int, rows: int, columns: int) -> None:
    frames = moving_waves(3, clips=clips, frames=4 * chunks, rows=rows, columns=columns)
    patches = to_patches(frames)
    assert patches.shape == (clips, chunks, rows, columns, 12288)
    assert torch.equal(from_patches(patches), frames)


@given(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
@settings(max_examples=8, deadline=None)
def test_shapes(clips: int, chunks: int, rows: int, columns: int) -> None:
    codec = lively_codec()
    frames = moving_waves(1, clips=clips, frames=4 * chunks, rows=rows, columns=columns)
    latents = codec.encode(frames)
    assert latents.shape == (clips, chunks, rows, columns, VIDEO_CHANNELS)
    assert codec.decode(latents).shape == frames.shape


@pytest.mark.parametrize("shape", [(1, 5, 64, 64, 3), (1, 4, 63, 64, 3), (1, 4, 64, 48, 3)])
def test_what_does_not_divide_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not divide into chunks"):
        VideoCodec(TINY_VIDEO).encode(torch.zeros(shape))


def test_chunks_are_encoded_alone() -> None:
    codec = lively_codec()
    frames = moving_waves(2, frames=12)
    torch.testing.assert_close(codec.encode(frames)[:, 1:2], codec.encode(frames[:, 4:8]))


def test_the_decoder_sees_one_latent_ahead_and_what_came_before() -> None:
    codec = lively_codec()
    latents = torch.randn(1, 5, 1, 1, VIDEO_CHANNELS, generator=torch.Generator().manual_seed(0))
    frames = codec.decode(latents)
    later, earlier = latents.clone(), latents.clone()
    later[:, 3:] += 1
    earlier[:, 0] += 1
    changed_later = (codec.decode(later) - frames).abs().amax((0, 2, 3, 4))
    changed_earlier = (codec.decode(earlier) - frames).abs().amax((0, 2, 3, 4))
    assert torch.all(changed_later[:8] == 0)
    assert torch.all(changed_later[8:12] > 0)
    assert torch.all(changed_earlier[:8] > 0)
    assert torch.all(changed_earlier[17:] == 0)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.integers(1, 2))
@settings(max_examples=12, deadline=None)
def test_a_stream_equals_the_whole(pieces: list[int], clips: int) -> None:
    codec = lively_codec()
    latents = torch.randn(
        clips, sum(pieces), 2, 1, VIDEO_CHANNELS, generator=torch.Generator().manual_seed(len(pieces))
    )
    noise = torch.linspace(0, 1, sum(pieces))[None, :, None, None].expand(latents.shape[:-1])
    stream = DecodeStream(codec)
    frames = [
        stream.push(*piece) for piece in zip(*(torch.split(each, pieces, 1) for each in (latents, noise)), strict=True)
    ]
    assert sum(piece.shape[1] for piece in frames) == 4 * (sum(pieces) - 1)
    streamed = torch.cat([*frames, stream.finish()], 1)
    with torch.no_grad():
        torch.testing.assert_close(streamed, codec.decode(latents, noise), atol=1e-4, rtol=1e-4)


def test_the_decoder_hears_how_much_is_noise() -> None:
    codec = lively_codec()
    latents = codec.encode(moving_waves(3, frames=12))
    noise = torch.zeros(latents.shape[:-1])
    assert torch.equal(codec.decode(latents), codec.decode(latents, noise))
    noise[:, 2] = 0.5
    changed = (codec.decode(latents, noise) - codec.decode(latents)).abs().amax((0, 2, 3, 4))
    assert torch.all(changed[:4] == 0)
    assert torch.all(changed[4:] > 0)


def test_what_a_model_makes_keeps_the_first_channels() -> None:
    generator = torch.Generator().manual_seed(5)
    spread = torch.linspace(4, 0.4, 8)
    latents = 1 + spread * torch.randn(4, 500, 2, 2, 8, generator=generator)
    level = torch.tensor([0.0, 0.6]).repeat(2)[:, None, None, None].expand(latents.shape[:-1])
    made = as_made(latents, level, generator)
    torch.testing.assert_close(made[0::2], latents[0::2])
    clean, noisy = latents[1::2].flatten(0, -2), made[1::2].flatten(0, -2)
    together = ((clean - clean.mean(0)) * (noisy - noisy.mean(0))).mean(0) / clean.std(0) / noisy.std(0)
    torch.testing.assert_close(together, spread**2 / (spread**2 + 0.36), atol=0.05, rtol=0)
    torch.testing.assert_close(noisy.std(0), spread, atol=0, rtol=0.05)


def test_a_stream_without_latents_has_nothing_to_finish() -> None:
    with pytest.raises(ValueError, match="no latents"):
        DecodeStream(lively_codec()).finish()


def test_a_batch_equals_its_clips() -> None:
    codec = lively_codec()
    frames = moving_waves(4, clips=3)
    latents = codec.encode(frames)
    for index in range(3):
        alone = codec.encode(frames[index : index + 1])
        torch.testing.assert_close(latents[index : index + 1], alone, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(codec.decode(latents)[index : index + 1], codec.decode(alone), atol=1e-4, rtol=1e-4)


def test_principal_components_reproduce_a_simple_world() -> None:
    clips = [moving_waves(seed, clips=8, rows=2, columns=3) for seed in range(6)]
    codec = VideoCodec(TINY_VIDEO).eval()
    codec.init_from_clips(clips)
    latents = codec.encode(clips[0])
    assert psnr(codec.decode(latents), clips[0]).min() > 30
    still = clips[1][:, :1].expand(-1, 4, -1, -1, -1)
    assert psnr(codec.decode(codec.encode(still)), still).min() > 20


def test_latents_are_normalised_and_measuring_changes_no_picture() -> None:
    codec = lively_codec()
    frames = moving_waves(9, clips=8)
    before = codec.decode(codec.encode(frames))
    codec.measure_latents([frames])
    latents = codec.encode(frames)
    torch.testing.assert_close(latents.mean((0, 1, 2, 3)), torch.zeros(VIDEO_CHANNELS), atol=1e-3, rtol=0)
    torch.testing.assert_close(latents.square().mean(), torch.ones(()), atol=1e-3, rtol=0)
    torch.testing.assert_close(codec.decode(latents), before, atol=1e-3, rtol=1e-3)


def test_statistics_follow_in_training_only() -> None:
    codec = lively_codec()
    frames = moving_waves(5) + 0.5
    mean = codec.scale.mean.clone()
    codec.encode(frames)
    assert torch.equal(codec.scale.mean, mean)
    codec.train().encode(frames)
    assert not torch.equal(codec.scale.mean, mean)


def test_the_state_is_complete() -> None:
    codec, other = lively_codec(), VideoCodec(TINY_VIDEO).eval()
    other.load_state_dict(codec.state_dict(), strict=True)
    frames = moving_waves(6)
    assert torch.equal(other.decode(other.encode(frames)), codec.decode(codec.encode(frames)))


def test_the_loss_falls_and_is_a_function_of_the_generator() -> None:
    torch.manual_seed(0)
    codec = VideoCodec(TINY_VIDEO)
    frames = moving_waves(8, clips=4).sign() / 2
    codec.init_from_clips([moving_waves(seed, clips=8) for seed in range(8)])
    optimizer = torch.optim.AdamW(codec.parameters(), 1e-3, betas=(0.9, 0.95), weight_decay=0)

    def loss(seed: int) -> Tensor:
        return video_codec_loss(codec, frames, torch.Generator().manual_seed(seed)).total

    codec.eval()
    assert torch.equal(loss(3), loss(3))
    before = loss(3).item()
    codec.train()
    for seed in range(20):
        optimizer.zero_grad()
        loss(seed).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert loss(3).item() < 0.9 * before


def test_every_term_of_the_loss_reaches_the_weights() -> None:
    codec = lively_codec().train()
    weights = VideoLossWeights(consistency=0.1, half_scale_share=1.0)
    frames = moving_waves(8)
    loss = video_codec_loss(codec, frames, torch.Generator().manual_seed(0), weights=weights)
    assert loss.half_scale > 0
    assert loss.consistency > 0
    loss.total.backward()  # type: ignore[no-untyped-call]
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in codec.parameters())


def test_a_linear_encoder_stays_as_it_is() -> None:
    """Latents that were made once stay valid while the decoder goes on learning."""
    torch.manual_seed(0)
    codec = VideoCodec(dataclasses.replace(TINY_VIDEO, encoder_widths=None, encoder_blocks=None))
    frames = moving_waves(8, clips=4)
    codec.init_from_clips([moving_waves(seed, clips=8) for seed in range(8)])
    before = codec.encode(frames)
    optimizer = torch.optim.AdamW([each for each in codec.parameters() if each.requires_grad], 1e-2)
    codec.train()
    for seed in range(3):
        optimizer.zero_grad()
        loss = video_codec_loss(codec, frames, torch.Generator().manual_seed(seed))
        loss.total.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert torch.equal(codec.encode(frames), before)
    assert not torch.equal(codec.decode(before), VideoCodec(codec.config).decode(before))


@torch.no_grad()
def test_what_is_drawn_of_encoded_frames_agrees_with_their_latents() -> None:
    """Whatever the decoder draws, only what no latent tells may be wrong; of what a model made, nothing is certain."""
    torch.manual_seed(0)
    codec = VideoCodec(dataclasses.replace(TINY_VIDEO, encoder_widths=None, encoder_blocks=None)).eval()
    codec.init_from_clips([moving_waves(seed, clips=8) for seed in range(8)])
    torch.nn.init.normal_(codec.decoder.head.weight, std=0.05)
    frames = moving_waves(8, clips=2, frames=12)
    latents = codec.encode(frames)
    noise = torch.zeros(latents.shape[:-1])
    noise[:, 1] = 0.5
    made = codec.decode(latents, noise)
    wrong = (codec.encode(made) - latents).square().mean((0, 2, 3, 4))
    assert wrong[[0, 2]].max() < 1e-3 * wrong[1]
    agreed = codec.linear.agree(made, codec.scale.invert(latents), torch.ones_like(noise))
    error, less = ((each - frames).square().mean((0, 2, 3, 4)) for each in (made, agreed))
    assert torch.all(less[4:8] < error[4:8])
    torch.testing.assert_close(less[8:], error[8:])


@torch.no_grad()
def test_latents_brought_to_rest_are_those_of_the_mean_picture() -> None:
    codec = VideoCodec(dataclasses.replace(TINY_VIDEO, encoder_widths=None, encoder_blocks=None)).eval()
    clips = [torch.randn(600, 4, 32, 32, 3, generator=torch.Generator().manual_seed(4)).cumsum(3) / 32]
    still_clips = [clips[0][:, :1].expand_as(clips[0])]
    codec.init_from_clips([*clips, *still_clips])
    resting = codec.still_map()
    moving, still = (codec.encode(codec.decode(codec.encode(clip[:40]))) for clip in (clips[0], still_clips[0]))

    def apart(one: Tensor, other: Tensor) -> float:
        return float((one - other).square().mean() / other.square().mean())

    assert apart(still @ resting, still) < 0.02
    assert apart(moving @ resting, moving) > 0.1
    assert apart(moving @ resting @ resting, moving @ resting) < 0.05
    frames = codec.decode(moving @ resting)
    assert float(frames.diff(dim=1).square().mean()) < 0.1 * float(frames.var())


def test_latents_in_a_mirror_are_those_of_the_mirrored_picture() -> None:
    codec = VideoCodec(dataclasses.replace(TINY_VIDEO, encoder_widths=None, encoder_blocks=None)).eval()
    clips = [torch.randn(600, 4, 32, 32, 3, generator=torch.Generator().manual_seed(4)).cumsum(3) / 32]
    codec.init_from_clips([*clips, clips[0].flip(3)])
    latents = codec.encode(moving_waves(5, rows=2, columns=3))
    frames = codec.decode(latents)  # what the linear maps keep of the waves
    mirrored = latents.flip(3) @ codec.mirror_map()
    torch.testing.assert_close(mirrored, codec.encode(frames.flip(3)), atol=2e-3, rtol=0)
    assert (latents - mirrored).abs().max() > 0.1
    with pytest.raises(ValueError, match="cannot be mirrored"):
        lively_codec().mirror_map()

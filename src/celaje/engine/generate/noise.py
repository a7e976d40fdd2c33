"""The noise that clips are made from: the same request has the same, whatever else is made."""

from dataclasses import replace

import numpy as np
import torch

from celaje.clip import Request, Size, nearest_bucket
from celaje.engine.latents import AUDIO_CHANNELS, AUDIO_PER_LATENT, PIXELS_PER_LATENT, VIDEO_CHANNELS, ClipLatents

TAKE_SEEDS = 7_919_000_003  # between those of a request's takes; beyond all that people can ask for


def clip_noise(num_latents: int, request: Request, *, take: int = 0) -> ClipLatents:
    """The noise of a whole clip, for its first or another take.

    A request that varies gets some of another seed's, at the same spread.
    """
    bucket, with_sound = nearest_bucket(request.size), request.seconds > 0
    noise = _seeded(num_latents, bucket, request.seed + TAKE_SEEDS * take, with_sound=with_sound)
    if not request.vary:
        return noise
    other = _seeded(num_latents, bucket, request.vary_seed + TAKE_SEEDS * take, with_sound=with_sound)
    turn = torch.tensor(request.vary * np.pi / 2)
    return replace(
        noise,
        video=turn.cos() * noise.video + turn.sin() * other.video,
        audio=turn.cos() * noise.audio + turn.sin() * other.audio,
    )


def _seeded(num_latents: int, bucket: Size, seed: int, *, with_sound: bool) -> ClipLatents:
    """Picture and sound each from its own generator, so that neither depends on the other."""
    rows, columns = bucket.height // PIXELS_PER_LATENT, bucket.width // PIXELS_PER_LATENT
    picture = torch.Generator().manual_seed(seed)
    sound = torch.Generator().manual_seed(seed + 1)
    num_steps = num_latents * AUDIO_PER_LATENT if with_sound else 0
    return ClipLatents(
        video=torch.randn(1, num_latents, rows, columns, VIDEO_CHANNELS, generator=picture),
        audio=torch.randn(1, num_steps, AUDIO_CHANNELS, generator=sound),
    )

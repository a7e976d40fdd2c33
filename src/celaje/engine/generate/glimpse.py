"""Look into a clip while it is made, and stop it: what a live preview and a cancel button need."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.engine.codec.video import VideoCodec
from celaje.engine.generate.engine import Engine
from celaje.engine.latents import ClipLatents


@torch.no_grad()
def glimpse(engine: Engine, estimate: ClipLatents) -> NDArray[np.uint8]:
    """The middle frame [H, W, 3] of an estimate, as `sketch` draws it."""
    middle = estimate.video.shape[1] // 2
    frame = sketch(engine.video, estimate.video[:1, middle : middle + 1].to(engine.device))[0]
    return np.asarray(((frame + 1) * 127.5).round().to(torch.uint8).cpu().numpy())


@torch.no_grad()
def sketch(codec: VideoCodec, latents: Tensor) -> Tensor:
    """The first frames [B, 32 H, 32 W, 3] in -1 to 1 of latents [B, T, H, W, C], through the linear part of the codec
    alone: some milliseconds.
    """
    raw = codec.scale.invert(latents[:, :1])  # [B, 1, H, W, C]
    frames = codec.linear.decode(raw.to(codec.linear.synthesis.weight.dtype))  # [B, 4, 32 H, 32 W, 3]
    return frames[:, 0].float().clamp(-1, 1)


@contextmanager
def interruptible(engine: Engine, check: Callable[[], None]) -> Iterator[None]:
    """Within the block `check` is called before every layer: an exception that it raises ends the work in no time.

    A step takes a second on a small machine, and decoding takes several; a layer takes a few hundredths.
    """
    networks = (engine.text, engine.transformer, engine.video, engine.audio)
    layers = [layer for network in networks for layer in network.modules()]
    hooks = [layer.register_forward_pre_hook(lambda *_: check()) for layer in layers]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()

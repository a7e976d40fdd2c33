"""From latents to frames and samples, as far as a clip is made from its beginning: a long clip is seen while it grows.

It decodes only what is needed. Latent frames that are given anyway, and lie next to nothing made, are passed over.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.engine.codec.video import DecodeStream
from celaje.engine.generate.canvas import SAMPLES_PER_FRAME, Canvas
from celaje.engine.generate.engine import Engine
from celaje.engine.latents import AUDIO_PER_LATENT, FRAMES_PER_LATENT

RUN_UP = 2  # latent frames decoded before those that are wanted: what the decoder carries over fades in them
AT_ONCE = 4  # latent frames: what a CPU's cache holds of them is a twelfth faster than a whole window, to the same bit
MARGIN_STEPS = 8  # of sound, decoded on both sides and cut off: more than the sound codec sees


class Developer:
    """Decodes one canvas from begin to end. `needed` says which latent frames' picture is wanted, [T]."""

    def __init__(self, engine: Engine, canvas: Canvas, needed: Sequence[bool], *, seed: int) -> None:
        self._engine, self._canvas, self._needed = engine, canvas, needed
        self._stream = DecodeStream(engine.video)
        self._next = 0  # latent frame to deliver
        self._pushed = 0  # latent frames given to the stream
        self._extra = 0  # frames of the run-up that come out first
        self._next_step = 0  # of sound
        generator = torch.Generator().manual_seed(seed)
        num_samples = canvas.highest.audio.shape[1] * SAMPLES_PER_FRAME
        self._hiss = torch.randn(num_samples, generator=generator)

    def frames(self, ready: int) -> Iterator[NDArray[np.uint8] | int]:
        """What can be seen now that `ready` latent frames are made: frames [F, H, W, 3], or how many are passed over.

        A chunk needs the latent after it, so the last one waits for the whole clip; a loop waits altogether.
        """
        total = self._canvas.num_latents
        if ready < total and self._canvas.loop:
            return
        until = total if ready == total else ready - 1
        while self._next < until:
            wanted = self._needed[self._next]
            end = self._next
            while end < until and self._needed[end] == wanted:
                end += 1
            yield self._decoded(end) if wanted else (end - self._next) * FRAMES_PER_LATENT
            self._next = end

    def samples(self, ready: int) -> NDArray[np.float32]:
        """The sound [S] that can be heard now that `ready` latent frames are made."""
        total = self._canvas.num_latents
        if ready < total and self._canvas.loop:
            return np.zeros(0, np.float32)
        last = total * AUDIO_PER_LATENT
        end = last if ready == total else max(self._next_step, ready * AUDIO_PER_LATENT - MARGIN_STEPS)
        begin, self._next_step = self._next_step, end
        if begin == end or not self._canvas.has_sound:
            return np.zeros(0, np.float32)
        steps = torch.arange(begin - MARGIN_STEPS, end + MARGIN_STEPS)
        steps = steps % last if self._canvas.loop else steps[(steps >= 0) & (steps < last)]
        latents = self._canvas.known.audio[:, steps]
        hiss = self._hiss.view(last, SAMPLES_PER_FRAME)[steps].reshape(1, -1)
        made = self._engine.audio.synthesize(latents.to(self._engine.device), hiss.to(self._engine.device)).samples[0]
        skip = int((steps == begin).nonzero()[0]) * SAMPLES_PER_FRAME
        return np.asarray(made[skip : skip + (end - begin) * SAMPLES_PER_FRAME].clamp(-1, 1).cpu().numpy())

    def _decoded(self, end: int) -> NDArray[np.uint8]:
        """The frames of the next latent frames up to `end`; the stream is one ahead of them."""
        total, loop = self._canvas.num_latents, self._canvas.loop
        if self._pushed <= self._next:
            self._stream = DecodeStream(self._engine.video)
            begin = self._next - RUN_UP if loop else max(0, self._next - RUN_UP)
            self._extra = (self._next - begin) * FRAMES_PER_LATENT
            self._pushed = begin
        upto = end + 1 if loop or end < total else total
        made = [
            self._stream.push(*self._latents(begin, min(begin + AT_ONCE, upto)))
            for begin in range(self._pushed, upto, AT_ONCE)
        ]
        self._pushed = upto
        if upto == end:
            made.append(self._stream.finish())
        frames = _pixels(torch.cat(made, 1))[self._extra :]
        self._extra = 0
        return frames

    def _latents(self, begin: int, end: int) -> tuple[Tensor, Tensor]:
        """Latents of the picture and how much of each is noise."""
        places = torch.arange(begin, end) % self._canvas.num_latents
        noise = self._engine.sampling.decoder_noise * self._canvas.invented[:, places]
        return self._canvas.known.video[:, places].to(self._engine.device), noise.to(self._engine.device)


def _pixels(frames: Tensor) -> NDArray[np.uint8]:
    """[1, F, H, W, 3] in -1 to 1 as bytes [F, H, W, 3]."""
    pixels = ((frames[0].clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu().numpy()
    return np.asarray(pixels)

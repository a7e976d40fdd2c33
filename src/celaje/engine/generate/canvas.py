"""The canvas: a whole clip's latents, and how noisy each token of picture and sound may start.

This is where a task ends: whatever was asked for, from here on there are only tokens that are known (level 0), to be
changed (in between) or to be made (1). It does not know windows, steps or files.

Strength goes to noise by the schedule that sampling walks, so a strength of s leaves the last 1 - s of all steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Known, Request, nearest_bucket
from celaje.engine.generate.engine import Engine
from celaje.engine.latents import (
    AUDIO_CHANNELS,
    AUDIO_PER_LATENT,
    FRAMES_PER_LATENT,
    LATENTS_PER_SECOND,
    PIXELS_PER_LATENT,
    VIDEO_CHANNELS,
    ClipLatents,
    NoiseLevels,
    StillLatents,
)

SAMPLES_PER_FRAME = SAMPLE_RATE // FRAMES_PER_SECOND
CHUNKS_AT_ONCE = 8  # how many latent frames of a given clip are encoded together


@dataclass(frozen=True, kw_only=True)
class Given:
    """A `Known` piece as arrays: a picture or a clip in the size of the model's bucket, or a sound."""

    piece: Known
    frames: NDArray[np.uint8] | None = None  # [F, H, W, 3] at 12 a second; F is 1 for a picture
    samples: NDArray[np.float32] | None = None  # [S] at 24 kHz
    inside: NDArray[np.float32] | None = None  # [H, W] 1 in the piece's region, 0 outside


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """Tensors of one clip [1, T, ...] on the CPU, written to while it is made. Its first `lead` frames are not shown:
    they bring the seam of a given clip to the edge of a latent frame.
    """

    known: ClipLatents
    highest: NoiseLevels
    invented: Tensor  # [1, T, H, W] how much of each token of the picture the model makes; 0 is given
    stills: StillLatents | None  # given pictures, on the canvas' clock
    lead: int
    num_frames: int
    loop: bool

    def copy(self) -> "Canvas":
        """A canvas of its own with the same on it."""
        return replace(
            self,
            known=self.known.map(torch.clone),
            highest=NoiseLevels(video=self.highest.video.clone(), audio=self.highest.audio.clone()),
            invented=self.invented.clone(),
        )

    @property
    def num_latents(self) -> int:
        """Latent frames, T."""
        return self.known.video.shape[1]

    def is_open(self, *, with_sound: bool) -> list[bool]:
        """Which latent frames have something to make, [T]."""
        picture = self.highest.video.amax((0, 2, 3)) > 0  # [T]
        sound = self.highest.audio.view(1, self.num_latents, -1).amax((0, 2)) > 0 if self.has_sound else picture
        return [bool(one) for one in (picture | sound if with_sound else picture)]

    @property
    def has_sound(self) -> bool:
        """Whether there are sound tokens: a still has none."""
        return self.highest.audio.shape[1] > 0

    @property
    def anchor(self) -> int:
        """The first latent frame whose picture is known; 0 when none is, and in a loop, where any will do."""
        sure = (self.highest.video.amax((0, 2, 3)) == 0).nonzero()
        return int(sure[0]) if len(sure) and not self.loop else 0


@torch.no_grad()
def lay(engine: Engine, request: Request, given: Sequence[Given]) -> Canvas:
    """The canvas of a request with what is `given` for its known pieces. Raises ValueError when they do not match."""
    if [piece.piece for piece in given] != list(request.known):
        raise ValueError("what is given is not what the request calls known")
    bucket = nearest_bucket(request.size)
    rows, columns = bucket.height // PIXELS_PER_LATENT, bucket.width // PIXELS_PER_LATENT
    num_frames = max(1, round(request.seconds * FRAMES_PER_SECOND))
    if request.loop:
        num_frames = max(1, round(num_frames / FRAMES_PER_LATENT)) * FRAMES_PER_LATENT
    lead = 0 if request.loop else _lead(given)
    num_latents = -(-(lead + num_frames) // FRAMES_PER_LATENT)
    num_steps = num_latents * AUDIO_PER_LATENT if request.seconds else 0
    video, audio = torch.zeros(num_latents, rows, columns, VIDEO_CHANNELS), torch.zeros(num_steps, AUDIO_CHANNELS)
    strengths = NoiseLevels(video=torch.zeros(num_latents, rows, columns), audio=torch.zeros(num_steps))
    pictures: list[tuple[float, Tensor]] = []
    for one in given:
        first = lead + round(one.piece.at_s * FRAMES_PER_SECOND)
        if one.frames is not None:
            if one.frames.shape[1:] != (bucket.height, bucket.width, 3):
                raise ValueError(f"{one.piece.source} was brought to {one.frames.shape}: the model works in {bucket}")
            if one.piece.is_picture:
                first = min(first, lead + num_frames - 1)
                values, covered = _picture(engine, one.frames), torch.ones(1)
                if not one.piece.is_hint:
                    pictures.append((first / FRAMES_PER_SECOND, values[0]))
            else:
                values, covered = _encoded(engine, one.frames, first % FRAMES_PER_LATENT)
            strength = _strengths(one, first, lead, covered, (rows, columns))
            _lay_over(video, strengths.video, values, strength, first // FRAMES_PER_LATENT)
        if one.samples is not None:
            values = _heard(engine, one.samples)
            at_s = one.piece.at_s + (torch.arange(len(values)) + 0.5) / FRAMES_PER_SECOND
            strength = torch.tensor([one.piece.strength_at(second) for second in at_s.tolist()])
            _lay_over(audio, strengths.audio, values, strength, first)
    highest = NoiseLevels(
        video=_levels(strengths.video, engine.sampling.shift)[None],
        audio=_levels(strengths.audio, engine.sampling.shift)[None],
    )
    return Canvas(
        known=ClipLatents(video=video[None], audio=audio[None]),
        highest=highest,
        invented=highest.video.clone(),
        stills=_stills(pictures),
        lead=lead,
        num_frames=num_frames,
        loop=request.loop,
    )


def _lead(given: Sequence[Given]) -> int:
    """How many frames the canvas begins early, so that the first seam of a kept clip lies between latent frames."""
    clips = [one for one in given if one.frames is not None and one.piece.is_kept]
    if not clips:
        return 0
    first = min(clips, key=lambda one: one.piece.at_s)
    assert first.frames is not None, "a clip has frames"
    seam = round(first.piece.at_s * FRAMES_PER_SECOND) or len(first.frames)
    return -seam % FRAMES_PER_LATENT


def _levels(strengths: Tensor, shift: float) -> Tensor:
    """Noise levels of strengths: as time is shifted in sampling, see `sampling.times`."""
    rest = 1 - strengths
    return shift * rest / (1 + (shift - 1) * rest)


def _picture(engine: Engine, frames: NDArray[np.uint8]) -> Tensor:
    """A picture as the model learned to see one: a chunk of equal frames, [1, H, W, C]."""
    return _encode(engine, np.repeat(frames[:1], FRAMES_PER_LATENT, axis=0))


def _encoded(engine: Engine, frames: NDArray[np.uint8], ahead: int) -> tuple[Tensor, Tensor]:
    """A clip that begins `ahead` frames into a chunk: latents [T, H, W, C], and [T] the share that is really there.

    The rest of the first and last chunk are the clip's first and last frame again.
    """
    after = -(ahead + len(frames)) % FRAMES_PER_LATENT
    padded = np.pad(frames, ((ahead, after), (0, 0), (0, 0), (0, 0)), mode="edge")
    step = CHUNKS_AT_ONCE * FRAMES_PER_LATENT
    values = torch.cat([_encode(engine, padded[at : at + step]) for at in range(0, len(padded), step)])
    there = F.pad(torch.ones(len(frames)), (ahead, after))
    return values, there.view(-1, FRAMES_PER_LATENT).mean(1)


def _encode(engine: Engine, frames: NDArray[np.uint8]) -> Tensor:
    pixels = torch.from_numpy(frames).to(engine.device).float() / 127.5 - 1
    return engine.video.encode(pixels[None])[0].float().cpu()


def _heard(engine: Engine, samples: NDArray[np.float32]) -> Tensor:
    """Sound latents [S, A] of samples; what does not fill a step is left out."""
    whole = len(samples) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
    if not whole:
        return torch.zeros(0, AUDIO_CHANNELS)
    return engine.audio.encode(torch.from_numpy(samples[:whole])[None].to(engine.device))[0].float().cpu()


def _strengths(one: Given, first: int, lead: int, covered: Tensor, grid: tuple[int, int]) -> Tensor:
    """How strongly each token of a given picture or clip is kept, [T, H, W]."""
    begin = first // FRAMES_PER_LATENT / LATENTS_PER_SECOND - lead / FRAMES_PER_SECOND
    middles_s = [begin + (at + 0.5) / LATENTS_PER_SECOND for at in range(len(covered))]
    values = torch.tensor([one.piece.strength_at(max(0.0, second)) for second in middles_s])
    strengths = values[:, None, None].expand(-1, *grid)  # [T, H, W]
    if one.inside is not None:
        pixels = torch.from_numpy(one.inside)[None, None]
        changed = F.max_pool2d(pixels, PIXELS_PER_LATENT)[0, 0] > 0  # [H, W]
        strengths = torch.where(changed, strengths, torch.ones(()))
    return strengths * covered[:, None, None]


def _lay_over(values: Tensor, strengths: Tensor, new: Tensor, new_strengths: Tensor, first: int) -> None:
    """Lay new latents over those from `first` on, with what hangs over cut off.

    They get their strength's share; what both pull at is left to the model: two equal halves leave nothing known.
    """
    begin, end = max(0, first), min(len(values), first + len(new))
    if begin >= end:
        return
    new, mine = new[begin - first : end - first], new_strengths[begin - first : end - first]
    left = strengths[begin:end] * (1 - mine)
    share = (mine / (mine + left).clamp_min(1e-6))[..., None]
    values[begin:end] = values[begin:end] * (1 - share) + new * share
    strengths[begin:end] = (mine - left).abs()


def _stills(pictures: list[tuple[float, Tensor]]) -> StillLatents | None:
    if not pictures:
        return None
    ordered = sorted(pictures, key=lambda pair: pair[0])
    time_s = torch.tensor([[at_s for at_s, _ in ordered]])
    values = torch.stack([values for _, values in ordered])[None]
    return StillLatents(values=values, time_s=time_s, role=torch.zeros_like(time_s, dtype=torch.long))

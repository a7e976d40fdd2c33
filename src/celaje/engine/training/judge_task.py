"""How the judge learns: latents of real clips of all combinations in, the world's truth as the answer.

One clip in `VALIDATION` is never trained on, in both splits: how well the judge does on these is how far to trust it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from celaje.engine.data import LatentShards
from celaje.engine.evaluate.judge import Judge, Truths, judge_accuracy, judge_loss, truths
from celaje.engine.latents import AUDIO_PER_LATENT, ClipLatents
from celaje.engine.training.loop import step_generator
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import JudgeStage
from celaje.engine.world.captions.labels import Labels

VALIDATION = 7
MOST_NOISE = 0.2  # of each channel's spread: generated clips are never quite like real ones
STILLS = 0.55  # of the batches: they show most scenes
NUM_MEASURED = 64  # clips of each length
NUM_SHOWN, SHOWN_BATCH = 8, 32  # batches of each length


class JudgeTask:
    """A `Task` of the loop. `data` and `unseen` hold different clips, see `is_unseen`."""

    def __init__(
        self,
        model: Judge,
        stage: JudgeStage,
        data: LatentShards,
        unseen: LatentShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.unseen = model.to(device), stage, data, unseen
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(
            model, stage.optimizer, is_matrix=lambda name: ".layers." in name and name.endswith("weight")
        )
        generator = torch.Generator().manual_seed(seed)
        lengths = sorted({shape[0] for shape in data.shapes})
        some = [self._draw(data, self._shape(data, generator, length), NUM_MEASURED, generator) for length in lengths]
        model.measure([clips for clips, _ in some])

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The judge's losses on one random batch, seen through noise and sometimes cut short."""
        generator = step_generator(self.seed, step)
        shape = self._shape(self.data, generator)
        T, H, W = shape
        clips, truth = self._draw(self.data, shape, max(1, round(self.stage.tokens / (T * H * W))), generator)
        # A clip may have a cut, and the truth is that of its first shot: so it is the end that goes.
        kept = int(torch.randint((T + 1) // 2, T + 1, (), generator=generator))
        clips = replace(clips, video=clips.video[:, :kept], audio=clips.audio[:, : kept * AUDIO_PER_LATENT])
        noise = ClipLatents(
            video=_noise(clips.video, generator).to(self.device) * self.model.video_spread,
            audio=_noise(clips.audio, generator).to(self.device) * self.model.audio_spread,
        )
        with torch.autocast(self.device.type, torch.bfloat16):
            return vars(judge_loss(self.model, clips, truth, noise=noise))

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """The share of right answers on clips never trained on, of stills ("still/...") and of moving clips."""
        generator = torch.Generator().manual_seed(1)
        values: dict[str, list[float]] = {}
        for length in sorted({shape[0] for shape in self.unseen.shapes}):
            for _ in range(NUM_SHOWN):
                shape = self._shape(self.unseen, generator, length)
                clips, truth = self._draw(self.unseen, shape, SHOWN_BATCH, generator)
                for name, value in judge_accuracy(self.model, clips, truth).items():
                    values.setdefault(f"still/{name}" if length == 1 else name, []).append(value)
        return {name: sum(parts) / len(parts) for name, parts in values.items()}

    def _shape(self, data: LatentShards, generator: torch.Generator, length: int | None = None) -> tuple[int, ...]:
        """A shape of clips of `length`; when none is given, of stills half of the time. More clips come more often."""
        stills = torch.tensor([float(shape[0] == 1) for shape in data.shapes])
        if length is not None:
            fits = torch.tensor([float(shape[0] == length) for shape in data.shapes])
        elif 0 < stills.sum() < len(stills):
            fits = stills if float(torch.rand((), generator=generator)) < STILLS else 1 - stills
        else:
            fits = torch.ones_like(stills)
        return data.shapes[int(torch.multinomial(data.shape_weights() * fits, 1, generator=generator))]

    def _draw(
        self, data: LatentShards, shape: Sequence[int], batch: int, generator: torch.Generator
    ) -> tuple[ClipLatents, Truths]:
        drawn = data.draw(tuple(shape), batch, shape[0], generator)
        truth = truths([labels_of(facts) for facts in drawn.facts])
        return drawn.clips.map(lambda values: values.to(self.device)), truth.to(self.device)


def labels_of(facts: Mapping[str, Any]) -> Labels:
    """The labels that were stored in a shard's facts."""
    return Labels(one=facts["one"], many={slot: frozenset(numbers) for slot, numbers in facts["many"].items()})


def is_unseen(facts: Mapping[str, Any]) -> bool:
    """Whether the judge is never trained on this clip."""
    return bool(facts["seed"] % VALIDATION == 3)


def judge_data(folder: Path, *, mirror: Tensor | None = None) -> tuple[LatentShards, LatentShards]:
    """The clips that the judge learns from and those it never sees, of all combinations that were made in `folder`.

    It learns from some in a `mirror`, see `LatentShards`.
    """
    both = (folder / "latents", folder / "latents-held-out")
    learned = LatentShards(*both, keep=lambda facts: not is_unseen(facts), mirror=mirror)
    return learned, LatentShards(*both, keep=is_unseen)


def _noise(values: Tensor, generator: torch.Generator) -> Tensor:
    """Noise like `values` [B, ...], of another strength for each clip."""
    strength = MOST_NOISE * torch.rand(len(values), generator=generator)
    return torch.randn(values.shape, generator=generator) * strength.view(-1, *[1] * (values.ndim - 1))

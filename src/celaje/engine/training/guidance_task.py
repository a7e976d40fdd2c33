"""How the transformer learns to answer as guidance would, in one pass instead of two: a step then costs half.

A copy that no longer learns is asked with and without the prompt; what guidance makes of both answers is what the other
one should say when it is told the factor (Meng et al. 2023, arXiv 2210.03142, section 3.1). Some of the time the factor
is 1, so the plain answers stay.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from celaje.engine.data import LatentShards
from celaje.engine.latents import ClipLatents, Guidance, TextTokens
from celaje.engine.model import Transformer
from celaje.engine.precision import mixed_precision
from celaje.engine.training.ahead import Ahead
from celaje.engine.training.loop import step_generator
from celaje.engine.training.recipe import GuidanceStage
from celaje.engine.training.samples import Sample, Samples
from celaje.engine.training.transformer_task import (
    channel_weights,
    transformer_optimizers,
    velocity_losses,
)

PLAIN = 0.2  # of the clips are asked for without guidance
ALIKE = 0.6  # of them have one factor for picture and sound
SHOWN_FACTOR = 3.0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked: samples, by these factors away from what is said of them without a prompt."""

    sample: Sample
    unsaid: TextTokens
    guidance: Guidance


class GuidanceTask:
    """A `Task` of the loop. `model` begins as a copy of the `teacher`; `num_channels` of the picture are pushed."""

    def __init__(
        self,
        model: Transformer,
        teacher: Transformer,
        stage: GuidanceStage,
        samples: Samples,
        held_out: LatentShards,
        *,
        num_channels: int,
    ) -> None:
        self.model, self.teacher, self.num_channels = (
            model,
            teacher.eval().requires_grad_(requires_grad=False),
            num_channels,
        )
        self.samples, self.held_out = samples, held_out
        self.channel_weights = channel_weights(teacher.video_spread, samples.stage.leading)
        self.optimizers = transformer_optimizers(model, stage.optimizer)
        self.ahead = Ahead(self._draw, samples.device)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """Velocity losses of the batch of this number, against what guidance makes of the teacher's answers."""
        asked = self.ahead.get(step)
        estimate, wanted = self._answer(asked), self._guided(asked)
        audio_weight = self.samples.stage.audio_weight
        return velocity_losses(estimate, wanted, asked.sample, channels=self.channel_weights, audio_weight=audio_weight)

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """How much of the push is lacking, for held-out clips at fixed noise levels: 1 is a plain answer, 0 is all."""
        values: dict[str, list[float]] = {}
        with torch.compiler.set_stance("force_eager") if self.samples.stage.compiled else nullcontext():
            for level, sample in self.samples.held_out(self.held_out):
                factor = torch.full((len(sample.text.values),), SHOWN_FACTOR, device=self.samples.device)
                asked = self._asked(sample, Guidance(video=factor, audio=factor))
                wanted, plain, estimate = self._guided(asked), self._plain(sample), self._answer(asked)
                for name in ("video", "audio"):
                    is_, was, will = (getattr(one, name) for one in (estimate, plain, wanted))
                    if was.numel():
                        lacking = (is_ - will).square().mean() / (was - will).square().mean().clamp_min(1e-12)
                        values.setdefault(f"{name}_lacking_{level:g}", []).append(float(lacking))
        return {name: sum(parts) / len(parts) for name, parts in values.items()}

    def _draw(self, step: int) -> Asked:
        sample, generator = self.samples.draw(step), step_generator(self.samples.seed + 1, step)
        return self._asked(sample, self._draw_factors(len(sample.text.values), generator))

    def _draw_factors(self, count: int, generator: torch.Generator) -> Guidance:
        """Factors of picture and sound for so many clips."""
        largest = self.model.config.guidance
        factors = 1 + (largest - 1) * torch.rand(2, count, generator=generator)
        factors[1] = torch.where(torch.rand(count, generator=generator) < ALIKE, factors[0], factors[1])
        factors[:, torch.rand(count, generator=generator) < PLAIN] = 1
        video, audio = factors.to(self.samples.device)
        return Guidance(video=video, audio=audio)

    def _asked(self, sample: Sample, guidance: Guidance) -> Asked:
        count = len(sample.text.values)
        return Asked(sample=sample, unsaid=self.samples.read([""] * count, torch.zeros(count)), guidance=guidance)

    def _answer(self, asked: Asked) -> ClipLatents:
        sample = asked.sample
        with mixed_precision(self.samples.device):
            result: ClipLatents = self.model(sample.noisy, sample.levels, sample.text, sample.stills, asked.guidance)
        return result

    @torch.no_grad()
    def _plain(self, sample: Sample) -> ClipLatents:
        with mixed_precision(self.samples.device):
            result: ClipLatents = self.teacher(sample.noisy, sample.levels, sample.text, sample.stills)
        return result

    @torch.no_grad()
    def _guided(self, asked: Asked) -> ClipLatents:
        """What guidance makes of the teacher's answers."""
        sample, guidance = asked.sample, asked.guidance
        there, away = self._plain(sample), self._plain(replace(sample, text=asked.unsaid))
        video, audio = guidance.video.view(-1, 1, 1, 1, 1), guidance.audio.view(-1, 1, 1)
        pushed = away.video + video * (there.video - away.video)
        pushed = torch.cat([pushed[..., : self.num_channels], there.video[..., self.num_channels :]], -1)
        return replace(there, video=pushed, audio=away.audio + audio * (there.audio - away.audio))

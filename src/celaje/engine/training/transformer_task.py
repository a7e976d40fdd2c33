"""How the transformer learns: noise each token by a drawn pattern, ask for the clean clip, weigh the velocity error."""

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import torch
from torch import Tensor

from celaje.engine.data import LatentShards
from celaje.engine.latents import AUDIO_CHANNELS, AUDIO_PER_LATENT, VIDEO_CHANNELS, ClipLatents, NoiseLevels, no_text
from celaje.engine.model import Transformer
from celaje.engine.precision import mixed_precision
from celaje.engine.training.optimizer import OptimizerConfig, build_optimizers
from celaje.engine.training.samples import Sample, Samples

SMALLEST_LEVEL = 0.02  # tokens below it are known and ask nothing
NUM_MEASURED = 4  # batches of each length, for the spread of the channels
NUM_SHOWN = 8  # clips of noise, latents of each, rows and columns, for the compiler


class TransformerTask:
    """A `Task` of the loop. `model` is ready (see `make_ready`); `held_out` are clips of combinations that are never
    trained on.
    """

    def __init__(self, model: Transformer, samples: Samples, held_out: LatentShards) -> None:
        self.model, self.samples, self.stage, self.held_out = model, samples, samples.stage, held_out
        generator = torch.Generator().manual_seed(samples.seed)
        lengths = [((length, 1.0),) for length, _ in self.stage.lengths]
        some = [samples.batch(samples.data, one, generator) for one in lengths for _ in range(NUM_MEASURED)]
        model.measure([batch.clips for batch in some])
        self.channel_weights = channel_weights(model.video_spread, self.stage.leading)
        self.optimizers = transformer_optimizers(model, self.stage.optimizer)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """Velocity losses of the batch of this number."""
        return self._velocity_losses(self.samples.get(step), channels=self.channel_weights)

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """Velocity losses on held-out clips at fixed noise levels."""
        values: dict[str, list[float]] = {}
        # Compiling once more for these few batches takes longer than they do.
        with torch.compiler.set_stance("force_eager") if self.stage.compiled else nullcontext():
            for level, sample in self.samples.held_out(self.held_out):
                for name, value in self._velocity_losses(sample, channels=None).items():
                    values.setdefault(f"{name}_{level:g}", []).append(float(value))
        return {name: sum(parts) / len(parts) for name, parts in values.items()}

    def _velocity_losses(self, sample: Sample, *, channels: Tensor | None) -> Mapping[str, Tensor]:
        """Named losses; what is shown has no weights of `channels`: it can be compared, whatever is trained for."""
        with mixed_precision(self.samples.device):
            estimate = self.model(sample.noisy, sample.levels, sample.text, sample.stills)
        return velocity_losses(estimate, sample.clean, sample, channels=channels, audio_weight=self.stage.audio_weight)


def make_ready(model: Transformer, device: torch.device, *, compiled: bool, learns: bool = True) -> None:
    """Move the model to where it learns, choose its attention, and compile its blocks if wanted: half a minute, once,
    whatever the shapes that come. It is shown noise for that, so that data can be made meanwhile. One that only answers
    is compiled for that.
    """
    model.to(device).train(learns).requires_grad_(learns)
    if device.type != "cpu":
        model.use_fastest_attention()
    if not compiled:
        return
    # Attention stays out of compiled graphs, which then need not know the bias.
    model.attention = torch.compiler.disable(model.attention)  # type: ignore[no-untyped-call]
    for block in model.blocks:
        block.compile(dynamic=True)
    for num_latents in (1, NUM_SHOWN):
        num_steps = AUDIO_PER_LATENT * num_latents * (num_latents > 1)  # a still is silent
        clips = ClipLatents(
            video=torch.randn(NUM_SHOWN, num_latents, NUM_SHOWN, NUM_SHOWN, VIDEO_CHANNELS, device=device),
            audio=torch.randn(NUM_SHOWN, num_steps, AUDIO_CHANNELS, device=device),
        )
        levels = NoiseLevels(
            video=torch.ones(clips.video.shape[:-1], device=device),
            audio=torch.ones(clips.audio.shape[:-1], device=device),
        )
        with mixed_precision(device), torch.set_grad_enabled(learns):
            estimate = model(clips, levels, no_text(NUM_SHOWN, model.config.text_width, device=device).padded(16))
        if learns:
            (estimate.video.sum() + estimate.audio.sum()).backward()
    model.zero_grad()


def velocity_losses(
    estimate: ClipLatents, wanted: ClipLatents, sample: Sample, *, channels: Tensor | None, audio_weight: float
) -> dict[str, Tensor]:
    """`velocity_error` of the picture and of the sound, as far as a sample has them, and their sum as "total"."""
    levels = sample.levels
    if wanted.video.shape[2] == 0:
        audio = velocity_error(estimate.audio, wanted.audio, levels.audio)
        return {"total": audio_weight * audio, "audio_alone": audio}
    video = velocity_error(estimate.video, wanted.video, levels.video, sample.weights, channels)
    if wanted.audio.shape[1] == 0:
        return {"total": video, "video": video}
    audio = velocity_error(estimate.audio, wanted.audio, levels.audio)
    return {"total": video + audio_weight * audio, "video": video, "audio": audio}


def velocity_error(
    estimate: Tensor, clean: Tensor, level: Tensor, weights: Tensor | None = None, channels: Tensor | None = None
) -> Tensor:
    """Mean of |x_hat - x|^2 / t^2 over the tokens that are noisy.

    [..., C], levels and `weights` of tokens [...], weights of `channels` [C].
    """
    counted = (level > SMALLEST_LEVEL).float()
    if weights is not None:
        counted = counted * weights
    squared = (estimate - clean).square()
    squared = squared if channels is None else squared * channels
    error = squared.mean(-1) / level.clamp_min(SMALLEST_LEVEL).square()
    return (error * counted).sum() / counted.sum().clamp_min(1)


def transformer_optimizers(model: Transformer, config: OptimizerConfig) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the blocks; the picture's last layer is slow: `precondition` makes it loud."""
    return build_optimizers(
        model,
        config,
        is_matrix=lambda name: name.startswith("blocks.") and name.endswith(".weight"),
        is_slow=lambda name: name.startswith("video_out."),
    )


def channel_weights(spread: Tensor, power: float) -> Tensor:
    """[C]: the spread to this power, scaled so that clean latents keep their size as a whole."""
    weights = spread**power
    return weights * (spread.square().sum() / (weights * spread.square()).sum())

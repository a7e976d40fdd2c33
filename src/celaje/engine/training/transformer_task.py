"""How the transformer learns: noise each token by a drawn pattern, ask for the clean clip, weigh the velocity error."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from celaje.engine.data import LatentBatch, LatentShards
from celaje.engine.generate.reading import encode_prompts
from celaje.engine.latents import (
    AUDIO_CHANNELS,
    AUDIO_PER_LATENT,
    VIDEO_CHANNELS,
    ClipLatents,
    NoiseLevels,
    StillLatents,
    TextTokens,
    no_text,
)
from celaje.engine.model import Transformer
from celaje.engine.sampling import blend
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import Tokenizer
from celaje.engine.training.ahead import Ahead
from celaje.engine.training.loop import step_generator
from celaje.engine.training.noise import NoiseMix, draw_levels
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import TransformerStage

SMALLEST_LEVEL = 0.02  # tokens below it are known and ask nothing
SHOWN_LEVELS = (0.3, 0.6, 0.85)
NUM_MEASURED = 4  # batches of each length, for the spread of the channels
FIRST_STILL_ALONE = 0.6
REFRESH_BATCHES = 500
NUM_SHOWN = 8  # clips of noise, latents of each, rows and columns, for the compiler
STILL_NOISE = 0.3  # at most, beside latents of spread 1
#: A still has no sound and no other frames to know.
STILL_MIX = NoiseMix(
    together=0.95, apart=0.0, sound_for_picture=0.0, picture_for_sound=0.0, extend=0.0, between=0.0, inpaint=0.05,
    per_frame=0.0,
)  # fmt: skip

SOUND_MIX = NoiseMix(
    together=0.0, apart=0.8, sound_for_picture=0.0, picture_for_sound=0.0, extend=0.1, between=0.0, inpaint=0.0,
    per_frame=0.1,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Sample:
    """What the model is shown and what it should have said."""

    clean: ClipLatents
    noisy: ClipLatents
    levels: NoiseLevels
    weights: Tensor  # [B, T, H, W] how much each token of the picture counts
    text: TextTokens
    stills: StillLatents | None


class TransformerTask:
    """A `Task` of the loop. `model` is ready (see `make_ready`); `held_out` are clips of combinations that are never
    trained on.

    While data are `growing`, what came is read now and then; batches then depend on when it came, too.
    """

    def __init__(
        self,
        model: Transformer,
        stage: TransformerStage,
        data: LatentShards,
        held_out: LatentShards,
        tokenizer: Tokenizer,
        text: TextEncoder,
        *,
        seed: int,
        device: torch.device,
        growing: bool = False,
    ) -> None:
        self.model, self.growing = model, growing
        self.stage, self.data, self.held_out = stage, data, held_out
        self.tokenizer, self.text = tokenizer, text.to(device).eval()
        self.seed, self.device = seed, device
        generator = torch.Generator().manual_seed(seed)
        lengths = [length for length, _ in stage.lengths]
        some = [self._batch(data, ((length, 1.0),), generator) for length in lengths for _ in range(NUM_MEASURED)]
        model.measure([batch.clips for batch in some])
        self.channel_weights = _channel_weights(model.video_spread, stage.leading)
        self.optimizers = build_optimizers(
            model,
            stage.optimizer,
            is_matrix=lambda name: name.startswith("blocks.") and name.endswith(".weight"),
            is_slow=lambda name: name.startswith("video_out."),  # `precondition` makes it loud
        )
        self.ahead = Ahead(self._draw, device)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """Velocity losses of the batch of this number."""
        return self._velocity_losses(self.ahead.get(step), channels=self.channel_weights)

    def _draw(self, number: int) -> _Sample:
        """What the batch of this number shows."""
        if self.growing and number % REFRESH_BATCHES == 0:
            self.data.refresh()
        generator = step_generator(self.seed, number)
        alone = self._chance(self.stage.sound_alone, generator)
        batch = self._sounds(generator) if alone else self._batch(self.data, self.stage.lengths, generator)
        T, H, W = batch.clips.video.shape[1:4]
        mix = SOUND_MIX if H == 0 else self.stage.mix if T > 1 else STILL_MIX
        levels = draw_levels(mix, (len(batch.captions), T, max(1, H), max(1, W)), generator)
        levels = NoiseLevels(video=levels.video[:, :, :H, :W], audio=levels.audio)
        return self._sample(batch, generator, levels, 1 + self.stage.subject_weight * batch.subjects)

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """Velocity losses on held-out clips at fixed noise levels."""
        generator = torch.Generator().manual_seed(1)
        values: dict[str, list[float]] = {}
        # Compiling once more for these few batches takes longer than they do.
        with torch.compiler.set_stance("force_eager") if self.stage.compiled else nullcontext():
            for level in SHOWN_LEVELS:
                for _ in range(4):
                    batch = self._batch(self.held_out, self.stage.lengths, generator)
                    video, audio = batch.clips.video.shape[:-1], batch.clips.audio.shape[:-1]
                    levels = NoiseLevels(video=torch.full(video, level), audio=torch.full(audio, level))
                    sample = self._sample(batch, generator, levels, torch.ones_like(batch.subjects))
                    for name, value in self._velocity_losses(sample, channels=None).items():
                        values.setdefault(f"{name}_{level:g}", []).append(float(value))
        return {name: sum(parts) / len(parts) for name, parts in values.items()}

    def _batch(
        self, data: LatentShards, lengths: tuple[tuple[int, float], ...], generator: torch.Generator
    ) -> LatentBatch:
        """Clips of one shape; their number keeps the count of video tokens about constant."""
        wanted = torch.tensor([share for _, share in lengths])
        num_latents = lengths[int(torch.multinomial(wanted, 1, generator=generator))][0]
        fits = torch.tensor(
            [
                float(shape[0] >= num_latents and (shape[0] == 1) == (num_latents == 1) and shape[1] > 0)
                for shape in data.shapes
            ]
        )
        weights = data.shape_weights() * fits
        if not weights.any():
            raise ValueError(f"no clip of {num_latents} latent frames in the data; it has {data.shapes}")
        shape = data.shapes[int(torch.multinomial(weights, 1, generator=generator))]
        per_clip = num_latents * shape[1] * shape[2]
        return data.draw(shape, max(1, round(self.stage.tokens / per_clip)), num_latents, generator)

    def _sounds(self, generator: torch.Generator) -> LatentBatch:
        """Clips of sound alone, as many as make a batch of as many tokens."""
        shape = next((shape for shape in self.data.shapes if not shape[1]), None)
        if shape is None:
            raise ValueError("the data has no clips of sound alone; make them, or set the stage's `sound_alone` to 0")
        per_clip = shape[0] * AUDIO_PER_LATENT
        return self.data.draw(shape, max(1, round(self.stage.tokens / per_clip)), shape[0], generator)

    @torch.no_grad()
    def _sample(self, batch: LatentBatch, generator: torch.Generator, levels: NoiseLevels, weights: Tensor) -> _Sample:
        clean = batch.clips
        T, H = clean.video.shape[1:3]
        audio = levels.audio if clean.audio.shape[1] else levels.audio[:, :0]  # a still is silent
        levels = NoiseLevels(video=self._move(levels.video), audio=self._move(audio))
        text = self._text(batch, generator)
        with_stills = T > 1 and H > 0 and self._chance(self.stage.with_stills, generator)
        noises = self._noises(generator)
        stills = self._stills(batch.stills, generator, noises) if with_stills else None
        noisy = blend(clean, clean.map(lambda values: _noise_like(values, noises)), levels)
        return _Sample(clean=clean, noisy=noisy, levels=levels, weights=weights, text=text, stills=stills)

    def _velocity_losses(self, sample: _Sample, *, channels: Tensor | None) -> Mapping[str, Tensor]:
        """Named losses; what is shown has no weights of `channels`: it can be compared, whatever is trained for."""
        clean, levels = sample.clean, sample.levels
        with torch.autocast(self.device.type, torch.bfloat16):
            estimate = self.model(sample.noisy, levels, sample.text, sample.stills)
        if clean.video.shape[2] == 0:
            audio = velocity_error(estimate.audio, clean.audio, levels.audio)
            return {"total": self.stage.audio_weight * audio, "audio_alone": audio}
        video = velocity_error(estimate.video, clean.video, levels.video, sample.weights, channels)
        if clean.audio.shape[1] == 0:
            return {"total": video, "video": video}
        audio = velocity_error(estimate.audio, clean.audio, levels.audio)
        return {"total": video + self.stage.audio_weight * audio, "video": video, "audio": audio}

    def _text(self, batch: LatentBatch, generator: torch.Generator) -> TextTokens:
        unsaid = (torch.rand(len(batch.captions), generator=generator) < self.stage.no_text).tolist()
        said = ["" if silent else caption for caption, silent in zip(batch.captions, unsaid, strict=True)]
        with torch.autocast(self.device.type, torch.bfloat16):
            return encode_prompts(
                self.text,
                self.tokenizer,
                said,
                batch.starts_s,
                device=self.device,
                as_answers=self.model.config.num_answers > 0,
            )

    def _stills(self, stills: StillLatents, generator: torch.Generator, noises: torch.Generator) -> StillLatents:
        """Keyframes as they are given later: the first or all, and a little off, as a picture that the model made."""
        count = 1 if self._chance(FIRST_STILL_ALONE, generator) else stills.values.shape[1]
        off = STILL_NOISE * torch.rand(len(stills.values), 1, 1, 1, 1, generator=noises, device=noises.device)
        values = stills.values[:, :count]
        return StillLatents(
            values=values + off * _noise_like(values, noises),
            time_s=stills.time_s[:, :count],
            role=stills.role[:, :count],
        )

    def _noises(self, generator: torch.Generator) -> torch.Generator:
        """A generator on the device that depends on nothing but the state of this one on the CPU."""
        seed = int(torch.randint(2**62, (), generator=generator))
        return torch.Generator(self.device).manual_seed(seed)

    def _chance(self, share: float, generator: torch.Generator) -> bool:
        return float(torch.rand((), generator=generator)) < share

    def _move(self, values: Tensor) -> Tensor:
        return values.to(self.device, non_blocking=True)


def _noise_like(values: Tensor, noises: torch.Generator) -> Tensor:
    return torch.randn(values.shape, generator=noises, device=values.device)


def make_ready(model: Transformer, device: torch.device, *, compiled: bool) -> None:
    """Move the model to where it learns, choose its attention, and compile its blocks if wanted: half a minute, once,
    whatever the shapes that come. It is shown noise for that, so that data can be made meanwhile.
    """
    model.to(device)
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
        with torch.autocast(device.type, torch.bfloat16):
            estimate = model(clips, levels, no_text(NUM_SHOWN, model.config.text_width, device=device).padded(16))
        (estimate.video.sum() + estimate.audio.sum()).backward()
    model.zero_grad()


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


def _channel_weights(spread: Tensor, power: float) -> Tensor:
    """[C]: the spread to this power, scaled so that clean latents keep their size as a whole."""
    weights = spread**power
    return weights * (spread.square().sum() / (weights * spread.square()).sum())

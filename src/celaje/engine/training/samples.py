"""What the transformer is shown: recordings under noise of drawn patterns, their captions, pictures to keep to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from celaje.engine.data import LatentBatch, LatentShards
from celaje.engine.generate.reading import encode_prompts
from celaje.engine.latents import AUDIO_PER_LATENT, ClipLatents, NoiseLevels, StillLatents, TextTokens
from celaje.engine.precision import mixed_precision
from celaje.engine.sampling import blend
from celaje.engine.text.encoder import TextEncoder
from celaje.engine.text.tokenizer import Tokenizer
from celaje.engine.training.ahead import Ahead
from celaje.engine.training.loop import step_generator
from celaje.engine.training.noise import NoiseMix, draw_levels
from celaje.engine.training.recipe import TransformerStage

FIRST_STILL_ALONE = 0.6
REFRESH_BATCHES = 500
SHOWN_LEVELS = (0.3, 0.6, 0.85)
NUM_SHOWN = 4  # batches for each of them
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
class Sample:
    """What the model is shown and what it should have said."""

    clean: ClipLatents
    noisy: ClipLatents
    levels: NoiseLevels
    weights: Tensor  # [B, T, H, W] how much each token of the picture counts
    text: TextTokens
    stills: StillLatents | None


class Samples:
    """Draws samples of `data` as a `stage` of the transformer wants them; a sample depends on nothing but its number.

    While data are `growing`, what came is read now and then; samples then depend on when it came, too.
    """

    def __init__(
        self,
        stage: TransformerStage,
        data: LatentShards,
        tokenizer: Tokenizer,
        text: TextEncoder,
        *,
        as_answers: bool,
        seed: int,
        device: torch.device,
        growing: bool = False,
    ) -> None:
        self.stage, self.data, self.growing = stage, data, growing
        self.tokenizer, self.text, self.as_answers = tokenizer, text.to(device).eval(), as_answers
        self.seed, self.device = seed, device
        self.ahead = Ahead(self.draw, device)

    def get(self, number: int) -> Sample:
        """The sample of this number, which on a GPU was drawn while it was at work on the one before."""
        return self.ahead.get(number)

    def draw(self, number: int) -> Sample:
        """What the batch of this number shows."""
        if self.growing and number % REFRESH_BATCHES == 0:
            self.data.refresh()
        generator = step_generator(self.seed, number)
        alone = self._chance(self.stage.sound_alone, generator)
        batch = self._sounds(generator) if alone else self.batch(self.data, self.stage.lengths, generator)
        T, H, W = batch.clips.video.shape[1:4]
        mix = SOUND_MIX if H == 0 else self.stage.mix if T > 1 else STILL_MIX
        levels = draw_levels(mix, (len(batch.captions), T, max(1, H), max(1, W)), generator)
        levels = NoiseLevels(video=levels.video[:, :, :H, :W], audio=levels.audio)
        return self.sample(batch, generator, levels, 1 + self.stage.subject_weight * batch.subjects)

    def held_out(self, data: LatentShards) -> Iterator[tuple[float, Sample]]:
        """Samples of `data` with all tokens at one level, and that level: the same every time."""
        generator = torch.Generator().manual_seed(1)
        for level in SHOWN_LEVELS:
            for _ in range(NUM_SHOWN):
                batch = self.batch(data, self.stage.lengths, generator)
                video, audio = batch.clips.video.shape[:-1], batch.clips.audio.shape[:-1]
                levels = NoiseLevels(video=torch.full(video, level), audio=torch.full(audio, level))
                yield level, self.sample(batch, generator, levels, torch.ones_like(batch.subjects))

    def batch(
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
    def sample(self, batch: LatentBatch, generator: torch.Generator, levels: NoiseLevels, weights: Tensor) -> Sample:
        """A batch under noise of `levels`, its tokens with these `weights`."""
        clean = batch.clips
        T, H = clean.video.shape[1:3]
        audio = levels.audio if clean.audio.shape[1] else levels.audio[:, :0]  # a still is silent
        levels = NoiseLevels(video=self._move(levels.video), audio=self._move(audio))
        text = self._text(batch, generator)
        with_stills = T > 1 and H > 0 and self._chance(self.stage.with_stills, generator)
        noises = self._noises(generator)
        stills = self._stills(batch.stills, generator, noises) if with_stills else None
        noisy = blend(clean, clean.map(lambda values: _noise_like(values, noises)), levels)
        return Sample(clean=clean, noisy=noisy, levels=levels, weights=weights, text=text, stills=stills)

    def _text(self, batch: LatentBatch, generator: torch.Generator) -> TextTokens:
        unsaid = (torch.rand(len(batch.captions), generator=generator) < self.stage.no_text).tolist()
        said = ["" if silent else caption for caption, silent in zip(batch.captions, unsaid, strict=True)]
        return self.read(said, batch.starts_s)

    def read(self, prompts: Sequence[str], starts_s: Tensor) -> TextTokens:
        """Prompts for clips that begin at `starts_s` [B]."""
        with mixed_precision(self.device):
            return encode_prompts(
                self.text, self.tokenizer, prompts, starts_s, device=self.device, as_answers=self.as_answers
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

"""How the codecs learn: pieces of raw clips in, the codec's own losses out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from celaje.engine.codec.audio import AudioCodec
from celaje.engine.codec.audio_losses import audio_codec_loss
from celaje.engine.codec.losses import video_codec_loss
from celaje.engine.codec.quality import convergence_error, magnitude_error, mel_error, psnr, ssim
from celaje.engine.codec.video import VideoCodec
from celaje.engine.data import ClipShards
from celaje.engine.latents import FRAMES_PER_LATENT
from celaje.engine.precision import mixed_precision
from celaje.engine.training.loop import step_generator
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import CodecStage

SAMPLES_PER_LATENT = 2000
NUM_SHOWN = 6
NUM_PIECES = 320  # of sound
NUM_CLIPS = 520  # from which the principal components are found, and their mirror images


class VideoCodecTask:
    """A `Task` of the loop for the video codec."""

    def __init__(
        self,
        model: VideoCodec,
        stage: CodecStage,
        data: ClipShards,
        held_out: ClipShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.held_out = model.to(device), stage, data, held_out
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(model, stage.optimizer, is_slow=_is_linear)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The codec's losses on one random batch."""
        generator = step_generator(self.seed, step)
        stage = self.stage
        frames = self.data.frames(generator, batch=stage.batch, num_frames=stage.piece, side=stage.side)
        with mixed_precision(self.device):
            return vars(video_codec_loss(self.model, frames, generator))

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """PSNR and SSIM on held-out clips, and a sheet: real above, decoded below."""
        generator = torch.Generator().manual_seed(2)
        values, rows = [], []
        for _ in range(NUM_SHOWN):
            frames = self.held_out.frames(generator, batch=1, num_frames=self.stage.piece)
            with mixed_precision(self.device):
                made = self.model.decode(self.model.encode(frames)).clamp(-1, 1)
            values.append((float(psnr(made, frames)), float(ssim(made, frames))))
            rows.append(torch.cat([frames[0, ::4], made[0, ::4]], dim=1).cpu())
        save_sheet(folder / f"sheet-{step:07d}.png", rows)
        return {"psnr": float(np.mean([a for a, _ in values])), "ssim": float(np.mean([b for _, b in values]))}


class AudioCodecTask:
    """A `Task` of the loop for the audio codec."""

    def __init__(
        self,
        model: AudioCodec,
        stage: CodecStage,
        data: ClipShards,
        held_out: ClipShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.held_out = model.to(device), stage, data, held_out
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(model, stage.optimizer, is_slow=_is_linear)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The codec's losses on one random batch."""
        generator = step_generator(self.seed, step)
        samples = self._samples(self.data, generator, self.stage.batch)
        with mixed_precision(self.device):
            return vars(audio_codec_loss(self.model, samples, generator))

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """Spectral errors on held-out sound."""
        generator = torch.Generator().manual_seed(2)
        samples = self._samples(self.held_out, generator, 16)
        noises = [torch.Generator().manual_seed(index) for index in range(len(samples))]
        made = self.model.decode(self.model.encode(samples), noises)
        return {
            "magnitude": float(magnitude_error(made, samples).mean()),
            "convergence": float(convergence_error(made, samples).mean()),
            "mel": float(mel_error(made, samples).mean()),
        }

    def _samples(self, data: ClipShards, generator: torch.Generator, batch: int) -> Tensor:
        num_samples = self.stage.piece * SAMPLES_PER_LATENT
        return data.samples(generator, batch=batch, num_samples=num_samples)


def video_pieces(data: ClipShards, *, seed: int) -> list[Tensor]:
    """Pieces of many clips and their mirror images, for the principal components that the video codec starts from.

    With both, every component is even or odd: to mirror a clip is to change the sign of some channels. Of few clips
    there are four times as many pieces as clips have chunks: nearly all are among them.
    """
    generator = torch.Generator().manual_seed(seed)
    num_pieces = min(NUM_CLIPS, 4 * data.num_chunks)
    pieces = [data.frames(generator, batch=8, num_frames=FRAMES_PER_LATENT) for _ in range(num_pieces // 8)]
    return pieces + [piece.flip(3) for piece in pieces]


def sound_pieces(data: ClipShards, *, seed: int) -> Tensor:
    """One second of many sounds [B, 24000], for the principal components that the audio codec starts from."""
    generator = torch.Generator().manual_seed(seed)
    return data.samples(generator, batch=NUM_PIECES, num_samples=min(12 * SAMPLES_PER_LATENT, data.num_samples))


def _is_linear(name: str) -> bool:
    """The linear shortcuts start near their best and learn slowly."""
    return name.startswith("linear.")


def save_sheet(path: Path, rows: list[Tensor]) -> None:
    """Write rows of frames [n, H, W, 3] in -1 to 1 as one PNG; rows may differ in height."""
    strips = [row.permute(1, 0, 2, 3).flatten(1, 2) for row in rows]  # each [H, n*W, 3]
    width = max(strip.shape[1] for strip in strips)
    padded = [torch.nn.functional.pad(strip, (0, 0, 0, width - strip.shape[1]), value=-1.0) for strip in strips]
    pixels = ((torch.cat(padded).clamp(-1, 1) + 1) * 127.5).round().byte().numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)

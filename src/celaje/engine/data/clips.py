"""Short raw clips for training the codecs: frames and samples as they were recorded."""

from pathlib import Path

import torch
from torch import Tensor

from celaje.engine.data.shards import random_below, read_shard, shard_paths
from celaje.engine.latents import FRAMES_PER_LATENT


class ClipShards:
    """Raw clips "frames" [n, F, H, W, 3] uint8 and "samples" [n, S] int16, one size per shard.

    They stay in the main memory; what is drawn of them goes to `device`.
    """

    def __init__(self, folder: Path, *, device: torch.device | None = None) -> None:
        self.shards = [read_shard(path)[0] for path in shard_paths(folder)]
        self.device = device or torch.device("cpu")

    @property
    def num_chunks(self) -> int:
        """How many latent frames all clips have, before they are encoded."""
        return sum(len(shard["frames"]) * (shard["frames"].shape[1] // FRAMES_PER_LATENT) for shard in self.shards)

    @property
    def num_samples(self) -> int:
        """How long the shortest sound is."""
        return min(shard["samples"].shape[1] for shard in self.shards)

    def frames(self, generator: torch.Generator, *, batch: int, num_frames: int, side: int | None = None) -> Tensor:
        """A random batch of pieces that start on a chunk of 4 frames; float [B, F, H, W, 3] in -1 to 1.

        With `side`, each is a square cut of that many pixels from anywhere in the picture, mirrored half of the time.
        """
        frames = self._shard(generator)["frames"]
        pieces = []
        for _ in range(batch):
            if side is not None:
                frames = self._shard(generator)["frames"]
            row = random_below(len(frames), generator)
            start = 4 * random_below((frames.shape[1] - num_frames) // 4 + 1, generator)
            piece = frames[row, start : start + num_frames]
            pieces.append(piece if side is None else _cut(piece, side, generator))
        return torch.stack(pieces).to(self.device).float() / 127.5 - 1

    def samples(self, generator: torch.Generator, *, batch: int, num_samples: int) -> Tensor:
        """A random batch of sound [B, num_samples], float in -1 to 1."""
        pieces = []
        for _ in range(batch):
            samples = self._shard(generator)["samples"]
            row = random_below(len(samples), generator)
            start = random_below(samples.shape[1] - num_samples + 1, generator)
            pieces.append(samples[row, start : start + num_samples])
        return torch.stack(pieces).to(self.device).float() / 32767

    def _shard(self, generator: torch.Generator) -> dict[str, Tensor]:
        return self.shards[random_below(len(self.shards), generator)]


def _cut(piece: Tensor, side: int, generator: torch.Generator) -> Tensor:
    top = random_below(piece.shape[1] - side + 1, generator)
    left = random_below(piece.shape[2] - side + 1, generator)
    square = piece[:, top : top + side, left : left + side]
    return square.flip(2) if random_below(2, generator) else square

"""Encoded clips with their captions, grouped by shape into batches."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from celaje.engine.data.shards import random_below, rare_more_often, read_shard, shard_paths
from celaje.engine.latents import ClipLatents, StillLatents


@dataclass(frozen=True, kw_only=True)
class LatentBatch:
    """A batch of windows of one shape, each beginning at `starts_s` [B] of its clip.

    `stills` are keyframes of the same clips, timed on the window's clock; `facts` are as the shard has them;
    `subjects` [B, T, H, W] is how much of each token shows somebody, 0 to 1.
    """

    clips: ClipLatents
    subjects: Tensor
    starts_s: Tensor
    stills: StillLatents
    captions: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]


class LatentShards:
    """Shards of "video" [n, T, H, W, C], "audio" [n, S, A], "stills" [n, K, H, W, C], "still_s" [n, K],
    "subjects" [n, T, H, W] uint8, 255 where a token shows nothing but somebody.

    Facts are a list of dictionaries with "captions", a list of texts, and "weather".
    With `mirror` [C, C] (see `VideoCodec.mirror_map`) half of the clips that are drawn are seen in a mirror.
    `evenness` says how much more often clips of rare weathers are drawn: 0 as often as all others, 1 so that every
    weather comes equally often.
    """

    def __init__(self, *folders: Path, mirror: Tensor | None = None, evenness: float = 0.0) -> None:
        self.mirror = mirror
        self.groups: dict[tuple[int, ...], list[tuple[dict[str, Tensor], list[dict[str, Any]]]]] = {}
        for path in (path for folder in folders for path in shard_paths(folder)):
            tensors, facts = read_shard(path)
            if "subjects" not in tensors or any("weather" not in fact for fact in facts):
                raise ValueError(f"{path} does not say where subjects are or the weather: delete it and make it again")
            self.groups.setdefault(tuple(tensors["video"].shape[1:4]), []).append((tensors, facts))
        self.shapes = sorted(self.groups)
        shards = [shard for group in self.groups.values() for shard in group]
        weights = iter(rare_more_often([[fact["weather"] for fact in facts] for _, facts in shards], evenness))
        self.weights = {shape: [next(weights) for _ in group] for shape, group in self.groups.items()}
        self.sizes = {shape: torch.stack([rows.sum() for rows in weights]) for shape, weights in self.weights.items()}

    @property
    def num_clips(self) -> int:
        """How many clips there are in all shards."""
        return sum(len(facts) for group in self.groups.values() for _, facts in group)

    def shape_weights(self) -> Tensor:
        """How many clips there are of each of `shapes`."""
        return torch.tensor([float(sum(len(facts) for _, facts in self.groups[shape])) for shape in self.shapes])

    def draw(self, shape: tuple[int, ...], batch: int, num_latents: int, generator: torch.Generator) -> LatentBatch:
        """A random batch of windows of `num_latents` from clips of `shape` (T, H, W), each with one of its captions."""
        group = self.groups[shape]
        weights, sizes = self.weights[shape], self.sizes[shape]
        video, audio, stills, still_s, subjects, starts_s, captions, chosen = [], [], [], [], [], [], [], []
        for index in torch.multinomial(sizes, batch, replacement=True, generator=generator).tolist():
            tensors, facts = group[index]
            row = int(torch.multinomial(weights[index], 1, generator=generator))
            start = random_below(shape[0] - num_latents + 1, generator)
            mirror = self.mirror if self.mirror is not None and random_below(2, generator) else None
            video.append(_seen(tensors["video"][row, start : start + num_latents], mirror))
            there = tensors["subjects"][row, start : start + num_latents]
            subjects.append(there if mirror is None else there.flip(-1))
            audio.append(tensors["audio"][row, 4 * start : 4 * (start + num_latents)])
            stills.append(_seen(tensors["stills"][row], mirror))
            still_s.append(tensors["still_s"][row] - start / 3)
            captions.append(facts[row]["captions"][random_below(len(facts[row]["captions"]), generator)])
            starts_s.append(start / 3)
            chosen.append(facts[row])
        return LatentBatch(
            clips=ClipLatents(video=torch.stack(video), audio=torch.stack(audio).float()),
            subjects=torch.stack(subjects).float() / 255,
            starts_s=torch.tensor(starts_s),
            stills=StillLatents(
                values=torch.stack(stills),
                time_s=torch.stack(still_s).float(),
                role=torch.zeros(batch, stills[0].shape[0], dtype=torch.long),
            ),
            captions=tuple(captions),
            facts=tuple(chosen),
        )


def _seen(latents: Tensor, mirror: Tensor | None) -> Tensor:
    """Latents [..., W, C] in float32, as they are or through a mirror."""
    return latents.float() if mirror is None else latents.flip(-2).float() @ mirror

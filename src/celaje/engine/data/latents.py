"""Encoded clips with their captions, grouped by shape into batches."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from celaje.engine.data.shards import rare_more_often, read_shard, shard_paths
from celaje.engine.latents import AUDIO_PER_LATENT, LATENTS_PER_SECOND, ClipLatents, StillLatents


@dataclass(frozen=True, kw_only=True)
class LatentBatch:
    """A batch of windows of one shape, each beginning at `starts_s` [B] of its clip.

    `stills` are keyframes of the same clips, timed on the window's clock; `facts` are as the shard has them;
    `subjects` [B, T, H, W] is how much of each token shows somebody, 0 to 1. `starts_s` stays on the CPU.
    """

    clips: ClipLatents
    subjects: Tensor
    starts_s: Tensor
    stills: StillLatents
    captions: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]


@dataclass
class _Group:
    """All clips of one shape, and how often each is drawn."""

    tensors: dict[str, Tensor]
    facts: list[dict[str, Any]] = field(default_factory=list)
    weights: Tensor = field(default_factory=lambda: torch.zeros(0))


class LatentShards:
    """Shards of "video" [n, T, H, W, C], "audio" [n, S, A], "stills" [n, K, H, W, C], "still_s" [n, K],
    "subjects" [n, T, H, W] uint8, 255 where a token shows nothing but somebody. They are kept on `device`.

    Facts are a list of dictionaries with "captions", a list of texts, and "weather".
    With `mirror` [C, C] (see `VideoCodec.mirror_map`) half of the clips that are drawn are seen in a mirror.
    `evenness` says how much more often clips of rare weathers are drawn: 0 as often as all others, 1 so that every
    weather comes equally often.
    """

    def __init__(
        self,
        *folders: Path,
        mirror: Tensor | None = None,
        evenness: float = 0.0,
        device: torch.device | None = None,
    ) -> None:
        self.folders, self.evenness = folders, evenness
        self.device = device or torch.device("cpu")
        self.mirror = None if mirror is None else mirror.to(self.device)
        self.groups: dict[tuple[int, ...], _Group] = {}
        self.read: set[Path] = set()
        self.refresh()

    def refresh(self) -> int:
        """Read the shards that came since they were last read; returns how many clips they hold."""
        added: dict[tuple[int, ...], list[dict[str, Tensor]]] = {}
        paths = [path for folder in self.folders for path in shard_paths(folder) if path not in self.read]
        before = self.num_clips
        for path in paths:
            tensors, facts = read_shard(path)
            if "subjects" not in tensors or any("weather" not in fact for fact in facts):
                raise ValueError(f"{path} does not say where subjects are or the weather: delete it and make it again")
            shape = tuple(tensors["video"].shape[1:4])
            added.setdefault(shape, []).append({name: values.to(self.device) for name, values in tensors.items()})
            self.groups.setdefault(shape, _Group({})).facts.extend(facts)
        self.read.update(paths)
        for shape, shards in added.items():
            old = self.groups[shape].tensors
            shards = [old, *shards] if old else shards
            self.groups[shape].tensors = {name: torch.cat([shard[name] for shard in shards]) for name in shards[0]}
        groups = list(self.groups.values())
        shown = [[fact["weather"] for fact in group.facts] for group in groups]
        for group, weights in zip(groups, rare_more_often(shown, self.evenness), strict=True):
            group.weights = weights
        return self.num_clips - before

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Which shapes (T, H, W) there are, in order."""
        return sorted(self.groups)

    @property
    def num_clips(self) -> int:
        """How many clips there are in all shards."""
        return sum(len(group.facts) for group in self.groups.values())

    def shape_weights(self) -> Tensor:
        """How many clips there are of each of `shapes`."""
        return torch.tensor([float(len(self.groups[shape].facts)) for shape in self.shapes])

    def draw(self, shape: tuple[int, ...], batch: int, num_latents: int, generator: torch.Generator) -> LatentBatch:
        """A random batch of windows of `num_latents` from clips of `shape` (T, H, W), each with one of its captions.

        `generator` is of the CPU.
        """
        group = self.groups[shape]
        rows = torch.multinomial(group.weights, batch, replacement=True, generator=generator)
        starts = torch.randint(shape[0] - num_latents + 1, (batch,), generator=generator)
        turned = torch.randint(2, (batch,), generator=generator) == 1
        spoken = torch.rand(batch, generator=generator).tolist()
        facts = tuple(group.facts[row] for row in rows.tolist())
        at, begins = rows.to(self.device), starts.to(self.device)
        frames = begins[:, None] + torch.arange(num_latents, device=self.device)  # [B, T]
        steps = AUDIO_PER_LATENT * begins[:, None] + torch.arange(AUDIO_PER_LATENT * num_latents, device=self.device)
        steps = steps[:, : group.tensors["audio"].shape[1]]  # a still is silent
        video = group.tensors["video"][at[:, None], frames].float()
        stills = group.tensors["stills"][at].float()
        subjects = group.tensors["subjects"][at[:, None], frames]
        if self.mirror is not None:
            turned = turned.to(self.device)
            video, stills = (_turned(latents, turned, self.mirror) for latents in (video, stills))
            subjects = torch.where(turned[:, None, None, None], subjects.flip(-1), subjects)
        starts_s = starts / LATENTS_PER_SECOND
        still_s = group.tensors["still_s"][at].float() - starts_s.to(self.device)[:, None]
        return LatentBatch(
            clips=ClipLatents(video=video, audio=group.tensors["audio"][at[:, None], steps].float()),
            subjects=subjects.float() / 255,
            starts_s=starts_s,
            stills=StillLatents(
                values=stills, time_s=still_s, role=torch.zeros(still_s.shape, dtype=torch.long, device=self.device)
            ),
            captions=tuple(
                fact["captions"][int(share * len(fact["captions"]))] for fact, share in zip(facts, spoken, strict=True)
            ),
            facts=facts,
        )


def _turned(latents: Tensor, turned: Tensor, mirror: Tensor) -> Tensor:
    """Latents [B, ..., H, W, C], those that are `turned` [B] through a mirror."""
    return torch.where(turned.view(-1, *[1] * (latents.ndim - 1)), latents.flip(-2) @ mirror, latents)

"""How a judge learns: real clips in, the world's truth as the answer.

One clip in `VALIDATION` is never trained on: how well the judge does on these is how far to trust it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.engine.data import random_below, rare_more_often, read_shard, shard_paths
from celaje.engine.evaluate.judge import Places, Truths, cells_loss, judge_accuracy, judge_loss, truths
from celaje.engine.generate.views import BANDS, CELL
from celaje.engine.judge import Judge, Views
from celaje.engine.latents import FRAMES_PER_LATENT
from celaje.engine.precision import mixed_precision
from celaje.engine.training.loop import step_generator
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import JudgeStage
from celaje.engine.world.captions.labels import Labels, vocabulary

VALIDATION = 12
#: Generated clips are never quite like real ones: noise of several grains, blur and light that is a little off.
MOST_NOISE, GRAINS, LIGHT = 0.12, (1, 2, 4, 8), 0.04
BLURRED, SOFTEST = 0.4, 4  # the share that is blurred, by so many pixels on either side at most
MEL_NOISE = 0.15
SHOWN = {"still": 384, "clip": 72, "sound": 384}
NEEDED = ("frames", "kinds", "looks", "mels")
OF_THE_PLACE = ("place", "time", "weather")  # what a picture tells without who is there


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A batch with its truth."""

    clips: Views
    truth: Truths
    places: Places | None


#: Tensors and facts of one shard, or of some of its clips.
Shard = tuple[dict[str, Tensor], list[dict[str, Any]]]


class ViewShards:
    """Shards of views as `making.view_jobs` asks for them, by what they are: "still", "clip", "sound".

    Rare weathers come more often than they are, see `rare_more_often`.
    """

    def __init__(self, groups: Mapping[str, Sequence[Shard]], *, evenness: float) -> None:
        self.groups = groups
        self.weights = {
            name: rare_more_often([[fact["one"]["weather"] for fact in facts] for _, facts in shards], evenness)
            for name, shards in groups.items()
        }
        nobody = vocabulary().names("count").index("nobody")
        self.empty: dict[torch.Size, list[tuple[Shard, int]]] = {}  # stills of places alone, by shape
        for shard in groups.get("still", ()):
            rows = [(shard, row) for row, fact in enumerate(shard[1]) if fact["one"]["count"] == nobody]
            self.empty.setdefault(shard[0]["frames"].shape[1:], []).extend(rows)

    def count(self, name: str) -> int:
        """How many there are of "still", "clip" or "sound"."""
        return sum(len(facts) for _, facts in self.groups.get(name, ()))

    def draw(self, name: str, count: int, generator: torch.Generator) -> _Drawn:
        """A random batch of one shape, from one or more shards."""
        group = self.groups[name]
        first = group[random_below(len(group), generator)]
        shape = first[0]["frames"].shape[1:] if "frames" in first[0] else None
        alike = [
            (shard, weights)
            for shard, weights in zip(group, self.weights[name], strict=True)
            if shape is None or shard[0]["frames"].shape[1:] == shape
        ]
        sizes = torch.stack([weights.sum() for _, weights in alike])
        picked = []
        for index in torch.multinomial(sizes, count, replacement=True, generator=generator).tolist():
            shard, weights = alike[index]
            picked.append((shard, int(torch.multinomial(weights, 1, generator=generator))))
        return _batch(picked)

    def elsewhere(self, drawn: _Drawn, share: float, generator: torch.Generator) -> _Drawn:
        """Stills of which a share shows who is there before another place, at another hour and in other weather.

        Who is there is cut out by cells and put before a still of nobody: whoever learns from it is told who apart from
        where, and so what was never seen together. Cut and paste after Yun et al. 2019 (arXiv 1905.04899) and Ghiasi et
        al. 2021 (arXiv 2012.07177).
        """
        assert drawn.places is not None, "stills come with the truth about them"
        behind = self.empty.get(drawn.clips.frames.shape[1:], [])
        somebody = (drawn.places.kinds > 0).flatten(1).any(1)
        moved = (torch.rand(len(somebody), generator=generator) < share) & somebody
        if not behind or not moved.any():
            return drawn
        rows = torch.nonzero(moved)[:, 0]
        there = _batch([behind[random_below(len(behind), generator)] for _ in rows])
        backdrops = there.clips.frames.flip(3) if random_below(2, generator) else there.clips.frames
        kept = (drawn.places.kinds[rows] > 0).repeat_interleave(CELL, 2).repeat_interleave(CELL, 3)[..., None]
        frames = drawn.clips.frames.clone()
        frames[rows] = torch.where(kept, frames[rows], backdrops)
        one = dict(drawn.truth.one)
        for slot in OF_THE_PLACE:
            one[slot] = one[slot].index_copy(0, rows, there.truth.one[slot])
        return replace(drawn, clips=replace(drawn.clips, frames=frames), truth=replace(drawn.truth, one=one))

    def all(self, name: str, at_most: int, batch: int = 24) -> list[_Drawn]:
        """The first `at_most`, in batches of one shape."""
        batches = []
        for shard in self.groups.get(name, ()):
            rows = range(min(len(shard[1]), at_most))
            at_most -= len(rows)
            starts = range(0, len(rows), batch)
            batches += [_batch([(shard, row) for row in rows[start : start + batch]]) for start in starts]
        return batches


def read_views(folder: Path, *, evenness: float = 0.0) -> tuple[ViewShards, ViewShards]:
    """The clips that a judge learns from and those it never sees, see `is_unseen`. Raises ValueError without any."""
    both: tuple[dict[str, list[Shard]], dict[str, list[Shard]]] = {}, {}
    for path in shard_paths(folder):
        tensors, facts = read_shard(path)
        for unseen, groups in enumerate(both):
            rows = [row for row, fact in enumerate(facts) if is_unseen(fact) == bool(unseen)]
            if rows:
                kept = {name: tensors[name][rows] for name in NEEDED if name in tensors}
                groups.setdefault(path.name.split("-")[0], []).append((kept, [facts[row] for row in rows]))
    return ViewShards(both[0], evenness=evenness), ViewShards(both[1], evenness=0)


class JudgeTask:
    """A `Task` of the loop. `data` and `unseen` hold different clips, see `is_unseen`."""

    def __init__(
        self,
        model: Judge,
        stage: JudgeStage,
        data: ViewShards,
        unseen: ViewShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.unseen = model.to(device), stage, data, unseen
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(
            model, stage.optimizer, is_matrix=lambda name: ".layers." in name and name.endswith("weight")
        )

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The judge's losses on random stills, clips and sounds, seen and heard through noise."""
        generator = step_generator(self.seed, step)
        stage = self.stage
        if step < stage.looking_steps:
            return self._looking(generator)
        found: dict[str, list[Tensor]] = {}
        for name, count in (("still", stage.stills), ("clip", stage.clips), ("sound", stage.sounds)):
            if not count:
                continue
            drawn = self.data.draw(name, count, generator)
            if name == "still" and stage.elsewhere:
                drawn = self.data.elsewhere(drawn, stage.elsewhere, generator)
            clips, places, seen_at = _disturbed(drawn, generator)
            with mixed_precision(self.device):
                answers = self.model(clips.map(self._move), seen_at=seen_at)
            losses = judge_loss(answers, drawn.truth.to(self.device), self._placed(places))
            for part, value in losses.items():
                found.setdefault(part, []).append(value)
        return {name: torch.stack(values).sum() for name, values in found.items()}

    def _looking(self, generator: torch.Generator) -> Mapping[str, Tensor]:
        clips, places, _ = _disturbed(self.data.draw("still", self.stage.stills, generator), generator)
        placed = self._placed(places)
        assert placed is not None, "stills come with the truth about them"
        with mixed_precision(self.device):
            found = self.model.locate(self._move(clips.frames[:, 0]))
        total = cells_loss(found, placed)
        return {"total": total, "cells": total}

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """The share of right answers on clips never trained on: of stills, moving clips and sounds alone."""
        found = []
        for name, at_most in SHOWN.items():
            for drawn in self.unseen.all(name, at_most):
                answers = self.model(drawn.clips.map(self._move))
                shares = judge_accuracy(answers, drawn.truth.to(self.device))
                found.append(({f"{name}/{slot}": share for slot, share in shares.items()}, len(drawn.clips.frames)))
        return averaged(found)

    def _move(self, values: Tensor) -> Tensor:
        return values.to(self.device)

    def _placed(self, places: Places | None) -> Places | None:
        if places is None:
            return None
        return Places(kinds=self._move(places.kinds), looks=self._move(places.looks))


def averaged(shares: Sequence[tuple[Mapping[str, float], int]]) -> dict[str, float]:
    """The mean share of every slot over batches, each with its number of clips."""
    values: dict[str, list[tuple[float, int]]] = {}
    for found, count in shares:
        for slot, share in found.items():
            values.setdefault(slot, []).append((share, count))
    return {
        slot: sum(share * count for share, count in parts) / sum(count for _, count in parts)
        for slot, parts in values.items()
    }


def labels_of(facts: Mapping[str, Any]) -> Labels:
    """The labels that were stored in a shard's facts."""
    return Labels(one=facts["one"], many={slot: frozenset(numbers) for slot, numbers in facts["many"].items()})


def is_unseen(facts: Mapping[str, Any]) -> bool:
    """Whether the judge is never trained on this clip."""
    return bool(facts["seed"] % VALIDATION == 3)


def _batch(picked: list[tuple[Shard, int]]) -> _Drawn:
    def stacked(name: str) -> Tensor:
        return torch.stack([tensors[name][row] for (tensors, _), row in picked])

    facts = [facts[row] for (_, facts), row in picked]
    pictured = "frames" in picked[0][0][0]
    frames = stacked("frames").float() / 127.5 - 1 if pictured else torch.zeros(len(picked), 0, 0, 0, 3)
    mels = stacked("mels").float() if picked[0][0][0]["mels"].shape[1] else torch.zeros(len(picked), 0, BANDS)
    places = None
    if pictured:
        places = Places(kinds=stacked("kinds"), looks=stacked("looks"))
    return _Drawn(
        clips=Views(frames=frames, mels=mels),
        truth=truths([labels_of(fact) for fact in facts], [fact["heard"] for fact in facts]),
        places=places,
    )


def _disturbed(drawn: _Drawn, generator: torch.Generator) -> tuple[Views, Places | None, int]:
    """The batch as a model might have made it, what is where in the frames that are looked at, and which these are."""
    frames, places = drawn.clips.frames, drawn.places
    mels = drawn.clips.mels + noise_like(drawn.clips.mels, MEL_NOISE, generator)
    seen_at = random_below(FRAMES_PER_LATENT, generator) if frames.shape[1] > 1 else 0
    if not frames.shape[2]:
        return Views(frames=frames, mels=mels), None, seen_at
    assert places is not None, "pictures come with the truth about them"
    places = _at(places, seen_at)
    assert places is not None
    if random_below(2, generator):  # in a mirror
        frames = frames.flip(3)
        places = Places(kinds=places.kinds.flip(3), looks=places.looks.flip(3))
    B, num_frames, height, width, _ = frames.shape
    if float(torch.rand((), generator=generator)) < BLURRED:
        flat = frames.flatten(0, 1).permute(0, 3, 1, 2)
        by = 1 + random_below(SOFTEST, generator)
        soft = F.avg_pool2d(F.pad(flat, (by, by, by, by), mode="replicate"), 2 * by + 1, 1)
        soft = soft.permute(0, 2, 3, 1).view(frames.shape)
        frames = torch.lerp(frames, soft, float(torch.rand((), generator=generator)))
    grain = GRAINS[random_below(len(GRAINS), generator)]
    noise = torch.randn(B * num_frames, 3, height // grain, width // grain, generator=generator)
    noise = F.interpolate(noise, size=(height, width), mode="nearest").permute(0, 2, 3, 1).view(frames.shape)
    strength = MOST_NOISE * torch.rand(B, 1, 1, 1, 1, generator=generator)
    gain = 1 + LIGHT * torch.randn(B, 1, 1, 1, 3, generator=generator)
    return Views(frames=frames * gain + strength * noise, mels=mels), places, seen_at


def _at(places: Places | None, seen_at: int) -> Places | None:
    """Who is where in the frames that are looked at."""
    if places is None or places.kinds.shape[1] == 1:
        return places
    seen = slice(seen_at, None, FRAMES_PER_LATENT)
    return Places(kinds=places.kinds[:, seen], looks=places.looks[:, seen])


def noise_like(values: Tensor, most: float, generator: torch.Generator) -> Tensor:
    """Noise like `values` [B, ...], of another strength for each clip."""
    strength = most * torch.rand(len(values), generator=generator)
    return torch.randn(values.shape, generator=generator) * strength.view(-1, *[1] * (values.ndim - 1))


assert CELL % 4 == 0, "cells fall on what convolutions of stride 2 see"

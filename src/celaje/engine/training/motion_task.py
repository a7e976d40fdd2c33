"""How the judge of motion learns: moving clips in, the world's truth as the answer.

It learns from the clips that the other judge learns from, and is measured with those that neither sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.engine.data import random_below, read_shard, shard_paths
from celaje.engine.evaluate.judge import Happenings, Truths, motion_accuracy, motion_loss, truths
from celaje.engine.generate.views import CELL
from celaje.engine.judge import MotionJudge, Moving
from celaje.engine.judge.motion import CELL_GRAINS, GRAIN, coarse
from celaje.engine.precision import mixed_precision
from celaje.engine.training.judge_task import averaged, is_unseen, labels_of, noise_like
from celaje.engine.training.loop import step_generator
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import MotionStage
from celaje.engine.world.captions.labels import Labels

#: Generated clips flicker, and flow is found less well in them.
MOST_NOISE, FLOW_NOISE, LIGHT = 0.08, 0.3, 0.04
SHOWN_BATCH = 24
CELLS = CELL_GRAINS * GRAIN // CELL  # of views, along the side of one cell here


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Clips of one shape, as they are stored."""

    pictures: Tensor  # [n, F, h, w, 3] uint8
    flow: Tensor  # [n, F - 1, h, w, 3]
    somebody: Tensor  # [n, F, h / 4, w / 4]
    beats: Tensor  # [n, F]
    labels: list[Labels]


class MotionShards:
    """What the moving clips of a folder of views show of motion; those that are never trained on, or the others."""

    def __init__(self, folder: Path, *, unseen: bool) -> None:
        rows: dict[tuple[int, ...], list[_Group]] = {}
        for path in shard_paths(folder):
            if not path.name.startswith("clip-"):
                continue
            tensors, facts = read_shard(path)
            if "flow" not in tensors:
                raise ValueError(f"{path} does not say how things move: delete it and make it again")
            kept = [row for row, fact in enumerate(facts) if is_unseen(fact) == unseen]
            if kept:
                group = _Group(
                    pictures=coarse(tensors["frames"][kept]),
                    flow=tensors["flow"][kept],
                    somebody=F.max_pool2d((tensors["kinds"][kept] > 0).float(), CELLS).to(torch.uint8),
                    beats=tensors["beats"][kept],
                    labels=[labels_of(facts[row]) for row in kept],
                )
                rows.setdefault(tuple(group.pictures.shape[1:]), []).append(group)
        if not rows:
            raise ValueError(f"no moving clips in {folder}: make some first")
        self.groups = [_joined(groups) for groups in rows.values()]

    @property
    def num_clips(self) -> int:
        """How many clips there are."""
        return sum(len(group.labels) for group in self.groups)

    def draw(self, count: int, generator: torch.Generator) -> tuple[Moving, Truths, Happenings]:
        """A random batch of one shape."""
        sizes = torch.tensor([float(len(group.labels)) for group in self.groups])
        group = self.groups[int(torch.multinomial(sizes, 1, generator=generator))]
        return _batch(group, [random_below(len(group.labels), generator) for _ in range(count)])

    def all(self) -> list[tuple[Moving, Truths, Happenings]]:
        """All clips, in batches of one shape."""
        return [
            _batch(group, list(range(start, min(start + SHOWN_BATCH, len(group.labels)))))
            for group in self.groups
            for start in range(0, len(group.labels), SHOWN_BATCH)
        ]


class MotionTask:
    """A `Task` of the loop. `data` and `unseen` hold different clips."""

    def __init__(
        self,
        model: MotionJudge,
        stage: MotionStage,
        data: MotionShards,
        unseen: MotionShards,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.stage, self.data, self.unseen = model.to(device), stage, data, unseen
        self.seed, self.device = seed, device
        self.optimizers = build_optimizers(model, stage.optimizer)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """The judge's losses on random clips, seen through noise, half of them in a mirror."""
        generator = step_generator(self.seed, step)
        clips, truth, seen = self.data.draw(self.stage.clips, generator)
        clips, seen = _disturbed(clips, seen, generator)
        with mixed_precision(self.device):
            answers = self.model(self._move(clips))
        happenings = Happenings(somebody=seen.somebody.to(self.device), beats=seen.beats.to(self.device))
        return motion_loss(answers, truth.to(self.device), happenings)

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """The share of right answers on clips never trained on."""
        found = []
        for clips, truth, seen in self.unseen.all():
            answers = self.model(self._move(clips))
            shares = motion_accuracy(answers, truth.to(self.device), seen.beats.to(self.device))
            found.append((shares, len(seen.beats)))
        return averaged(found)

    def _move(self, clips: Moving) -> Moving:
        return Moving(pictures=clips.pictures.to(self.device), flow=clips.flow.to(self.device))


def _joined(groups: list[_Group]) -> _Group:
    return _Group(
        pictures=torch.cat([group.pictures for group in groups]),
        flow=torch.cat([group.flow for group in groups]),
        somebody=torch.cat([group.somebody for group in groups]),
        beats=torch.cat([group.beats for group in groups]),
        labels=[label for group in groups for label in group.labels],
    )


def _batch(group: _Group, rows: list[int]) -> tuple[Moving, Truths, Happenings]:
    return (
        Moving(pictures=group.pictures[rows].float() / 127.5 - 1, flow=group.flow[rows].float()),
        truths([group.labels[row] for row in rows]),
        Happenings(somebody=group.somebody[rows], beats=group.beats[rows]),
    )


def _disturbed(clips: Moving, seen: Happenings, generator: torch.Generator) -> tuple[Moving, Happenings]:
    """The batch as a model might have made it."""
    pictures, flow, somebody = clips.pictures, clips.flow, seen.somebody
    if random_below(2, generator):  # in a mirror
        pictures, somebody = pictures.flip(3), somebody.flip(3)
        flow = flow.flip(3) * flow.new_tensor([-1.0, 1.0, 1.0])
    gain = 1 + LIGHT * torch.randn(len(pictures), 1, 1, 1, 3, generator=generator)
    clips = Moving(
        pictures=pictures * gain + noise_like(pictures, MOST_NOISE, generator),
        flow=flow + noise_like(flow, FLOW_NOISE, generator),
    )
    return clips, Happenings(somebody=somebody, beats=seen.beats)

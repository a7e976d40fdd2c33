"""Clips that were recorded small and large, for the upscaler and the interpolator: cuts, mirrored, as floats."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from celaje.engine.data.shards import random_below, read_shard, shard_paths

#: How many frames apart two given frames are, and how often. The model's frames are two apart at this rate.
SPANS = ((2, 0.7), (3, 0.1), (4, 0.2))


@dataclass(frozen=True, kw_only=True)
class Views:
    """The same moments of a batch, in -1 to 1: recorded small, the same through the codec, and recorded large."""

    small: Tensor  # [B, 3, S, S]
    coded: Tensor  # [B, 3, S, S]
    large: Tensor  # [B, 3, 4S, 4S]


@dataclass(frozen=True, kw_only=True)
class Triplets:
    """Three frames each [B, 3, S, S] in -1 to 1. Flows are [B, 2, S/2, S/2] in pixels (x, y) of the frames."""

    before: Tensor
    between: Tensor
    after: Tensor
    moment: Tensor  # [B] 0 is the frame before, 1 the one after
    to_before: Tensor  # where the pixels of the frame between are in the one before, if things go straight
    to_after: Tensor


class PairShards:
    """Shards of "frames" [n, F, S, S, 3], "flow" [n, F, 2, S/2, S/2], "moment" [n], "coded" [n, S, S, 3] and "large".

    `moment` says which of the frames the last two show.
    """

    def __init__(self, folder: Path) -> None:
        self.shards = [read_shard(path)[0] for path in shard_paths(folder)]

    @property
    def side(self) -> int:
        """How wide what was recorded small is."""
        return int(self.shards[0]["frames"].shape[2])

    def views(self, generator: torch.Generator, *, batch: int, side: int) -> Views:
        """A random batch of squares of `side` pixels of single frames, mirrored half of the time."""
        found: list[tuple[Tensor, Tensor, Tensor]] = []
        for _ in range(batch):
            shard, row = self._row(generator)
            top, left = (random_below(self.side - side + 1, generator) for _ in range(2))
            large = shard["large"][row]
            factor = large.shape[0] // self.side
            small = shard["frames"][row, int(shard["moment"][row])]
            cuts = (_cut(small, top, left, side), _cut(shard["coded"][row], top, left, side))
            whole = (*cuts, _cut(large, factor * top, factor * left, factor * side))
            found.append(tuple(one.flip(1) for one in whole) if random_below(2, generator) else whole)  # type: ignore[arg-type]
        small, coded, large = (_floats(torch.stack(frames)) for frames in zip(*found, strict=True))
        return Views(small=small, coded=coded, large=large)

    def triplets(self, generator: torch.Generator, *, batch: int, side: int) -> Triplets:
        """A random batch of three frames in a row, mirrored and backwards half of the time each."""
        frames, flows, moments = [], [], []
        weights = torch.tensor([share for _, share in SPANS])
        for _ in range(batch):
            shard, row = self._row(generator)
            top, left = (2 * random_below((self.side - side) // 2 + 1, generator) for _ in range(2))
            span = SPANS[int(torch.multinomial(weights, 1, generator=generator))][0]
            first = random_below(shard["frames"].shape[1] - span, generator)
            middle = first + 1 + random_below(span - 1, generator)
            three = [_cut(shard["frames"][row, at], top, left, side) for at in (first, middle, first + span)]
            flow = shard["flow"][row, middle, :, top // 2 : (top + side) // 2, left // 2 : (left + side) // 2].float()
            share = (middle - first) / span
            if random_below(2, generator):
                three, flow, share = three[::-1], -flow, 1 - share
            if random_below(2, generator):
                three = [one.flip(1) for one in three]
                flow = flow.flip(2) * torch.tensor([-1.0, 1.0]).view(2, 1, 1)
            frames.append(torch.stack(three))
            flows.append(torch.stack([-flow * span * share, flow * span * (1 - share)]))
            moments.append(share)
        before, between, after = (_floats(one) for one in torch.stack(frames).unbind(1))
        to_before, to_after = torch.stack(flows).unbind(1)
        return Triplets(
            before=before,
            between=between,
            after=after,
            moment=torch.tensor(moments),
            to_before=to_before,
            to_after=to_after,
        )

    def _row(self, generator: torch.Generator) -> tuple[dict[str, Tensor], int]:
        shard = self.shards[random_below(len(self.shards), generator)]
        return shard, random_below(len(shard["frames"]), generator)


def _cut(frame: Tensor, top: int, left: int, side: int) -> Tensor:
    return frame[top : top + side, left : left + side]


def _floats(frames: Tensor) -> Tensor:
    """Bytes [B, S, S, 3] as [B, 3, S, S] in -1 to 1."""
    return frames.permute(0, 3, 1, 2).float() / 127.5 - 1

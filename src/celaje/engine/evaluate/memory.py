"""Is anything learned by heart? How near clips come to the nearest picture of the training data, by their latents.

Likeness is the correlation of latents after the mean picture is taken away, so that what is blurred is not near to
everything. Real clips that were never trained on, beside it, tell how near two scenes of the world come by chance.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.engine.data.shards import read_shard, shard_paths
from celaje.engine.evaluate.clip_sets import REAL, Numbers
from celaje.engine.evaluate.numbers import mean_of, share

COPY = 0.98  # a likeness above it is a copy: coding the same picture twice gives more


def memory(latents: Mapping[str, Sequence[Tensor]], folder: Path) -> Numbers:
    """Numbers by "memory/measure/set" for latents [H, W, C] of each set, against the shards in `folder`.

    Raises ValueError when there are none, or when they come from another codec.
    """
    rows = [row for row, clips in latents.items() for _ in clips]
    likeness = _nearest([clip for clips in latents.values() for clip in clips], folder)
    nearest = {row: [likeness[index] for index in sorted(likeness) if rows[index] == row] for row in latents}
    if not nearest[REAL]:
        return {}  # no clip has a shape that was trained on
    highest = max(nearest[REAL])
    found: Numbers = {}
    for row, values in nearest.items():
        found[f"memory/likeness of the nearest training clip/{row}"] = mean_of(values)
        found[f"memory/copies of a training clip/{row}"] = share([float(value > COPY) for value in values])
        if row != REAL:
            found[f"memory/nearer than any real clip/{row}"] = share([float(value > highest) for value in values])
    return found


def nearest_likeness(clips: Sequence[Tensor], folder: Path) -> list[float]:
    """For each of `clips` [H, W, C], how like the nearest training picture of its shape is: -1 to 1.

    Clips of shapes that were not trained on are left out.
    """
    found = _nearest(clips, folder)
    return [found[index] for index in sorted(found)]


@torch.no_grad()
def _nearest(clips: Sequence[Tensor], folder: Path) -> dict[int, float]:
    """The same by the number of the clip. Shards are large: each is read once, whatever the number of clips.

    The mean picture of a shape is that of its first shard.
    """
    middles: dict[tuple[int, ...], Tensor] = {}
    found: dict[int, float] = {}
    for path in shard_paths(folder):
        video = read_shard(path)[0]["video"].flatten(0, 1)  # [n T, H, W, C]
        shape = tuple(video.shape[1:])
        fitting = [index for index, clip in enumerate(clips) if tuple(clip.shape) == shape]
        if any(clip.shape[-1] != shape[-1] for clip in clips):
            raise ValueError(f"{folder} has {shape[-1]} channels, the weights {clips[0].shape[-1]}: another codec")
        if not fitting:
            continue
        if shape not in middles:
            middles[shape] = video.float().mean(0)
        known = F.normalize((video.float() - middles[shape]).flatten(1))
        mine = F.normalize(torch.stack([clips[index].float() - middles[shape] for index in fitting]).flatten(1))
        for index, likeness in zip(fitting, (mine @ known.T).amax(1).tolist(), strict=True):
            found[index] = max(found.get(index, -1.0), likeness)
    return found

"""Clips that were made for a measurement, kept: so that it can be cut off and go on, and judged anew by other judges.

It does not know what is measured.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from celaje.clip import Request
from celaje.engine.data import read_shard, write_shard
from celaje.engine.generate import Engine, Made, generate


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A folder of clips as they were made, pixel by pixel; some 6 MB for 2.7 s."""

    folder: Path

    def made(self, engine: Engine, request: Request) -> Made:
        """The clip that is there of these weights, settings and this request; else it is made, and kept.

        Raises ValueError when it is damaged.
        """
        asked = {"model": engine.manifest.version, "sampling": asdict(engine.sampling), "request": asdict(request)}
        name = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:24]
        path = self.folder / f"{name}.safetensors"
        if path.exists():
            tensors, facts = read_shard(path)
            samples = tensors["samples"].numpy() if "samples" in tensors else None
            return Made(frames=tensors["frames"].numpy(), samples=samples, seconds_by_stage=facts["seconds_by_stage"])
        clip = generate(engine, request)
        tensors = {"frames": torch.from_numpy(clip.frames)}
        if clip.samples is not None:
            tensors["samples"] = torch.from_numpy(clip.samples)
        write_shard(path, tensors, {"seconds_by_stage": clip.seconds_by_stage, "asked": asked})
        return clip

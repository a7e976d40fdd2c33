"""Celaje from Python: load the model once, make clips, save them.

>>> from celaje import load
>>> clip = load().generate("a cat runs through an alley in the rain", seconds=5, size="16:9", seed=7)
>>> clip.save("cat.mp4")

It also brings given pictures, which the engine does not know as files, to the engine.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celaje.clip import Known, Request, Size, parse_size
from celaje.engine.generate import Engine, Progress, generate, load_engine
from celaje.engine.text.understand import Understanding
from celaje.media import read_pictures, write_clip
from celaje.media.fit import fit
from celaje.settings import weights_folder


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A finished clip: frames [F, H, W, 3] at 12 a second, samples [S] at 24 kHz or None, and what was asked for."""

    request: Request
    model: str
    frames: NDArray[np.uint8]
    samples: NDArray[np.float32] | None
    understanding: Understanding
    seconds_by_stage: dict[str, float]

    def save(self, path: str | Path) -> Path:
        """Write it as .mp4, .webm, .gif, .webp, .wav or .png. Raises ValueError when that is not possible."""
        begin = time.perf_counter()
        write_clip(Path(path), self.frames, self.samples, self.facts)
        self.seconds_by_stage["writing"] = time.perf_counter() - begin
        return Path(path)

    @property
    def facts(self) -> dict[str, Any]:
        """What is stored in the file: what was asked for, and of which model."""
        return {"celaje": self.request.to_dict(), "model": self.model}


@dataclass(frozen=True)
class Studio:
    """A loaded model. It can make any number of clips, one at a time."""

    engine: Engine

    def generate(
        self,
        prompt: str,
        *,
        seconds: float = 5.0,
        size: str | Size = "1:1",
        seed: int = 0,
        images: Sequence[tuple[str | Path, float]] = (),
        watch: Callable[[Progress], None] = lambda progress: None,
        **more: Any,
    ) -> Clip:
        """Make a clip. `images` are pictures and the second at which the clip shows each; one at 0 begins it.

        `more` are further fields of `Request`; an exception raised in `watch` stops the work.
        """
        wanted = parse_size(size) if isinstance(size, str) else size
        known = (*more.pop("known", ()), *(Known(source=str(path), at_s=at_s) for path, at_s in images))
        request = Request(prompt=prompt, seconds=seconds, size=wanted, seed=seed, known=known, **more)
        return self.make(request, watch=watch)

    def make(self, request: Request, *, watch: Callable[[Progress], None] = lambda progress: None) -> Clip:
        """Make the clip of a ready `Request`. Raises ValueError when it, or a picture that it names, cannot be used."""
        pictures = read_pictures(request)
        understanding = self.engine.understand(request.prompt)
        made = generate(self.engine, request, pictures=pictures, watch=watch)
        begin = time.perf_counter()
        frames = fit(made.frames, request.size)
        made.seconds_by_stage["fitting"] = time.perf_counter() - begin
        return Clip(
            request=request,
            model=f"{self.engine.manifest.name} {self.engine.manifest.version}",
            frames=frames,
            samples=made.samples,
            understanding=understanding,
            seconds_by_stage=made.seconds_by_stage,
        )


def load(weights: str | Path | None = None, *, device: str | None = None) -> Studio:
    """Load the built-in model, or that of another folder. Raises ValueError when its weights are missing or damaged."""
    return Studio(load_engine(weights_folder() if weights is None else Path(weights), device=device))

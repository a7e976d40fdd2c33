"""Celaje from Python: load the model once, make clips, save them.

>>> from celaje import load
>>> clip = load().generate("a cat runs through an alley in the rain", seconds=5, size="16:9", seed=7)
>>> clip.save("cat.mp4")

It also brings given pictures, which the engine does not know as files, to the engine.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, Known, Request, Size, parse_size
from celaje.clip.tasks import Source
from celaje.engine.generate import (
    Clock,
    Engine,
    FrameKeeper,
    Given,
    Progress,
    film,
    load_engine,
)
from celaje.engine.text.understand import Understanding
from celaje.known import bring, kept_frames, read_source
from celaje.media import write_clip, writing
from celaje.media.fit import fit
from celaje.previz import World
from celaje.settings import weights_folder

LONG_S = 10.0  # a clip that can be watched while it is made

Watch = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A finished clip: frames [F, H, W, 3], samples [S] at 24 kHz or None, and what was asked for."""

    request: Request
    model: str
    frames: NDArray[np.uint8]
    samples: NDArray[np.float32] | None
    understanding: Understanding
    seconds_by_stage: dict[str, float]
    frames_per_second: int = FRAMES_PER_SECOND

    def save(self, path: str | Path) -> Path:
        """Write it as .mp4, .webm, .gif, .webp, .wav or .png. Raises ValueError when that is not possible."""
        begin = time.perf_counter()
        write_clip(Path(path), self.frames, self.samples, self.facts, frames_per_second=self.frames_per_second)
        self.seconds_by_stage["writing"] = time.perf_counter() - begin
        return Path(path)

    @property
    def facts(self) -> dict[str, Any]:
        """What is stored in the file: what was asked for, and of which model."""
        return {"celaje": self.request.to_dict(), "model": self.model}


@dataclass(frozen=True, kw_only=True)
class Part:
    """The next frames [F, H, W, 3] and samples [S] of a clip, in the size that was asked for; either may be empty."""

    frames: NDArray[np.uint8]
    samples: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Film:
    """A clip while it is made. Its parts come one after the other and are made as they are asked for, once."""

    request: Request
    model: str
    understanding: Understanding
    parts: Iterator[Part]
    frames_per_second: int = FRAMES_PER_SECOND
    seconds_by_stage: dict[str, float] = field(default_factory=dict)

    @property
    def has_sound(self) -> bool:
        """Whether it has sound: a still has none."""
        return self.request.audio and self.request.seconds > 0

    def save(self, path: str | Path) -> Path:
        """Make it and write it as it is made, with memory that does not grow with its length (in MP4, WebM and WAV).

        A long MP4 can be watched meanwhile: it lies in `celaje.media.so_far(path)` until it is whole.
        """
        facts = {"celaje": self.request.to_dict(), "model": self.model}
        rate = self.frames_per_second
        growing = self.request.seconds > LONG_S
        with writing(Path(path), facts, with_sound=self.has_sound, frames_per_second=rate, growing=growing) as add:
            for part in self.parts:
                begin = time.perf_counter()
                add(part.frames, part.samples if self.has_sound else None)
                spent = time.perf_counter() - begin
                self.seconds_by_stage["writing"] = self.seconds_by_stage.get("writing", 0.0) + spent
        return Path(path)

    def clip(self) -> Clip:
        """Make it as a whole."""
        parts = list(self.parts)
        return Clip(
            request=self.request,
            model=self.model,
            frames=np.concatenate([part.frames for part in parts if len(part.frames)]),
            samples=np.concatenate([part.samples for part in parts]) if self.has_sound else None,
            understanding=self.understanding,
            frames_per_second=self.frames_per_second,
            seconds_by_stage=self.seconds_by_stage,
        )


@dataclass(frozen=True)
class Studio:
    """A loaded model. It can make any number of clips, one at a time.

    The tasks of `celaje.clip.tasks` make requests from clips that are there, and `source` reads what they need.

    >>> studio.make(tasks.extend(studio.source("cat.mp4"), "the cat jumps", seconds=5, seed=7)).save("longer.mp4")
    """

    engine: Engine

    def generate(
        self,
        prompt: str,
        *,
        seconds: float = 5.0,
        size: str | Size = "1:1",
        seed: int = 0,
        images: Sequence[tuple[str | Path, float]] = (),
        watch: Watch = lambda progress: None,
        **more: Any,
    ) -> Clip:
        """Make a clip. `images` are pictures and the second at which the clip shows each; one at 0 begins it.

        `more` are further fields of `Request`; an exception raised in `watch` stops the work.
        """
        wanted = parse_size(size) if isinstance(size, str) else size
        known = (*more.pop("known", ()), *(Known(source=str(path), at_s=at_s) for path, at_s in images))
        request = Request(prompt=prompt, seconds=seconds, size=wanted, seed=seed, known=known, **more)
        return self.make(request, watch=watch)

    def make(self, request: Request, *, watch: Watch = lambda progress: None) -> Clip:
        """Make the clip of a ready `Request`. Raises ValueError when it, or a file that it names, cannot be used."""
        return self.film(request, watch=watch).clip()

    def film(self, request: Request, *, watch: Watch = lambda progress: None) -> Film:
        """The same as a `Film`, whose parts are made as they are asked for: nothing is made yet."""
        given, clock = bring(request), Clock()
        return Film(
            request=request,
            model=f"{self.engine.manifest.name} {self.engine.manifest.version}",
            understanding=self.engine.understand(request.prompt),
            parts=self._parts(request, given, watch, clock),
            seconds_by_stage=clock.seconds,
        )

    def source(self, path: str | Path) -> Source:
        """What a task needs to know of a clip or sound in a file. Raises ValueError when it cannot be read."""
        return read_source(path)

    def _parts(self, request: Request, given: Sequence[Given], watch: Watch, clock: Clock) -> Iterator[Part]:
        """What the engine makes, in the size of the request and with what is kept in its place."""
        keeper = FrameKeeper(kept_frames(request, given), loop=request.loop)
        none = np.zeros((0, request.size.height, request.size.width, 3), np.uint8)
        for piece in film(self.engine, request, given=given, watch=watch, clock=clock):
            begin = time.perf_counter()
            if piece.frames is None:
                ready = keeper.pass_over(piece.num_frames)
            else:
                ready = keeper.push(fit(piece.frames, request.size)) if piece.num_frames else []
            frames = np.stack(ready) if ready else none
            clock.seconds["fitting"] = clock.seconds.get("fitting", 0.0) + time.perf_counter() - begin
            if len(frames) or len(piece.samples):
                yield Part(frames=frames, samples=piece.samples)
        if left := keeper.finish():
            yield Part(frames=np.stack(left), samples=np.zeros(0, np.float32))


@overload
def load(*, model: Literal["world"]) -> World: ...


@overload
def load(
    weights: str | Path | None = None, *, device: str | None = None, model: Literal["built-in"] = "built-in"
) -> Studio: ...


def load(
    weights: str | Path | None = None, *, device: str | None = None, model: Literal["built-in", "world"] = "built-in"
) -> Studio | World:
    """Load the built-in model, or that of another folder; or the simulated world in its place, which needs no weights.

    Raises ValueError when weights are missing or damaged.
    """
    if model == "world":
        return World()
    return Studio(load_engine(weights_folder() if weights is None else Path(weights), device=device))

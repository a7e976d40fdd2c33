"""Celaje from Python: load the model once, make clips, save them.

>>> from celaje import load
>>> clip = load().generate("a cat runs through an alley in the rain", seconds=5, size="16:9", seed=7)
>>> clip.save("cat.mp4")

It also brings given pictures, which the engine does not know as files, to the engine.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Known, Request, Size, nearest_bucket, parse_size
from celaje.clip.tasks import Source
from celaje.engine.generate import (
    Clock,
    Engine,
    Enlarger,
    FrameKeeper,
    FrameRestorer,
    Given,
    Progress,
    Retimer,
    drawn_in_style,
    film,
    load_engine,
)
from celaje.engine.text.understand import Understanding
from celaje.enlarging import enlarge, exact_size, find_enlarger
from celaje.known import bring, kept_frames, read_source
from celaje.media import write_clip, writing
from celaje.media.fit import fit
from celaje.previz import World
from celaje.settings import weights_folder
from celaje.speech import NOTHING_SAID, RoomTone, Speech, lay_over, say_prompt

LONG_S = 10.0  # a clip that can be watched while it is made
ENLARGING = 0.5  # share of the work that enlarging is taken for, where there is any
PART_PIXELS = 4 * 1920 * 1080  # given on at once, if more than a second is ready

Watch = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A finished clip: frames [F, H, W, 3], samples [S] at 24 kHz or None, what was asked for, and what is said."""

    request: Request
    model: str
    frames: NDArray[np.uint8]
    samples: NDArray[np.float32] | None
    understanding: Understanding
    seconds_by_stage: dict[str, float]
    speech: Speech = NOTHING_SAID

    @property
    def frames_per_second(self) -> int:
        """How many frames are shown in a second."""
        return self.request.frames_per_second

    def upscale(
        self,
        *,
        size: str | Size | None = None,
        frames_per_second: int | None = None,
        weights: str | Path | None = None,
        watch: Watch = lambda progress: None,
    ) -> "Clip":
        """The same clip larger, smoother or both: detail and frames are filled in by the built-in weights' networks.

        What does not fit is cut evenly on both sides; sound stays. Raises ValueError for what is not possible.
        """
        wanted = self.request.size if size is None else exact_size(size) if isinstance(size, str) else size
        rate = frames_per_second or self.frames_per_second
        request, begin = replace(self.request, size=wanted, frames_per_second=rate), time.perf_counter()
        made = enlarge(
            self._watched(watch),
            find_enlarger(weights),
            size=wanted,
            given=rate if self.request.seconds == 0 else self.frames_per_second,
            wanted=rate,
            loop=request.loop,
        )
        frames = np.stack(list(made))
        spent = self.seconds_by_stage | {"enlarging": time.perf_counter() - begin}
        return replace(self, request=request, frames=frames, seconds_by_stage=spent)

    def _watched(self, watch: Watch) -> Iterator[NDArray[np.uint8]]:
        for index, frame in enumerate(self.frames):
            yield frame
            watch(Progress(stage="enlarging", fraction=(index + 1) / len(self.frames)))

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
    seconds_by_stage: dict[str, float] = field(default_factory=dict)
    speech: Speech = NOTHING_SAID

    @property
    def frames_per_second(self) -> int:
        """How many frames are shown in a second."""
        return self.request.frames_per_second

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
            seconds_by_stage=self.seconds_by_stage,
            speech=self.speech,
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
        if request.frames_per_second != FRAMES_PER_SECOND and self.engine.enlarger is None:
            raise ValueError(f"these weights make {FRAMES_PER_SECOND} frames a second: they hold no interpolator")
        given, clock = bring(request), Clock()
        speech = _say(request, given)
        clock.lap("speaking") if speech.spoken else clock.resume()
        return Film(
            request=request,
            model=f"{self.engine.manifest.name} {self.engine.manifest.version}",
            understanding=self.engine.understand(request.prompt),
            parts=self._parts(request, given, speech, watch, clock),
            seconds_by_stage=clock.seconds,
            speech=speech,
        )

    def source(self, path: str | Path) -> Source:
        """What a task needs to know of a clip or sound in a file. Raises ValueError when it cannot be read."""
        return read_source(path)

    def _parts(
        self, request: Request, given: Sequence[Given], speech: Speech, watch: Watch, clock: Clock
    ) -> Iterator[Part]:
        """What the engine makes, in the size and rate of the request, with what is kept and said in its place."""
        enlarger = self.engine.enlarger
        told = _Told(request, watch, share=0.0 if enlarger is None else _share(request))
        keeper = FrameKeeper(kept_frames(request, given), loop=request.loop)
        rate = request.frames_per_second
        is_retimed = request.seconds > 0 and rate != FRAMES_PER_SECOND
        restorer = FrameRestorer(kept_frames(request, given, frames_per_second=rate) if is_retimed else [])
        retimer = _retimer(enlarger, request, unseen=restorer.keeps)
        silence = np.zeros(0, np.float32)
        heard = _heard(speech)
        with_speech = replace(request, known=(*request.known, *(one.piece for one in heard)))
        room, first, number = RoomTone(speech.spoken), 0, 0
        for piece in film(self.engine, with_speech, given=[*given, *heard], watch=told.made, clock=clock):
            samples = lay_over(room.push(piece.samples), first, speech.spoken)
            first += len(samples)
            shown: list[NDArray[np.uint8]] = []
            for index in range(piece.num_frames):
                begin = time.perf_counter()
                if piece.frames is None:
                    ready = keeper.pass_over(1)
                else:
                    frame = piece.frames[index]
                    large = frame if enlarger is None else enlarger.grow(frame, request.size)
                    fitting = fit(large[None], request.size)[0]
                    ready = keeper.push(drawn_in_style(fitting, number, request, self.engine.known_words)[None])
                number += 1
                for one in ready:
                    shown += map(restorer.push, retimer.push(one))
                clock.seconds["enlarging"] = clock.seconds.get("enlarging", 0.0) + time.perf_counter() - begin
                told.enlarged()
                if len(shown) * request.size.width * request.size.height > PART_PIXELS:
                    yield Part(frames=np.stack(shown), samples=silence)
                    shown = []
            if shown or len(samples):
                none = np.zeros((0, request.size.height, request.size.width, 3), np.uint8)
                yield Part(frames=np.stack(shown) if shown else none, samples=samples)
        left = [one for ready in keeper.finish() for one in retimer.push(ready)] + retimer.finish()
        if left:
            yield Part(frames=np.stack([restorer.push(one) for one in left]), samples=silence)


def _say(request: Request, given: Sequence[Given]) -> Speech:
    """What is said in the clip, where its sound is not a given one that comes back as it is."""
    if not (request.speech and request.audio):
        return NOTHING_SAID
    taken = [
        (one.piece.at_s, one.piece.at_s + len(one.samples) / SAMPLE_RATE)
        for one in given
        if one.samples is not None and one.piece.is_kept
    ]
    return say_prompt(request.prompt, request.seconds, voice=request.voice, taken=taken)


def _heard(speech: Speech) -> list[Given]:
    """What is said, as known sound to which the picture is made: on the clock of the frames, in silence up to the next.

    It has a curve, so that it is known and not kept: its own samples are laid over what is made.
    """
    heard = []
    for one in speech.spoken:
        frame = int(one.start_s * FRAMES_PER_SECOND)
        before = round(one.start_s * SAMPLE_RATE) - frame * SAMPLE_RATE // FRAMES_PER_SECOND
        after = -(before + len(one.samples)) % (SAMPLE_RATE // FRAMES_PER_SECOND)
        piece = Known(source=one.text, track="audio", at_s=frame / FRAMES_PER_SECOND, curve=((0.0, 1.0),))
        heard.append(Given(piece=piece, samples=np.pad(one.samples, (before, after))))
    return heard


class _Told:
    """Tells one watcher how far a clip is that is made and enlarged by turns."""

    def __init__(self, request: Request, watch: Watch, *, share: float) -> None:
        self._watch, self._share = watch, share
        self._total = max(1, round(request.seconds * FRAMES_PER_SECOND))
        self._made = Progress(stage="reading", fraction=0.0)
        self._done = 0

    def made(self, progress: Progress) -> None:
        """What the engine tells."""
        self._made = progress
        self._watch(replace(progress, fraction=self._fraction()))

    def enlarged(self) -> None:
        """One more frame has its size. A whole percent is worth telling."""
        before = self._fraction()
        self._done += 1
        if int(100 * before) < int(100 * self._fraction()):
            self._watch(Progress(stage="enlarging", fraction=self._fraction()))

    def _fraction(self) -> float:
        enlarged = min(1.0, self._done / self._total)
        return (1 - self._share) * self._made.fraction + self._share * enlarged


def _share(request: Request) -> float:
    """The share of the work that enlarging is."""
    bucket = nearest_bucket(request.size)
    larger = request.size.width > bucket.width or request.size.height > bucket.height
    return ENLARGING if larger or request.frames_per_second != FRAMES_PER_SECOND else 0.0


def _retimer(enlarger: Enlarger | None, request: Request, *, unseen: Callable[[int], bool]) -> Retimer:
    """What turns the model's frames into those of the request's rate; a still has only one."""
    given = request.frames_per_second if request.seconds == 0 else FRAMES_PER_SECOND
    if enlarger is not None:
        return enlarger.retimer(given, request.frames_per_second, loop=request.loop, unseen=unseen)
    rate = Fraction(given)
    return Retimer(rate, rate, lambda before, after, moments: [])


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

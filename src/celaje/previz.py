"""Previz: direct a clip before it is rendered. The simulated world films what a prompt or a scene file says, at once.

`plan` reads a prompt, `plan_from` a scene file, `film` writes the clip while it is filmed, at any size up to 1920x1080
and 12 or 24 frames a second, with memory that does not grow with its length. `World` offers the same as the studio
does, with the same `Clip`. It needs no weights and does not load torch before a `Clip` is asked for.
"""

import math
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from celaje.clip import Request, Size, parse_size
from celaje.engine.world.direct import direct
from celaje.engine.world.notes import Note as WorldNote
from celaje.engine.world.outline import Outline
from celaje.engine.world.reading import read
from celaje.engine.world.record import Recording, stream
from celaje.engine.world.scene import Scene
from celaje.engine.world.script import parse, write
from celaje.engine.world.truth import Truth
from celaje.media import check_destination, writing
from celaje.media.truth import depth_picture, flow_picture, segmentation_picture, writing_array
from celaje.speech import NOTHING_SAID, Speech, lay_over, say_scene
from celaje.speech import Note as SpeechNote

if TYPE_CHECKING:
    from celaje.engine.generate import Progress
    from celaje.studio import Clip, Film, Part

MODEL = "world"
MOST_PIXELS = 1920 * 1080
USUAL_PIXELS = 1280 * 720  # of a size that is given as a ratio
FRAMES_PER_SECOND = 24
PIECE_PIXELS = 4 * 1920 * 1080  # drawn in one piece: 25 MB, and 130 MB with all that is true about them
MOST_THREADS = 4
TRUTHS = ("depth", "segmentation", "flow")
PICTURES: Mapping[str, Callable[[Truth], NDArray[np.uint8]]] = {
    "depth": lambda truth: depth_picture(truth.depth),
    "segmentation": lambda truth: segmentation_picture(truth.instance),
    "flow": lambda truth: flow_picture(truth.flow),
}
ARRAYS: Mapping[str, Callable[[Truth], NDArray[Any]]] = {
    "depth": lambda truth: truth.depth,
    "segmentation": lambda truth: truth.instance,
    "flow": lambda truth: truth.flow,
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A scene that is ready to be filmed.

    `speech` is what is said aloud. `unknown` are words that mean nothing to the world, `notes` one each for what it
    shows in place of what it cannot, or does not say, and `taken` the slots that the prompt spoke of.
    """

    scene: Scene
    prompt: str = ""
    speech: Speech = NOTHING_SAID
    unknown: tuple[str, ...] = ()
    notes: tuple[WorldNote | SpeechNote, ...] = ()
    taken: Mapping[str, tuple[str, ...]]

    @property
    def script(self) -> str:
        """The scene as a text to edit, in TOML; `plan_from` reads it back."""
        return write(self.scene, self.prompt)


def plan(
    prompt: str,
    *,
    seconds: float = 5.0,
    size: str | Size = "16:9",
    seed: int = 0,
    frames_per_second: int = FRAMES_PER_SECOND,
    speech: bool = True,
    voice: str = "",
) -> Plan:
    """Read a prompt; its quoted sentences are spoken, unless `speech` is not wanted, by who says them or by the `voice`
    of a name. Raises ValueError for a length, size, rate, seed or voice that is not possible.
    """
    wanted = film_size(size) if isinstance(size, str) else size
    Request(prompt=prompt, seconds=seconds, size=wanted, seed=seed)  # says what is not possible
    reading = read(prompt)
    scene, notes = _directed(
        reading.outline, seed=seed, size=wanted, seconds=seconds, frames_per_second=frames_per_second
    )
    spoken = say_scene(scene, prompt, voice=voice) if speech else (scene, NOTHING_SAID)
    return Plan(
        scene=spoken[0],
        prompt=prompt,
        speech=spoken[1],
        unknown=reading.unknown,
        notes=(*reading.notes, *notes, *spoken[1].notes),
        taken=reading.taken,
    )


def plan_from(
    script: str,
    *,
    seconds: float | None = None,
    size: str | Size | None = None,
    seed: int | None = None,
    frames_per_second: int | None = None,
    speech: bool = True,
    voice: str = "",
) -> Plan:
    """Read a scene file's text; what is given here counts more. Raises ValueError that says what is wrong with it."""
    said = parse(script)
    wanted = film_size(size) if isinstance(size, str) else size
    scene, notes = _directed(
        said.outline,
        seed=_first(seed, said.seed, 0),
        size=_first(wanted, said.size, film_size("16:9")),
        seconds=_first(seconds, said.seconds, 5.0),
        frames_per_second=_first(frames_per_second, said.frames_per_second, FRAMES_PER_SECOND),
    )
    spoken = say_scene(scene, said.prompt, voice=voice) if speech else (scene, NOTHING_SAID)
    return Plan(
        scene=spoken[0],
        prompt=said.prompt,
        speech=spoken[1],
        notes=(*notes, *spoken[1].notes),
        taken={},
    )


def _first(*values: Any) -> Any:
    """The first that is given."""
    return next(value for value in values if value is not None)


def _directed(
    outline: Outline, *, seed: int, size: Size, seconds: float, frames_per_second: int
) -> tuple[Scene, tuple[WorldNote, ...]]:
    Request(prompt=MODEL, seconds=seconds, size=size, seed=seed)
    if size.width * size.height > MOST_PIXELS:
        raise ValueError(f"size {size} is not possible: the world films up to 1920x1080")
    directed = direct(outline, seed=seed, size=size, seconds=seconds, frames_per_second=frames_per_second)
    return directed.scene, directed.notes


def film_size(text: str) -> Size:
    """Read "1920x1080", or a ratio, which gives as many pixels as 1280x720 has. Raises ValueError as `parse_size`."""
    wanted = parse_size(text)
    if (ratio := re.fullmatch(r"\s*(\d+)\s*:\s*(\d+)\s*", text)) is None:
        return wanted
    width = math.sqrt(USUAL_PIXELS * int(ratio[1]) / int(ratio[2]))
    return Size(round(width / 4) * 4, round(width * int(ratio[2]) / int(ratio[1]) / 4) * 4)


# To files


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """The files that were written, the clip first, and how long it took."""

    paths: tuple[Path, ...]
    seconds_by_stage: Mapping[str, float]


def film(
    planned: Plan,
    path: Path,
    *,
    audio: bool = True,
    truth: Sequence[str] = (),
    arrays: bool = False,
    device: str = "cpu",
    watch: Callable[[str, float], None] = lambda stage, fraction: None,
) -> Filmed:
    """Film and write at the same time. An exception that `watch` raises stops the work and leaves no file.

    `truth` names what else is written beside the clip: "depth", "segmentation", "flow" as clips to look at, and, with
    `arrays`, as .npy: depth [T, H, W] float32 in metres, segmentation [T, H, W] uint8 with 0 for the place and 1, 2 ...
    for the subjects, flow [T, H, W, 2] float32 in pixels (x, y) to the next frame. `device`, "cpu" or "cuda", draws the
    pictures. Raises ValueError when a path or the device is not possible, or the disk refuses.
    """
    if unknown := set(truth) - set(TRUTHS):
        raise ValueError(f'truth "{sorted(unknown)[0]}" is not known: give some of {", ".join(TRUTHS)}')
    scene, rate = planned.scene, planned.scene.frames_per_second
    audio = audio and scene.num_frames > 1
    check_destination(path, with_sound=audio)
    facts = {"previz": planned.script, "prompt": planned.prompt, "model": MODEL}
    suffix = ".mp4" if path.suffix.lower() == ".wav" else path.suffix
    beside = {name: path.with_name(f"{path.stem}-{name}{suffix}") for name in truth}
    exact = {name: path.with_name(f"{path.stem}-{name}.npy") for name in truth if arrays}
    spent = {"filming": 0.0, "writing": 0.0}
    with ExitStack() as stack:
        add = stack.enter_context(writing(path, facts, with_sound=audio, frames_per_second=rate))
        look = {
            name: stack.enter_context(writing(where, facts, with_sound=False, frames_per_second=rate))
            for name, where in beside.items()
        }
        keep = {
            name: stack.enter_context(writing_array(where, _shape(scene, name), _dtype(name)))
            for name, where in exact.items()
        }
        done, begin = 0, time.perf_counter()
        for piece in _pieces(planned, truth=bool(truth), device=device):
            spent["filming"] += time.perf_counter() - begin
            begin = time.perf_counter()
            add(piece.frames, piece.samples if audio else None)
            for name in truth:
                assert piece.truth is not None, "it was asked for"
                look[name](PICTURES[name](piece.truth), None)
                if arrays:
                    keep[name](ARRAYS[name](piece.truth))
            spent["writing"] += time.perf_counter() - begin
            done += len(piece.frames)
            watch("filming", done / scene.num_frames)
            begin = time.perf_counter()
    return Filmed(paths=(path, *beside.values(), *exact.values()), seconds_by_stage=spent)


def _shape(scene: Scene, name: str) -> tuple[int, ...]:
    shape = (scene.num_frames, scene.size.height, scene.size.width)
    return (*shape, 2) if name == "flow" else shape


def _dtype(name: str) -> type[np.generic]:
    return np.uint8 if name == "segmentation" else np.float32


def shoot(planned: Plan) -> Iterator[Recording]:
    """The frames and sound of a plan, piece by piece as they are filmed, for who writes them elsewhere."""
    return _pieces(planned)


def _pieces(planned: Plan, *, truth: bool = False, device: str = "cpu") -> Iterator[Recording]:
    """The scene as it is filmed, on all cores up to a few or on one GPU, with what is said over its sound."""
    scene = planned.scene
    heavy = truth or scene.style != "natural"
    frames = PIECE_PIXELS // (scene.size.width * scene.size.height) // (2 if heavy else 1)
    first, threads = 0, min(MOST_THREADS, os.cpu_count() or 1) if device == "cpu" else 1
    for piece in stream(scene, min(48, max(1, frames)), truth=truth, threads=threads, device=device):
        yield replace(piece, samples=lay_over(piece.samples, first, planned.speech.spoken))
        first += len(piece.samples)


# From Python


@dataclass(frozen=True)
class World:
    """The simulated world in the place of a model: the same requests and the same `Clip` as from `celaje.Studio`.

    >>> from celaje import load
    >>> load(model="world").generate("a cat runs through an alley", size="1920x1080").save("cat.mp4")
    """

    def generate(
        self,
        prompt: str,
        *,
        seconds: float = 5.0,
        size: str | Size = "16:9",
        seed: int = 0,
        watch: "Callable[[Progress], None]" = lambda progress: None,
        **more: Any,
    ) -> "Clip":
        """Film a prompt. `more` are further fields of `Request`; an exception raised in `watch` stops the work."""
        wanted = film_size(size) if isinstance(size, str) else size
        request = Request(prompt=prompt, seconds=seconds, size=wanted, seed=seed, **more)
        return self.make(request, watch=watch)

    def make(self, request: Request, *, watch: "Callable[[Progress], None]" = lambda progress: None) -> "Clip":
        """Film a ready `Request`. Raises ValueError when it asks for more than words can say."""
        return self.film(request, watch=watch).clip()

    def film(self, request: Request, *, watch: "Callable[[Progress], None]" = lambda progress: None) -> "Film":
        """The same as a `Film`, whose parts are filmed as they are asked for."""
        from celaje.engine.text.understand import Understanding
        from celaje.studio import Film

        if request.known or request.loop or request.vary:
            raise ValueError(
                "the world films what a prompt says: it keeps to no given pieces, does not loop and does not vary"
            )
        planned = plan(
            request.prompt,
            seconds=request.seconds,
            size=request.size,
            seed=request.seed,
            frames_per_second=request.frames_per_second,
            speech=request.speech and request.audio,
            voice=request.voice,
        )
        spent = {"filming": 0.0}
        return Film(
            request=request,
            model=MODEL,
            understanding=Understanding(unknown=planned.unknown, taken=planned.taken, shortened=False),
            parts=self._parts(planned, watch, spent),
            seconds_by_stage=spent,
            speech=planned.speech,
        )

    def _parts(self, planned: Plan, watch: "Callable[[Progress], None]", spent: dict[str, float]) -> "Iterator[Part]":
        from celaje.engine.generate import Progress
        from celaje.studio import Part

        done, begin = 0, time.perf_counter()
        for piece in _pieces(planned):
            done += len(piece.frames)
            spent["filming"] += time.perf_counter() - begin
            watch(Progress(stage="filming", fraction=done / planned.scene.num_frames))
            yield Part(frames=piece.frames, samples=piece.samples)
            begin = time.perf_counter()

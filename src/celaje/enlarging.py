"""Clips made larger and smoother: the networks of the weights, applied to frames in a row, to a clip, and to a file.

A file may be any movie or picture. It keeps its own rate unless another is asked for; its sound is carried over as it
is, and so is what it says of itself. Memory follows the size of a frame, not the length of the file.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celaje.clip import PICTURES, Size, check_rate, parse_size
from celaje.engine.generate import Enlarger, choose_device, load_enlarger
from celaje.media import SourceError, read_facts, read_picture, read_request, stream_frames, writing
from celaje.media.carry import writing_with_sound_of
from celaje.media.fit import fit
from celaje.media.write import Add
from celaje.settings import weights_folder

Frame = NDArray[np.uint8]
MOVING = (".mp4", ".webm", ".gif", ".webp")


@dataclass(frozen=True, kw_only=True)
class Upscaled:
    """What became of a file. `frames_per_second` is None for a picture."""

    path: Path
    size: Size
    frames_per_second: Fraction | None
    num_frames: int
    seconds_spent: float


def enlarge(
    frames: Iterable[Frame],
    enlarger: Enlarger,
    *,
    size: Size,
    given: Fraction | int,
    wanted: Fraction | int,
    loop: bool = False,
) -> Iterator[Frame]:
    """Frames [H, W, 3] at the rate `given` to frames of `size` at the rate `wanted`, one by one.

    What does not fit is cut evenly on both sides. In a `loop`, the first frame follows the last.
    """
    retimer = enlarger.retimer(given, wanted, loop=loop)
    for frame in frames:
        yield from retimer.push(fit(enlarger.grow(frame, size)[None], size)[0])
    yield from retimer.finish()


def find_enlarger(weights: str | Path | None = None, *, device: str | None = None) -> Enlarger:
    """The networks of a folder of weights, the built-in one when None. Raises ValueError when it has none."""
    folder = weights_folder() if weights is None else Path(weights)
    enlarger = load_enlarger(folder, device=choose_device(device))
    if enlarger is None:
        raise ValueError(
            f"the weights in {folder} cannot make clips larger or smoother: train upscaler and interpolator"
        )
    return enlarger


def exact_size(text: str) -> Size:
    """Read "1920x1080". Raises ValueError as `parse_size`, and for a ratio, which says nothing of pixels."""
    size = parse_size(text)
    if re.fullmatch(r"\s*\d+\s*:\s*\d+\s*", text):
        raise ValueError(f'size "{text}" is a ratio: give WIDTHxHEIGHT such as 1920x1080')
    return size


def check_upscale(path: Path, output: Path, *, size: Size | None, frames_per_second: int | None) -> None:
    """Raise ValueError for what cannot be upscaled, before any work is done for it."""
    if frames_per_second is not None:
        check_rate(frames_per_second)
    if size is None and frames_per_second is None:
        raise ValueError("how large, or how smooth? give a size such as 1920x1080, frames a second such as 24, or both")
    allowed = (".png",) if path.suffix.lower() in PICTURES else (*MOVING, ".png")
    if output.suffix.lower() not in allowed:
        raise ValueError(f'"{output.name}" cannot hold what {path.name} becomes: end it with {", ".join(allowed)}')
    if output.resolve() == path.resolve():
        raise ValueError(f"{output} is what it is made from: give another --output")


def upscale(
    path: Path,
    output: Path,
    *,
    size: Size | None = None,
    frames_per_second: int | None = None,
    enlarger: Enlarger | None = None,
    watch: Callable[[str, float], None] = lambda stage, fraction: None,
) -> Upscaled:
    """Make a movie or picture in a file larger, smoother or both, and write it while it is made.

    Without `size` or `frames_per_second` it keeps its own. `enlarger` None loads the built-in one. An exception that
    `watch` raises stops the work and leaves no file. Raises ValueError for what is not possible.
    """
    check_upscale(path, output, size=size, frames_per_second=frames_per_second)
    begin = time.perf_counter()
    if path.suffix.lower() in PICTURES:
        picture = read_picture(path)
        own, rate, count = Size(*reversed(picture.shape[:2])), None, 1
        frames: Iterable[Frame] = [picture]
    else:
        facts = read_facts(path)
        if facts.size is None or facts.frames_per_second is None:
            raise SourceError(f"{path} has no picture")
        own, rate = facts.size, facts.frames_per_second
        count = facts.num_frames_at(rate)
        frames = stream_frames(path, count=count, frames_per_second=rate)
    enlarger = enlarger or find_enlarger()
    wanted_size = size or own
    given = rate or Fraction(1)
    wanted = given if rate is None or frames_per_second is None else Fraction(frames_per_second)
    done = {"from": str(own), "size": str(wanted_size), "model": enlarger.version}
    if rate is not None:
        done["frames_per_second"] = f"{float(wanted):g}"
    written = 0
    with _writing(output, _facts(path) | {"upscaled": done}, path, wanted) as add:
        made = enlarge(_told(frames, count, watch), enlarger, size=wanted_size, given=given, wanted=wanted)
        for frame in made:
            add(frame[None], None)
            written += 1
    spent = time.perf_counter() - begin
    still = rate is None or output.suffix.lower() == ".png"
    return Upscaled(
        path=output,
        size=wanted_size,
        frames_per_second=None if still else wanted,
        num_frames=written,
        seconds_spent=spent,
    )


def _writing(output: Path, facts: dict[str, Any], source: Path, rate: Fraction) -> AbstractContextManager[Add]:
    if output.suffix.lower() in (".mp4", ".webm"):
        return writing_with_sound_of(source, output, facts, frames_per_second=rate)
    return writing(output, facts, with_sound=False, frames_per_second=rate)


def _told(frames: Iterable[Frame], count: int, watch: Callable[[str, float], None]) -> Iterator[Frame]:
    for index, frame in enumerate(frames):
        yield frame
        watch("enlarging", min(1.0, (index + 1) / count))


def _facts(path: Path) -> dict[str, Any]:
    """What the file says of itself, if it is one of ours."""
    try:
        return read_request(path)
    except ValueError:
        return {}

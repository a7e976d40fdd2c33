"""The files that a request names as known: checked, brought to the engine as arrays, and kept in what comes out.

The engine sees them in the size of its bucket. What comes back unchanged is read again in the clip's own size, frame by
frame, so that a long clip never lies in memory as a whole.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from celaje.clip import FRAMES_PER_SECOND, Known, Region, Request, Size, nearest_bucket
from celaje.clip.shape import whole_rate
from celaje.clip.tasks import Source
from celaje.engine.generate import Given, KeptFrames
from celaje.media.fit import fit, place
from celaje.media.open import Facts, SourceError, read_facts, read_samples, stream_frames
from celaje.media.read import read_picture

Frames = NDArray[np.uint8]


def read_source(path: str | Path) -> Source:
    """What a task needs to know of a clip or sound. Raises SourceError when it cannot be read."""
    facts = read_facts(Path(path))
    return Source(
        path=str(path),
        seconds=facts.seconds,
        size=facts.size,
        has_sound=facts.sound_s > 0,
        frames_per_second=whole_rate(facts.frames_per_second),
    )


def bring(request: Request) -> list[Given]:
    """What `request` calls known, as arrays. Raises SourceError for files that are missing or not what they must be."""
    facts = check(request)
    return [_given(piece, request, facts.get(piece.source)) for piece in request.known]


def check(request: Request) -> dict[str, Facts]:
    """What the clips and sounds of a request hold, by their path. Raises SourceError as `bring`, but reads no clip."""
    facts: dict[str, Facts] = {}
    for piece in request.known:
        path = Path(piece.source)
        if piece.is_picture:
            read_picture(path)
            continue
        if piece.source not in facts:
            facts[piece.source] = read_facts(path)
        held = facts[piece.source]
        if piece.track == "video" and held.size is None:
            raise SourceError(f"{path} has no picture")
        if piece.track == "audio" and not held.sound_s:
            raise SourceError(f"{path} has no sound")
        end_s = held.seconds if piece.to_s is None else piece.to_s
        if max(piece.from_s, end_s) > held.seconds + 1 / FRAMES_PER_SECOND or piece.from_s >= held.seconds:
            asked = f"{piece.from_s:g} s on" if piece.to_s is None else f"{piece.from_s:g} to {piece.to_s:g} s"
            raise SourceError(f"{path} has {held.seconds:.3g} s: {asked} is not in it")
        if piece.region is not None and held.size is not None:
            _region(piece.region, held.size)
    return facts


def kept_frames(
    request: Request, given: Sequence[Given], *, frames_per_second: int = FRAMES_PER_SECOND
) -> list[KeptFrames]:
    """The frames that come back as they were, in the size of the request, read as they are asked for."""
    kept = []
    for one in given:
        if one.frames is not None and one.piece.is_kept:
            count = len(one.frames) * frames_per_second // FRAMES_PER_SECOND
            kept.append(
                KeptFrames(
                    first=round(one.piece.at_s * frames_per_second),
                    count=count,
                    frames=_in_size(one.piece, count, request.size, frames_per_second),
                    inside=None if one.piece.region is None else _region_in_size(one.piece, request.size),
                )
            )
    return kept


def _given(piece: Known, request: Request, facts: Facts | None) -> Given:
    path, bucket = Path(piece.source), nearest_bucket(request.size)
    if facts is None:
        return Given(piece=piece, frames=place(read_picture(path), request.size, bucket)[None])
    end_s = facts.seconds if piece.to_s is None else piece.to_s
    seconds = min(end_s - piece.from_s, request.seconds - piece.at_s)
    if piece.track == "audio":
        return Given(piece=piece, samples=read_samples(path, from_s=piece.from_s, seconds=seconds))
    first = min(round(piece.from_s * FRAMES_PER_SECOND), facts.num_frames - 1)
    count = max(1, min(round(seconds * FRAMES_PER_SECOND), facts.num_frames - first))
    frames = [
        place(frame, request.size, bucket) for frame in stream_frames(path, first=first, count=count, reach=bucket)
    ]
    inside = None
    if piece.region is not None:
        assert facts.size is not None, "what has frames has a size"
        mask = place(_region(piece.region, facts.size), request.size, bucket)
        inside = (mask[..., 0] > 127).astype(np.float32)
    return Given(piece=piece, frames=np.stack(frames), inside=inside)


def _in_size(piece: Known, count: int, size: Size, frames_per_second: int) -> Iterator[Frames]:
    first = round(piece.from_s * frames_per_second)
    path = Path(piece.source)
    for frame in stream_frames(path, first=first, count=count, reach=size, frames_per_second=frames_per_second):
        yield fit(frame[None], size)[0]


def _region_in_size(piece: Known, size: Size) -> NDArray[np.float32]:
    own = read_facts(Path(piece.source)).size
    assert piece.region is not None
    assert own is not None
    return (fit(_region(piece.region, own)[None], size)[0, ..., 0] > 127).astype(np.float32)


def _region(region: Region, size: Size) -> Frames:
    """A region of a picture of `size` as a mask [H, W, 3], 255 inside. Raises SourceError for one that is empty."""
    if isinstance(region, str):
        drawn = read_picture(Path(region)).mean(axis=2, keepdims=True) > 127
        rows = np.arange(size.height) * drawn.shape[0] // size.height
        columns = np.arange(size.width) * drawn.shape[1] // size.width
        mask = drawn[rows][:, columns]
        if not mask.any():
            raise SourceError(f"the mask {region} has nothing white in it: white is what changes")
    else:
        left, top, right, bottom = region
        mask = np.zeros((size.height, size.width, 1), bool)
        across = slice(int(left * size.width), max(int(left * size.width) + 1, round(right * size.width)))
        down = slice(int(top * size.height), max(int(top * size.height) + 1, round(bottom * size.height)))
        mask[down, across] = True
    return np.repeat(mask, 3, axis=2).astype(np.uint8) * 255

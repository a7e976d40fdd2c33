"""The tasks: extend, connect, loop, edit, blend, recut, score and illustrate, each as what is known of a clip.

Each function turns what a person asked for into a `Request`; nothing further on knows which task it was. They need to
know of a file only what `Source` holds. `more` are further fields of the request: a seed, steps, another size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from celaje.clip.request import Known, Region, Request
from celaje.clip.shape import FRAMES_PER_SECOND, MAX_SECONDS, Size

#: How much an edit changes, by name.
STRENGTHS = {"subtle": 0.3, "mild": 0.5, "strong": 0.75}
#: Seconds that a loop adds between a clip's end and its beginning, by name.
LOOPS = {"short": 1.0, "normal": 2.0, "long": 4.0}
#: The model works in thirds of a second: what is made between two given pieces has a whole number of them.
THIRD_FRAMES = 4


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is known of a clip or sound in a file. `size` is None for a sound."""

    path: str
    seconds: float
    size: Size | None
    has_sound: bool
    frames_per_second: int = FRAMES_PER_SECOND


def extend(clip: Source, prompt: str, *, seconds: float = 5.0, backwards: bool = False, **more: Any) -> Request:
    """`seconds` more after the clip, or before it."""
    _possible(seconds)
    added_s = _thirds(seconds) if backwards else _frames(seconds)
    return _request(
        prompt, clip.seconds + added_s, [clip], known=_pieces(clip, at_s=added_s if backwards else 0.0), **more
    )


def connect(first: Source, second: Source, prompt: str = "", *, seconds: float = 3.0, **more: Any) -> Request:
    """One clip, `seconds` that lead over, and the other clip. The result has the size of the first."""
    begin_s = first.seconds + _thirds(seconds)
    known = (*_pieces(first), *_pieces(second, at_s=begin_s))
    return _request(prompt, begin_s + second.seconds, [first, second], known=known, **more)


def loop(clip: Source, prompt: str = "", *, seconds: float = LOOPS["normal"], **more: Any) -> Request:
    """The clip and about `seconds` that lead from its end back to its beginning.

    The whole is a multiple of a third of a second, so that it goes round on the model's clock.
    """
    num_frames = round(clip.seconds * FRAMES_PER_SECOND)
    given_s = max(THIRD_FRAMES, num_frames // THIRD_FRAMES * THIRD_FRAMES) / FRAMES_PER_SECOND
    return _request(prompt, given_s + _thirds(seconds), [clip], known=_pieces(clip, to_s=given_s), loop=True, **more)


def edit(
    clip: Source, prompt: str, *, strength: float = STRENGTHS["mild"], region: Region | None = None, **more: Any
) -> Request:
    """The clip, changed by `strength` (0 not at all, 1 beyond recognition), everywhere or inside `region`.

    With a region, only the picture changes.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"a strength of {strength:g} is not possible: give 0 to 1")
    picture = Known(source=clip.path, strength=1 - strength, region=region)
    kept = 1.0 if region is not None else 1 - strength
    sound = (Known(source=clip.path, track="audio", strength=kept),) if clip.has_sound else ()
    return _request(prompt, clip.seconds, [clip], known=(picture, *sound), **more)


def blend(
    first: Source, second: Source, prompt: str = "", *, curve: Sequence[tuple[float, float]] = (), **more: Any
) -> Request:
    """Two clips in one. `curve` says at which second the second clip has how much influence, 0 to 1.

    Without a curve, the first becomes the second from begin to end.
    """
    seconds = max(first.seconds, second.seconds)
    influence = tuple(curve) or ((0.0, 0.0), (seconds, 1.0))
    yielding = ((0.0, 1.0),)  # a curve of one point: all of it, as far as the other clip leaves it
    known = (*_pieces(first, curve=yielding), *_pieces(second, curve=influence))
    return _request(prompt, seconds, [first, second], known=known, **more)


def recut(clip: Source, keep: Sequence[tuple[float, float, float]], prompt: str = "", **more: Any) -> Request:
    """Pieces of the clip, each (from_s, to_s, at_s); what lies between them is made. It ends as long after the last
    piece as the clip did. Raises ValueError for pieces that are not in the clip or lie on each other.
    """
    ordered = sorted(keep, key=lambda piece: piece[2])
    end_s = 0.0
    for from_s, to_s, at_s in ordered:
        if not 0 <= from_s < to_s <= clip.seconds + 1e-3:
            raise ValueError(f"{from_s:g} to {to_s:g} s is no piece of a clip of {clip.seconds:g} s")
        if at_s < end_s - 1e-3:
            raise ValueError(f"the piece at {at_s:g} s begins before the one before it ends, at {end_s:g} s")
        end_s = at_s + to_s - from_s
    if not ordered:
        raise ValueError("nothing is kept: give pieces such as 0-2,4-5")
    known = tuple(
        piece for from_s, to_s, at_s in ordered for piece in _pieces(clip, at_s=at_s, from_s=from_s, to_s=to_s)
    )
    return _request(prompt, end_s + max(0.0, clip.seconds - ordered[-1][1]), [clip], known=known, **more)


def score(clip: Source, prompt: str = "", **more: Any) -> Request:
    """A sound for the clip's picture, which stays as it is."""
    return _request(prompt, clip.seconds, [clip], known=_pieces(clip)[:1], **more | {"audio": True})


def illustrate(sound: Source, prompt: str, *, size: Size = Size(256, 256), **more: Any) -> Request:
    """A picture for a sound, which stays as it is."""
    if not sound.has_sound:
        raise ValueError(f"{sound.path} has no sound")
    known = (Known(source=sound.path, track="audio"),)
    return _request(prompt, sound.seconds, [], known=known, size=size, **more)


def _request(prompt: str, seconds: float, clips: Sequence[Source], **fields: Any) -> Request:
    """A request of these fields; its size and rate are the first clip's unless given, and it has sound if all have."""
    for clip in clips:
        if clip.size is None:
            raise ValueError(f"{clip.path} has no picture")
    if clips and fields.get("size") is None:
        fields["size"] = clips[0].size
    if clips:
        fields.setdefault("frames_per_second", clips[0].frames_per_second)
    fields.setdefault("audio", all(clip.has_sound for clip in clips))
    return Request(prompt=prompt, seconds=_frames(seconds), **fields)


def _pieces(clip: Source, **where: Any) -> tuple[Known, ...]:
    """The clip's picture, and its sound if it has one, at the same time."""
    picture = Known(source=clip.path, **where)
    return (picture, replace(picture, track="audio")) if clip.has_sound else (picture,)


def _possible(seconds: float) -> None:
    if not 0 < seconds <= MAX_SECONDS:
        raise ValueError(f"to make {seconds:g} s more is not possible: give up to {MAX_SECONDS:g}")


def _frames(seconds: float) -> float:
    """Seconds as a whole number of frames."""
    return round(seconds * FRAMES_PER_SECOND) / FRAMES_PER_SECOND


def _thirds(seconds: float) -> float:
    """Seconds to make as a whole number of the model's latent frames, at least one."""
    _possible(seconds)
    return max(1, round(seconds * FRAMES_PER_SECOND / THIRD_FRAMES)) * THIRD_FRAMES / FRAMES_PER_SECOND

"""The order in which a clip is made: windows of latent frames, each knowing what lies in it, before it and behind it.

Making begins at the first frame whose picture is given (or at the beginning) and goes forwards to the end, then from
there backwards to the beginning. In a loop what is behind the end is the beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, kw_only=True)
class Window:
    """Latent frames `start` to `end` are made together; afterwards `begin` to `done` of them are made for good.

    In a loop of T frames, numbers from T on and below 0 are those of the neighbouring round.
    """

    start: int
    end: int
    begin: int
    done: int


def windows(
    is_open: Sequence[bool], *, longest: int, context: int, anchor: int = 0, loop: bool = False
) -> list[Window]:
    """Windows of at most `longest` frames that make every open frame once.

    A window knows up to `context` frames before it, and half as many behind, as equal in new frames as can be. `anchor`
    is the frame to begin at. Raises ValueError for a context that leaves nothing to make.
    """
    if not 0 < context < longest:
        raise ValueError(
            f"a context of {context} latent frames must be at least 1 and less than the window's {longest}"
        )
    known = [not one for one in is_open]
    plan = list(_forwards(known, anchor, longest=longest, context=context, loop=loop))
    known[anchor:] = [True] * (len(known) - anchor)
    backwards = _forwards(known[::-1], 0, longest=longest, context=context, loop=False)
    return plan + [_mirrored(window, len(known)) for window in backwards]


def _forwards(known: list[bool], first: int, *, longest: int, context: int, loop: bool) -> Iterator[Window]:
    """Windows for the runs of frames from `first` on that are not known, each run knowing those made before."""
    known = list(known)
    total = len(known)
    for begin, end in _runs(known, first, halve=loop and not any(known)):
        before = _count(known, begin - 1, -1, context, loop=loop)
        behind = _count(known, end, 1, min(-(-context // 2), longest - context - 1), loop=loop)
        ends = _split(end - begin, before, behind, longest=longest, context=context)
        for at, (new, done) in enumerate(pairwise([0, *ends])):
            is_last = done == end - begin
            yield Window(
                start=begin - before if at == 0 else max(begin - before, begin + new - context),
                end=begin + done + (behind if is_last else 0),
                begin=begin + new,
                done=begin + done,
            )
        known[begin:end] = [True] * (end - begin)
    assert all(known[first:]), f"{total} frames are made"


def _runs(known: list[bool], first: int, *, halve: bool) -> list[tuple[int, int]]:
    """The unknown runs from `first` on; a loop of which nothing is known is made in two, so that its end sees both."""
    edges = [first, *(at for at in range(first + 1, len(known)) if known[at] != known[at - 1]), len(known)]
    if halve and len(known) > 1:
        edges.insert(1, -(-len(known) // 2))
    return [(begin, end) for begin, end in pairwise(edges) if begin < end and not known[begin]]


def _count(known: list[bool], at: int, step: int, most: int, *, loop: bool) -> int:
    """How many frames from `at` on, in steps of `step`, are known one after the other."""
    for count in range(most):
        place = at + count * step
        inside = 0 <= place < len(known)
        if not (inside or loop) or not known[place % len(known)]:
            return count
    return most


def _split(count: int, before: int, behind: int, *, longest: int, context: int) -> list[int]:
    """Where windows over `count` new frames end, so that none is too long."""
    room = [longest - before]
    while sum(room) - behind < count:
        room.append(longest - context)
    room[-1] -= behind
    reach = [sum(room[: index + 1]) for index in range(len(room))]
    return [count * one // reach[-1] for one in reach]


def _mirrored(window: Window, total: int) -> Window:
    return Window(
        start=total - window.end, end=total - window.start, begin=total - window.done, done=total - window.begin
    )

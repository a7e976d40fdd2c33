"""How a long clip is cut into windows, made one after the other, each knowing the end of the one before."""

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, kw_only=True)
class Window:
    """Latent frames `start` to `end`; the first `num_known` are already made."""

    start: int
    end: int
    num_known: int


def windows(num_latents: int, *, longest: int, context: int) -> list[Window]:
    """Windows that together make `num_latents` frames, as equal in new frames as can be.

    Every window after the first knows `context` frames. A clip up to `longest` is one window.
    """
    if num_latents <= longest:
        return [Window(start=0, end=num_latents, num_known=0)]
    if not 0 < context < longest:
        raise ValueError(
            f"a context of {context} latent frames must be at least 1 and less than the window's {longest}"
        )
    num_more = -(-(num_latents - longest) // (longest - context))
    ends = [longest + (num_latents - longest) * index // num_more for index in range(num_more + 1)]
    made = [Window(start=0, end=longest, num_known=0)]
    for before, end in pairwise(ends):
        start = before - context
        made.append(Window(start=start, end=end, num_known=context))
    return made

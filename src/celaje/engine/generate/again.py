"""A window that has lost what its clip is about is made once more.

Each window of a long clip goes on from the one before it, so what one loses is lost for all that follow. The critic,
who chose the first picture, looks at every later window, too: where it finds less of what was told than there, the
window is made again, of other noise and with less of it over the first picture, and the better one stays. It does not
know how windows are made.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from celaje.clip import Request
from celaje.engine.generate.critic import Critic
from celaje.engine.generate.engine import Engine
from celaje.engine.generate.glimpse import sketch
from celaje.engine.generate.reading import spoken_of
from celaje.engine.generate.takes import ENOUGH
from celaje.engine.latents import LATENTS_PER_SECOND, ClipLatents, StillLatents

LOST = 3.0  # of its log likelihood: so much a window may lose, for people walk and turn around


@dataclass(frozen=True, kw_only=True)
class Watcher:
    """Looks at the windows of a clip that begins with what was `told`; its first picture is rated as `expected`."""

    engine: Engine
    critic: Critic
    told: Mapping[str, Sequence[str]]
    expected: float = -math.inf

    def rating(self, video: torch.Tensor) -> float:
        """How likely pictures [1, T, H, W, C] show what was told, as the mean of their log likelihoods."""
        pictures = sketch(self.engine.video, video[0, :, None].to(self.engine.device))
        return float(self.critic.of_pictures(pictures, self.told).mean())

    def better_of(self, made: ClipLatents, make_again: Callable[[], ClipLatents]) -> ClipLatents:
        """The window that was `made`, or another one if it shows less of what was told than it should and that more."""
        found = self.rating(made.video)
        if found >= self.expected - LOST:
            return made
        other = make_again()
        return other if self.rating(other.video) > found else made


def watch_over(engine: Engine, request: Request, picture: StillLatents) -> Watcher | None:
    """The watcher of a clip that begins with `picture`; None where nobody is to look."""
    if engine.critic is None or engine.sampling.again_level == 1:
        return None
    told = engine.understand(spoken_of(request.prompt, 0.0, 1 / LATENTS_PER_SECOND)).taken
    first = Watcher(engine=engine, critic=engine.critic, told=told)
    return replace(first, expected=min(ENOUGH, first.rating(picture.values)))

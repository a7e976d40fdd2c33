"""Where a prompt comes to speak of another place or of others, in some of its seconds: there a clip begins anew.

The card of a storyboard, a second shot. The model hears what is said of those seconds, but what it has just made weighs
more: left alone, it goes on with the first scene. So such a part is given a first picture of its own (`takes.py`). Who
only does something else ("[2s-4s] the cat jumps") stays where they are. It does not know windows or networks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from celaje.engine.generate.engine import Engine
from celaje.engine.latents import LATENTS_PER_SECOND
from celaje.engine.text.tokenizer import timed_parts


@dataclass(frozen=True, kw_only=True)
class NewScene:
    """What is seen in the latent frames `begin` to `end`: the prompt of these seconds alone, without marks of time."""

    prompt: str
    begin: int
    end: int


def new_scenes(engine: Engine, prompt: str, num_latents: int) -> list[NewScene]:
    """The parts of a prompt, but for its beginning, that tell a place and are not what came before."""
    parts = timed_parts(prompt)
    always = [text for _, end_s, text in parts if end_s < 0]
    scenes: list[NewScene] = []
    before: Mapping[str, Sequence[str]] = {}
    for start_s, end_s, text in sorted(part for part in parts if part[1] >= 0):
        said = " ".join(one.strip() for one in (*always, text) if one.strip())
        told = engine.understand(said).taken
        begin, end = int(start_s * LATENTS_PER_SECOND), min(num_latents, int(end_s * LATENTS_PER_SECOND))
        if 0 < begin < end and _is_new(before, told):
            scenes.append(NewScene(prompt=said, begin=begin, end=end))
        before = {**before, **told}
    return scenes


def _is_new(before: Mapping[str, Sequence[str]], told: Mapping[str, Sequence[str]]) -> bool:
    """Whether a place is told, and it is another one, or somebody is there who was not."""
    if not told.get("place"):
        return False
    is_elsewhere = told["place"][0] != next(iter(before.get("place", ())), None)
    return is_elsewhere or not set(told.get("kinds", ())) <= set(before.get("kinds", ()))

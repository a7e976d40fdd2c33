"""Every kind of subject that can be in a clip. To add one: write its file, name it here."""

from importlib import import_module
from importlib.util import find_spec

from celaje.engine.world.kinds.kind import Kind

_NAMES = (
    "woman", "man", "child", "old_person", "astronaut", "diver", "dancer", "robot",
    "cat", "dog", "horse", "mammoth", "elephant", "turtle", "bird", "fish", "butterfly",
    "ball", "car", "train", "sailing_boat", "paper_boat", "balloon", "drone", "spaceship", "box",
)  # fmt: skip


def _all_kinds() -> dict[str, Kind]:
    kinds = {}
    for name in _NAMES:
        if find_spec(f"{__name__}.{name}"):
            kind: Kind = import_module(f"{__name__}.{name}").KIND
            kinds[kind.name] = kind
    return kinds


KINDS: dict[str, Kind] = _all_kinds()

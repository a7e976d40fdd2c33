"""What a reader notes down while it goes through a prompt. It does not know what any of it means."""

from dataclasses import dataclass, field

from celaje.engine.world.scene import Line


@dataclass(eq=False)
class Noun:
    """A noun and the modifiers beside it."""

    words: tuple[str, ...]
    modifiers: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Deed:
    """Something that is done: in which shot, and in which seconds if they were said."""

    name: str
    shot: int
    span: tuple[float, float] | None
    target: "Group | None" = None
    line: Line | None = None  # that is said aloud


@dataclass(eq=False)
class Group:
    """Some of one kind who were named together. `open_kind`: `kind` names several, "woman/man", of which to choose."""

    kind: str
    count: int
    noun: Noun
    open_kind: bool = False
    near: str = ""  # the word, when the world has only something near to it
    parts: list[Noun] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    shots: set[int] = field(default_factory=set)


@dataclass(eq=False)
class ShotWords:
    """What was said of one shot: how much speaks for each place, and (weight, value) of the other slots."""

    start_s: float | None = None
    places: dict[str, float] = field(default_factory=dict)
    near: dict[str, str] = field(default_factory=dict)
    said: dict[str, tuple[float, str]] = field(default_factory=dict)
    snowy: bool = False
    index: int = 0
    cast: list[int] = field(default_factory=list)

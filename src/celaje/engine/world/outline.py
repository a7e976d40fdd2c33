"""What is said of a scene before it is one: every field may be left open. It does not know sentences or files.

A prompt (`reading/`) and a scene file (`script.py`) both become an `Outline`; `direct.py` draws what it leaves open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from celaje.engine.world.scene import Line


@dataclass(frozen=True, kw_only=True)
class Doing:
    """An action of one subject. Without seconds it lasts as long as there is nothing else to do, in `shot` or in all.

    `target` is the index of whom it follows or meets; `with_before` that it goes on together with the one before;
    `line` what it says aloud.
    """

    name: str
    start_s: float | None = None
    end_s: float | None = None
    shot: int | None = None
    target: int | None = None
    with_before: bool = False
    line: Line | None = None


@dataclass(frozen=True, kw_only=True)
class SubjectOutline:
    """Someone or something; `look` holds the slots that were said."""

    kind: str
    look: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[Doing, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShotOutline:
    """One uncut piece. Without seconds, shots share what time is left; `subjects` None is everybody."""

    start_s: float | None = None
    place: str | None = None
    time: str | None = None
    weather: str | None = None
    camera: str | None = None
    subjects: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A scene with gaps. `subjects` None leaves open who is in it, () says that nobody is; `busy` what they then do.

    `voice_over` is what somebody says whom nobody sees.
    """

    subjects: tuple[SubjectOutline, ...] | None = None
    shots: tuple[ShotOutline, ...] = (ShotOutline(),)
    style: str | None = None
    busy: tuple[str, ...] = ()
    voice_over: tuple[Line, ...] = ()

"""A scene as a short text that people edit, in TOML: `write` puts down everything with the values that are allowed
behind it, `parse` reads it back.

What somebody deletes from the text is left open, and drawn from the seed. It does not know files.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from celaje.clip import MAX_SECONDS, Size, parse_size
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.outline import Doing, Outline, ShotOutline, SubjectOutline
from celaje.engine.world.places import PLACES
from celaje.engine.world.scene import ACTIONS, CAMERAS, RATES, STYLES, TIMES, WEATHERS, Action, Line, Scene

MOST_SUBJECTS = 6
WIDTH = 100  # of a line of comments


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a text says. None stands for what it leaves out."""

    outline: Outline
    prompt: str = ""
    seed: int | None = None
    seconds: float | None = None
    size: Size | None = None
    frames_per_second: int | None = None


def write(scene: Scene, prompt: str = "") -> str:
    """The text of a scene."""
    seconds = 0.0 if scene.num_frames == 1 else scene.seconds
    lines = [
        "# A scene for celaje previz. Change what you like and film it again.",
        "# What you delete is drawn from the seed, so that it makes sense.",
        "",
        *([f"prompt = {_text(prompt)}"] if prompt else []),
        f"seed = {scene.seed}",
        f"seconds = {seconds:g}".ljust(30) + f"# 0 (a still) to {MAX_SECONDS:g}",
        f'size = "{scene.size}"'.ljust(30) + "# WIDTHxHEIGHT, or a ratio such as 16:9",
        f"frames_per_second = {scene.frames_per_second}".ljust(30) + f"# {_choices(map(str, RATES))}",
        f"style = {_text(scene.style)}".ljust(30) + f"# {_choices(STYLES)}",
    ]
    if scene.voice_over:
        words = " ".join(line.text for line in scene.voice_over)
        lines += [f"voice_over = {_text(words)}".ljust(30) + "# said by who is not seen"]
    for index, shot in enumerate(scene.shots):
        lines += ["", "[[shots]]"]
        places = tuple(PLACES) if index == 0 else ("one of those above",)
        lines += [f"from = {shot.start_s:.4g}".ljust(30) + "# second"] if len(scene.shots) > 1 else []
        for name, value, choices in (
            ("place", shot.place, places),
            ("time", shot.time, TIMES),
            ("weather", shot.weather, WEATHERS),
            ("camera", shot.camera, CAMERAS),
        ):
            lines += _line(name, value, choices)
        if len(scene.shots) > 1:
            names = ", ".join(str(at + 1) for at in shot.subjects)
            lines.append(f"subjects = [{names}]".ljust(30) + "# who is in it, by number")
    for number, subject in enumerate(scene.subjects):
        kind = KINDS[subject.kind]
        kinds = tuple(KINDS) if number == 0 else ("one of those above",)
        lines += ["", f"[[subjects]]  # number {number + 1}", *_line("kind", subject.kind, kinds)]
        lines += ["actions = [".ljust(30) + f"# {_choices(kind.actions)}"]
        alone = len(subject.actions) == 1
        lines += [f"  {_action(action, alone=alone)}," for action in subject.actions]
        lines += ["]"]
        if kind.looks:
            lines += ["[subjects.look]"]
            for slot, values in kind.looks.items():
                lines += _line(json.dumps(slot) if " " in slot else slot, subject.look.get(slot, ""), tuple(values))
    return "\n".join(lines) + "\n"


def _line(name: str, value: str, choices: tuple[str, ...]) -> list[str]:
    """One field; its choices behind it, or above it when they are many."""
    field, comment = f"{name} = {_text(value)}", f"# {_choices(choices)}"
    if len(comment) + 30 <= WIDTH:
        return [field.ljust(30) + comment]
    rows, row = [], "#"
    for word in comment.split()[1:]:
        if len(row) + len(word) + 1 > WIDTH:
            rows.append(row)
            row = "#"
        row = f"{row} {word}"
    return [*rows, row, field]


def _choices(values: Iterable[str]) -> str:
    return ", ".join(values)


def _text(value: str) -> str:
    """A TOML string: JSON's is one, but for the one control character that JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _action(action: Action, *, alone: bool) -> str:
    """One action; the seconds of what is done all the while go without saying."""
    parts = [f"do = {_text(action.name)}"]
    parts += [] if alone else [f"from = {action.start_s:.4g}"]
    parts += [f"with = {action.target + 1}"] if action.target is not None else []
    parts += [f"say = {_text(action.line.text)}"] if action.line is not None else []
    return "{ " + ", ".join(parts) + " }"


def parse(text: str) -> Script:
    """Read what `write` wrote and people changed. Raises ValueError that says what is wrong and what is allowed."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the scene is not TOML: {error}") from None
    known = ("prompt", "seed", "seconds", "size", "frames_per_second", "style", "voice_over", "shots", "subjects")
    _only(said, known, "a scene")
    subjects = _tables(said, "subjects")
    if subjects is not None and len(subjects) > MOST_SUBJECTS:
        raise ValueError(f"a scene of {len(subjects)} subjects is not possible: give at most {MOST_SUBJECTS}")
    number = len(subjects or ())
    shots = _tables(said, "shots") or [{}]
    rate = _number(said, "frames_per_second", RATES[0], RATES[-1])
    seed = _number(said, "seed", 0, 2**63 - 1)
    size = said.get("size")
    if size is not None and not isinstance(size, str):
        raise ValueError(f'size {size} is not possible: give "WIDTHxHEIGHT" or a ratio in quotes')
    return Script(
        outline=Outline(
            subjects=None if subjects is None else tuple(_subject(table, number) for table in subjects),
            shots=tuple(_shot(table, number) for table in shots),
            style=_one_of(said, "style", STYLES),
            voice_over=(Line(text=said["voice_over"]),) if _words(said, "voice_over") else (),
        ),
        prompt=str(said.get("prompt", "")),
        seed=None if seed is None else int(seed),
        seconds=_number(said, "seconds", 0, MAX_SECONDS),
        size=None if size is None else parse_size(size),
        frames_per_second=None if rate is None else int(rate),
    )


def _subject(said: Mapping[str, Any], number: int) -> SubjectOutline:
    _only(said, ("kind", "actions", "look"), "a subject")
    kind = _one_of(said, "kind", tuple(KINDS))
    if kind is None:
        raise ValueError(f"a subject has no kind: give one of {', '.join(KINDS)}")
    look = said.get("look", {})
    if not isinstance(look, dict) or not all(isinstance(value, str) for value in look.values()):
        raise ValueError(f"the look of {kind} is not possible: give values in quotes")
    slots = KINDS[kind].looks
    _only(look, tuple(slots), f"the look of {kind}")
    for slot in look:
        _one_of(look, slot, tuple(slots[slot]))
    return SubjectOutline(
        kind=kind,
        look=look,
        actions=tuple(_doing(table, kind, number) for table in _tables(said, "actions") or ()),
    )


def _doing(said: Mapping[str, Any], kind: str, number: int) -> Doing:
    _only(said, ("do", "from", "with", "say"), "an action")
    name = _one_of(said, "do", ACTIONS)
    if name is None or name not in KINDS[kind].actions:
        raise ValueError(f'{kind}: cannot do "{name or ""}": give one of {", ".join(KINDS[kind].actions)}')
    target = _number(said, "with", 1, max(1, number))
    return Doing(
        name=name,
        start_s=_number(said, "from", 0, MAX_SECONDS),
        target=None if target is None else int(target) - 1,
        line=Line(text=said["say"]) if _words(said, "say") else None,
    )


def _shot(said: Mapping[str, Any], number: int) -> ShotOutline:
    _only(said, ("from", "place", "time", "weather", "camera", "subjects"), "a shot")
    cast = said.get("subjects")
    if cast is not None and not (isinstance(cast, list) and all(at in range(1, number + 1) for at in cast)):
        raise ValueError(f"subjects {cast} of a shot are not possible: give numbers from 1 to {number}")
    return ShotOutline(
        start_s=_number(said, "from", 0, MAX_SECONDS),
        place=_one_of(said, "place", tuple(PLACES)),
        time=_one_of(said, "time", TIMES),
        weather=_one_of(said, "weather", WEATHERS),
        camera=_one_of(said, "camera", CAMERAS),
        subjects=None if cast is None else tuple(at - 1 for at in dict.fromkeys(cast)),
    )


def _words(said: Mapping[str, Any], name: str) -> bool:
    """Whether there are words to say. Raises ValueError for what is no text."""
    value = said.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} {value} is not possible: give words in quotes")
    return bool(re.search(r"\w", value))


def _tables(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]] | None:
    tables = said.get(name)
    if tables is not None and not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
        raise ValueError(f"{name} is not possible: begin each of them with a line [[{name}]]")
    return tables


def _only(said: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in said:
        if name not in known:
            raise ValueError(f'{what} has no "{name}": it has {", ".join(known) or "nothing"}')


def _one_of(said: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str | None:
    value = said.get(name)
    if value is not None and value not in choices:
        raise ValueError(f'{name} "{value}" is not known: give one of {", ".join(choices)}')
    return None if value is None else str(value)


def _number(said: Mapping[str, Any], name: str, least: float, most: float) -> float | None:
    value = said.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{name} {value} is not possible: give {least:g} to {most:g}")
    return value

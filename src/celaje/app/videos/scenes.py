"""Previz: a clip that the simulated world films of a scene, which people see as fields and as the scene's text.

The worker reads a prompt into a scene and films it; the text it wrote is kept with the clip. A field is a line of that
text whose value stands in quotes, with the values that are allowed in the comment behind or above it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.videos import actions
from celaje.app.videos.models import Video
from celaje.app.videos.tasks import WEB, Wanted
from celaje.clip import MAX_SECONDS, Request, Size

TASK = "previz"
LONGEST_SCRIPT = 20_000  # characters
VALUE = re.compile(r'(?P<begin>\s*(?:\{ )?(?P<name>"?[a-z][\w ]*"?) = )(?P<value>"(?:[^"\\]|\\.)*")(?P<end>.*)')
GROUP = re.compile(r"\[\[(\w+)\]\]")
NOT_FIELDS = ("prompt", "size")  # they stand elsewhere on the page
SAME = ("one of those above",)
#: What the commonest fields are called for people; others are called as in the text, and so are all values.
LABELS = {
    "style": gettext_lazy("Style"),
    "place": gettext_lazy("Place"),
    "time": gettext_lazy("Time"),
    "weather": gettext_lazy("Weather"),
    "camera": gettext_lazy("Camera"),
    "kind": gettext_lazy("Kind"),
    "do": gettext_lazy("Does"),
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A value of a scene's text: its line, whose it is ("scene", "shots 1", "subjects 2"), and what it may be."""

    line: int
    group: str
    name: str
    value: str
    choices: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name for people."""
        return str(LABELS.get(self.name, self.name))


def fields(script: str) -> list[Field]:
    """The fields of a scene's text, in its order."""
    found: list[Field] = []
    group, counts, above = "scene", {"shots": 0, "subjects": 0}, ""
    known: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(script.splitlines()):
        if line.startswith("#"):
            above = f"{above} {line[1:]}"
            continue
        if begins := GROUP.match(line):
            counts[begins[1]] = counts.get(begins[1], 0) + 1
            group = f"{begins[1]} {counts[begins[1]]}"
        value, comment = VALUE.match(line), line.rpartition("# ")[2] if "# " in line else above
        choices = tuple(choice.strip() for choice in comment.split(",") if choice.strip())
        if line.startswith("actions"):
            known["do"] = choices
        elif value is not None:
            name = value["name"].strip('"')
            if name == "do":
                choices = known.get("do", ())
            elif choices == SAME:
                choices = known.get(name, ())
            known[name] = choices
            if name not in NOT_FIELDS:
                said = str(json.loads(value["value"]))
                found.append(Field(line=number, group=group, name=name, value=said, choices=choices))
        above = ""
    return found


def changed(script: str, values: Mapping[int, str]) -> str:
    """The text with other values on some lines. Whoever becomes of another kind has their look and deeds drawn anew."""
    lines: list[str] = []
    is_other = False
    for number, line in enumerate(script.splitlines()):
        if GROUP.match(line):
            is_other = False
        found = VALUE.match(line)
        if number in values and found is not None and json.loads(found["value"]) != values[number]:
            line = f"{found['begin']}{json.dumps(values[number], ensure_ascii=False)}{found['end']}"
            is_other = is_other or found["name"] == "kind"
        elif is_other:
            continue
        lines.append(line)
    return "\n".join(lines) + "\n"


def script_of(video: Video) -> str:
    """The text of the scene that a clip was filmed of, or nothing."""
    return str(video.plan.get("script") or "") if video.plan and video.plan.get("task") == TASK else ""


@transaction.atomic
def film(
    actor: Person,
    *,
    prompt: str,
    seconds: float,
    size: Size,
    script: str = "",
    audio: bool = True,
    wanted: Wanted = WEB,
) -> list[Video]:
    """Ask the world to film a prompt, or a scene's text in its place. Raises InvalidError and QuotaError."""
    actions.check(prompt=prompt, seconds=seconds, seed=wanted.seed, takes=wanted.takes)
    if not 1 <= seconds <= MAX_SECONDS:
        raise InvalidError(_("Give it a second at least."), field="seconds")
    if len(script) > LONGEST_SCRIPT or "\0" in script:
        words = _("A scene has at most %(most)d characters of text.") % {"most": LONGEST_SCRIPT}
        raise InvalidError(words, field="script")
    request = Request(prompt=prompt, seconds=seconds, size=size, audio=audio)
    plan = {"task": TASK, "script": script}
    return actions.ask_for(
        actor,
        wanted.spoken(request),
        seed=wanted.seed,
        takes=wanted.takes,
        plan=plan,
        prompt=prompt,
        source=wanted.source,
    )

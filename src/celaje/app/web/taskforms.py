"""The forms of what can be made from a clip, and how each is asked for. The pages are in `views/tasks.py`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.posts import queries as posts
from celaje.app.posts.actions import LONGEST_TEXT
from celaje.app.videos import tasks
from celaje.app.videos.changing import STRENGTHS
from celaje.app.videos.models import Video
from celaje.app.videos.tasks import Wanted
from celaje.clip import MAX_PROMPT_CHARACTERS, MAX_SECONDS, MAX_SECONDS_IN_ALL

CUSTOM = "custom"
TAKES = (1, 2, 4)
SIDES = ("left", "top", "right", "bottom")
PIECE = ("from", "to", "at")
NUM_PIECES = 4
NUM_POINTS = 5
ADDRESS = re.compile(r"(?:\S*/)?(?:videos/(?P<video>video_\w{1,40})|p/(?P<post>[0-9a-zA-Z]{1,24}))/?(?:[?#]\S*)?")
#: The fields of the forms, by those of the actions.
FIELDS = {
    "region": "left",
    "change": "change",
    "strength": "how",
    "prompt": "prompt",
    "seconds": "seconds",
    "length": "length",
}


def _takes() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(choices=[(take, take) for take in TAKES], coerce=int, initial=1)


def _seconds(*, initial: float) -> forms.FloatField:
    return forms.FloatField(min_value=1, max_value=MAX_SECONDS, initial=initial)


class ExtendForm(forms.Form):
    """How a clip goes on, or begins."""

    prompt = forms.CharField(required=False, max_length=MAX_PROMPT_CHARACTERS)
    way = forms.ChoiceField(
        choices=[("after", gettext_lazy("After its end")), ("before", gettext_lazy("Before its beginning"))],
        initial="after",
    )
    seconds = _seconds(initial=4)
    takes = _takes()


class LoopForm(forms.Form):
    """How long the way back to the beginning is."""

    length = forms.ChoiceField(
        choices=[
            ("short", gettext_lazy("Short")),
            ("normal", pgettext_lazy("length", "Normal")),
            ("long", gettext_lazy("Long")),
        ],
        initial="normal",
    )


class EditForm(forms.Form):
    """What changes, and how much."""

    change = forms.CharField(
        max_length=LONGEST_TEXT, error_messages={"required": gettext_lazy("Write something first.")}
    )
    how = forms.ChoiceField(
        choices=[*((preset.slug, preset.label) for preset in STRENGTHS), (CUSTOM, gettext_lazy("Custom"))],
        initial="mild",
    )
    strength = forms.IntegerField(required=False, min_value=0, max_value=100, initial=50)
    left, top, right, bottom = (
        forms.FloatField(required=False, min_value=0, max_value=100, label=label)
        for label in (
            gettext_lazy("Left"),
            gettext_lazy("Top"),
            pgettext_lazy("side", "Right"),
            gettext_lazy("Bottom"),
        )
    )
    takes = _takes()

    def clean(self) -> dict[str, Any]:
        """A part of the picture has four sides, or none."""
        values = super().clean() or self.cleaned_data
        sides = [values.get(side) for side in SIDES]
        if None in sides and any(side is not None for side in sides) and not any(side in self.errors for side in SIDES):
            self.add_error("left", gettext_lazy("Give all four sides, or none."))
        return values

    def sides(self) -> list[forms.BoundField]:
        """The fields of the part of the picture."""
        return [self[side] for side in SIDES]

    def region(self) -> tasks.Box | None:
        """The part of the picture that changes, as shares of its sides."""
        left, top, right, bottom = (self.cleaned_data[side] for side in SIDES)
        return None if left is None else (left / 100, top / 100, right / 100, bottom / 100)

    def share(self) -> float:
        """The strength, 0 to 1: that of the preset, or the percentage of the slider."""
        presets = {preset.slug: preset.value for preset in STRENGTHS}
        percent = self.cleaned_data["strength"]
        return presets.get(self.cleaned_data["how"], 0.5 if percent is None else percent / 100)


def _find_other(person: Person, form: forms.Form) -> Video:
    """The other clip of a form, one that is offered or another one's address, which the person may use.

    Raises InvalidError, NotFoundError and NotAllowedError.
    """
    address = form.cleaned_data["address"].strip()
    if not address:
        if not form.cleaned_data["other"]:
            raise InvalidError(_("Choose the other clip."), field="other")
        return posts.clip_to_use(person, form.cleaned_data["other"])
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise InvalidError(_("This is no address of a clip here."), field="address")
    return posts.clip_to_use(person, found["video"] or posts.get(person, found["post"]).video_id)


def _other() -> forms.CharField:
    return forms.CharField(required=False, max_length=60)


def _address() -> forms.CharField:
    return forms.CharField(required=False, max_length=400)


def _words() -> forms.CharField:
    return forms.CharField(required=False, max_length=MAX_PROMPT_CHARACTERS)


class ConnectForm(forms.Form):
    """Where a clip leads, and how long the way is."""

    other, address, prompt = _other(), _address(), _words()
    seconds = _seconds(initial=3)
    takes = _takes()


class BlendForm(forms.Form):
    """What a clip is blended with, and how much of that is seen when: five points of a curve, in percent."""

    other, address, prompt = _other(), _address(), _words()
    point0, point1, point2, point3, point4 = (
        forms.FloatField(min_value=0, max_value=100, initial=25 * place) for place in range(NUM_POINTS)
    )
    takes = _takes()

    def points(self) -> list[forms.BoundField]:
        """The fields of the curve."""
        return [self[f"point{place}"] for place in range(NUM_POINTS)]

    def curve(self, seconds: float) -> tuple[tuple[float, float], ...]:
        """The points over a clip of so many seconds."""
        percents = [self.cleaned_data[f"point{place}"] for place in range(NUM_POINTS)]
        return tuple((seconds * place / (NUM_POINTS - 1), percent / 100) for place, percent in enumerate(percents))


class RecutForm(forms.Form):
    """Which seconds of a clip stay, and where to. Rows that are empty are none."""

    keep = forms.CharField(required=False, max_length=1)  # never sent: errors of all rows stand beside it
    prompt = _words()
    takes = _takes()

    def __init__(self, *args: Any, seconds: float = 0.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(NUM_PIECES):
            for name in PIECE:
                first = {"from": "0", "to": f"{seconds:.4g}"}.get(name) if row == 0 and not self.is_bound else None
                field = forms.FloatField(required=False, min_value=0, max_value=MAX_SECONDS_IN_ALL, initial=first)
                self.fields[f"{name}{row}"] = field

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each piece: from, to, and where to."""
        return [[self[f"{name}{row}"] for name in PIECE] for row in range(NUM_PIECES)]

    def pieces(self) -> list[tuple[float, float, float]]:
        """What stays: from, to, at. Raises InvalidError for a piece without a beginning or an end."""
        kept = []
        for row in range(NUM_PIECES):
            begin, end, at = (self.cleaned_data[f"{name}{row}"] for name in PIECE)
            if begin is None and end is None and at is None:
                continue
            if begin is None or end is None:
                raise InvalidError(_("A piece has a beginning and an end."), field="keep")
            kept.append((begin, end, begin if at is None else at))
        return kept


class ScoreForm(forms.Form):
    """What is heard."""

    prompt = _words()
    takes = _takes()


class StartForm(forms.Form):
    """What happens in the clip that begins with the last picture."""

    prompt = forms.CharField(
        max_length=MAX_PROMPT_CHARACTERS,
        error_messages={"required": gettext_lazy("Say in a sentence what the clip shall show.")},
    )
    seconds = _seconds(initial=6)
    takes = _takes()


@dataclass(frozen=True, kw_only=True)
class Task:
    """One of the tasks: its name and sign, what it promises, its form, and how it is asked for."""

    title: Promise
    icon: str
    promise: Promise
    form: type[forms.Form]
    make: Callable[[Person, Video, Any], list[Video]]


def _extend(person: Person, clip: Video, form: ExtendForm) -> list[Video]:
    asked = form.cleaned_data
    return tasks.extend(
        person,
        clip,
        prompt=asked["prompt"],
        seconds=asked["seconds"],
        backwards=asked["way"] == "before",
        wanted=Wanted(takes=asked["takes"]),
    )


def _loop(person: Person, clip: Video, form: LoopForm) -> list[Video]:
    return tasks.loop(person, clip, length=form.cleaned_data["length"])


def _edit(person: Person, clip: Video, form: EditForm) -> list[Video]:
    asked = form.cleaned_data
    wanted = Wanted(takes=asked["takes"])
    what = {"change": asked["change"], "strength": form.share(), "region": form.region()}
    return tasks.edit(person, clip, **what, wanted=wanted)


def _start(person: Person, clip: Video, form: StartForm) -> list[Video]:
    asked = form.cleaned_data
    wanted = Wanted(takes=asked["takes"])
    return tasks.start(person, clip, prompt=asked["prompt"], seconds=asked["seconds"], wanted=wanted)


def _connect(person: Person, clip: Video, form: ConnectForm) -> list[Video]:
    asked = form.cleaned_data
    how = {"prompt": asked["prompt"], "seconds": asked["seconds"], "wanted": Wanted(takes=asked["takes"])}
    return tasks.connect(person, clip, _find_other(person, form), **how)


def _blend(person: Person, clip: Video, form: BlendForm) -> list[Video]:
    asked, other = form.cleaned_data, _find_other(person, form)
    curve = form.curve(max(clip.seconds, other.seconds))
    return tasks.blend(person, clip, other, prompt=asked["prompt"], curve=curve, wanted=Wanted(takes=asked["takes"]))


def _recut(person: Person, clip: Video, form: RecutForm) -> list[Video]:
    asked = form.cleaned_data
    wanted = Wanted(takes=asked["takes"])
    return tasks.recut(person, clip, keep=form.pieces(), prompt=asked["prompt"], wanted=wanted)


def _score(person: Person, clip: Video, form: ScoreForm) -> list[Video]:
    asked = form.cleaned_data
    return tasks.score(person, clip, prompt=asked["prompt"], wanted=Wanted(takes=asked["takes"]))


#: By their place in addresses.
TASKS = {
    "extensions": Task(
        title=gettext_lazy("Extend"),
        icon="extend",
        promise=gettext_lazy("The clip stays as it is. Only the new seconds count for your day."),
        form=ExtendForm,
        make=_extend,
    ),
    "loops": Task(
        title=pgettext_lazy("make a clip go round", "Loop"),
        icon="loop",
        promise=gettext_lazy("The end leads back to the beginning, so it goes round for ever."),
        form=LoopForm,
        make=_loop,
    ),
    "edits": Task(
        title=gettext_lazy("Edit"),
        icon="edit",
        promise=gettext_lazy("A new clip of the same length. The old one stays."),
        form=EditForm,
        make=_edit,
    ),
    "starts": Task(
        title=gettext_lazy("Use as start"),
        icon="start",
        promise=gettext_lazy("A new clip that begins with the last picture of this one."),
        form=StartForm,
        make=_start,
    ),
    "connections": Task(
        title=gettext_lazy("Connect"),
        icon="join",
        promise=gettext_lazy("Both clips stay as they are. Only the way between them counts for your day."),
        form=ConnectForm,
        make=_connect,
    ),
    "blends": Task(
        title=gettext_lazy("Blend"),
        icon="layers",
        promise=gettext_lazy("One clip of two, as long as the longer one."),
        form=BlendForm,
        make=_blend,
    ),
    "recuts": Task(
        title=gettext_lazy("Re-cut"),
        icon="cut",
        promise=gettext_lazy("What you keep stays as it is; what lies between is made anew."),
        form=RecutForm,
        make=_recut,
    ),
    "scores": Task(
        title=gettext_lazy("New sound"),
        icon="loud",
        promise=gettext_lazy("The picture stays as it is."),
        form=ScoreForm,
        make=_score,
    ),
}


def offered(clip: Video) -> list[tuple[str, Promise, str]]:
    """What can be made from a clip: the place in addresses, the name and the icon of each. A still only begins one."""
    return [(name, task.title, task.icon) for name, task in TASKS.items() if clip.seconds or name == "starts"]

"""What can be made from a clip: extend, loop, edit, and use its end as a start. A form for each, on a sheet or a page.

The clip is one's own, or that of a post that is open for remixes. What is made is a clip of one's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import AppError
from celaje.app.posts import queries as posts
from celaje.app.posts.actions import LONGEST_TEXT
from celaje.app.videos import tasks
from celaje.app.videos.changing import STRENGTHS
from celaje.app.videos.models import Video
from celaje.app.videos.tasks import Wanted
from celaje.app.web.fragments import page_or_fragment, sheet, wants_fragment
from celaje.clip import MAX_PROMPT_CHARACTERS, MAX_SECONDS

CUSTOM = "custom"
TAKES = (1, 2, 4)
SIDES = ("left", "top", "right", "bottom")
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
    """One of the tasks: its name, what it promises, its form, and how it is asked for."""

    title: Promise
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


#: By their place in addresses.
TASKS = {
    "extensions": Task(
        title=gettext_lazy("Extend"),
        promise=gettext_lazy("The clip stays as it is. Only the new seconds count for your day."),
        form=ExtendForm,
        make=_extend,
    ),
    "loops": Task(
        title=pgettext_lazy("make a clip go round", "Loop"),
        promise=gettext_lazy("The end leads back to the beginning, so it goes round for ever."),
        form=LoopForm,
        make=_loop,
    ),
    "edits": Task(
        title=gettext_lazy("Edit"),
        promise=gettext_lazy("A new clip of the same length. The old one stays."),
        form=EditForm,
        make=_edit,
    ),
    "starts": Task(
        title=gettext_lazy("Use as start"),
        promise=gettext_lazy("A new clip that begins with the last picture of this one."),
        form=StartForm,
        make=_start,
    ),
}


@login_required
@require_GET
@page_or_fragment
def new(request: HttpRequest, video_id: str, task: str) -> HttpResponse:
    """The form of a task."""
    chosen = _task(task)
    clip = posts.clip_to_use(cast(Person, request.user), video_id)
    return _form(request, clip, task, chosen.form())


@login_required
@require_POST
def make(request: HttpRequest, video_id: str, task: str) -> HttpResponse:
    """Ask for it, and go where it is made. What is wrong comes back with everything that was typed."""
    person, chosen = cast(Person, request.user), _task(task)
    clip = posts.clip_to_use(person, video_id)
    form = chosen.form(request.POST)
    if not form.is_valid():
        return _form(request, clip, task, form, status=400)
    try:
        first, *_others = chosen.make(person, clip, form)
    except AppError as error:
        field = FIELDS.get(error.field or "")
        form.add_error(field if field in form.fields else None, str(error))
        return _form(request, clip, task, form, status=error.status)
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": first.get_absolute_url()})
    return redirect(first)


def _task(name: str) -> Task:
    try:
        return TASKS[name]
    except KeyError:
        raise Http404 from None


def _form(request: HttpRequest, clip: Video, task: str, form: forms.Form, status: int = 200) -> HttpResponse:
    context = {
        "clip": clip,
        "task": task,
        "title": str(TASKS[task].title),
        "promise": TASKS[task].promise,
        "form": form,
        "max_seconds": MAX_SECONDS,
        "hint": _("What happens") if task != "extensions" else _("What happens, if you like"),
    }
    return sheet(request, "making/task.html", context, status=status)


urlpatterns = [
    path("videos/<str:video_id>/<str:task>/new", new, name="new_task"),
    *(path(f"videos/<str:video_id>/{name}", make, {"task": name}, name=name) for name in TASKS),
]

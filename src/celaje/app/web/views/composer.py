"""Where a clip is asked for: the composer, its promise before sending, and a prompt for who has none.

How its pictures wait for the clip is in `web/given.py`.
"""

import math
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app import ranges, storage
from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, InvalidError, NotFoundError
from celaje.app.videos import actions, pictures, queries
from celaje.app.videos.models import Relation, Status, Video
from celaje.app.videos.styles import STYLES
from celaje.app.web import given
from celaje.app.web.given import Given
from celaje.app.web.surprises import surprise
from celaje.clip import MAX_PROMPT_CHARACTERS, MAX_SECONDS, Request, Size, parse_size

SHAPES = ("9:16", "1:1", "16:9", "3:4", "4:3")  # the first three at hand, the others under "More"
LENGTHS = ("4", "6", "8")
TAKES = (1, 2, 4)
NUM_REMEMBERED = 12
#: Who says what stands in quotes. Voices that other packages bring are asked for by programs.
NOBODY = "nobody"
VOICES = [
    ("", gettext_lazy("Whoever it fits")),
    ("woman", gettext_lazy("A woman")),
    ("man", gettext_lazy("A man")),
    ("child", gettext_lazy("A child")),
    ("old woman", gettext_lazy("An old woman")),
    ("old man", gettext_lazy("An old man")),
    ("robot", gettext_lazy("A robot")),
    ("astronaut", gettext_lazy("An astronaut")),
    ("narrator", gettext_lazy("A narrator")),
    (NOBODY, gettext_lazy("Nobody")),
]


def _same(values: tuple[Any, ...]) -> list[tuple[Any, Any]]:
    return [(value, value) for value in values]


class ComposerForm(forms.Form):
    """What a person asks for. The fields stand in the template by hand."""

    prompt = forms.CharField(
        max_length=MAX_PROMPT_CHARACTERS,
        error_messages={"required": gettext_lazy("Say in a sentence what the clip shall show.")},
    )
    style = forms.ChoiceField(required=False, choices=[("", ""), *((style.slug, style.label) for style in STYLES)])
    shape = forms.ChoiceField(choices=_same(SHAPES))
    length = forms.ChoiceField(required=False, choices=_same(LENGTHS))
    other_length = forms.FloatField(required=False, min_value=0, max_value=MAX_SECONDS)
    takes = forms.TypedChoiceField(choices=_same(TAKES), coerce=int)
    seed = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    audio = forms.BooleanField(required=False)
    voice = forms.ChoiceField(required=False, choices=VOICES)
    negative_prompt = forms.CharField(required=False, max_length=MAX_PROMPT_CHARACTERS)
    start = forms.FileField(required=False, allow_empty_file=True)
    end = forms.FileField(required=False, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        """The length that counts: a number of one's own goes before the three at hand."""
        values = super().clean() or self.cleaned_data
        values["seconds"] = _seconds(values.get("length") or "", values.get("other_length"))
        return values


BEGINNING: dict[str, Any] = {"shape": "9:16", "length": "6", "takes": 1, "audio": True}


def _seconds(length: str, other: float | None) -> float:
    return other if other is not None else float(length or BEGINNING["length"])


@login_required
@require_GET
def compose(request: HttpRequest) -> HttpResponse:
    """A new clip: empty, with a text (`?text=`, or the `?title=` of what a phone shares), a surprise (`?surprise`), or
    like an earlier one (`?from=`).
    """
    person = cast(Person, request.user)
    earlier = queries.own(person, request.GET["from"]) if request.GET.get("from") else None
    beginning = BEGINNING | (_as_before(earlier) if earlier else {})
    if text := (request.GET.get("text") or request.GET.get("title") or "").strip():
        beginning["prompt"] = text[:MAX_PROMPT_CHARACTERS]
    elif "surprise" in request.GET:
        beginning["prompt"] = surprise(translation.get_language() or "en")
    return _page(request, ComposerForm(initial=beginning), earlier, given.of_video(earlier) if earlier else [])


def _as_before(video: Video) -> dict[str, Any]:
    """What an earlier clip was asked with, but for its seed: the same seed would give the same clip."""
    asked = Request.from_dict(video.request)
    length = f"{video.seconds:g}"
    return {
        "prompt": video.prompt,
        "style": video.style,
        "shape": shape_of_size(asked.size),
        "length": length if length in LENGTHS else "",
        "other_length": None if length in LENGTHS else length,
        "audio": asked.audio,
        "voice": asked.voice if asked.speech else NOBODY,
        "negative_prompt": asked.negative_prompt,
    }


def shape_of_size(size: Size) -> str:
    """The shape on offer that is closest to a size, in log scale."""
    ratios = {shape: int(shape.split(":")[0]) / int(shape.split(":")[1]) for shape in SHAPES}
    return min(SHAPES, key=lambda shape: abs(math.log(ratios[shape] / size.ratio)))


def shape_of(video: Video) -> str:
    """The shape on offer that is closest to a clip's."""
    return shape_of_size(Size(video.width, video.height))


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponseBase:
    """Ask for it. What is wrong comes back beside its field, and with everything that was typed."""
    person = cast(Person, request.user)
    earlier = queries.own(person, request.POST["from"]) if request.POST.get("from") else None
    form = ComposerForm(request.POST, request.FILES)
    shown = _pictures(person, request, form)
    if not form.is_valid():
        return _page(request, form, earlier, shown, status=400)
    asked = form.cleaned_data
    try:
        first, *_others = actions.create(
            person,
            prompt=asked["prompt"],
            seconds=asked["seconds"],
            size=parse_size(asked["shape"]),
            seed=asked["seed"],
            takes=asked["takes"],
            style=asked["style"],
            audio=asked["audio"],
            speech=asked["voice"] != NOBODY,
            voice="" if asked["voice"] == NOBODY else asked["voice"],
            negative_prompt=asked["negative_prompt"],
            pictures=[(picture.name, picture.at_s(asked["seconds"])) for picture in shown],
            parent=earlier,
            relation=Relation.RETRY if earlier else "",
        )
    except AppError as error:
        field = {"seconds": "other_length", "pictures": given.START}.get(error.field or "", error.field)
        form.add_error(field if field in form.fields else None, str(error))
        return _page(request, form, earlier, shown, status=error.status)
    return redirect(first)


def _pictures(person: Person, request: HttpRequest, form: ComposerForm) -> list[Given]:
    """What the clip shall show: what was kept, and what was chosen now, which takes the place of what was there."""
    shown = {}
    for kept in given.named(person, request.POST.getlist("kept")):
        if given.is_there(kept, person):
            shown[kept.place] = kept
        else:
            gone = _("The picture is no longer here. Choose it once more.")
            form.add_error(kept.place if kept.place in given.PLACES else given.START, gone)
    for place in given.PLACES:
        upload = request.FILES.get(place)
        if upload is not None:
            try:
                shown[place] = given.chosen(person, upload, place)
            except InvalidError as error:
                form.add_error(place, str(error))
    return list(shown.values())


@login_required
@require_GET
def given_picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture in the composer, to who gave it."""
    for picture in given.named(cast(Person, request.user), [token]):
        with suppress(FileNotFoundError):
            if picture.is_theirs:
                num_bytes, content_type = storage.size(picture.name), pictures.content_type(picture.name)
                return ranges.answer(request, picture.name, num_bytes=num_bytes, content_type=content_type)
    raise NotFoundError(_("There is no such file."))


@login_required
@require_GET
def estimate(request: HttpRequest) -> HttpResponse:
    """The promise for what the form says now: about how long, how many before, what is left of the day."""
    form = ComposerForm(request.GET)
    form.is_valid()  # the prompt is not sent along, and half-typed numbers are no reason to complain yet
    asked = form.cleaned_data
    said = promise(cast(Person, request.user), asked.get("seconds", 6.0), asked.get("takes") or 1)
    return render(request, "making/promise.html", said)


@login_required
@require_GET
def surprise_text(request: HttpRequest) -> HttpResponse:
    """A prompt, as plain text."""
    return HttpResponse(surprise(translation.get_language() or "en"), content_type="text/plain; charset=utf-8")


def _page(
    request: HttpRequest, form: ComposerForm, earlier: Video | None, shown: list[Given], status: int = 200
) -> HttpResponse:
    person = cast(Person, request.user)
    values = {name: form[name].value() for name in form.fields}
    try:
        other = values["other_length"]
        seconds = _seconds(values["length"] or "", None if other in (None, "") else float(other))
        takes = int(values["takes"] or 1)
    except ValueError:  # the form says what is wrong with it
        seconds, takes = float(BEGINNING["length"]), 1
    lately = queries.library(person, limit=NUM_REMEMBERED).videos
    facts = {
        "form": form,
        "values": values,
        "earlier": earlier,
        "styles": STYLES,
        "lengths": LENGTHS,
        "takes": TAKES,
        "voices": VOICES,
        "max_characters": MAX_PROMPT_CHARACTERS,
        "max_seconds": MAX_SECONDS,
        "shown": shown,
        "places": _places(form),
        "max_bytes": pictures.MAX_BYTES,
        "max_megabytes": pictures.MAX_BYTES >> 20,
        "history": queries.prompt_history(person, limit=NUM_REMEMBERED),
        "backdrop": earlier or next((video for video in lately if video.status == Status.COMPLETED), None),
        "more": _is_unusual(form, values),
        "is_fresh": not form.is_bound and not earlier and not values["prompt"],
    }
    return render(request, "making/composer.html", facts | promise(person, seconds, takes), status=status)


def _places(form: ComposerForm) -> list[dict[str, Any]]:
    """Where a picture can be put: its field, what is wrong with it, and what it is."""
    words = {given.START: given.said(0.0), given.END: given.said(None)}
    return [{"name": place, "errors": form.errors.get(place, []), "words": words[place]} for place in given.PLACES]


def _is_unusual(form: ComposerForm, values: dict[str, Any]) -> bool:
    """Whether something under "More" is set or wrong, so that it must be seen."""
    given = any(values[name] not in (None, "") for name in ("other_length", "seed", "voice", "negative_prompt"))
    wrong = any(name in form.errors for name in ("other_length", "seed", "negative_prompt"))
    return given or wrong or values["shape"] in SHAPES[3:] or not values["audio"]


def promise(person: Person, seconds: float, takes: int) -> dict[str, Any]:
    """What the foot of the composer says before sending."""
    quota = queries.quota(person)
    wanted_s = takes * queries.charge(seconds)
    why_not = ""
    if quota.waiting + takes > quota.max_waiting:
        why_not = _("%(waiting)d of %(allowed)d are waiting") % {"waiting": quota.waiting, "allowed": quota.max_waiting}
    elif wanted_s > quota.left_s:
        at = queries.enough_at(person, wanted_s)
        why_not = _("More than a day's worth") if at is None else _("Enough again in %(time)s") % {"time": _until(at)}
    return {
        "quota": quota,
        "estimate": queries.estimate(person, seconds=seconds, takes=takes),
        "why_not": why_not,
        "make": why_not or (_("Make it") if seconds else _("Make the picture")),
    }


def _until(moment: datetime) -> str:
    """How long until then, in one unit, rounded up."""
    minutes = max(1, math.ceil((moment - timezone.now()).total_seconds() / 60))
    if minutes < 60:
        return _("%(number)d min") % {"number": minutes}
    return _("%(number)d h") % {"number": math.ceil(minutes / 60)}


urlpatterns = [
    path("new", compose, name="compose"),
    path("new/estimate", estimate, name="estimate"),
    path("new/surprise", surprise_text, name="surprise"),
    path("pictures/<str:token>", given_picture, name="given_picture"),
    path("videos", create, name="create"),
]

"""Direct it first: the world films a prompt at once, and shows the scene that it read as fields to change."""

from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import AppError
from celaje.app.posts.actions import LONGEST_TEXT
from celaje.app.videos import queries, scenes
from celaje.app.videos.models import Video
from celaje.app.videos.scenes import LONGEST_SCRIPT
from celaje.app.web.views.composer import shape_of
from celaje.clip import MAX_SECONDS, Size

#: What is filmed of each shape: as many pixels as 1280x720 has.
SIZES = {"9:16": Size(720, 1280), "1:1": Size(960, 960), "16:9": Size(1280, 720)}


class PrevizForm(forms.Form):
    """A prompt, or a scene that was read from one and changed."""

    prompt = forms.CharField(
        max_length=LONGEST_TEXT,
        error_messages={"required": gettext_lazy("Say in a sentence what the clip shall show.")},
    )
    seconds = forms.FloatField(min_value=1, max_value=MAX_SECONDS, initial=5)
    shape = forms.ChoiceField(choices=[(shape, shape) for shape in SIZES], initial="16:9")
    script = forms.CharField(required=False, max_length=LONGEST_SCRIPT, strip=False)


@login_required
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """A new previz, or (`?from=`) the scene of an earlier one."""
    person = cast(Person, request.user)
    earlier = queries.own(person, request.GET["from"]) if request.GET.get("from") else None
    values: dict[str, Any] = {"prompt": request.GET.get("text", "")[:LONGEST_TEXT], "seconds": 5, "shape": "16:9"}
    if earlier is not None:
        shape = shape_of(earlier)
        values = {"prompt": earlier.prompt, "seconds": f"{earlier.seconds:g}", "script": scenes.script_of(earlier)}
        values["shape"] = shape if shape in SIZES else "16:9"
    return _page(request, PrevizForm(initial=values), earlier)


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Film it. Fields (`line-3`) change the lines of the scene's text, which was sent along."""
    person = cast(Person, request.user)
    earlier = queries.own(person, request.POST["from"]) if request.POST.get("from") else None
    form = PrevizForm(request.POST)
    if not form.is_valid():
        return _page(request, form, earlier, status=400)
    asked = form.cleaned_data
    script = asked["script"].replace("\r\n", "\n")
    lines = {name.partition("-")[2]: value for name, value in request.POST.items() if name.startswith("line-")}
    values = {int(line): str(value) for line, value in lines.items() if line.isdigit() and len(line) < 6}
    is_new = earlier is not None and asked["prompt"] != earlier.prompt  # another prompt is another scene
    try:
        [video] = scenes.film(
            person,
            prompt=asked["prompt"],
            seconds=asked["seconds"],
            size=SIZES[asked["shape"]],
            script="" if is_new or not script.strip() else scenes.changed(script, values),
        )
    except AppError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, form, earlier, status=error.status)
    return redirect(video)


def _page(request: HttpRequest, form: PrevizForm, earlier: Video | None, status: int = 200) -> HttpResponse:
    script = str(form["script"].value() or "").replace("\r\n", "\n")
    groups: dict[str, list[scenes.Field]] = {}
    for field in scenes.fields(script):
        groups.setdefault(field.group, []).append(field)
    context = {"form": form, "earlier": earlier, "script": script, "groups": groups, "max_seconds": MAX_SECONDS}
    return render(request, "making/previz.html", context, status=status)


urlpatterns = [
    path("previz/new", new, name="new_previz"),
    path("previz", create, name="previz"),
]

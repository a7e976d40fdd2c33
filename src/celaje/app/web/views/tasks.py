"""What can be made from a clip: a form for each task, on a sheet or a page.

The clip is one's own, or that of a post that is open for remixes. What is made is a clip of one's own.
"""

from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import AppError
from celaje.app.posts import queries as posts
from celaje.app.videos.models import Video
from celaje.app.web.fragments import page_or_fragment, sheet, wants_fragment
from celaje.app.web.taskforms import FIELDS, TASKS, RecutForm, Task
from celaje.clip import MAX_SECONDS

#: What stands in an empty prompt.
HINTS = {
    "starts": gettext_lazy("What happens"),
    "scores": gettext_lazy("What is heard, if you like"),
    "extensions": gettext_lazy("What happens, if you like"),
}


@login_required
@require_GET
@page_or_fragment
def new(request: HttpRequest, video_id: str, task: str) -> HttpResponse:
    """The form of a task."""
    chosen = _task(task)
    clip = posts.clip_to_use(cast(Person, request.user), video_id)
    return _form(request, clip, task, _bound(chosen, clip))


@login_required
@require_POST
def make(request: HttpRequest, video_id: str, task: str) -> HttpResponse:
    """Ask for it, and go where it is made. What is wrong comes back with everything that was typed."""
    person, chosen = cast(Person, request.user), _task(task)
    clip = posts.clip_to_use(person, video_id)
    form = _bound(chosen, clip, request.POST)
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


def _bound(task: Task, clip: Video, *data: Any) -> forms.Form:
    """The form, which may need to know how long the clip is."""
    return task.form(*data, seconds=clip.seconds) if task.form is RecutForm else task.form(*data)


def _form(request: HttpRequest, clip: Video, task: str, form: forms.Form, status: int = 200) -> HttpResponse:
    context = {
        "clip": clip,
        "task": task,
        "title": str(TASKS[task].title),
        "promise": TASKS[task].promise,
        "form": form,
        "max_seconds": MAX_SECONDS,
        "hint": HINTS.get(task, HINTS["extensions"]),
        "clips": [],
    }
    if "other" in form.fields:
        offered = posts.clips_to_choose(cast(Person, request.user))
        context["clips"] = [other for other in offered if other.pk != clip.pk]
    return sheet(request, "making/task.html", context, status=status)


urlpatterns = [
    path("videos/<str:video_id>/<str:task>/new", new, name="new_task"),
    *(path(f"videos/<str:video_id>/{name}", make, {"task": name}, name=name) for name in TASKS),
]

"""One's own clips as a grid: drafts, posts, favourites, the bin; searching, choosing several, throwing away."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import NotFoundError
from celaje.app.videos import actions, queries
from celaje.app.videos.models import Video

SHOWS: dict[str, Promise] = {
    "all": _("All"),
    "drafts": _("Drafts"),
    "posts": _("Posts"),
    "favourites": _("Favourites"),
    "bin": _("Bin"),
}
FIRST_SHOWN = "all"
NUM_HEARD = 2  # streams of events; a browser has six connections for a place
NUM_TO_UNDO = 40  # addresses stay short; more can be taken back from the bin


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A clip in the grid, and of how many takes it is one."""

    video: Video
    num_takes: int


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """The grid, or its next piece when htmx asks for what comes `after`."""
    person = cast(Person, request.user)
    asked = _asked(request)
    page = queries.library(person, show=asked["show"], words=asked["q"], after=request.GET.get("after"))
    num_takes = queries.num_takes(page.videos)
    facts: dict[str, Any] = {
        **asked,
        "tiles": [Tile(video=video, num_takes=num_takes.get(video.takes, 1)) for video in page.videos],
        "next": _address(asked, after=page.after) if page.after else "",
    }
    if request.headers.get("HX-Request") and "after" in request.GET:
        return render(request, "library/more.html", facts)
    running = sorted((video for video in page.videos if not video.has_ended), key=lambda video: -video.progress)
    facts |= {
        "shows": SHOWS,
        "here": "library",
        "counts": queries.counts(person),
        "undo": [name for name in request.GET.get("undo", "").split(".") if name][:NUM_TO_UNDO],
        "running": running,
        "heard": " ".join(f"{video.get_absolute_url()}/events" for video in running[:NUM_HEARD]),
        "live": _address(asked, part="tiles"),
        "choose": _address(asked | {"select": ""} if asked["select"] else asked | {"select": "1"}),
    }
    return render(
        request, "library/tiles.html" if request.GET.get("part") == "tiles" else "library/library.html", facts
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    return {
        "show": request.GET.get("show") or FIRST_SHOWN,
        "q": request.GET.get("q", "").strip()[:200],
        "select": "1" if request.GET.get("select") else "",
    }


def _address(asked: dict[str, str], **more: str) -> str:
    given = {name: value for name, value in (asked | more).items() if value}
    return f"{reverse('library')}?{urlencode(given)}"


@login_required
@require_POST
def selection(request: HttpRequest) -> HttpResponseBase:
    """Throw several away (`to=bin`), or take them back (`to=library`)."""
    person = cast(Person, request.user)
    chosen = request.POST.getlist("video")
    back = {"show": request.POST.get("show") or FIRST_SHOWN, "q": request.POST.get("q", ""), "select": ""}
    for video_id in chosen:
        try:
            video = queries.own(person, video_id)
        except NotFoundError:
            continue  # gone in the meantime
        if request.POST.get("to") == "library":
            actions.restore(person, video)
        else:
            actions.delete(person, video)
    if request.POST.get("to") == "library" or not chosen:
        return redirect(_address(back))
    return redirect(_address(back, undo=".".join(chosen[:NUM_TO_UNDO])))


urlpatterns = [
    path("library", library, name="library"),
    path("library/selection", selection, name="selection"),
]

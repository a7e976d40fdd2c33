"""One's own clip on its page: while it is made, when it could not be made, and as a draft. What others see of it is
the page of its post, in `clips`.
"""

import random
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.posts import actions as posting
from celaje.app.posts import queries as posts
from celaje.app.posts.models import Post
from celaje.app.videos import actions, boards, failures, notes, queries, scenes
from celaje.app.videos.models import Relation, Status, Video
from celaje.app.videos.styles import STYLES
from celaje.app.web import given
from celaje.app.web.taskforms import offered
from celaje.clip import Request

RESET = 205  # tells the page that it is another one by now: load it anew
NUM_BARS = 42
NUM_HEARD = 2  # a browser has six connections for a place; the next take is heard of when this one is ready


@dataclass(frozen=True, kw_only=True)
class Take:
    """One clip of a request, and how it is shown: `haze` is the class of its blur, `words` say how far it is."""

    video: Video
    words: str
    haze: str
    here: bool


@login_required
@require_GET
def page(request: HttpRequest, video_id: str) -> HttpResponse:
    """A clip of one's own, whatever has become of it."""
    person = cast(Person, request.user)
    video = queries.own(person, video_id)
    if video.deleted_at is not None:
        return _ended(request, video, "binned")
    if video.status == Status.COMPLETED:
        if video.is_new:
            actions.look_at(person, video)
        return render(request, "making/draft.html", _draft(person, video))
    if video.has_ended:
        return _ended(request, video, video.status)
    return render(request, "making/making.html", _progress(video))


def _ended(request: HttpRequest, video: Video, state: str) -> HttpResponse:
    why = failures.WORDS.get(video.error_code, video.error_message or failures.WORDS[failures.UNEXPECTED])
    if video.error_code == failures.SCENE:
        why = video.error_message  # which line of the scene is wrong
    others = [take for take in queries.takes_of(video) if take.status == Status.COMPLETED and take.pk != video.pk]
    facts = {"video": video, "state": state, "why": why, "others": others, "bin_days": queries.BIN_DAYS}
    facts["given"] = given.of_video(video)
    return render(request, "making/ended.html", facts)


@login_required
@require_GET
def progress(request: HttpRequest, video_id: str) -> HttpResponse:
    """What moves on the page of a clip, for `live.js`. 205 when the page shows what is no more (`?as=`)."""
    video = queries.own(cast(Person, request.user), video_id)
    shown_as = request.GET.get("as")
    if video.deleted_at is not None or (shown_as == "making") == video.has_ended:
        return HttpResponse(status=RESET)
    template = "making/takes.html" if video.has_ended else "making/shot.html"
    return render(request, template, _progress(video))


def _progress(video: Video) -> dict[str, Any]:
    """How far the clip and the other takes of its request are."""
    takes = queries.takes_of(video)
    unfinished = [take for take in takes if not take.has_ended]
    running = next((take for take in unfinished if take.status == Status.IN_PROGRESS), None)
    percent = round(sum(100 if take.has_ended else take.progress for take in takes) / len(takes))
    on, off = _wave(video.seed, percent)
    return {
        "video": video,
        "takes": [_take(take, video) for take in takes],
        "several": len(takes) > 1,
        "percent": percent,
        "stage": _stage(running),
        "before": 0 if running or not unfinished else queries.num_before(unfinished[0]),
        "left_s": queries.seconds_left(unfinished[-1]) if unfinished else None,
        "heard": _heard(running, unfinished),
        "wave_on": on,
        "wave_off": off,
    }


def _heard(running: Video | None, unfinished: list[Video]) -> str:
    """The streams of events that the page listens to: of what is made now, and of what comes next."""
    first = [running] if running else []
    next_ones = [take for take in unfinished if take is not running]
    return " ".join(f"{take.get_absolute_url()}/events" for take in [*first, *next_ones][:NUM_HEARD])


def _take(video: Video, shown: Video) -> Take:
    hazes = ((35, "h3"), (70, "h2"), (101, "h1"))
    haze = "" if video.has_ended else next(name for limit, name in hazes if video.progress < limit)
    words = {
        Status.QUEUED: _("Waiting"),
        Status.IN_PROGRESS: _("%(percent)d%%") % {"percent": video.progress},
        Status.COMPLETED: _("New") if video.is_new else "",
    }.get(Status(video.status), Status(video.status).label)
    return Take(video=video, words=str(words), haze=haze, here=video.pk == shown.pk)


def _stage(running: Video | None) -> str:
    """What is being done, in words."""
    stages = {
        "reading": _("Reading your words"),
        "imagining": _("Clearing up"),
        "drawing": _("Drawing the frames"),
        "enlarging": _("Making it larger"),
        "opening": _("Opening your clip"),
        "filming": _("Filming"),
        "writing": _("Putting it together"),
    }
    return _("Waiting") if running is None else stages.get(running.stage, _("Clearing up"))


def _wave(seed: int, percent: int) -> tuple[str, str]:
    """A sound wave in two paths: the part that is there, and the rest. It looks like sound and is none yet."""
    draw = random.Random(seed)
    bars = [f"M{4 + 8 * bar} {16 - half}v{2 * half}" for bar in range(NUM_BARS) for half in (draw.randint(3, 14),)]
    there = round(NUM_BARS * percent / 100)
    return "".join(bars[:there]), "".join(bars[there:])


def _draft(person: Person, video: Video) -> dict[str, Any]:
    """All that its owner may know of a finished clip."""
    read = video.understanding or {}
    origins = _origins(person, video)
    return {
        **_progress(video),
        "asked": Request.from_dict(video.request),
        "style": next((style.label for style in STYLES if style.slug == video.style), ""),
        "unknown": notes.unknown(read),
        "shortened": read.get("shortened", False),
        "post": Post.objects.filter(video=video).first(),
        "origins": origins,
        "origin": origins[0] if origins else None,
        "board": boards.of_video(video) is not None,
        "script": bool(scenes.script_of(video)),
        "notes": notes.notes(read),
        "children": queries.made_from(video),
        "tasks": offered(video),
        "given": given.of_video(video),
        "download": f"{slugify(video.prompt)[:60] or 'celaje'}{'.mp4' if video.seconds else '.png'}",
    }


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a clip was made from: a clip of one's own, or somebody's post; neither when it is no longer there."""

    words: Promise | str
    video: Video | None = None
    post: Post | None = None


#: How it was made, before the name of what it was made from.
MADE_FROM = {
    Relation.REMIX: gettext_lazy("Remix of"),
    Relation.EXTENSION: gettext_lazy("Extended from"),
    Relation.LOOP: gettext_lazy("Loop of"),
    Relation.EDIT: gettext_lazy("Edited from"),
    Relation.START: gettext_lazy("Begins where this ends:"),
    Relation.CONNECTION: gettext_lazy("Connected from"),
    Relation.BLEND: gettext_lazy("Blended from"),
    Relation.RECUT: gettext_lazy("Re-cut from"),
    Relation.SCORE: gettext_lazy("Another sound for"),
    Relation.STORYBOARD: gettext_lazy("Storyboard with"),
    Relation.RETRY: gettext_lazy("Another try of"),
}


def _origins(person: Person, video: Video) -> list[Origin]:
    """What it was made of, first of all its parent. Nothing for a clip that was made from nothing, or that took the
    place of one that never came.
    """
    if video.parent_id is None:
        return []
    words = MADE_FROM[Relation(video.relation or Relation.RETRY)]  # what was brought along has no parent
    made_of = [video.parent_id, *video.also.values_list("pk", flat=True)]
    return [origin for name in made_of if (origin := _origin(person, name, words)) is not None]


def _origin(person: Person, video_id: str, words: Promise | str) -> Origin | None:
    own = Video.objects.filter(pk=video_id, owner=person).prefetch_related("assets").first()
    if own is not None and own.deleted_at is None:
        return Origin(words=words, video=own) if own.status == Status.COMPLETED else None
    reachable = posts.reachable_posts(person).select_related("author", "video").prefetch_related("video__assets")
    return Origin(words=words, post=reachable.filter(video_id=video_id).first())


@login_required
@require_POST
def cancel(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Stop the clip, and the other takes of its request that are not ready."""
    person = cast(Person, request.user)
    video = queries.own(person, video_id)
    for take in queries.takes_of(video):
        if not take.has_ended:
            actions.cancel(person, take)
    return redirect(video)


@login_required
@require_POST
def retry(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Ask for it once more."""
    person = cast(Person, request.user)
    return redirect(posting.retry(person, queries.own(person, video_id)))


@login_required
@require_POST
def favour(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Mark it as a favourite (`on=1`), or not."""
    person = cast(Person, request.user)
    video = actions.set_favourite(person, queries.own(person, video_id), request.POST.get("on") == "1")
    if request.headers.get("HX-Request"):
        return render(request, "making/favourite.html", {"video": video})
    return redirect(video)


@login_required
@require_POST
def delete(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Put it in the bin; the library offers to take it back."""
    person = cast(Person, request.user)
    video = queries.own(person, video_id)
    actions.delete(person, video)
    return redirect(f"{reverse('library')}?undo={video.pk}")


@login_required
@require_POST
def restore(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Take it out of the bin."""
    person = cast(Person, request.user)
    return redirect(actions.restore(person, queries.own(person, video_id)))


urlpatterns = [
    path("videos/<str:video_id>", page, name="video"),
    path("videos/<str:video_id>/progress", progress, name="progress"),
    path("videos/<str:video_id>/cancellation", cancel, name="cancel"),
    path("videos/<str:video_id>/retry", retry, name="retry"),
    path("videos/<str:video_id>/favourite", favour, name="favour"),
    path("videos/<str:video_id>/deletion", delete, name="delete"),
    path("videos/<str:video_id>/restoration", restore, name="restore"),
]

"""What happened around a person, and whether their browsers are told too."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.posts import actions, push, queries, wording
from celaje.app.posts.models import Notice
from celaje.app.videos.models import Video
from celaje.app.web.fragments import page_or_fragment, wants_fragment
from celaje.app.web.site import site


@dataclass(frozen=True, kw_only=True)
class Line:
    """A notice as it is read."""

    words: str
    quote: str
    address: str
    at: datetime
    is_new: bool
    actor: Person | None
    video: Video | None


@login_required
@require_GET
@page_or_fragment
def notices(request: HttpRequest) -> HttpResponse:
    """The list, newest first. Looking at it is having seen it: what was new is marked once."""
    person = cast(Person, request.user)
    news = queries.notices(person, after=request.GET.get("after"))
    lines = [line(notice) for notice in news.notices]
    context = {
        "lines": lines,
        "after": news.after,
        "here": "notices",
        "push_key": push.public_key(),
    }
    if any(shown.is_new for shown in lines):
        actions.mark_notices_seen(person)
    template = "notices/rows.html" if wants_fragment(request) else "notices/notices.html"
    return render(request, template, context)


def line(notice: Notice) -> Line:
    """A notice in words, and where it leads."""
    return Line(
        words=wording.words(notice),
        quote=wording.quote(notice),
        address=wording.address(notice),
        at=notice.created_at,
        is_new=notice.seen_at is None,
        actor=notice.actor,
        video=notice.video if notice.post is None else notice.post.video,
    )


@login_required
@require_http_methods(["POST", "DELETE"])
def push_subscription(request: HttpRequest) -> JsonResponse:
    """A browser that wants to be told, as PushSubscription.toJSON() describes it; DELETE with its endpoint ends it."""
    person = cast(Person, request.user)
    try:
        given: dict[str, Any] = json.loads(request.body)
        endpoint, keys = given["endpoint"], given.get("keys", {})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidError(_("This is no push subscription.")) from None
    if request.method == "DELETE":
        push.unsubscribe(person, endpoint=endpoint)
    else:
        browser = request.headers.get("User-Agent", "")[:120]
        push.subscribe(person, endpoint=endpoint, keys=keys, origin=site(request), browser=browser)
    return JsonResponse({})


urlpatterns = [
    path("notices", notices, name="notices"),
    path("push", push_subscription, name="push"),
]

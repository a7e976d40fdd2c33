"""The feed: what people post, one clip at a time, in three orders."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from celaje.app.accounts.models import Person
from celaje.app.posts.models import TOP
from celaje.app.posts.queries import VIEWS, Page
from celaje.app.posts.queries import feed as feed_page
from celaje.app.web.fragments import page_or_fragment, wants_fragment

COOKIE = "view"
REMEMBERED_S = 60 * 60 * 24 * 365


@dataclass(frozen=True, kw_only=True)
class View:
    """One order of the feed, as the dock's list names it."""

    name: str
    label: str
    hint: str


def views() -> list[View]:
    """The three, with what each shows. The formula of Top is printed, not hidden."""
    formula = _(
        "Likes + %(comment)d × comments + %(remix)d × remixes. Twice as much lifts a clip "
        "like being posted %(hours)s hours later."
    ) % {"comment": TOP.comment, "remix": TOP.remix, "hours": f"{TOP.doubling_hours:g}"}
    return [
        View(name="following", label=_("Following"), hint=_("You and those you follow, newest first.")),
        View(name="latest", label=_("Latest"), hint=_("Everything posted here, newest first.")),
        View(name="top", label=_("Top"), hint=formula),
    ]


@login_required
@require_GET
@page_or_fragment
def feed(request: HttpRequest) -> HttpResponse:
    """A page of the feed; with `?after=` and htmx only its clips. The order last chosen is remembered."""
    person = cast(Person, request.user)
    asked = request.GET.get("view", "")
    name = asked or request.COOKIES.get(COOKIE, "")
    view = next((view for view in views() if view.name == name), views()[1])
    page: Page = feed_page(person, asked or view.name, after=request.GET.get("after"))
    next_page = f"/?{urlencode({'view': view.name, 'after': page.after})}" if page.after else ""
    context = {"view": view, "views": views(), "page": page, "next_page": next_page, "here": "feed"}
    if wants_fragment(request):
        return render(request, "feed/shots.html", context)
    response = render(request, "feed/feed.html", context)
    if asked in VIEWS:
        response.set_cookie(COOKIE, asked, max_age=REMEMBERED_S, samesite="Lax", httponly=True)
    return response


urlpatterns = [path("", feed, name="feed")]

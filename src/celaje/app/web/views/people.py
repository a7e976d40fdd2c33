"""People's pages: what they post, who follows whom, and what one may do about somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, register_converter
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts import actions, queries
from celaje.app.accounts.models import Person
from celaje.app.posts import queries as posts
from celaje.app.web.fragments import page_or_fragment, wants_fragment

MOST_PEOPLE = 200


class HandleConverter:
    """A handle in an address, in whichever case it was typed."""

    regex = "[A-Za-z0-9_]{1,30}"

    def to_python(self, value: str) -> str:
        """As it is kept."""
        return value.lower()

    def to_url(self, value: str) -> str:
        """As it is shown."""
        return value


register_converter(HandleConverter, "handle")


@login_required
@require_GET
@page_or_fragment
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Somebody's page, or one's own: their posts, or with `?show=remixes` what others made of them."""
    viewer = cast(Person, request.user)
    person = queries.get(viewer, handle)
    tab = "remixes" if request.GET.get("show") == "remixes" else "posts"
    page = (posts.remixes_of if tab == "remixes" else posts.profile_posts)(
        viewer, person, after=request.GET.get("after")
    )
    show = "show=remixes&" if tab == "remixes" else ""
    context: dict[str, Any] = {"person": person, "tab": tab, "page": page}
    context["next_path"] = f"/@{person.handle}?{show}after={page.after}"
    if wants_fragment(request):
        return render(request, "parts/tiles.html", context)
    context |= {
        "bond": queries.bond(viewer, person),
        "num_posts": posts.num_posts(viewer, person),
        "num_followers": queries.followers(viewer, person).count(),
        "num_following": queries.following(viewer, person).count(),
        "here": "profile" if person == viewer else "",
    }
    return render(request, "people/profile.html", context)


@login_required
@require_GET
def followers(request: HttpRequest, handle: str) -> HttpResponse:
    """Who follows them."""
    viewer = cast(Person, request.user)
    person = queries.get(viewer, handle)
    title = _("Who follows @%(handle)s") % {"handle": person.handle}
    return _list(request, person, title, queries.followers(viewer, person))


@login_required
@require_GET
def following(request: HttpRequest, handle: str) -> HttpResponse:
    """Whom they follow."""
    viewer = cast(Person, request.user)
    person = queries.get(viewer, handle)
    title = _("Whom @%(handle)s follows") % {"handle": person.handle}
    return _list(request, person, title, queries.following(viewer, person))


def _list(request: HttpRequest, person: Person, title: str, people: QuerySet[Person]) -> HttpResponse:
    rows = with_follows(cast(Person, request.user), list(people[:MOST_PEOPLE]))
    return render(request, "people/people.html", {"person": person, "title": title, "rows": rows})


@dataclass(frozen=True, kw_only=True)
class Row:
    """Somebody in a list, and whether the viewer follows them."""

    person: Person
    follows: bool


def with_follows(viewer: Person, people: list[Person]) -> list[Row]:
    """The same people in the same order, as rows of a list. One query."""
    ids = [person.pk for person in people]
    followed = set(queries.people_followed_by(viewer).filter(followed_id__in=ids))
    return [Row(person=person, follows=(person.pk,) in followed) for person in people]


@login_required
@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Follow them with `on`, or no longer."""
    viewer = cast(Person, request.user)
    person = queries.get(viewer, handle)
    on = bool(request.POST.get("on"))
    (actions.follow if on else actions.unfollow)(viewer, person)
    if wants_fragment(request):
        context = {"person": person, "follows": on, "as": request.POST.get("as", "")}
        return render(request, "parts/follow.html", context)
    return _back(request, person.get_absolute_url())


@login_required
@require_POST
def mute(request: HttpRequest, handle: str) -> HttpResponse:
    """Leave them out of one's feeds with `on`, or no longer."""
    return _between(request, queries.get(cast(Person, request.user), handle), actions.mute, actions.unmute)


@login_required
@require_POST
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """Be out of each other's sight with `on`, or no longer."""
    viewer = cast(Person, request.user)
    if request.POST.get("on"):
        return _between(request, queries.get(viewer, handle), actions.block, actions.unblock, after="/")
    person = queries.blocked_people(viewer).filter(handle=handle).first()
    if person is None:
        person = queries.get(viewer, handle)
    return _between(request, person, actions.block, actions.unblock)


def _between(
    request: HttpRequest,
    person: Person,
    start: Callable[[Person, Person], None],
    stop: Callable[[Person, Person], None],
    after: str = "",
) -> HttpResponse:
    on = bool(request.POST.get("on"))
    (start if on else stop)(cast(Person, request.user), person)
    done: dict[tuple[Callable[[Person, Person], None], bool], str] = {
        (actions.mute, True): _("You muted @%(handle)s. Their page is where you undo it."),
        (actions.mute, False): _("You hear of @%(handle)s again."),
        (actions.block, True): _("You blocked @%(handle)s. Settings list whom you block."),
        (actions.block, False): _("@%(handle)s is no longer blocked."),
    }
    messages.success(request, done[start, on] % {"handle": person.handle})
    return _back(request, after or person.get_absolute_url())


def _back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Where they came from, if the form says so and it is a page of ours."""
    next_path = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(next_path, allowed_hosts=None)
    return redirect(next_path if ours else otherwise)


urlpatterns = [
    path("@<handle:handle>", profile, name="profile"),
    path("@<handle:handle>/followers", followers, name="followers"),
    path("@<handle:handle>/following", following, name="following"),
    path("@<handle:handle>/follow", follow, name="follow"),
    path("@<handle:handle>/mute", mute, name="mute"),
    path("@<handle:handle>/block", block, name="block"),
]

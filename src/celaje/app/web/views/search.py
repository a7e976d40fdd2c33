"""Finding people and clips by words, in both languages; without words, what there is to see."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from celaje.app.accounts.models import Person
from celaje.app.accounts.queries import visible_people
from celaje.app.posts import queries
from celaje.app.web.fragments import page_or_fragment, wants_fragment
from celaje.app.web.views.people import with_follows

MOST_WORDS = 100  # characters
NUM_PEOPLE = 6


@login_required
@require_GET
@page_or_fragment
def search(request: HttpRequest) -> HttpResponse:
    """The page; with htmx only what was found, or the next tiles."""
    person = cast(Person, request.user)
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MOST_WORDS]
    after = request.GET.get("after")
    if words:
        page = queries.search_posts(person, words, after=after)
    else:
        page = queries.feed(person, "top", after=after, limit=24)
    context: dict[str, Any] = {"words": words, "page": page, "here": "search"}
    context["next_path"] = f"/search?{urlencode({'q': words, 'after': page.after})}"
    if after and wants_fragment(request):
        return render(request, "parts/tiles.html", context)
    if words:
        people = queries.search_people(person, words, limit=NUM_PEOPLE)
    else:
        people = list(visible_people(person).exclude(pk=person.pk).order_by("-joined_at")[:NUM_PEOPLE])
    context["rows"] = with_follows(person, people)
    template = "search/found.html" if wants_fragment(request) else "search/search.html"
    return render(request, template, context)


urlpatterns = [path("search", search, name="search")]

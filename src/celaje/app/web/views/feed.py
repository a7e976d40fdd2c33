"""The feed: what people post."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def feed(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "feed/feed.html")


urlpatterns = [path("", feed, name="feed")]

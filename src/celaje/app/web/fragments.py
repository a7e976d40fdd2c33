"""Pages and their pieces have the same address: which of the two is asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page. When somebody goes back it asks for the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page_or_fragment(view: View[P]) -> View[P]:
    """For a view that answers with either: browsers that keep one must not show it for the other."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return answer


def sheet(request: HttpRequest, body: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A sheet over the page for htmx, and a page of its own without. htmx shows only what went well."""
    if wants_fragment(request):
        return render(request, body, context | {"sheet": True})
    return render(request, "parts/sheet_page.html", context | {"body": body}, status=status)

"""What holds for every page: the person's own language, and errors in words."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation

from celaje.app.accounts.models import Person
from celaje.app.accounts.queries import house_is_empty
from celaje.app.errors import AppError

Handler = Callable[[HttpRequest], HttpResponse]


class FoundFirst:
    """In an empty house every page leads to the wizard that makes its first person."""

    OPEN = (
        *("/first", "/handles", "/passkeys", "/v1/"),
        *("/healthz", "/readyz", "/metrics", "/manifest.webmanifest", "/sw.js", "/offline"),
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Asks the database only for guests: who is logged in is somebody."""
        if not request.path.startswith(self.OPEN) and not request.user.is_authenticated and house_is_empty():
            return redirect("first")
        return self.get_response(request)


class RememberBrowsers:
    """Keeps the list of browsers in which somebody is logged in: allauth's, but not with a write for every request."""

    EVERY_S = 600

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Notes the browser when it was not noted for a while."""
        if request.user.is_authenticated and time.time() - request.session.get("noted_at", 0) > self.EVERY_S:
            request.session["noted_at"] = int(time.time())
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class SpeakTheirLanguage:
    """Who has chosen a language gets it; others get what their browser asks for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Around every view."""
        person = request.user
        if isinstance(person, Person):
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
        response = self.get_response(request)
        response.headers["Content-Language"] = translation.get_language() or "en"
        return response


class SayWhatIsWrong:
    """Turns the app's named errors into a page, a fragment for htmx, or JSON, in one place."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django when a view raised."""
        if not isinstance(error, AppError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            body = {"error": {"code": error.code, "message": str(error.message), "field": error.field}}
            return JsonResponse(body, status=error.status)
        template = "parts/problem.html" if request.headers.get("HX-Request") else "problem.html"
        return render(request, template, {"error": error}, status=error.status)

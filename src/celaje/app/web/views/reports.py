"""Saying that something should not be here."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts import queries as people
from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, NotFoundError
from celaje.app.moderation import actions
from celaje.app.moderation.models import Reason
from celaje.app.posts import queries as posts
from celaje.app.web.fragments import page_or_fragment, wants_fragment

KINDS = ("post", "comment", "person")


@login_required
@require_GET
@page_or_fragment
def new_report(request: HttpRequest) -> HttpResponse:
    """Asks why. `?post=`, `?comment=` or `?person=` say what it is about."""
    about, about_id = _about(request.GET)
    _find(cast(Person, request.user), about, about_id)
    return _form(request, about, about_id)


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Send it."""
    person = cast(Person, request.user)
    about, about_id = _about(request.POST)
    found = _find(person, about, about_id)
    try:
        actions.report(person, reason=request.POST.get("reason", ""), text=request.POST.get("text", ""), **found)
    except AppError as error:
        return _form(request, about, about_id, error)
    if wants_fragment(request):
        return render(request, "reports/sent.html", {"sheet": True})
    return redirect("report_sent")


@login_required
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Says that it has arrived."""
    return render(request, "parts/sheet_page.html", {"body": "reports/sent.html", "title": _("Thank you")})


def _about(given: Any) -> tuple[str, str]:
    for kind in KINDS:
        if given.get(kind):
            return kind, given[kind]
    raise NotFoundError(_("Report a clip, a comment or a person."))


def _find(person: Person, about: str, about_id: str) -> dict[str, Any]:
    """What is reported, if they may see it."""
    if about == "post":
        return {"post": posts.get(person, about_id)}
    if about == "person":
        return {"person": people.get(person, about_id)}
    if not about_id.isdecimal() or len(about_id) > 18:
        raise NotFoundError(_("This comment is not here any more."))
    return {"comment": posts.get_comment(person, int(about_id))}


def _form(request: HttpRequest, about: str, about_id: str, error: AppError | None = None) -> HttpResponse:
    context = {
        "title": _("What is wrong?"),
        "about": about,
        "about_id": about_id,
        "reasons": Reason.choices,
        "reason": request.POST.get("reason", ""),
        "text": request.POST.get("text", ""),
        "error": error,
    }
    if wants_fragment(request):
        return render(request, "reports/report.html", context | {"sheet": True})
    context["body"] = "reports/report.html"
    return render(request, "parts/sheet_page.html", context, status=error.status if error else 200)


urlpatterns = [
    path("reports/new", new_report, name="new_report"),
    path("reports", create, name="reports"),
    path("reports/sent", sent, name="report_sent"),
]

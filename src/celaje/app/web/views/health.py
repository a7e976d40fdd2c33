"""Whether the house stands, and its numbers: for those who run it, and for the programs that watch it."""

import hmac
from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from prometheus_client import CONTENT_TYPE_LATEST

from celaje import settings
from celaje.app import metrics, storage, upgrade
from celaje.app.errors import NotAllowedError

LOOPBACK = ("127.0.0.1", "::1")
_state = {"migrated": False}


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """It can do its work: the database is there and migrated, the storage answers. Else 503, and what is missing."""
    checks = {"database": _database_answers, "migrations": _is_migrated, "storage": _storage_answers}
    found = {name: _worded(check) for name, check in checks.items()}
    good = all(word == "ok" for word in found.values())
    return JsonResponse({"status": "ok" if good else "not ready"} | found, status=200 if good else 503)


def numbers(request: HttpRequest) -> HttpResponse:
    """For Prometheus: to this machine, to admins, and to who has the token."""
    if not _may_read_numbers(request):
        raise NotAllowedError(_("These numbers are for admins."))
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _worded(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "missing"
    except (Error, OSError) as error:
        return type(error).__name__


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return True


def _is_migrated() -> bool:
    """Asked until it is so: a process never sees its database go back."""
    _state["migrated"] = _state["migrated"] or not upgrade.missing_migrations()
    return _state["migrated"]


def _storage_answers() -> bool:
    storage.check()
    return True


def _may_read_numbers(request: HttpRequest) -> bool:
    token = settings.metrics_token()
    if token is not None and hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    if getattr(request.user, "is_staff", False):
        return True
    # Behind a proxy everybody may seem to come from this machine: then the token or an admin it is.
    return settings.public_address() is None and request.META.get("REMOTE_ADDR") in LOOPBACK


urlpatterns = [
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
    path("metrics", numbers, name="metrics"),
]

"""What went wrong, in the original's shape: one place where named errors become answers."""

import logging
import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app.errors import AppError, QuotaError

TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
TOO_MANY_WAITING_S = 5
LONGEST_RETRY_S = 60  # clients try again by themselves only for so long

logger = logging.getLogger("celaje.api")


def body(message: str, *, kind: str, code: str | None, param: str | None = None) -> dict[str, Any]:
    """The shape."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def refused(request: HttpRequest, error: AppError) -> HttpResponse:
    """The answer to what cannot be done. Clients try 409, 429 and 5xx again by themselves: a lasting refusal is 400."""
    status, headers = error.status, {}
    if isinstance(error, QuotaError):
        status, wait_s = _quota(error)
        headers = _retry(wait_s)
    elif "retry_after_s" in error.facts:
        headers = _retry(error.facts["retry_after_s"])
    elif status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    elif status == 409:
        status = 400
    kind = TYPES.get(status, "invalid_request_error")
    if status == 429 and error.code == "quota_exceeded":
        kind = "insufficient_quota"
    return JsonResponse(body(str(error), kind=kind, code=error.code, param=error.field), status=status, headers=headers)


def _quota(error: QuotaError) -> tuple[int, float | None]:
    """The status, and in how many seconds it may go."""
    if error.code == "too_many_waiting":
        return 429, TOO_MANY_WAITING_S
    returns_at = error.facts.get("returns_at")
    if returns_at is None:
        return 400, None  # it never will
    return 429, max(1.0, (returns_at - timezone.now()).total_seconds())


def _retry(wait_s: float | None) -> dict[str, str]:
    if wait_s is None:
        return {}
    again = "true" if wait_s <= LONGEST_RETRY_S else "false"
    return {"Retry-After": str(math.ceil(wait_s)), "x-should-retry": again}


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer when we are wrong."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    words = _("Something went wrong here. It is in the log, under the id of this request.")
    return JsonResponse(body(words, kind="server_error", code="internal_error"), status=500)


def nowhere(request: HttpRequest) -> HttpResponse:
    """The answer at addresses that are none."""
    words = _("Invalid URL (%(method)s %(path)s)") % {"method": request.method, "path": request.path[:200]}
    return JsonResponse(body(words, kind="invalid_request_error", code="unknown_url"), status=404)


def not_so(request: HttpRequest, allowed: str) -> HttpResponse:
    """The answer to a method that an address does not know."""
    words = _("Not allowed to %(method)s here.") % {"method": request.method}
    shape = body(words, kind="invalid_request_error", code="method_not_allowed")
    return JsonResponse(shape, status=405, headers={"Allow": allowed})

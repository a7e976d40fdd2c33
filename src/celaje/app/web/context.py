"""What every template may use."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

#: The sky behind the pages by the hour at which it begins.
SKIES = ((22, "noche"), (20, "ocaso"), (17, "tarde"), (8, "dia"), (5, "alba"), (0, "noche"))


def sky(at: datetime) -> str:
    """The sky of an hour."""
    return next(name for begins, name in SKIES if at.hour >= begins)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The sky of the viewer's hour (their browser tells its offset in a cookie), and the colours that they chose."""
    try:
        offset_min = int(request.COOKIES.get("offset", "0"))
    except ValueError:
        offset_min = 0
    now = timezone.now() - timedelta(minutes=max(-900, min(900, offset_min)))
    theme = request.COOKIES.get("theme")
    return {"sky": sky(now), "theme": theme if theme in ("light", "dark") else ""}

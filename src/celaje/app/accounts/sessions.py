"""Sessions as Django keeps them, in the database; the query that reads one stands behind every page and is prepared.

A browser in which nobody is logged in has a session for a day at most. The page for logging in begins one by itself: a
browser that offers passkeys needs the server's challenge before anybody has touched anything.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from celaje.app.prepared import Prepared

NOBODY = timedelta(days=1)


class SessionStore(db.SessionStore):
    """One browser's session."""

    def get_session_cookie_age(self) -> int:
        """How long it lasts from its last change on, in seconds; the cookie lasts as long."""
        return super().get_session_cookie_age() if SESSION_KEY in self else int(NOBODY.total_seconds())

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        found = [] if key is None or "\0" in key else _sessions(None, key=key, now=timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]


@Prepared
def _sessions(nobody: None, *, key: str, now: datetime) -> QuerySet[Any]:
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)

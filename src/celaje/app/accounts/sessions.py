"""Sessions as Django keeps them, in the database; the query that reads one stands behind every page and is prepared."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from celaje.app.prepared import Prepared


class SessionStore(db.SessionStore):
    """One browser's session."""

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

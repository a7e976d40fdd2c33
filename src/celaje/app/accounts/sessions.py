"""Sessions as Django keeps them, in the database; the query that reads one stands behind every page and is prepared.

A browser in which nobody is logged in has a session for a day at most. The page for logging in begins one by itself: a
browser that offers passkeys needs the server's challenge before anybody has touched anything.

Answers overtake each other. One that was asked for before somebody logged in may come after the log-in's, and must not
take the place of the session that began there: see `Sessions`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

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


class Sessions(SessionMiddleware):
    """Django's, but a browser's cookie changes only with an answer that begins, prolongs or ends a session.

    Django also takes the cookie away when its session is not found, and sends it again for each change of a session in
    which nobody is logged in. The browser may have another one by then.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save what changed, and say so where the browser must know."""
        session = request.session
        if not session.modified:
            if session.accessed:
                patch_vary_headers(response, ("Cookie",))
            return response
        cookie = settings.SESSION_COOKIE_NAME
        is_known = session.session_key is not None and session.session_key == request.COOKIES.get(cookie)
        is_nobodys = SESSION_KEY not in session
        answer = super().process_response(request, response)
        if is_known and is_nobodys:
            answer.cookies.pop(cookie, None)
        return answer


@Prepared
def _sessions(nobody: None, *, key: str, now: datetime) -> QuerySet[Any]:
    return SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)

"""Who asks: the key of a request, what it may be used for, and how often. There is no other way in, and no cookie."""

import threading
import time
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from celaje.app.accounts.models import Person
from celaje.app.developers import actions, queries
from celaje.app.developers.models import ApiKey, Scope
from celaje.app.errors import AppError, NotAllowedError

MAX_KNOWN = 10_000


class KeyError_(AppError):  # noqa: N801, N818 (KeyError is Python's)
    """No key, or none that works."""

    status = 401
    code = "invalid_api_key"


class TooOftenError(AppError):
    """A key is used faster than this process answers it."""

    status = 429
    code = "rate_limit_exceeded"


@dataclass
class Bucket:
    """Tokens that come back over time: `per_s` a second, at most `burst`."""

    per_s: float
    burst: float
    tokens: float = field(init=False)
    at: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def wait_s(self, now: float) -> float:
        """Take a token; else how long until there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_s if self.at else self.burst)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_s


#: Requests a second, and how many at once, of one key in one web process.
RATES = {Scope.READ: (100.0, 400.0), Scope.MAKE: (5.0, 60.0), Scope.MANAGE: (2.0, 30.0)}

_buckets: dict[tuple[int, Scope], Bucket] = {}
_lock = threading.Lock()


def _pace(key: ApiKey, scope: Scope) -> None:
    """Raise TooOftenError, which says how long to wait."""
    with _lock:
        if len(_buckets) > MAX_KNOWN:
            _buckets.clear()
        bucket = _buckets.get((key.pk, scope))
        if bucket is None:
            bucket = _buckets[key.pk, scope] = Bucket(*RATES[scope])
        wait_s = bucket.wait_s(time.monotonic())
    if wait_s:
        raise TooOftenError(_("Too many requests at once: wait a moment."), retry_after_s=wait_s)


class Bearer(HttpBearer):
    """`Authorization: Bearer sk-celaje-...`, with a key that may be used for `scope`."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Person:
        """The key's owner. Raises named errors."""
        given = request.headers.get("Authorization", "")
        kind, _space, secret = given.partition(" ")
        if not given:
            raise KeyError_(
                _("There is no API key in this request: send it in a header, Authorization: Bearer YOUR_KEY."),
                code="missing_api_key",
            )
        if kind.lower() != "bearer":
            raise KeyError_(_("The Authorization header must be: Bearer YOUR_KEY."))
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        """The owner of the key `token`."""
        key = None if "\0" in token else queries.key_of(token)
        if key is None:
            raise KeyError_(_("This API key does not work. Was it revoked?"))
        if self.scope not in key.scopes:
            words = _("This API key may not be used for this: it lacks the scope '%(scope)s'.")
            raise NotAllowedError(words % {"scope": self.scope}, code="insufficient_scope")
        _pace(key, self.scope)
        actions.use_key(key)
        return key.owner


READ, MAKE, MANAGE = (Bearer(scope) for scope in (Scope.READ, Scope.MAKE, Scope.MANAGE))


def person(request: HttpRequest) -> Person:
    """Whose key it was."""
    owner = request.auth  # type: ignore[attr-defined]
    assert isinstance(owner, Person)
    return owner

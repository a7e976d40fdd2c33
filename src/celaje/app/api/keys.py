"""Who asks: the key of a request, what it may be used for, and how often. There is no other way in, and no cookie.

How often is counted in the database, for all web processes together.
"""

import threading
import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from celaje.app.accounts.models import Person
from celaje.app.developers import actions, queries
from celaje.app.developers.models import ApiKey, Scope
from celaje.app.errors import AppError, NotAllowedError

MAX_KNOWN = 10_000
LEASE_S = 5.0


class KeyError_(AppError):  # noqa: N801, N818 (KeyError is Python's)
    """No key, or none that works."""

    status = 401
    code = "invalid_api_key"


class TooOftenError(AppError):
    """A key is used too fast."""

    status = 429
    code = "rate_limit_exceeded"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Requests a second, how many at once, and how many of them a web process takes from the database for later."""

    per_s: float
    burst: int
    ahead: int = 1


#: What one key may send, whichever web process answers. Polls are many and cheap, so they are counted in dozens.
RATES = {
    Scope.READ: Rate(per_s=100, burst=400, ahead=24),
    Scope.MAKE: Rate(per_s=5, burst=60),
    Scope.MANAGE: Rate(per_s=2, burst=30),
}


@dataclass
class Lease:
    """Requests that this process may still answer until then; with none left, it refuses them until then."""

    left: int
    until: float


_leases: dict[tuple[int, Scope], Lease] = {}
_lock = threading.Lock()


def _pace(key: ApiKey, scope: Scope) -> None:
    """Raise TooOftenError, which says how long to wait."""
    if _is_paid_for(key, scope):
        return
    rate, now = RATES[scope], time.monotonic()
    number = min(rate.ahead, rate.burst)
    taken, wait_s = actions.take_tokens(key, scope, per_s=rate.per_s, burst=rate.burst, number=number)
    with _lock:
        if len(_leases) > MAX_KNOWN:
            _leases.clear()
        if taken != 1:
            until = now + (LEASE_S if taken else wait_s)
            _leases[key.pk, scope] = Lease(left=max(0, taken - 1), until=until)
    if not taken:
        raise _too_often(wait_s)


def _is_paid_for(key: ApiKey, scope: Scope) -> bool:
    """Whether the database need not be asked. Raises TooOftenError while it is known to have nothing."""
    with _lock:
        lease, now = _leases.get((key.pk, scope)), time.monotonic()
        if lease is None or now >= lease.until:
            return False
        if not lease.left:
            raise _too_often(lease.until - now)
        lease.left -= 1
        if not lease.left:
            del _leases[key.pk, scope]
        return True


def _too_often(wait_s: float) -> TooOftenError:
    return TooOftenError(_("Too many requests at once: wait a moment."), retry_after_s=wait_s)


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

"""What can go wrong for a person: errors that carry a status and a code.

Each face turns them into a response, in one place. They know nothing of HTTP beyond the number.
"""

from typing import Any

from django.utils.functional import Promise

Words = str | Promise


class AppError(Exception):
    """Something that a person asked for is not possible. `message` is said to them as it is."""

    status = 400
    code = "invalid_request"

    def __init__(self, message: Words, *, code: str | None = None, field: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


class InvalidError(AppError):
    """What was given is wrong; `field` says where."""


class NotFoundError(AppError):
    """It does not exist, or not for this person: which of the two is never told."""

    status = 404
    code = "not_found"


class NotAllowedError(AppError):
    """The person is known and may not do this."""

    status = 403
    code = "not_allowed"


class QuotaError(AppError):
    """Nothing is left today, or too many jobs wait. `facts` may hold `returns_at`."""

    status = 429
    code = "quota_exceeded"

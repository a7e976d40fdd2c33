"""What is seen of every request: an id for the logs, a count and a time for Prometheus, a line when it was slow.

It stands outside Django, as ASGI middleware, so that static files and streams count too. The time is that to the first
byte: a stream of events may go on for minutes and is not slow for that. What people look at is not written down.
"""

import logging
import re
import secrets
import time
from contextvars import ContextVar

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SLOW_S = 2.0
GIVEN_ID = re.compile(r"[\w-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="-")
logger = logging.getLogger("celaje.requests")

SECONDS = Histogram(
    "celaje_request_seconds",
    "Seconds to the first byte of an answer, by method and status.",
    ["method", "status"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12),
)


class Observe:
    """Around every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name it, pass it on, and measure the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = _given(scope) or secrets.token_hex(6)
        request_id.set(name)
        begin = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", name.encode())]
                _note(scope, message["status"], time.perf_counter() - begin)
            await send(message)

        await self.app(scope, receive, answer)


class RequestId(logging.Filter):
    """Gives every line of the log the id of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a line."""
        record.request_id = request_id.get()
        return True


def _given(scope: Scope) -> str | None:
    """The id that a proxy in front has given."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and GIVEN_ID.fullmatch(value.decode("latin-1")):
            return str(value.decode("latin-1"))
    return None


def _note(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD") else "other"
    SECONDS.labels(method, str(status)).observe(seconds)
    if seconds > SLOW_S:
        logger.warning("slow: %s %s took %.1f s", scope["method"], scope["path"], seconds)

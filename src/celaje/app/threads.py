"""Django in a few threads that stay, instead of a new one for each request: with its connections to the database, a new
thread takes longer than many a page.

A view that is a function runs in one of them from the first middleware to the last. A view that is a coroutine (a
stream, a file) is Django's own ASGI handler's, which gets such a thread for whatever must not wait in the event loop.
Either way a thread is not held while an answer is on its way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from itertools import cycle
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, iscoroutinefunction
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve, set_script_prefix

NUM_PAGES, NUM_STREAMS = 6, 2  # each has a connection, of the 100 that PostgreSQL allows all processes
Send = Callable[[Mapping[str, Any]], Awaitable[None]]  # as Django has it


class FewThreads:
    """The ASGI application of Django's views."""

    def __init__(self) -> None:
        self._pages = _Pages()
        self._streams = ASGIHandler()
        self._threads = ThreadPoolExecutor(NUM_PAGES, "page")
        self._threads_of_streams = cycle(ThreadPoolExecutor(1, "stream") for _ in range(NUM_STREAMS))

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        """Answer one request."""
        if _is_coroutine(scope["path"]):
            async with ThreadSensitiveContext(executor=next(self._threads_of_streams)):
                await self._streams(scope, receive, send)
            return
        try:
            body = await self._pages.read_body(receive)
        except RequestAborted:
            return
        answer = partial(copy_context().run, self._pages.answer, scope, body)
        response = await asyncio.get_running_loop().run_in_executor(self._threads, answer)
        try:
            await self._pages.send_response(response, send)
        finally:
            body.close()
            if not response.closed:
                self._threads.submit(response.close)


class _Pages(ASGIHandler):
    """Django's handler with middlewares and views that are functions: no step waits for the event loop."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware()

    def answer(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """The answer to a request that was read."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = self.get_response(request) if request is not None else refused
        response._handler_class = self.__class__
        if not response.streaming:
            response.close()
        return response  # type: ignore[no-any-return]


def _is_coroutine(path: str) -> bool:
    try:
        return bool(iscoroutinefunction(resolve(path).func))
    except Resolver404:
        return False

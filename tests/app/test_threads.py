"""Requests share a few threads, and get from them what they would get from one of their own."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils import translation

from celaje.app.observe import request_id
from celaje.app.threads import NUM_PAGES, NUM_STREAMS, FewThreads


def _where() -> str:
    time.sleep(0.01)
    return str(threading.get_ident())


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_where())


async def coroutine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(await sync_to_async(_where)())


def spanish(request: HttpRequest) -> HttpResponse:
    before = translation.get_language()
    translation.activate("es")
    return HttpResponse(f"{request_id.get()} {before}")


def stream(request: HttpRequest) -> HttpResponseBase:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            await asyncio.sleep(0.001)
            yield f"{number} ".encode()

    return StreamingHttpResponse(pieces())


def length(request: HttpRequest) -> HttpResponse:
    return HttpResponse(len(request.body))


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


views = (page, coroutine, spanish, stream, length, broken)
urlpatterns = [path(view.__name__, view) for view in views]


@pytest.fixture
def django(settings: LazySettings) -> FewThreads:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    return FewThreads()


async def ask(django: FewThreads, address: str, *body: bytes) -> tuple[int, str]:
    """Status and text of an answer; the body arrives in pieces."""
    said: list[Mapping[str, Any]] = []
    pieces: list[dict[str, Any]] = [{"type": "http.request", "body": piece, "more_body": True} for piece in body]
    pieces.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.sleep(60)
        return pieces.pop(0)

    async def send(message: Mapping[str, Any]) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST" if body else "GET", "path": f"/{address}", "query_string": b""}
    await django(scope | {"headers": [(b"host", b"localhost")]}, receive, send)
    return said[0]["status"], b"".join(message.get("body", b"") for message in said[1:]).decode()


async def _many(django: FewThreads, address: str) -> set[str]:
    return {text for _, text in await asyncio.gather(*(ask(django, address) for _ in range(40)))}


@pytest.mark.parametrize(("address", "number"), [("page", NUM_PAGES), ("coroutine", NUM_STREAMS)])
def test_as_many_threads_as_were_said(django: FewThreads, address: str, number: int) -> None:
    assert len(asyncio.run(_many(django, address))) == number


def test_requests_leave_nothing_behind(django: FewThreads) -> None:
    async def visit() -> None:
        for number in range(3 * NUM_PAGES):
            request_id.set(f"visit-{number}")
            assert await ask(django, "spanish") == (200, f"visit-{number} en")

    asyncio.run(visit())


def test_streams_and_bodies_come_whole(django: FewThreads) -> None:
    assert asyncio.run(ask(django, "stream")) == (200, "0 1 2 ")
    assert asyncio.run(ask(django, "length", b"a" * 70_000, b"b" * 5)) == (200, "70005")


def test_errors_are_answers(django: FewThreads) -> None:
    assert asyncio.run(ask(django, "broken"))[0] == 500
    assert asyncio.run(ask(django, "page"))[0] == 200

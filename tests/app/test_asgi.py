"""The web process as a whole: what goes over the wire."""

import asyncio

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send

from celaje.app.asgi import in_small_letters


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    """As Django answers: with capitals."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Length", b"2000")]})
    await send({"type": "http.response.body", "body": b"a" * 2000})


async def _receive() -> Message:
    return {"type": "http.disconnect"}


def test_a_compressed_page_says_its_length_once() -> None:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(GZipMiddleware(in_small_letters(_page))(scope, _receive, send))
    lengths = [value for name, value in said[0]["headers"] if name.lower() == b"content-length"]
    assert lengths == [str(len(said[1]["body"])).encode()]
    assert len(said[1]["body"]) < 2000

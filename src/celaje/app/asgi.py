"""The web process: static files and Django behind one ASGI application. It never imports torch."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "celaje.app.conf")

import django
from django.conf import settings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from celaje.app.observe import Observe
from celaje.app.threads import FewThreads

django.setup(set_prefix=False)

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


class LongLived(StaticFiles):
    """Files whose name holds a hash of what they are never change; browsers ask again for the others."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, and how long it may be kept."""
        response = await super().get_response(path, scope)
        keep = "public, max-age=31536000, immutable" if HASHED.search(path) else "no-cache"
        response.headers["Cache-Control"] = keep
        return response


def in_small_letters(app: ASGIApp) -> ASGIApp:
    """Django's headers have capitals. ASGI wants small letters, and without them compression adds a second length."""

    async def lowered(scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name.lower(), value) for name, value in message["headers"]]
            await send(message)

        await app(scope, receive, answer)

    return lowered


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    from celaje.app.videos.live import bell  # models need Django to be ready

    async with bell.listening():
        yield


application = Starlette(
    routes=[
        Mount("/static", LongLived(directory=settings.STATIC_ROOT, check_dir=False)),
        Mount("/", in_small_letters(FewThreads())),  # type: ignore[arg-type]
    ],
    middleware=[Middleware(Observe), Middleware(GZipMiddleware, minimum_size=500, compresslevel=5)],
    lifespan=_lifespan,
)

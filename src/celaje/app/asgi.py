"""The web process: static files and Django behind one ASGI application. It never imports torch."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "celaje.app.conf")

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

django.setup(set_prefix=False)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield


application = Starlette(
    routes=[
        Mount("/static", StaticFiles(directory=settings.STATIC_ROOT, check_dir=False)),
        Mount("/", get_asgi_application()),  # type: ignore[arg-type]
    ],
    middleware=[Middleware(GZipMiddleware, minimum_size=500)],
    lifespan=_lifespan,
)

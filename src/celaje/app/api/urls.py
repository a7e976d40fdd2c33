"""The API at `/v1`, put together: its routers, how errors are said, and the document that describes it."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import ValidationError

from celaje.app.api import batches, errors, files, videos, webhooks, weights
from celaje.app.errors import AppError, InvalidError

api = NinjaAPI(
    title="Celaje: the Videos API",
    version="1",
    description="The OpenAI Videos API, and more, on your own machine.",
    openapi_url="",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/videos", videos.router)
api.add_router("/models", weights.router)
api.add_router("/files", files.router)
api.add_router("/batches", batches.router)
api.add_router("/webhook_endpoints", webhooks.router)


@api.exception_handler(AppError)
def _refused(request: HttpRequest, error: AppError) -> HttpResponse:
    return errors.refused(request, error)


@api.exception_handler(ValidationError)
def _odd_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Ninja read the address: the query, or a part of the path."""
    first = error.errors[0]
    field = str(first["loc"][-1])
    message = f"Invalid value for '{field}': {first['msg'][:1].lower()}{first['msg'][1:]}."
    return errors.refused(request, InvalidError(message, code="invalid_value", field=field))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    return errors.broken(request, error)


def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(schema())


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document as plain values. It is the same for everybody."""
    return dict(api.get_openapi_schema(path_prefix="v1/"))


def _in_shape(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of ninja's, which says in words what another method would have needed."""

    def shaped(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 405:
            return errors.not_so(request, response.headers["Allow"])
        return response

    if iscoroutinefunction(view):

        @wraps(view)
        async def spoken_later(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
            return shaped(request, await view(request, *parts, **named))

        return csrf_exempt(spoken_later)

    @wraps(view)
    def spoken(request: HttpRequest, *parts: Any, **named: Any) -> HttpResponseBase:
        return shaped(request, view(request, *parts, **named))

    return csrf_exempt(spoken)


@csrf_exempt
def _nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    return errors.nowhere(request)


def _patterns() -> list[URLPattern]:
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = _in_shape(pattern.callback)
    return patterns


urlpatterns = [
    path("openapi.json", document),
    path("", include((_patterns(), "ninja"), namespace="api")),
    path("<path:rest>", _nowhere),
]

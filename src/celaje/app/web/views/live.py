"""A video while it is made: a stream of server-sent events, and the blurred picture that clears up. For its owner.

The event's id is the version of the row. A browser that lost its connection says the last one it saw, and hears on from
there; when the video has ended and nothing is left to say, 204 tells it to stay away.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from celaje.app.accounts.models import Person
from celaje.app.errors import NotAllowedError, NotFoundError
from celaje.app.videos import queries
from celaje.app.videos.live import Facts, bell, facts
from celaje.app.videos.models import ENDED

HEARTBEAT_S = 15.0  # less than what proxies wait for
POLL_S = 0.5  # only where nobody listens to the database
RECONNECT_MS = 1500


@require_GET
async def events(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """`GET /videos/ID/events`: what changes of it, until it has ended."""
    person = await request.auser()
    if not isinstance(person, Person):
        raise NotAllowedError(_("Log in to see this."))
    state = await _read(person, video_id)
    seen = request.headers.get("Last-Event-ID", "")
    if state["status"] in ENDED and seen == str(state["version"]):
        return HttpResponse(status=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(person, video_id, seen)
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=headers)


async def _stream(person: Person, video_id: str, seen: str) -> AsyncIterator[bytes]:
    yield f"retry: {RECONNECT_MS}\n\n".encode()
    with bell.watching(person.pk) as messages:
        state = await _read(person, video_id)  # after watching began, so that nothing falls between
        told = -1
        if seen == str(state["version"]):
            told = state["version"]
        spoke_at = time.monotonic()
        while True:
            if state["version"] > told:
                yield _event(state)
                told, spoke_at = state["version"], time.monotonic()
            if state["status"] in ENDED:
                return
            news = await _news(messages, video_id)
            if news is not None:
                state = news
            elif not bell.is_listening or messages.empty():
                try:
                    state = await _read(person, video_id)
                except NotFoundError:  # removed for good meanwhile
                    return
            if time.monotonic() - spoke_at > HEARTBEAT_S:
                yield b": still here\n\n"
                spoke_at = time.monotonic()


async def _news(messages: "asyncio.Queue[Facts | None]", video_id: str) -> Facts | None:
    """The next message about this video; None when it is time to look at the row."""
    until = time.monotonic() + (HEARTBEAT_S if bell.is_listening else POLL_S)
    while (wait_s := until - time.monotonic()) > 0:
        try:
            message = await asyncio.wait_for(messages.get(), wait_s)
        except TimeoutError:
            return None
        if message is None or message["id"] == video_id:
            return message
    return None


@sync_to_async
def _read(person: Person, video_id: str) -> Facts:
    """The row as a message."""
    video = queries.own(person, video_id)
    return facts(video) | {"seconds_left": queries.seconds_left(video)}


def _event(state: Facts) -> bytes:
    """What browsers get: no more than its owner's page shows."""
    left_s = state.get("seconds_left")
    if state["status"] == "in_progress" and state["percent"] > 0 and state["started_at"] is not None:
        left_s = (time.time() - state["started_at"]) * (100 - state["percent"]) / state["percent"]
    has_preview = state["preview"]
    shown: dict[str, Any] = {
        "id": state["id"],
        "version": state["version"],
        "status": state["status"],
        "stage": state["stage"],
        "percent": state["percent"],
        "seconds_left": None if left_s is None else round(left_s, 1),
        "preview": f"/videos/{state['id']}/preview?v={state['version']}" if has_preview else None,
        "error": state["error"] or None,
    }
    return f"id: {state['version']}\ndata: {json.dumps(shown)}\n\n".encode()


@require_safe
def preview(request: HttpRequest, video_id: str) -> HttpResponse:
    """`GET /videos/ID/preview?v=VERSION`: the blurred picture of now; `v` is there for the browser's cache alone."""
    if not request.user.is_authenticated:
        raise NotFoundError(_("There is no such clip."))
    video = queries.own(request.user, video_id)
    if video.preview is None:
        raise NotFoundError(_("There is no preview of this clip."))
    response = HttpResponse(bytes(video.preview), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=600"
    return response


urlpatterns = [
    path("videos/<str:video_id>/events", events, name="events"),
    path("videos/<str:video_id>/preview", preview, name="preview"),
]

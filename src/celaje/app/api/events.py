"""The progress of a video as server-sent events: the video as `GET /videos/{id}` tells it, whenever it changes.

The id of an event is the video's version; who comes back with `Last-Event-ID` hears only what is new. The stream ends
with the video, and 204 tells a browser not to come back.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from celaje.app.accounts.models import Person
from celaje.app.api.keys import person
from celaje.app.developers import queries, resources
from celaje.app.errors import NotFoundError
from celaje.app.videos.live import bell

QUIET_S = 15.0  # then a comment keeps the connection, and the row is looked at
DEAF_S = 1.0  # the same while the database tells nothing


async def watch(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Follow a video until it is ready or failed."""
    owner = person(request)
    shown, version, has_ended = await _look(owner, video_id)
    heard = _heard(request)
    if has_ended and heard >= version:
        return HttpResponse(status=204)
    stream = _events(owner, shown, version, has_ended, heard)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=headers)


def _heard(request: HttpRequest) -> int:
    """The version that the client has."""
    given = request.headers.get("Last-Event-ID", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else -1


@sync_to_async
def _look(owner: Person, video_id: str) -> tuple[dict[str, Any], int, bool]:
    video = queries.video(owner, video_id)
    return resources.video(video), video.version, video.has_ended


async def _events(
    owner: Person, shown: dict[str, Any], version: int, has_ended: bool, heard: int
) -> AsyncIterator[bytes]:
    with bell.watching(owner.pk) as queue:
        shown, version, has_ended = await _look(owner, shown["id"])  # what happened before we listened
        if version > heard:
            yield _event(shown, version)
        while not has_ended:
            before = version
            try:
                message = await asyncio.wait_for(queue.get(), QUIET_S if bell.is_listening else DEAF_S)
            except TimeoutError:
                message = None
            if message is not None and (message["id"] != shown["id"] or message["version"] <= version):
                continue
            try:
                shown, version, has_ended = await _look(owner, shown["id"])
            except NotFoundError:
                return  # it was deleted
            yield _event(shown, version) if version > before else b": waiting\n\n"


def _event(shown: dict[str, Any], version: int) -> bytes:
    data = json.dumps(shown, ensure_ascii=False)
    return f"id: {version}\nevent: video.{shown['status']}\ndata: {data}\n\n".encode()

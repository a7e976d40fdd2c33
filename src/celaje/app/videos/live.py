"""How those who watch a video learn that it changed: NOTIFY in the transaction that changes the row, one LISTEN for
each web process, fanned out in memory.

A message carries all that a watcher sees, so nobody reads the row again. It does not know HTTP.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import psycopg
from django.db import connection
from django.db.models import F

from celaje.app.videos.models import Video

CHANNEL = "celaje_videos"
CONNECT_AGAIN_S = 1.0
MAX_WAITING = 100  # messages for one watcher; who is slower starts again from the row

log = logging.getLogger(__name__)

Facts = dict[str, Any]
Queue = asyncio.Queue[Facts | None]


def facts(video: Video) -> Facts:
    """What a watcher sees of a video, ready for JSON."""
    return {
        "id": video.pk,
        "owner": video.owner_id,
        "version": video.version,
        "status": str(video.status),
        "stage": video.stage,
        "percent": video.progress,
        "preview": video.preview is not None,
        "started_at": video.started_at.timestamp() if video.started_at else None,
        "error": video.error_message,
    }


def change_row(video: Video, **values: Any) -> None:
    """Write values of a video whose row is locked, and tell its watchers when the transaction is committed."""
    Video.objects.filter(pk=video.pk).update(version=F("version") + 1, **values)
    video.version += 1
    for name, value in values.items():
        setattr(video, name, value)
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, json.dumps(facts(video))])


class Bell:
    """Hears all messages of one database and hands each to the watchers of its owner."""

    def __init__(self) -> None:
        self.is_listening = False
        self._watchers: dict[int, set[Queue]] = defaultdict(set)

    @contextmanager
    def watching(self, owner_id: int) -> Iterator[Queue]:
        """A queue of what changes of this owner's videos. None in it means: something may have been missed."""
        queue: Queue = asyncio.Queue(MAX_WAITING)
        self._watchers[owner_id].add(queue)
        try:
            yield queue
        finally:
            self._watchers[owner_id].discard(queue)
            if not self._watchers[owner_id]:
                del self._watchers[owner_id]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for as long as the block lasts."""
        task = asyncio.create_task(self._listen(), name="listen for videos")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as heard:
                    await heard.execute(f"listen {CHANNEL}")
                    self.is_listening = True
                    self._ring_all()  # between two connections something may have happened
                    async for message in heard.notifies():
                        self._ring(json.loads(message.payload))
            except (psycopg.OperationalError, OSError) as error:
                log.warning("the database does not tell of videos for now: %s", error)
            finally:
                self.is_listening = False
            self._ring_all()
            await asyncio.sleep(CONNECT_AGAIN_S)

    def _ring(self, message: Facts) -> None:
        for queue in self._watchers.get(message["owner"], ()):
            _put(queue, message)

    def _ring_all(self) -> None:
        for queues in self._watchers.values():
            for queue in queues:
                _put(queue, None)


def _put(queue: Queue, message: Facts | None) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        message = None
    queue.put_nowait(message)


def _parameters() -> dict[str, Any]:
    """How to reach Django's database with a connection of our own."""
    parameters = connection.get_connection_params()
    return {name: parameters[name] for name in parameters if name not in ("cursor_factory", "context", "pool")}


#: The one of this process.
bell = Bell()

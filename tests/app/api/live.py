"""A house that runs beside the tests, on their database: the real web process, the real light jobs, and a worker that
makes clips of nothing. Run as a script, this file is that worker.
"""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

VIDEO = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
START_S = 60.0
QUICK = [sys.executable, __file__]


@contextmanager
def running_house(worker: list[str] | None) -> Iterator[str]:
    """Its address. `worker` is what works beside it: `QUICK` is the one that makes clips of nothing."""
    from django.db import connection

    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={quote(str(database['HOST']))}"
    environment = os.environ | {"DATABASE_URL": url}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        web = [sys.executable, "-m", "celaje.app.listening", str(listener.fileno())]
        commands: list[tuple[list[str], list[int]]] = [(web, [listener.fileno()])]
        if worker is not None:
            commands.append((worker, []))
        children = [
            subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=inherited, env=environment)
            for command, inherited in commands
        ]
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=START_S):
                yield address
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.communicate(timeout=20)


def make_clip(video_id: str, *, fails: bool = False) -> None:
    """Make one clip, through the same writes as those of the real worker."""
    from celaje.app import storage
    from celaje.app.videos import making
    from celaje.app.videos.models import Asset, Kind, new_file_name

    run = making.begin(video_id)
    if run is None:
        return
    making.report(run, stage="imagining", progress=40)
    if fails:
        making.fail(run, "out_of_memory")
        return
    content = {
        Kind.VIDEO: (".mp4", "video/mp4", VIDEO),
        Kind.POSTER: (".webp", "image/webp", b"RIFF----WEBP"),
        Kind.SPRITE_SHEET: (".jpg", "image/jpeg", b"\xff\xd8\xff sheet"),
    }
    assets = []
    for kind, (extension, content_type, data) in content.items():
        name = new_file_name(extension)
        storage.put(name, data)
        assets.append(Asset(kind=kind, name=name, content_type=content_type, num_bytes=len(data), width=64, height=64))
    making.complete(run, making.Result(assets=assets, model="celaje-small 1", understanding={}, making_s=0.1))


def _make_clips() -> None:
    from celaje.app.videos.models import Status, Video

    while True:
        for video in Video.objects.filter(status=Status.QUEUED).order_by("created_at")[:3]:
            make_clip(video.pk)
        time.sleep(0.05)


async def _work() -> None:
    """Procrastinate's worker for light jobs."""
    from procrastinate.contrib.django import app as django_app
    from procrastinate.contrib.django.db_cleanup import DjangoApp
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    from celaje.app.jobs import LIGHT

    app = DjangoApp(connector=PsycopgConnector(kwargs=connector_params("default"), min_size=1), import_paths=[])
    app.tasks = django_app.tasks
    async with app.open_async():
        await app.run_worker_async(queues=[LIGHT], fetch_job_polling_interval=0.2, shutdown_graceful_timeout=1)


if __name__ == "__main__":
    from celaje import app as serving
    from celaje.app.listening import stop_when_alone

    serving.begin()
    stop_when_alone()
    threading.Thread(target=_make_clips, daemon=True).start()
    with suppress(asyncio.CancelledError):
        asyncio.run(_work())

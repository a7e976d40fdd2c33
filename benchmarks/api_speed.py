"""How quick the API is: status polls, and clips downloaded in ranges: `make bench-api`.

A house with a few hundred clips, `celaje serve` without a worker, and a few connections that ask as fast as they are
answered, all on this machine. Beside what was seen stands the processor time of an answer in web processes and
database, which holds also on a machine that is busy with something else. The table is printed and kept in
`benchmarks/results/api.md`.
"""

import asyncio
import os
import platform
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import click

from benchmarks.app_speed import CONNECTIONS, WARM_S, Load, _served, _spent_s
from benchmarks.machine import processor
from celaje import settings
from celaje.app import begin, database

NUM_KEYS, NUM_VIDEOS = 12, 300
CLIP_BYTES = 32 * 2**20
LEAST_PER_S, SLOWEST_MS = 200, 50
RESULTS = Path(__file__).parent / "results" / "api.md"

Asked = tuple[str, str]  # a path and a key


@click.command()
@click.option("--seconds", default=15.0, show_default=True, help="how long each load lasts")
@click.option("--web", "num_web", default=2, show_default=True, help="web processes")
@click.option("--note", default="", help="what else the machine does meanwhile, for the table")
def main(*, seconds: float, num_web: int, note: str) -> None:
    """Measure, print and keep."""
    lines = [
        "# The API in numbers",
        "",
        f"`make bench-api`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {processor()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, {num_web} web processes, {CONNECTIONS} connections, all on one machine."
        + (f" {note}" if note else ""),
        "",
        "| what | measured | target |",
        "|---|---:|---:|",
    ]

    def row(what: str, measured: str, target: str = "") -> None:
        lines.append(f"| {what} | {measured} | {target} |")
        click.echo(f"{what:<64}{measured:>16}{target:>14}")

    with TemporaryDirectory(prefix="celaje-bench-") as folder:
        settings.choose(CELAJE_DATA=folder, PYTHONUNBUFFERED="1")
        with database.running_database():
            begin()
            from celaje.app import upgrade

            upgrade.upgrade_tables()
            upgrade.collect_static_files()
            polls, clip = _seed()
            with _served(num_web) as (address, _):
                load = asyncio.run(_load(address, polls, seconds))
                row("status polls a second", f"{load.per_s:.0f}", f"{LEAST_PER_S}")
                row("a poll, 50th and 95th percentile", f"{load.at(50):.0f}, {load.at(95):.0f} ms", f"{SLOWEST_MS} ms")
                spent = f"{load.web_s * 1000:.1f} + {load.database_s * 1000:.1f} ms"
                row("a poll, processor time, web and database", spent, "10 ms")
                assert not load.num_failed, f"{load.num_failed} requests failed"
                start = time.perf_counter()
                asyncio.run(_download(address, clip))
                row(
                    "a clip of 32 MB over one connection",
                    f"{CLIP_BYTES / 1e6 / (time.perf_counter() - start):.0f} MB/s",
                )
            row("the same file read from the disk", f"{_disk_mb_per_s():.0f} MB/s")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")


def _seed() -> tuple[list[Asked], Asked]:
    """Clips and keys of a few people; what to poll, and what to download."""
    from celaje.app import storage
    from celaje.app.accounts.models import Person
    from celaje.app.developers import actions
    from celaje.app.videos.models import Asset, Kind, Status, Video
    from celaje.clip import Request, Size

    asked: list[Asked] = []
    request = Request(prompt="a cat runs on the beach", size=Size(256, 256), seed=7)
    for number in range(NUM_KEYS):
        person = Person.objects.create_user(f"person{number}", None)
        key = actions.make_key(person, name="bench", scopes=["read"])[1]
        facts = {"prompt": request.prompt, "seconds": 5.0, "width": 256, "height": 256, "seed": 7}
        videos = [
            Video(owner=person, request=request.to_dict(), status=Status.IN_PROGRESS, progress=40, **facts)
            for _ in range(NUM_VIDEOS // NUM_KEYS)
        ]
        Video.objects.bulk_create(videos)
        asked += [(f"/v1/videos/{video.pk}", key) for video in videos]
    video = Video.objects.get(pk=asked[0][0].rpartition("/")[2])
    storage.put("be/nch.mp4", os.urandom(CLIP_BYTES))
    Asset.objects.create(
        video=video,
        kind=Kind.VIDEO,
        name="be/nch.mp4",
        content_type="video/mp4",
        num_bytes=CLIP_BYTES,
        width=1,
        height=1,
    )
    Video.objects.filter(pk=video.pk).update(status=Status.COMPLETED)
    path, key = asked.pop(0)
    return asked, (f"{path}/content", key)


async def _load(address: str, asked: list[Asked], seconds: float) -> Load:
    """Some connections that poll as fast as they are answered, each time another clip."""
    host, port = urlsplit(address).hostname or "", urlsplit(address).port or 0
    load, number = Load(), 0
    end = time.perf_counter() + WARM_S + seconds
    before = _spent_s()

    async def poll() -> None:
        nonlocal number
        reader, writer = await asyncio.open_connection(host, port)
        while (start := time.perf_counter()) < end:
            number += 1
            status, _ = await _ask(reader, writer, asked[number * 7 % len(asked)])
            if start > end - seconds:
                load.times_s.append(time.perf_counter() - start)
                load.num_failed += status != 200
        writer.close()

    await asyncio.gather(*(poll() for _ in range(CONNECTIONS)))
    load.seconds = seconds
    load.web_s, load.database_s = ((now - then) / number for now, then in zip(_spent_s(), before, strict=True))
    return load


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked) -> tuple[int, int]:
    """One GET on a connection that stays open: status and length of the body."""
    path, key = asked
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"content-length: (\d+)", answer, re.IGNORECASE)
    assert length is not None, answer
    left = int(length[1])
    while left:
        left -= len(await reader.read(min(left, 1 << 20)))
    return int(answer[9:12]), int(length[1])


async def _download(address: str, clip: Asked) -> None:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)
    assert await _ask(reader, writer, clip) == (200, CLIP_BYTES)
    writer.close()


def _disk_mb_per_s() -> float:
    start = time.perf_counter()
    (settings.data_folder() / "files" / "be" / "nch.mp4").read_bytes()
    return CLIP_BYTES / 1e6 / (time.perf_counter() - start)


if __name__ == "__main__":
    main()

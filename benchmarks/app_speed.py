"""How quick the app's pages are, and how much of the machine they take: `make bench-app`.

In one run, with real processes on this machine: a house is seeded with 1,000 people and 1,000 posts, `celaje serve`
runs without a worker, a few connections ask for the feed and its next pages as fast as they are answered; then the same
with 20,000 posts. The load comes from the same processors, so the pages share them with it. Beside what was seen stands
the processor time that a page took in web processes and database: that holds also on a machine that is busy with
something else. The table is printed and kept in `benchmarks/results/app.md`.
"""

import asyncio
import gzip
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

import click
import psutil

from benchmarks.app_seed import fill
from benchmarks.machine import processor
from celaje import settings
from celaje.app import begin, database

SIZES = ((1_000, 10_000), (20_000, 200_000))  # posts, likes
PEOPLE, WATCHERS, CONNECTIONS, WARM_S = 1_000, 50, 6, 3.0
VIEWS = ("latest", "following", "top")
MOST_QUERIES, LEAST_PER_S, SLOWEST_MS, MEMORY_MB, START_S, PAGE_KB = 10, 150, 80, 200, 3.0, 100
RESULTS = Path(__file__).parent / "results" / "app.md"


@dataclass
class Load:
    """What a few connections saw."""

    seconds: float = 0.0
    times_s: list[float] = field(default_factory=list)
    num_failed: int = 0
    web_s: float = 0.0  # processor time of one answer
    database_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.times_s) / self.seconds

    def at(self, percent: int) -> float:
        """The percentile of the times, in milliseconds."""
        return quantiles(self.times_s, n=100)[percent - 1] * 1000


@click.command()
@click.option("--seconds", default=15.0, show_default=True, help="how long each load lasts")
@click.option("--web", "num_web", default=2, show_default=True, help="web processes")
@click.option("--note", default="", help="what else the machine does meanwhile, for the table")
def main(*, seconds: float, num_web: int, note: str) -> None:
    """Measure, print and keep."""
    lines = [
        "# The app in numbers",
        "",
        f"`make bench-app`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {processor()}, {os.cpu_count()} cores,"
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
            _measure(row, seconds=seconds, num_web=num_web)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")


def _measure(row: Callable[..., None], *, seconds: float, num_web: int) -> None:
    begin()
    from celaje.app import upgrade

    upgrade.upgrade_tables()
    upgrade.collect_static_files()
    seeding_s, rates = 0.0, dict[tuple[str, str], list[float]]()
    there = (0, 0)
    for num_posts, num_likes in SIZES:
        start = time.perf_counter()
        more = {"num_posts": num_posts - there[0], "num_likes": num_likes - there[1]}
        fill(num_people=PEOPLE, num_comments=num_posts - there[0], **more)
        there, seeding_s = (num_posts, num_likes), seeding_s + time.perf_counter() - start
        cookies = [_session(number) for number in range(WATCHERS)]
        if num_posts == SIZES[0][0]:
            row("web process, from its start to its first answer", f"{_web_start_s():.2f} s", f"{START_S:.0f} s")
        with _served(num_web) as (address, started_s):
            if num_posts == SIZES[0][0]:
                row("`celaje serve`, from its start to its first answer", f"{started_s:.2f} s")
            for view in VIEWS:
                for page in ("first page", "next page"):
                    load = asyncio.run(_load(address, cookies, view, page, seconds))
                    what = f"feed, {view}, {page}, {num_posts:,} posts"
                    row(f"{what}: answers a second", f"{load.per_s:.0f}", f"{LEAST_PER_S}")
                    row(
                        f"{what}: 50th and 95th percentile",
                        f"{load.at(50):.0f}, {load.at(95):.0f} ms",
                        f"{SLOWEST_MS} ms",
                    )
                    spent = f"{load.web_s * 1000:.1f} + {load.database_s * 1000:.1f} ms"
                    row(f"{what}: processor time, web and database", spent, "13 ms")
                    assert not load.num_failed, f"{load.num_failed} requests failed"
                    rates.setdefault((view, page), []).append(load.per_s)
            if num_posts == SIZES[-1][0]:
                row("web process after that: memory", f"{_memory_mb():.0f} MB", f"{MEMORY_MB} MB")
                row("feed page, compressed: HTML", f"{_html_kb(address, cookies[0]):.1f} kB")
                weight = _weight_kb(address, cookies[0])
                row("feed page, compressed: HTML, CSS and JavaScript", f"{weight:.1f} kB", f"{PAGE_KB} kB")
    flat = min(large / small for small, large in rates.values())
    row("answers a second with 20,000 posts, of those with 1,000, at least", f"{flat:.2f}", "1")
    for view, page, number in _queries():
        row(f"feed, {view}, {page}: SQL queries", f"{number}", f"{MOST_QUERIES}")
    row(f"seeding {PEOPLE:,} people, {there[0]:,} posts, {there[1]:,} likes", f"{seeding_s:.0f} s", "60 s")


# The house


@contextmanager
def _served(num_web: int) -> Iterator[tuple[str, float]]:
    """`celaje serve` as people run it; its address, and how long it took to answer."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "celaje.cli", "serve", "--port", "0", "--no-worker", "--web", str(num_web)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            found = re.match(r"open +(\S+)", line)
            if found:
                yield found[1], time.perf_counter() - start
                break
        else:
            raise RuntimeError("celaje serve ended")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _web_start_s() -> float:
    """A web process by itself: the best of three."""
    import socket

    best = float("inf")
    for _ in range(3):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            fd, port = listener.fileno(), listener.getsockname()[1]
            start = time.perf_counter()
            command = [sys.executable, "-m", "celaje.app.listening", str(fd)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[fd])
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert b" 200 " in client.recv(4096)
            best = min(best, time.perf_counter() - start)
            process.terminate()
            process.wait(20)
    return best


def _session(number: int) -> str:
    """The session cookie of somebody who is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from celaje.app.accounts.models import Person

    person = Person.objects.order_by("pk")[number + 1]
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def _web() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "celaje.app.listening" in child.cmdline()]


def _memory_mb() -> float:
    """The largest of the web processes."""
    return max(float(process.memory_info().rss) for process in _web()) / 1e6


def _spent_s() -> tuple[float, float]:
    """The processor time that web processes and database have taken so far."""
    postmaster = psutil.Process(int((database.embedded_folder() / "postmaster.pid").read_text().split()[0]))
    web_s, database_s = (
        sum(sum(process.cpu_times()[:2]) for process in group) for group in (_web(), postmaster.children())
    )
    return web_s, database_s + sum(postmaster.cpu_times()[:4])  # with those of its children that have ended


def _queries() -> Iterator[tuple[str, str, int]]:
    """How many queries a page takes, its middleware's included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from celaje.app.accounts.models import Person

    client = Client()
    client.force_login(Person.objects.order_by("pk")[1])
    for view in VIEWS:
        client.get(f"/?view={view}")  # the first time a session is written
        with CaptureQueriesContext(connection) as first:
            page = client.get(f"/?view={view}").content.decode()
        yield view, "first page", len(first)
        with CaptureQueriesContext(connection) as more:
            assert client.get(_next(page), headers={"HX-Request": "true"}).status_code == 200
        yield view, "next page", len(more)


# The load


async def _load(address: str, cookies: list[str], view: str, page: str, seconds: float) -> Load:
    """Some connections that ask as fast as they are answered, each time as somebody else."""
    host, port = urlsplit(address).hostname or "", urlsplit(address).port or 0
    load, asked = Load(), 0
    paths = {}
    for cookie in cookies[:CONNECTIONS]:
        reader, writer = await asyncio.open_connection(host, port)
        status, body = await _ask(reader, writer, f"/?view={view}", cookie)
        assert status == 200, body[:300]
        paths[cookie] = f"/?view={view}" if page == "first page" else _next(gzip.decompress(body).decode())
        writer.close()
    known = list(paths)
    end = time.perf_counter() + WARM_S + seconds
    before = _spent_s()

    async def watch() -> None:
        nonlocal asked
        reader, writer = await asyncio.open_connection(host, port)
        while (start := time.perf_counter()) < end:
            asked += 1
            cookie = known[asked % len(known)]
            status, _ = await _ask(reader, writer, paths[cookie], cookie, fragment=page == "next page")
            if start > end - seconds:
                load.times_s.append(time.perf_counter() - start)
                load.num_failed += status != 200
        writer.close()

    await asyncio.gather(*(watch() for _ in range(CONNECTIONS)))
    load.seconds = seconds
    load.web_s, load.database_s = ((now - then) / asked for now, then in zip(_spent_s(), before, strict=True))
    return load


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, cookie: str, *, fragment: bool = False
) -> tuple[int, bytes]:
    """One GET on a connection that stays open: status and compressed body."""
    htmx = "HX-Request: true\r\n" if fragment else ""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n{htmx}\r\n"
    writer.write(head.encode())
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"content-length: (\d+)", answer)
    assert length is not None, answer
    return int(answer[9:12]), await reader.readexactly(int(length[1]))


def _next(page: str) -> str:
    found = re.search(r'hx-get="(/\?[^"]*after=[^"]+)"', page)
    assert found is not None, "the page has no next one"
    return found[1].replace("&amp;", "&")


# The weight


def _fetch(address: str, path: str, cookie: str) -> bytes:
    async def fetch() -> bytes:
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        status, body = await _ask(reader, writer, path, cookie)
        assert status == 200, path
        writer.close()
        return body

    return asyncio.run(fetch())


def _html_kb(address: str, cookie: str) -> float:
    return len(_fetch(address, "/?view=latest", cookie)) / 1000


def _weight_kb(address: str, cookie: str) -> float:
    """The page and all styles and scripts that it loads, as they travel."""
    body = _fetch(address, "/?view=latest", cookie)
    page = gzip.decompress(body).decode()
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page))
    behaviours = {name for names in re.findall(r'data-behaviour="([^"]+)"', page) for name in names.split()}
    paths |= {f"/static/js/behaviours/{quote(name)}.js" for name in behaviours}
    return (len(body) + sum(len(_fetch(address, path, cookie)) for path in sorted(paths))) / 1000


if __name__ == "__main__":
    main()

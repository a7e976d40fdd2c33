"""`celaje serve`: everything that a house needs, started in order, watched, and stopped in order.

The process that the person started holds the data folder, the socket and the database; it answers nobody and makes no
clip. Its children do: web processes that share the socket, and a worker. A child that ends is started again, later and
later when it goes on ending. All children are groups of their own, so that Ctrl-C reaches them through here, in order;
and they end by themselves when this process is killed, because their standard input closes.
"""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from types import FrameType

from celaje import settings
from celaje.app import database, lock

Say = Callable[[str, str], None]

STOP_S = 6.0  # then a child is killed
START_S = 60.0
SETTLED_S = 60.0  # a child that lived so long may fail again at once
LONGEST_WAIT_S = 60.0
LOOK_EVERY_S = 0.2
STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """A process that shall be there: started, and started again when it ends."""

    name: str
    command: list[str]
    inherited: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it now."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, pass_fds=self.inherited, start_new_session=True
        )

    def look_after(self) -> str | None:
        """Start it again when it has ended and its time has come; what there is to say."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.failures = 1 if now - self.started_at > SETTLED_S else self.failures + 1
            wait_s = min(LONGEST_WAIT_S, 2.0 ** (self.failures - 1))
            self.again_at = now + wait_s
            status = self.process.returncode
            self._forget()
            return f"ended with status {status}; it starts again in {wait_s:.0f} s"
        if self.process is None and now >= self.again_at:
            self.start()
        return None

    def ask_to_stop(self) -> None:
        """It ends what it is doing."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until `deadline`, then kill."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._forget()

    def _forget(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None


def serve(*, host: str, port: int, with_worker: bool, num_web: int, say: Say) -> None:
    """Run the house until somebody stops it. Raises ValueError when it cannot start, with words."""
    folder = settings.data_folder()
    with _stopped_by_signals() as stop, _listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1])
        with lock.held(folder, address=address):
            say("data", str(folder))
            with database.running_database():
                say("database", "yours, at DATABASE_URL" if settings.database_url() else "PostgreSQL is running")
                nobody_yet = _prepare(say)
                if not stop.is_set():
                    children = _children(listener, with_worker=with_worker, num_web=num_web)
                    _run(children, stop, address, nobody_yet=nobody_yet, say=say)
    say("stopped", "")


def _prepare(say: Say) -> bool:
    """Tables, static files, a place for numbers; whether nobody lives here yet."""
    from celaje.app import begin

    begin()
    from django.db import connection

    from celaje.app import upgrade
    from celaje.app.accounts import queries

    done = upgrade.upgrade_tables()
    if done.was_new:
        say("tables", "new")
    elif done.applied:
        say("tables", f"{done.applied} migrations applied; as it was before, the database is in {done.dump}")
    else:
        say("tables", "up to date")
    num_files = upgrade.collect_static_files()
    if num_files:
        say("pages", f"{num_files} files for browsers")
    numbers = settings.data_folder() / "numbers"
    numbers.mkdir(exist_ok=True)
    for old in numbers.glob("*.db"):
        old.unlink()
    settings.choose(PROMETHEUS_MULTIPROC_DIR=numbers)
    nobody_yet = queries.house_is_empty()
    connection.close()
    return nobody_yet


def _children(listener: socket.socket, *, with_worker: bool, num_web: int) -> list[Child]:
    fd = listener.fileno()
    listen = [sys.executable, "-m", "celaje.app.listening", str(fd)]
    children = [Child(name="web", command=listen, inherited=(fd,)) for _ in range(num_web)]
    if with_worker:
        children.append(Child(name="worker", command=[sys.executable, "-m", "celaje.cli", "work", "--attended"]))
    return children


def _run(children: list[Child], stop: Event, address: str, *, nobody_yet: bool, say: Say) -> None:
    try:
        for child in children:
            child.start()
        _wait_for_answer(children[0], address, stop)
        _say_open(children, address, nobody_yet=nobody_yet, say=say)
        while not stop.wait(LOOK_EVERY_S):
            if database.keep_running():
                say("database", "had ended, and was started again")
            for child in children:
                news = child.look_after()
                if news:
                    say(child.name, news)
    finally:
        say("stopping", "")
        for child in reversed(children):  # the worker first: it has a job to hand back
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_S
        for child in reversed(children):
            child.end(deadline)


def _wait_for_answer(web: Child, address: str, stop: Event) -> None:
    """Until the first page could be shown. Raises ValueError when the process ends instead."""
    deadline = time.monotonic() + START_S
    while not stop.wait(0.05):
        if web.process is None or web.process.poll() is not None:
            raise ValueError("the web process could not start; the lines above say why")
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise ValueError(f"nothing answers at {address} after {START_S:.0f} s") from None


def _say_open(children: list[Child], address: str, *, nobody_yet: bool, say: Say) -> None:
    if any(child.name == "worker" for child in children):
        say("worker", "makes clips, one after the other")
    else:
        say("worker", "none here; `celaje work` starts one")
    public = settings.public_address()
    say("open", address if public is None else f"{public} (here: {address})")
    if nobody_yet:
        say("", "Nobody lives here yet: who opens it first becomes the admin.")
    say("", "Ctrl-C stops everything.")


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """An event that is set when somebody asks this process to end. The second time it ends at once."""
    stop = Event()

    def heard(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, heard) for number in STOPPERS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket that the web processes share. Raises ValueError when it cannot be had."""
    try:
        (family, *_, place) = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(place[:2], family=family, backlog=2048)
    except OSError as error:
        taken = isinstance(error, OSError) and "in use" in str(error)
        cure = "another program has it: stop that one, or choose another with --port" if taken else str(error)
        raise ValueError(f"port {port} of {host} cannot be used: {cure}") from None
    with listener:
        yield listener


def _address(host: str, port: int) -> str:
    """What to type in a browser on this machine: by name, since passkeys know no numbers."""
    here = ("127.0.0.1", "0.0.0.0", "::1", "::")
    name = "localhost" if host in here else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"

"""`celaje serve` as a process: it comes up, refuses a second one, mends itself, and leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from celaje.app import lock
from celaje.app.videos.models import Kind
from celaje.serving import Child


@dataclass
class House:
    """A running `celaje serve`."""

    process: subprocess.Popen[str]
    folder: Path
    said: Path

    @property
    def address(self) -> str:
        found = re.search(r"open +(http://\S+)", self.said.read_text())
        assert found is not None, self.said.read_text()
        return found[1]

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self, of: str) -> list[psutil.Process]:
        """The processes whose command has `of` in it."""
        everybody = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in everybody if of in " ".join(child.cmdline())]


def until(true: Callable[[], object], what: str, *, within_s: float = 120.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)


def celaje(*arguments: str | Path, **more: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "celaje.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)  # type: ignore[call-overload,no-any-return]


@pytest.fixture(scope="module")
def house(tiny_weights: Path) -> Iterator[House]:
    """One that makes clips with the weights of the recipe `tiny`. Not in pytest's folder: postgres may not enter it."""
    with tempfile.TemporaryDirectory(prefix="celaje-") as folder:
        yield from served(Path(folder), tiny_weights)


def served(folder: Path, weights: Path) -> Iterator[House]:
    said = folder / "said"
    command = [sys.executable, "-m", "celaje.cli", "serve", "--data", folder / "data", "--port", "0", "--web", "1"]
    with said.open("w") as out:
        environment = os.environ | {"CELAJE_WEIGHTS": str(weights), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen([*map(str, command)], stdout=out, stderr=out, env=environment, text=True)
    house = House(process=process, folder=folder / "data", said=said)
    try:
        until(lambda: "Ctrl-C stops everything" in said.read_text() or process.poll() is not None, "open")
        assert process.poll() is None, said.read_text()
        yield house
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_it_is_ready(house: House) -> None:
    status, body = house.get("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    lines = house.said.read_text()
    assert "tables    new" in lines
    assert "Nobody lives here yet: who opens it first becomes the admin." in lines
    status, page = house.get("/")
    assert status == 200
    style = re.search(r'href="(/static/app\.[0-9a-f]{12}\.css)"', page)
    assert style is not None, page
    with urllib.request.urlopen(house.address + style[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    assert 'celaje_request_seconds_count{method="GET",status="200"}' in house.get("/metrics")[1]


def test_a_second_start_says_who_holds_the_folder(house: House) -> None:
    second = celaje("serve", "--data", house.folder, "--port", "0")
    assert second.returncode == 2
    assert second.stdout == ""
    assert f"process {house.process.pid} serves it at {house.address}" in second.stderr
    assert house.get("/healthz")[0] == 200


def test_a_port_that_is_taken(house: House, tmp_path: Path) -> None:
    port = house.address.rsplit(":")[-1]
    other = celaje("serve", "--data", tmp_path / "other", "--port", port)
    assert other.returncode == 2
    assert f"port {port} of 127.0.0.1 cannot be used: another program has it" in other.stderr
    assert not (tmp_path / "other").exists()


def test_a_worker_that_dies_is_started_again_and_the_pages_stay(house: House) -> None:
    (worker,) = house.children("celaje.cli work")
    worker.send_signal(signal.SIGKILL)
    until(lambda: "worker    ended with status -9; it starts again in 1 s" in house.said.read_text(), "said so")
    assert house.get("/healthz")[0] == 200
    until(lambda: house.children("celaje.cli work"), "a new worker")


def test_a_web_process_that_dies_is_started_again(house: House) -> None:
    (web,) = house.children("celaje.app.listening")
    web.send_signal(signal.SIGKILL)
    until(lambda: "web       ended with status -9" in house.said.read_text(), "said so")
    assert house.get("/readyz")[0] == 200  # the socket waited


def test_people_and_backup_while_it_runs(house: House, tmp_path: Path) -> None:
    unknown = celaje("people", "reset", "nobody", "--data", house.folder)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert 'nobody here is called "nobody"' in unknown.stderr
    made = celaje("backup", tmp_path / "house.tar", "--data", house.folder)
    assert made.returncode == 0, made.stderr
    assert "the database and 0 files" in made.stdout
    refused = celaje("restore", tmp_path / "house.tar", "--data", house.folder, "--replace")
    assert refused.returncode == 2
    assert "is in use: process" in refused.stderr


IN_THE_HOUSE = """
import json, sys
from celaje.app import begin, database
with database.running_database():
    begin()
    from celaje.app import storage
    from celaje.app.accounts.actions import found_house
    from celaje.app.videos.actions import create
    from celaje.app.videos.models import Asset, Video
    from celaje.clip import Size
    from procrastinate.contrib.django.models import ProcrastinateJob
    if sys.argv[1] == "ask":
        ada = found_house(house_name="", handle="ada", name="", password="a sky full of kites")
        create(ada, prompt="a cat runs", seconds=20, steps=900, size=Size(256, 256))
    video = Video.objects.get()
    if sys.argv[1] == "shorten":
        Video.objects.update(request=video.request | {"seconds": 1.0, "steps": 2})
    jobs = ProcrastinateJob.objects.filter(pk=video.job_id)
    kinds = sorted(Asset.objects.filter(video=video).values_list("kind", flat=True))
    print(json.dumps({
        "status": video.status, "progress": video.progress, "num_lost": video.num_lost,
        "jobs": [job.status for job in jobs], "kinds": kinds, "files": len(list(storage.names())),
    }))
"""


def in_the_house(data: Path, verb: str) -> dict[str, Any]:
    """Look at the one clip of a house, open or closed; before that ask for it, or after that make it a short one."""
    command = [sys.executable, "-c", IN_THE_HOUSE, verb]
    environment = os.environ | {"CELAJE_DATA": str(data)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


HANDED_BACK = {"status": "queued", "progress": 0, "num_lost": 0, "jobs": ["todo"], "kinds": [], "files": 0}


def holds(data: Path, query: str) -> bool:
    """Whether the database of a running house finds anything."""
    with psycopg.connect(f"host={data}/postgres user=postgres dbname=postgres") as database:
        return bool(database.execute(query).fetchone())


def stop_in_the_middle(house: House, number: signal.Signals) -> None:
    """Stop a house while it makes a clip; it leaves nothing behind."""
    until(lambda: holds(house.folder, "select 1 from videos_video where progress > 0"), "a job that runs")
    everybody = psutil.Process(house.process.pid).children(recursive=True)
    assert len(everybody) >= 2
    database = int((house.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    assert lock.holder(house.folder) is not None
    begin = time.monotonic()
    house.process.send_signal(number)
    assert house.process.wait(60) == 0
    assert time.monotonic() - begin < 30  # two or three on a machine that is not busy
    assert [child for child in everybody if child.is_running() and child.status() != "zombie"] == []
    until(lambda: not psutil.pid_exists(database), "gone, and noticed by init", within_s=10)
    assert lock.holder(house.folder) is None
    assert not (house.folder / lock.NAME).exists()
    assert re.search(r"\nstopping\n(.*\n)*stopped\n\Z", house.said.read_text()), house.said.read_text()


def test_a_stopped_house_leaves_nothing_behind_and_hands_its_running_job_to_the_next(
    house: House, tiny_weights: Path
) -> None:
    data = house.folder
    in_the_house(data, "ask")
    stop_in_the_middle(house, signal.SIGTERM)
    assert in_the_house(data, "look") == HANDED_BACK
    with contextmanager(served)(data.parent, tiny_weights) as second:
        stop_in_the_middle(second, signal.SIGINT)
    assert in_the_house(data, "shorten") == HANDED_BACK  # so that the test ends
    with contextmanager(served)(data.parent, tiny_weights):
        until(lambda: holds(data, "select 1 from videos_video where status = 'completed'"), "the clip")
        made = in_the_house(data, "look")
    assert (made["kinds"], made["files"], made["num_lost"]) == (sorted(Kind.values), len(Kind.values), 0)


def test_children_end_when_who_started_them_was_killed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fd = listener.fileno()
        code = "import time; from celaje.app.listening import stop_when_alone; stop_when_alone(); time.sleep(60)"
        child = Child(name="web", command=[sys.executable, "-c", code], inherited=(fd,))
        child.start()
        assert child.process is not None
        assert child.process.stdin is not None
        time.sleep(0.5)
        assert child.process.poll() is None
        child.process.stdin.close()
        assert child.process.wait(60) == -signal.SIGTERM
        child.end(0)


def test_a_child_that_goes_on_ending_is_started_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    child = Child(name="worker", command=[sys.executable, "-c", ""])
    child.start()
    waits = []
    for _ in range(9):
        assert child.process is not None
        child.process.wait()
        news = child.look_after()
        assert news is not None
        waits.append(child.again_at - now)
        now = child.again_at - 0.01
        child.look_after()
        assert child.process is None
        now = child.again_at
        child.look_after()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert child.process is not None
    child.process.wait()
    now += 3600  # it had lived for long: the count begins anew
    child.look_after()
    assert child.again_at - now == 1
    child.end(now)

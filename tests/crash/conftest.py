"""Real worker processes on the tiny weights. They are forked from one that has imported all, so each starts at once."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connections

from celaje.app import storage
from celaje.app.accounts.models import Person

Start = Callable[..., int]
CREW = Path(__file__).with_name("crew.py")


@pytest.fixture
def person(transactional_db: None) -> Person:
    """Somebody, in a house whose storage is empty."""
    storage.delete(list(storage.names()))
    return Person.objects.create_user("crash", "correct horse battery")


@pytest.fixture(scope="module")
def crew(django_db_setup: None, tiny_weights: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that forks workers."""
    database = connections["default"].settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    process = subprocess.Popen(
        [sys.executable, str(CREW), str(tiny_weights)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DATABASE_URL": url},
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture
def start(person: Person, crew: "subprocess.Popen[str]") -> Iterator[Start]:
    """Starts a worker: start(), start("kill", "step"). Its process id. What still runs at the end is killed."""
    pids: list[int] = []

    def begin(action: str = "", point: str = "") -> int:
        assert crew.stdin is not None
        assert crew.stdout is not None
        crew.stdin.write(json.dumps([action, point]) + "\n")
        crew.stdin.flush()
        pids.append(int(crew.stdout.readline()))
        return pids[-1]

    yield begin
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

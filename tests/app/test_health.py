"""What programs that watch a house are told, and who may read its numbers."""

import logging
import socket
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from celaje.app import storage, upgrade
from celaje.app.accounts.models import Person
from celaje.app.observe import Observe, RequestId
from celaje.app.videos.models import Status, Video
from celaje.app.web.views import health

Make = Callable[..., Video]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health._state, "migrated", False)


def numbers(client: Client, **more: str) -> dict[str, float]:
    """What /metrics says, by name and labels."""
    text = client.get("/metrics", **more).content.decode()  # type: ignore[arg-type]
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_asks_everything(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "storage": "ok"}


@pytest.mark.django_db
def test_ready_says_what_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError

    monkeypatch.setattr(upgrade, "missing_migrations", lambda: ["posts.0002_pins"])
    monkeypatch.setattr(storage, "check", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    said = {"status": "not ready", "database": "ok", "migrations": "missing", "storage": "PermissionError"}
    assert answer.json() == said


@pytest.mark.django_db
def test_ready_does_not_wait_for_an_s3_that_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # a port of our own, where nobody listens
        monkeypatch.setenv("CELAJE_STORAGE", "s3://clips")
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        storage._store.cache_clear()
        begin = time.monotonic()
        answer = client.get("/readyz")
        storage._store.cache_clear()
    assert answer.status_code == 503
    assert answer.json()["storage"] in ("TimeoutError", "OSError")  # by chance obstore's ten attempts end sooner
    assert time.monotonic() - begin < 30  # obstore's own patience is three minutes


def test_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(upgrade, "missing_migrations", refuse)
    assert client.get("/readyz").json()["database"] == "OperationalError"


@pytest.mark.django_db
def test_the_house_in_numbers(client: Client, person: Person, new_video: Make) -> None:
    for seconds in (1.5, 8.0, 8.0, 4000.0):
        new_video(person, making_s=seconds)
    new_video(person, status=Status.QUEUED)
    said = numbers(client)
    assert said["celaje_people"] == 1
    assert said["celaje_videos completed"] == 4
    assert said["celaje_videos queued"] == 1
    assert said["celaje_videos failed"] == 0
    assert said["celaje_making_seconds_bucket 2.0"] == 1
    assert said["celaje_making_seconds_bucket 10.0"] == 3
    assert said["celaje_making_seconds_bucket +Inf"] == said["celaje_making_seconds_count"] == 4
    assert said["celaje_making_seconds_sum"] == 4017.5


@pytest.mark.django_db(transaction=True)
def test_jobs_that_wait_are_counted(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('clips', 'videos.make', '{}'),"
            " ('clips', 'videos.make', '{}')"
        )
        cursor.execute("update procrastinate_events set at = at - interval '90 s'")
    said = numbers(client)
    assert said["celaje_queue_length clips"] == 2
    assert 90 <= said["celaje_queue_oldest_seconds clips"] < 120


@pytest.mark.django_db
def test_numbers_are_not_for_everybody(
    client: Client, new_person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(who: Client, **more: str) -> int:
        return who.get("/metrics", **more).status_code  # type: ignore[arg-type]

    member, admin = Client(), Client()
    member.force_login(new_person())
    admin.force_login(new_person(is_staff=True))
    assert status(client) == 200  # on the machine itself
    assert status(client, REMOTE_ADDR="192.168.1.9") == 403
    assert status(member, REMOTE_ADDR="192.168.1.9") == 403
    assert status(admin, REMOTE_ADDR="192.168.1.9") == 200
    monkeypatch.setenv("CELAJE_ADDRESS", "https://clips.example")  # a proxy: everybody comes from this machine
    assert status(client) == 403
    monkeypatch.setenv("CELAJE_METRICS_TOKEN", "thirteen")
    assert status(client) == 403
    assert status(client, HTTP_AUTHORIZATION="Bearer fourteen") == 403
    assert status(client, HTTP_AUTHORIZATION="Bearer thirteen", REMOTE_ADDR="192.168.1.9") == 200


def test_every_line_of_the_log_names_its_request() -> None:
    def answer(request: Request) -> PlainTextResponse:
        record = logging.LogRecord("celaje", logging.INFO, __file__, 1, "hello", (), None)
        assert RequestId().filter(record)
        return PlainTextResponse(record.__dict__["request_id"])

    client = TestClient(Observe(Starlette(routes=[Route("/", answer)])))
    first, second = client.get("/"), client.get("/")
    assert first.text == first.headers["x-request-id"] != second.text
    assert client.get("/", headers={"x-request-id": "from-the-proxy"}).text == "from-the-proxy"
    assert client.get("/", headers={"x-request-id": "no spaces\there"}).text != "no spaces\there"

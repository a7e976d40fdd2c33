"""What `celaje doctor` finds, and what it says to do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from celaje import doctor
from celaje.app import consistency, storage
from celaje.app.accounts.models import Person
from celaje.app.videos.models import DoomedFile, Video
from celaje.doctor import Finding, Level

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CELAJE_DATA", str(tmp_path))
    storage._store.cache_clear()
    yield
    storage._store.cache_clear()


def worst(check: Callable[[], doctor.Findings]) -> Finding:
    """The worst that a check finds."""
    order = list(Level)
    return max(doctor._carefully("it", check), key=lambda finding: order.index(finding.level))


def test_a_healthy_place() -> None:
    for check in (doctor._python, doctor._packages, doctor._database, doctor._storage, doctor._clock):
        finding = worst(check)
        assert finding.level == Level.OK, finding


def test_one_failing_check_does_not_end_the_others() -> None:
    def fail() -> doctor.Findings:
        raise RuntimeError("the cat\nsits on it")
        yield

    assert list(doctor._carefully("cat", fail)) == [Finding(Level.WRONG, "cat", "the cat sits on it")]


def test_lost_files_and_strays(new_person: Callable[..., Person], new_video: Callable[..., Video]) -> None:
    video = new_video(new_person(picture="pi/cture.webp"))
    kept, lost, *_ = (asset.name for asset in video.assets.order_by("pk"))
    for name in (kept, "pi/cture.webp", "st/ray.mp4", "uploads/fresh", "do/omed.mp4"):
        storage.put(name, b"x")
    DoomedFile.objects.create(name="do/omed.mp4")
    found = consistency.compare()
    assert (found.strays, found.num_files) == (["st/ray.mp4"], 5)
    assert lost in found.lost
    assert len(found.lost) == video.assets.count() - 1
    finding = worst(doctor._storage)
    assert finding.level == Level.WRONG
    assert "files are gone that the database names" in finding.words


def test_storage_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, content: bytes) -> int:
        raise PermissionError("Permission denied")

    monkeypatch.setattr(storage, "put", refuse)
    assert worst(doctor._storage) == Finding(Level.WRONG, "it", "Permission denied")


def test_migrations() -> None:
    MigrationRecorder(connection).record_unapplied("leaving", "0001_initial")
    assert worst(doctor._database).words == "1 migrations are missing"
    MigrationRecorder(connection).record_applied("leaving", "0001_initial")
    MigrationRecorder(connection).record_applied("posts", "0099_holograms")
    assert worst(doctor._database).words == "newer than this Celaje: posts.0099_holograms"


def test_workers_and_stalled_jobs() -> None:
    assert worst(doctor._worker).words == "none was seen lately: clips wait"
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers default values returning id")
        worker = cursor.fetchone()[0]
        assert worst(doctor._worker).level == Level.OK
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            " values ('clips', 'videos.make', '{}', 'doing', %s)",
            [worker],
        )
        assert worst(doctor._worker).level == Level.OK
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '5 min'")
    words = [finding.words for finding in doctor._worker()]
    assert words == ["none was seen lately: clips wait", "1 jobs are in the hands of a worker that is gone"]


def test_a_house_without_an_admin(new_person: Callable[..., Person]) -> None:
    assert worst(doctor._people).level == Level.WARNING
    new_person()
    assert worst(doctor._people).words == "there is no admin"
    new_person(is_staff=True)
    assert worst(doctor._people) == Finding(Level.OK, "people", "2, of whom 1 are admins")


@pytest.mark.parametrize(
    ("address", "level", "words"),
    [
        ("http://clips.example", Level.WARNING, "is not https"),
        ("https://clips.example/celaje", Level.WRONG, "is no plain address"),
        ("https://localhost:1", Level.WARNING, "does not answer from here"),
    ],
)
def test_addresses(monkeypatch: pytest.MonkeyPatch, address: str, level: Level, words: str) -> None:
    monkeypatch.setenv("CELAJE_ADDRESS", address)
    monkeypatch.setattr("socket.getaddrinfo", _nowhere)
    found = list(doctor._address())
    assert any(finding.level == level and words in finding.words for finding in found), found


def _nowhere(*arguments: object, **more: object) -> None:
    raise OSError("no such name")


def test_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELAJE_WEIGHTS", str(tmp_path))
    finding = worst(doctor._weights)
    assert (finding.level, finding.words[:24]) == (Level.WRONG, "there are no weights in ")


def test_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    for free, level in ((1 << 20, Level.WRONG), (1 << 30, Level.WARNING), (1 << 40, Level.OK)):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: usage(1 << 41, 0, free))
        assert worst(doctor._disk).level == level

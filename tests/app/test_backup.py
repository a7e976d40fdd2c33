"""A house in a file, and a house out of one: all of it, or nothing."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from celaje.app import backup, database, lock, storage, upgrade
from celaje.app.accounts.models import Person
from celaje.app.videos.models import Video
from celaje.settings import data_folder

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Video]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_person: Callable[..., Person], new_video: Make) -> Video:
    """Somebody with a clip and its files, in a data folder of their own; the database is the tests'."""
    monkeypatch.setenv("CELAJE_DATA", str(tmp_path / "data"))
    storage._store.cache_clear()
    video = new_video(new_person("ana", name="Ana Ñandú"), prompt="a 'quoted' cat; drop table\\")
    for asset in video.assets.all():
        storage.put(asset.name, asset.name.encode() * 1000)
    (data_folder() / "secret-key").write_text("the secret")
    return video


@pytest.fixture(autouse=True)
def forget_storage() -> Iterator[None]:
    yield
    storage._store.cache_clear()


def everything() -> tuple[list[Any], dict[str, bytes], str]:
    """People, clips, files and secrets, to compare."""
    rows = [*Person.objects.order_by("pk").values(), *Video.objects.order_by("pk").values()]
    return rows, {name: storage.get(name) for name in storage.names()}, (data_folder() / "secret-key").read_text()


def change_everything(video: Video) -> None:
    video.delete()
    Person.objects.create_user("eva")
    storage.delete(list(storage.names()))
    storage.put("ev/as-picture.webp", b"eva")
    (data_folder() / "secret-key").write_text("another secret")


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Change or drop members of an archive."""
    with tarfile.open(path) as archive:
        members = [(entry.name, archive.extractfile(entry).read()) for entry in archive]  # type: ignore[union-attr]
    with tarfile.open(path, "w") as archive:
        for name, content in members:
            changed = change(name, content)
            if changed is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(changed)
                archive.addfile(entry, io.BytesIO(changed))


def test_a_house_comes_back(house: Video, tmp_path: Path) -> None:
    before, path = everything(), tmp_path / "house.tar"
    made = backup.back_up(path)
    assert (made.num_files, path.stat().st_mode & 0o777) == (3, 0o600)
    change_everything(house)
    with pytest.raises(ValueError, match="somebody lives here already"):
        backup.restore(path, replace=False)
    back = backup.restore(path, replace=True)
    assert everything() == before
    assert (back.made_at, back.num_files) == (made.made_at, 3)
    assert upgrade.missing_migrations() == []
    Video.objects.create(owner=Person.objects.get(), request={}, prompt="", seconds=1, width=64, height=64, seed=1)
    assert Person.objects.create_user("leo").pk > Person.objects.get(handle="ana").pk  # sequences came too
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["data", "house.tar"]


def test_into_an_empty_house(house: Video, tmp_path: Path) -> None:
    before, path = everything(), tmp_path / "house.tar"
    backup.back_up(path)
    with connection.cursor() as cursor:
        cursor.execute("drop schema public cascade; create schema public")
    storage.delete(list(storage.names()))
    backup.restore(path, replace=False)
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda name, content: content[:-1] + b"!" if name.startswith("files/") else content, "is damaged: files/"),
        (lambda name, content: None if name == "secrets/secret-key" else content, "is damaged: secrets/secret-key"),
        (lambda name, content: None if name == "checksums.json" else content, "its end is missing"),
    ],
)
def test_a_damaged_backup_changes_nothing(
    house: Video, tmp_path: Path, change: Callable[[str, bytes], bytes | None], reason: str
) -> None:
    path = tmp_path / "house.tar"
    backup.back_up(path)
    rewrite(path, change)
    change_everything(house)
    before = everything()
    with pytest.raises(ValueError, match=reason):
        backup.restore(path, replace=True)
    assert everything() == before


def test_half_a_file_is_no_backup(house: Video, tmp_path: Path) -> None:
    path = tmp_path / "house.tar"
    backup.back_up(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match="no whole backup"):
        backup.check(path)
    path.write_text("a shopping list")
    with pytest.raises(ValueError, match="no whole backup"):
        backup.check(path)


def test_a_database_that_cannot_be_restored_changes_nothing(
    house: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "house.tar"
    backup.back_up(path)
    change_everything(house)
    before = everything()
    program = database.run_program

    def fail_in_the_middle(name: str, *arguments: str) -> None:
        if name == "pg_restore":
            program(name, *arguments)
            script = Path(arguments[arguments.index("-f") + 1])
            script.write_text(script.read_text() + "\nselect 1 / 0;\n")
        else:
            program(name, *arguments)

    monkeypatch.setattr(database, "run_program", fail_in_the_middle)
    with pytest.raises(ValueError, match="division by zero"):
        backup.restore(path, replace=True)
    assert everything() == before


def test_a_backup_of_a_newer_celaje_is_refused(house: Video, tmp_path: Path) -> None:
    path = tmp_path / "house.tar"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upgrade, "applied_migrations", lambda: ["posts.0099_holograms"])
        backup.back_up(path)
    with pytest.raises(ValueError, match=r"newer Celaje .*posts.0099_holograms"):
        backup.restore(path, replace=True)


def test_no_file_is_overwritten_and_none_left_half_done(
    house: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "house.tar"
    path.write_text("precious")
    with pytest.raises(ValueError, match="exists already"):
        backup.back_up(path)
    assert path.read_text() == "precious"
    with pytest.raises(ValueError, match="does not exist"):
        backup.back_up(tmp_path / "nowhere" / "house.tar")

    def full(name: str) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "get", full)
    with pytest.raises(ValueError, match="could not be written: No space left on device"):
        backup.back_up(tmp_path / "new.tar")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["data", "house.tar"]


def test_a_house_that_is_served_or_worked_for_is_not_restored(house: Video, tmp_path: Path) -> None:
    path = tmp_path / "house.tar"
    backup.back_up(path)
    served = pytest.raises(ValueError, match="serves it at http://here:1")
    with lock.held(data_folder(), address="http://here:1"), served:
        backup.restore(path, replace=True)
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers default values")
        with pytest.raises(ValueError, match="a worker is at work"):
            backup.restore(path, replace=True)
        cursor.execute("delete from procrastinate_workers")
    assert lock.holder(data_folder()) is None

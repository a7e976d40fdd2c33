"""Tables and static files follow the code; what the code does not know is refused."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from celaje.app import upgrade
from celaje.settings import data_folder

pytestmark = pytest.mark.django_db(transaction=True)


def dumps() -> list[Path]:
    return sorted((data_folder() / "backups").glob("*"))


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELAJE_DATA", str(tmp_path))


def test_nothing_to_do(tmp_path: Path) -> None:
    done = upgrade.upgrade_tables()
    assert (done.applied, done.was_new, done.dump) == (0, False, None)
    assert dumps() == []
    assert "cache" in connection.introspection.table_names()


def test_a_new_database_needs_no_dump() -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop schema public cascade; create schema public")
    done = upgrade.upgrade_tables()
    assert (done.was_new, done.dump) == (True, None)
    assert done.applied > 20
    assert upgrade.missing_migrations() == []
    assert dumps() == []


def test_a_dump_is_made_before_a_migration() -> None:
    MigrationRecorder(connection).record_unapplied("leaving", "0001_initial")
    with connection.cursor() as cursor:
        cursor.execute("drop table leaving_export cascade")
    assert upgrade.missing_migrations() == ["leaving.0001_initial"]
    done = upgrade.upgrade_tables()
    assert (done.applied, done.was_new) == (1, False)
    assert dumps() == [done.dump]
    assert done.dump is not None
    assert done.dump.read_bytes().startswith(b"PGDMP")
    assert done.dump.stat().st_mode & 0o777 == 0o600
    assert upgrade.missing_migrations() == []


def test_a_migration_that_fails_says_where_the_dump_is() -> None:
    MigrationRecorder(connection).record_unapplied("leaving", "0001_initial")  # its tables are there already
    with pytest.raises(ValueError, match=r"already exists.* as it was before is in .*backups/before-migration-"):
        upgrade.upgrade_tables()
    MigrationRecorder(connection).record_applied("leaving", "0001_initial")


def test_few_old_dumps_stay() -> None:
    made = [upgrade.dump_before_migrating()]
    for second in range(upgrade.KEPT_DUMPS + 2):
        made.append(made[0].with_name(f"before-migration-20200101-00000{second}.dump"))
        made[-1].write_text("old")
    upgrade.dump_before_migrating()
    assert len(dumps()) == upgrade.KEPT_DUMPS
    assert made[0] in dumps()


def test_a_newer_database_is_refused() -> None:
    MigrationRecorder(connection).record_applied("posts", "0099_holograms")
    with pytest.raises(ValueError, match=r"newer than this Celaje: it has posts\.0099_holograms"):
        upgrade.upgrade_tables()
    MigrationRecorder(connection).record_unapplied("posts", "0099_holograms")
    MigrationRecorder(connection).record_applied("somebody_elses", "0001_initial")  # not ours: that is their affair
    upgrade.upgrade_tables()
    MigrationRecorder(connection).record_unapplied("somebody_elses", "0001_initial")


def test_static_files_are_collected_once(tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    assert upgrade.collect_static_files() > 100
    assert list((tmp_path / "static").glob("app.*.css"))
    assert upgrade.collect_static_files() == 0
    source = Path(upgrade.__file__).parent / "web" / "static" / "app.css"
    facts = source.stat()
    try:
        os.utime(source, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))
        assert upgrade.collect_static_files() > 100
    finally:
        os.utime(source, ns=(facts.st_atime_ns, facts.st_mtime_ns))

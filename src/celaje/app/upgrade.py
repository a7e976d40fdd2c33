"""Brings a house up to this version of the code: its tables, and the files that browsers load.

Before migrations touch tables that hold something, the database is dumped into `backups` in the data folder. A database
that a newer Celaje has migrated is refused: this code would not know what it reads.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from celaje import settings as environment
from celaje.app import database

KEPT_DUMPS = 5
LOCK = 0x63656C616A65  # "celaje": the advisory lock of those who migrate
STAMP = ".collected"


@dataclass(frozen=True, kw_only=True)
class Upgrade:
    """What was done."""

    applied: int
    was_new: bool
    dump: Path | None


def upgrade_tables() -> Upgrade:
    """Apply what is missing. Raises ValueError when the database is newer than this code, or a migration fails."""
    with _alone():
        executor = MigrationExecutor(connection)
        newer = unknown_migrations(executor.loader)
        if newer:
            raise ValueError(
                f"the database is newer than this Celaje: it has {', '.join(newer)}. "
                "Use the version that wrote it, or restore a backup that this version made"
            )
        was_new = not executor.loader.applied_migrations
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        dump = None if was_new or not missing else dump_before_migrating()
        if missing:
            _apply(dump)
        call_command("createcachetable", verbosity=0)
    return Upgrade(applied=len(missing), was_new=was_new, dump=dump)


def missing_migrations() -> list[str]:
    """What this code would still apply, such as "posts.0002_pins"."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown_migrations(loader: MigrationLoader | None = None) -> list[str]:
    """What the database has and this code does not know."""
    loader = loader or MigrationLoader(connection)
    applied = loader.applied_migrations or {}
    return _ours(key for key in applied if key not in loader.graph.nodes)


def applied_migrations() -> list[str]:
    """What of ours the database has, such as "posts.0001_initial"."""
    return _ours(MigrationRecorder(connection).applied_migrations())


def known_migrations() -> list[str]:
    """What of ours this code can apply."""
    return _ours(MigrationLoader(None).graph.nodes)


def has_tables() -> bool:
    """Whether a house was ever made in this database."""
    return "accounts_person" in connection.introspection.table_names()


def dump_before_migrating() -> Path:
    """Write the database to the folder `backups`, as `pg_restore` reads it; of older ones a few stay."""
    folder = environment.data_folder() / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"before-migration-{timezone.now():%Y%m%d-%H%M%S}.dump"
    dump_database(path)
    for old in sorted(folder.glob("before-migration-*.dump"))[:-KEPT_DUMPS]:
        old.unlink()
    return path


def dump_database(path: Path) -> None:
    """Write the database to `path`, whole or not at all, readable by its owner alone."""
    partial = path.with_name(f"{path.name}.partial")
    partial.touch(mode=0o600)
    try:
        with database.reached_by_programs(connection.settings_dict) as place:
            database.run_program("pg_dump", "-Fc", "-Z", "6", "-f", str(partial), "-d", place)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def collect_static_files() -> int:
    """Copy what browsers load to where it is served, under names with hashes; how many, 0 when nothing changed."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    now = _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return 0
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)
    return sum(1 for path in Path(settings.STATIC_ROOT).rglob("*") if path.is_file())


def _ours(keys: Iterable[tuple[str, str]]) -> list[str]:
    """The migrations of our own slices, as "posts.0001_initial"."""
    slices = {config.label for config in apps.get_app_configs() if config.name.startswith("celaje.app.")}
    return sorted(f"{label}.{name}" for label, name in keys if label in slices)


def _apply(dump: Path | None) -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as error:
        kept = "" if dump is None else f". The database as it was before is in {dump}"
        raise ValueError(f"the tables could not be brought up to date: {error}{kept}") from error


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, on whichever machine."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def _fingerprint() -> str:
    """Changes when any static file of any app does."""
    from django.contrib.staticfiles.finders import get_finders

    mark = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            mark.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return mark.hexdigest()

"""A house in one file: its database, its files and its secrets, with checksums; and a house made of such a file.

The file is a tar. It begins with `about.json` (what wrote it, and when), goes on with `database.dump` (PostgreSQL's own
format), `secrets/...` and `files/...`, and ends with `checksums.json`: where that is missing, the file is not whole. A
house may go on while it is backed up: the database is of one moment, and files never change, they only come and go.

Restoring checks the whole file first. Then the files come, then the database in one transaction, which is the moment
when the house changes; what was there before goes last. When anything fails before that moment, all is as it was.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.utils import timezone

from celaje import settings
from celaje.app import database, lock, queue, storage, upgrade
from celaje.app.accounts.queries import house_is_empty

ABOUT, DUMP, CHECKSUMS = "about.json", "database.dump", "checksums.json"
FILES, SECRETS = "files/", "secrets/"
SECRET_FILES = ("secret-key",)  # in the data folder: sessions, and the key of messages to browsers, come from it
FORMAT = 1
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup holds."""

    made_at: str
    celaje: str
    migrations: list[str]
    num_files: int
    num_bytes: int


# To a file


def back_up(path: Path) -> Backup:
    """Write the whole house to `path`, whole or not at all. Raises ValueError where that is not possible."""
    if path.exists():
        raise ValueError(f"{path} exists already: a backup never replaces a file")
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} does not exist")
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.touch(mode=0o600)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder, tarfile.open(partial, "w") as archive:
            backup = _write(archive, Path(folder))
        os.replace(partial, path)
    except OSError as error:
        raise ValueError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return backup


def _write(archive: tarfile.TarFile, scratch: Path) -> Backup:
    about = {
        "format": FORMAT,
        "celaje": version("celaje"),
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "migrations": upgrade.applied_migrations(),
    }
    checksums: dict[str, str] = {}
    _add(archive, checksums, ABOUT, json.dumps(about, indent=1).encode())
    dump = scratch / DUMP
    upgrade.dump_database(dump)
    _add_file(archive, checksums, DUMP, dump)
    for name in SECRET_FILES:
        secret = settings.data_folder() / name
        if secret.exists():
            _add(archive, checksums, SECRETS + name, secret.read_bytes())
    num_files = num_bytes = 0
    for name in storage.names():
        try:
            content = storage.get(name)
        except FileNotFoundError:
            continue  # thrown away since it was listed
        _add(archive, checksums, FILES + name, content)
        num_files, num_bytes = num_files + 1, num_bytes + len(content)
    _add(archive, {}, CHECKSUMS, json.dumps(checksums).encode())
    return Backup(
        made_at=str(about["made_at"]),
        celaje=str(about["celaje"]),
        migrations=upgrade.applied_migrations(),
        num_files=num_files,
        num_bytes=num_bytes,
    )


def _add(archive: tarfile.TarFile, checksums: dict[str, str], name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
    checksums[name] = hashlib.sha256(content).hexdigest()


def _add_file(archive: tarfile.TarFile, checksums: dict[str, str], name: str, path: Path) -> None:
    archive.add(path, name)
    with path.open("rb") as file:
        checksums[name] = _checksum(file)


# From a file


def check(path: Path) -> Backup:
    """Read the whole of a backup and compare its checksums. Raises ValueError when it is not whole or not ours."""
    found: dict[str, str] = {}
    small: dict[str, Any] = {}
    num_bytes = 0
    try:
        with tarfile.open(path) as archive:
            for entry in archive:
                content = _open(archive, entry)
                if entry.name in (ABOUT, CHECKSUMS):
                    raw = content.read()
                    small[entry.name] = json.loads(raw)
                    content = io.BytesIO(raw)
                if entry.name != CHECKSUMS:
                    found[entry.name] = _checksum(content)
                num_bytes += entry.size if entry.name.startswith(FILES) else 0
    except (tarfile.TarError, EOFError, OSError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no whole backup of a house: {error}") from error
    if ABOUT not in small or CHECKSUMS not in small or DUMP not in found:
        raise ValueError(f"{path} is no whole backup of a house: its end is missing")
    wrong = sorted(
        name for name in found.keys() | small[CHECKSUMS].keys() if found.get(name) != small[CHECKSUMS].get(name)
    )
    if wrong:
        raise ValueError(f"{path} is damaged: {', '.join(wrong[:3])} changed since it was written")
    about = small[ABOUT]
    if about["format"] != FORMAT:
        raise ValueError(f"{path} has the format {about['format']}; this Celaje reads {FORMAT}")
    return Backup(
        made_at=about["made_at"],
        celaje=about["celaje"],
        migrations=about["migrations"],
        num_files=sum(1 for name in found if name.startswith(FILES)),
        num_bytes=num_bytes,
    )


def restore(path: Path, *, replace: bool) -> Backup:
    """Make this house what `path` holds. An inhabited one only with `replace`, and what it had is gone then.

    Raises ValueError, and leaves everything as it was, when that is not possible.
    """
    with lock.held(settings.data_folder(), doing="restoring a backup"):
        backup = check(path)
        _refuse(path, backup, replace=replace)
        before = set(storage.names())
        with tempfile.TemporaryDirectory() as folder, tarfile.open(path) as archive:
            come: set[str] = set()
            try:
                for entry in archive:
                    _place(archive, entry, Path(folder), come)
                with _secrets(Path(folder)):
                    _restore_database(Path(folder) / DUMP)
            except BaseException:
                storage.delete(sorted(come - before))
                raise
        storage.delete(sorted(before - come))
    return backup


def _refuse(path: Path, backup: Backup, *, replace: bool) -> None:
    newer = sorted(set(backup.migrations) - set(upgrade.known_migrations()))
    if newer:
        raise ValueError(f"{path} was made by a newer Celaje ({backup.celaje}): it has {', '.join(newer[:3])}")
    if not upgrade.has_tables():
        return
    if queue.num_workers():
        raise ValueError(f"a worker is at work on this database, or was {queue.ALIVE_S} s ago: stop it first")
    if not house_is_empty() and not replace:
        raise ValueError("somebody lives here already: restore into an empty data folder, or give --replace")


def _place(archive: tarfile.TarFile, entry: tarfile.TarInfo, scratch: Path, come: set[str]) -> None:
    """Put one member where it belongs: files into the storage, the rest into `scratch`."""
    content = _open(archive, entry)
    if entry.name.startswith(FILES):
        name = entry.name.removeprefix(FILES)
        storage.put(name, content.read())
        come.add(name)
        return
    target = scratch / Path(entry.name).name  # names with folders or dots end up here all the same
    with target.open("wb") as file:
        while chunk := content.read(CHUNK_BYTES):
            file.write(chunk)


@contextmanager
def _secrets(scratch: Path) -> Iterator[None]:
    """The backup's secrets are in the data folder when the block ends well; those from before when it does not."""
    data = settings.data_folder()
    before = {name: (data / name).read_bytes() for name in SECRET_FILES if (data / name).exists()}
    try:
        for name in SECRET_FILES:
            if (scratch / name).exists():
                _keep_secret(data / name, (scratch / name).read_bytes())
        yield
    except BaseException:
        for name in SECRET_FILES:
            (data / name).unlink(missing_ok=True)
        for name, content in before.items():
            _keep_secret(data / name, content)
        raise


def _keep_secret(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    os.replace(partial, path)


def _restore_database(dump: Path) -> None:
    """Replace all tables in one transaction."""
    script = dump.with_suffix(".sql")
    database.run_program("pg_restore", "--no-owner", "--no-privileges", "-f", str(script), str(dump))
    connection.close()
    with database.reached_by_programs(connection.settings_dict) as place:
        database.run_program(
            "psql", "--quiet", "--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull,
            "-c", "drop schema public cascade", "-c", "create schema public", "-f", str(script), "-d", place,
        )  # fmt: skip


def _checksum(content: IO[bytes]) -> str:
    mark = hashlib.sha256()
    while chunk := content.read(CHUNK_BYTES):
        mark.update(chunk)
    return mark.hexdigest()


def _open(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(entry)
    if content is None:
        raise tarfile.TarError(f"{entry.name} is no file")
    return content

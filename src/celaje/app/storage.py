"""Files by name, in the data folder or on S3, through obstore. It does not know who may see them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from celaje import settings

CHUNK_BYTES = 1 << 20


@cache
def _store() -> ObjectStore:
    address = settings.storage_url()
    if address is not None:
        return from_url(address)
    folder = settings.data_folder() / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(str(folder))


def put(name: str, content: bytes | Path) -> int:
    """Keep `content` as `name`, whole or not at all; its size in bytes. Raises OSError when the disk refuses."""
    if isinstance(content, Path):
        with content.open("rb") as file:
            obstore.put(_store(), name, file)
        return content.stat().st_size
    obstore.put(_store(), name, content)
    return len(content)


def get(name: str) -> bytes:
    """The whole file. Raises FileNotFoundError."""
    return bytes(obstore.get(_store(), name).bytes())


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

"""Who has the house: one process at a time may serve or restore a data folder.

The lock is the kernel's (flock), so that a killed process leaves none behind; the file says who holds it, in JSON.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

NAME = "held.json"


@contextmanager
def held(folder: Path, **facts: Any) -> Iterator[None]:
    """Hold `folder` for as long as the block lasts; `facts` (such as `address`) are told to others.

    Raises ValueError that says who holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = _locked(folder / NAME)
    if file is None:
        raise ValueError(_words(folder, holder(folder) or {}))
    with file:
        file.truncate()
        json.dump({"pid": os.getpid()} | facts, file)
        file.flush()
        try:
            yield
        finally:
            (folder / NAME).unlink()  # while it is still ours


def holder(folder: Path) -> dict[str, Any] | None:
    """What the process that holds `folder` says of itself; None when nobody does."""
    path = folder / NAME
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                facts: dict[str, Any] = json.loads(file.read() or "{}")
                return facts
    except FileNotFoundError:
        pass
    return None


def _locked(path: Path) -> IO[str] | None:
    """The open, locked file, or None when another process has it."""
    while True:
        file = path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            file.seek(0)
            return file
        file.close()  # its holder removed it between the two lines: lock the new one


def _words(folder: Path, facts: dict[str, Any]) -> str:
    who = f"process {facts['pid']}" if "pid" in facts else "another process"
    doing = f"serves it at {facts['address']}" if "address" in facts else f"is busy with it ({facts.get('doing', '')})"
    return f"{folder} is in use: {who} {doing}. Stop that one first, or choose another folder with --data"

"""Whether database and storage tell the same: files that rows name and that are gone, and files that nothing names."""

from collections.abc import Iterator
from dataclasses import dataclass

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.developers.models import StoredFile
from celaje.app.leaving.models import Export
from celaje.app.videos.models import Asset, DoomedFile, Picture

PASSING = ("uploads/", "probe/")  # here for minutes, named by a job


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Names of files, sorted."""

    num_files: int
    lost: list[str]
    strays: list[str]


def compare() -> Comparison:
    """Look at every row and every file. A clip that is being written right now may look like a stray."""
    doomed = set(DoomedFile.objects.values_list("name", flat=True))
    before = set(_named())
    there = set(storage.names())
    named = before | set(_named())  # rows that came while the files were listed
    strays = {name for name in there - named - doomed if not name.startswith(PASSING)}
    gone = before & set(_named()) - there
    return Comparison(num_files=len(there), lost=sorted(gone), strays=sorted(strays))


def _named() -> Iterator[str]:
    """All names of files that rows hold."""
    yield from Asset.objects.values_list("name", flat=True)
    yield from Picture.objects.values_list("name", flat=True)
    yield from Person.objects.exclude(picture="").values_list("picture", flat=True)
    yield from Export.objects.exclude(name="").values_list("name", flat=True)
    yield from StoredFile.objects.values_list("name", flat=True)

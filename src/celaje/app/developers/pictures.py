"""Pictures that programs give for a clip: sent along, as a data URL, at an address, or as a file that was sent before.

They are kept in the storage until a clip takes them over. Whether one can be drawn is found out by the worker, which
knows pixels; what is plainly none is refused here.
"""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app import outgoing, storage
from celaje.app.accounts.models import House, Person
from celaje.app.developers import asking, queries
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.videos.models import DoomedFile, new_file_name

MAX_BYTES = 20 * 2**20
WAITING = timedelta(hours=1)  # for a clip that takes it over


def check(owner: Person, asked: asking.Create) -> None:
    """Raise InvalidError when a file that is named is not there."""
    for field, picture, _at_s in asked.pictures():
        if isinstance(picture, asking.PictureReference) and picture.file_id is not None:
            try:
                queries.file(owner, picture.file_id)
            except NotFoundError as error:
                raise InvalidError(error.message, code="file_not_found", field=f"{field}.file_id") from error


@contextmanager
def kept(owner: Person, asked: asking.Create) -> Iterator[list[tuple[str, float]]]:
    """The pictures as names in the storage, each with its second. Those that no clip took over by the end are doomed.

    Raises InvalidError for what is no picture, too large, or cannot be fetched.
    """
    found = [(_content(owner, field, picture), field, at_s) for field, picture, at_s in asked.pictures()]
    given = [(new_file_name(_extension(content, field)), at_s) for content, field, at_s in found]
    names = [name for name, _at_s in given]
    DoomedFile.objects.bulk_create(DoomedFile(name=name, since=timezone.now() + WAITING) for name in names)
    try:
        for name, (content, _field, _at_s) in zip(names, found, strict=True):
            storage.put(name, content)
        yield given
    finally:
        if names:
            DoomedFile.objects.filter(name__in=names).update(since=timezone.now())


def _content(owner: Person, field: str, picture: Any) -> bytes:
    """The bytes of a picture."""
    if isinstance(picture, UploadedFile):
        if (picture.size or 0) > MAX_BYTES:
            raise _too_large(field)
        picture.seek(0)
        return bytes(picture.read())
    if picture.file_id is not None:
        file = queries.file(owner, picture.file_id, field=f"{field}.file_id")
        if file.num_bytes > MAX_BYTES:
            raise _too_large(field)
        return storage.get(file.name)
    if picture.image_url.startswith("data:"):
        return _data(field, picture.image_url)
    try:
        allow_private = House.current().allow_private_addresses
        return outgoing.get(picture.image_url, most_bytes=MAX_BYTES, allow_private=allow_private)
    except outgoing.OutgoingError as error:
        words = _("The picture could not be fetched: %(why)s.") % {"why": error}
        raise InvalidError(words, code="invalid_image_url", field=f"{field}.image_url") from error


def _data(field: str, url: str) -> bytes:
    """What a data URL holds."""
    head, _comma, text = url.partition(",")
    try:
        if not head.endswith(";base64"):
            raise ValueError
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        words = _("A picture as a data URL begins with data:image/png;base64, and goes on in base64.")
        raise InvalidError(words, code="invalid_value", field=f"{field}.image_url") from None
    if len(content) > MAX_BYTES:
        raise _too_large(field)
    return content


def _extension(content: bytes, field: str) -> str:
    """How the name of such a file ends, by how the file begins. Raises InvalidError when it is none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return ".webp"
    raise InvalidError(_("This is no picture: give a JPEG, PNG or WebP."), code="invalid_value", field=field)


def _too_large(field: str) -> InvalidError:
    words = _("A picture may have %(most)d MB.") % {"most": MAX_BYTES >> 20}
    return InvalidError(words, code="picture_too_large", field=field)

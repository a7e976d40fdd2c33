"""Pictures that programs give for a clip: sent along, as a data URL, at an address, or as a file that was sent before.

How they are kept is known to `videos.pictures`.
"""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from celaje.app import outgoing, storage
from celaje.app.accounts.models import House, Person
from celaje.app.developers import asking, queries
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.videos import pictures


def check(owner: Person, asked: asking.Create) -> None:
    """Raise InvalidError when a file that is named is not there."""
    for field, picture in asked.pictures():
        if isinstance(picture, asking.PictureReference) and picture.file_id is not None:
            try:
                queries.file(owner, picture.file_id)
            except NotFoundError as error:
                raise InvalidError(error.message, code="file_not_found", field=f"{field}.file_id") from error


@contextmanager
def kept(owner: Person, asked: asking.Create) -> Iterator[dict[str, str]]:
    """The pictures by their fields, as names in the storage. Those that no clip took over by the end are doomed.

    Raises InvalidError for what is no picture, too large, or cannot be fetched.
    """
    names: dict[str, str] = {}
    try:
        given = [(field, _content(owner, field, picture)) for field, picture in asked.pictures()]
        for field, content in given:
            names[field] = pictures.keep(content, field=field)
        yield names
    finally:
        pictures.forget(list(names.values()))


def _content(owner: Person, field: str, picture: Any) -> bytes:
    """The bytes of a picture."""
    if isinstance(picture, UploadedFile):
        if (picture.size or 0) > pictures.MAX_BYTES:
            raise pictures.too_large(field)
        picture.seek(0)
        return bytes(picture.read())
    if picture.file_id is not None:
        file = queries.file(owner, picture.file_id, field=f"{field}.file_id")
        if file.num_bytes > pictures.MAX_BYTES:
            raise pictures.too_large(field)
        return storage.get(file.name)
    if picture.image_url.startswith("data:"):
        return _data(field, picture.image_url)
    try:
        allow_private = House.current().allow_private_addresses
        return outgoing.get(picture.image_url, most_bytes=pictures.MAX_BYTES, allow_private=allow_private)
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
    if len(content) > pictures.MAX_BYTES:
        raise pictures.too_large(field)
    return content

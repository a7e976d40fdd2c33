"""Pictures that people give for a clip, in the storage: looked at, kept until a clip takes them over, or forgotten.

Whether one can be drawn is found out by the worker, which knows pixels; what is plainly none is refused here. Which
clip shows it when is `actions.create`'s.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.videos.models import DoomedFile, Picture, new_file_name

MAX_BYTES = 20 * 2**20
WAITING = timedelta(hours=1)  # for a clip that takes it over
CONTENT_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


def keep(content: bytes, *, field: str) -> str:
    """Its name in the storage, where it is for an hour. Raises InvalidError beside `field`, and OSError."""
    if len(content) > MAX_BYTES:
        raise too_large(field)
    name = new_file_name(_extension(content, field))
    DoomedFile.objects.create(name=name, since=timezone.now() + WAITING)
    storage.put(name, content)
    return name


def forget(names: list[str]) -> None:
    """Doom those that no clip took over."""
    if names:
        DoomedFile.objects.filter(name__in=names).update(since=timezone.now())


def hold(person: Person, name: str) -> bool:
    """Keep one for another hour; whether it is there: it waits for a clip, or one of the person's shows it."""
    now = timezone.now()
    waits = DoomedFile.objects.filter(name=name, since__gt=now).update(since=now + WAITING)
    return bool(waits) or Picture.objects.filter(name=name, video__owner=person).exists()


def content_type(name: str) -> str:
    """What it is, by its name."""
    return CONTENT_TYPES[name[name.rindex(".") :]]


def _extension(content: bytes, field: str) -> str:
    """How the name of such a file ends, by how the file begins. Raises InvalidError when it is none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return ".webp"
    raise InvalidError(_("This is no picture: give a JPEG, PNG or WebP."), code="invalid_value", field=field)


def too_large(field: str) -> InvalidError:
    """What is said of one with more than `MAX_BYTES`."""
    words = _("A picture may have %(most)d MB.") % {"most": MAX_BYTES >> 20}
    return InvalidError(words, code="picture_too_large", field=field)

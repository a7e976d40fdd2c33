"""What a program may know: whose key it is, and its owner's files, batches and webhooks. It changes nothing."""

import hashlib
import json
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje import settings
from celaje.app.accounts.models import Person
from celaje.app.developers.models import ApiKey, Batch, StoredFile, WebhookDelivery, WebhookEndpoint
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.prepared import Prepared
from celaje.app.videos.models import Video

#: Names of the original's models: whoever asks for one gets the model that is here.
ALIASES = ("sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-2025-12-08", "sora-2-pro-2025-10-06")


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The model that makes clips here."""

    name: str
    version: str
    since: int  # Unix time


def weights() -> Weights:
    """Which model is installed, by the manifest that lies beside the weights."""
    file = settings.weights_folder() / "manifest.json"
    try:
        manifest = json.loads(file.read_text())
        return Weights(name=manifest["name"], version=manifest["version"], since=int(file.stat().st_mtime))
    except (OSError, ValueError, KeyError):
        return Weights(name="celaje", version="", since=0)  # a worker on another machine has them


def check_model(name: str) -> None:
    """Raise InvalidError when no model here has that name."""
    if name not in ALIASES and name != weights().name:
        known = ", ".join((weights().name, *ALIASES))
        words = _("The model '%(name)s' does not exist here. Choose one of: %(known)s.")
        raise InvalidError(words % {"name": name[:80], "known": known}, code="model_not_found", field="model")


def hash_key(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_of(secret: str) -> ApiKey | None:
    """The key that was given, with its owner, when it works."""
    found = _key_by_hash(NOBODY, key_hash=hash_key(secret))
    return found[0] if found else None


def _working_key(_nobody: Person, *, key_hash: str) -> QuerySet[ApiKey]:
    keys = ApiKey.objects.select_related("owner")
    return keys.filter(key_hash=key_hash, revoked_at=None, owner__is_active=True)


_key_by_hash = Prepared(_working_key)  # every request asks this
NOBODY = Person(pk=0)


def keys(person: Person) -> QuerySet[ApiKey]:
    """A person's keys that work, newest first."""
    return ApiKey.objects.filter(owner=person, revoked_at=None).order_by("-created_at", "-pk")


Row = TypeVar("Row", bound=Model)


def videos(person: Person) -> QuerySet[Video]:
    """All videos of a person that are not in the bin."""
    return Video.objects.filter(owner=person, deleted_at=None)


def video(person: Person, video_id: str, *, field: str = "video_id") -> Video:
    """One of them. Raises NotFoundError."""
    found = [] if "\0" in video_id else _video_by_id(person, video_id=video_id)
    if not found:
        raise NotFoundError(_("There is no video '%(id)s'.") % {"id": video_id[:80]}, field=field)
    return found[0]


def _own_video(person: Person, *, video_id: str) -> QuerySet[Video]:
    return videos(person).defer("preview", "understanding").filter(pk=video_id)


_video_by_id = Prepared(_own_video)  # and every poll this


def files(person: Person) -> QuerySet[StoredFile]:
    """A person's files."""
    return StoredFile.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), owner=person)


def file(person: Person, file_id: str, *, field: str = "file_id") -> StoredFile:
    """One of them. Raises NotFoundError."""
    return _one(files(person), file_id, field, _("There is no file '%(id)s'."))


def batches(person: Person) -> QuerySet[Batch]:
    """A person's batches."""
    return Batch.objects.filter(owner=person)


def batch(person: Person, batch_id: str) -> Batch:
    """One of them. Raises NotFoundError."""
    return _one(batches(person), batch_id, "batch_id", _("There is no batch '%(id)s'."))


def endpoints(person: Person) -> QuerySet[WebhookEndpoint]:
    """A person's webhooks."""
    return WebhookEndpoint.objects.filter(owner=person)


def endpoint(person: Person, endpoint_id: str) -> WebhookEndpoint:
    """One of them. Raises NotFoundError."""
    return _one(endpoints(person), endpoint_id, "webhook_endpoint_id", _("There is no webhook '%(id)s'."))


def deliveries(person: Person) -> QuerySet[WebhookDelivery]:
    """What was sent to a person's webhooks, newest first."""
    sent = WebhookDelivery.objects.filter(endpoint__owner=person).select_related("endpoint")
    return sent.order_by("-created_at", "-pk")


def _one(rows: QuerySet[Row], row_id: str, field: str, words: str) -> Row:
    row = None if "\0" in row_id else rows.filter(pk=row_id).first()
    if row is None:
        raise NotFoundError(words % {"id": row_id[:80]}, field=field)
    return row


def page(rows: QuerySet[Row], *, after: str, limit: int, newest_first: bool) -> tuple[list[Row], bool]:
    """Rows in the order of their making from `after`, an id, on, and whether there are more.

    Raises NotFoundError when `after` is none of them.
    """
    if after:
        last = _one(rows, after, "after", _("There is nothing with the id '%(id)s' to go on from."))
        at = {"created_at__lt" if newest_first else "created_at__gt": last.created_at}  # type: ignore[attr-defined]
        beside = {"created_at": last.created_at, "pk__lt" if newest_first else "pk__gt": last.pk}  # type: ignore[attr-defined]
        rows = rows.filter(Q(**at) | Q(**beside))
    order = ("-created_at", "-pk") if newest_first else ("created_at", "pk")
    found = list(rows.order_by(*order)[: limit + 1])
    return found[:limit], len(found) > limit

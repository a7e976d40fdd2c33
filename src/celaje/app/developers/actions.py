"""What people and their programs do with keys, files, batches and webhooks.

An action takes the actor, changes rows and enqueues jobs in one transaction. It knows nothing of HTTP: webhooks are
called through `outgoing`.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app import outgoing, storage
from celaje.app.accounts.models import House, Person
from celaje.app.developers import jobs, queries, signing
from celaje.app.developers.models import (
    ApiKey,
    Batch,
    BatchStatus,
    KeptAnswer,
    Scope,
    StoredFile,
    WebhookDelivery,
    WebhookEndpoint,
    new_secret,
)
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.videos.models import DoomedFile, new_file_name

KEY_PREFIX = "sk-celaje-"
HINT_CHARACTERS = len(KEY_PREFIX) + 5
USED_EVERY = timedelta(minutes=1)  # the last use is written down so often
MAX_KEYS, MAX_ENDPOINTS = 50, 20
MAX_FILE_BYTES, MAX_FILES_BYTES = 200 * 2**20, 2 * 2**30
WRITING = timedelta(hours=1)  # a file whose row is not there by then is removed
BATCH_LIFE = timedelta(hours=24)
ANSWERS_KEPT = timedelta(hours=24)
OLD_SECRET_LIFE = timedelta(hours=24)


@transaction.atomic
def make_key(owner: Person, *, name: str, scopes: Iterable[str]) -> tuple[ApiKey, str]:
    """A key, and its secret, which is never shown again. Raises InvalidError."""
    name = " ".join(name.split())
    wanted = [scope for scope in Scope.values if scope in set(scopes)]
    if not name or len(name) > 60:
        raise InvalidError(_("Name the key in 1 to 60 characters, such as the program that will use it."), field="name")
    if not wanted:
        raise InvalidError(_("Choose what the key may be used for."), field="scopes")
    if queries.keys(owner).count() >= MAX_KEYS:
        raise InvalidError(_("You have %(most)d keys. Revoke one first.") % {"most": MAX_KEYS})
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        owner=owner, name=name, hint=secret[:HINT_CHARACTERS], key_hash=queries.hash_key(secret), scopes=wanted
    )
    return key, secret


def revoke_key(actor: Person, key_id: int) -> None:
    """The key works no more. Raises NotFoundError."""
    if not queries.keys(actor).filter(pk=key_id).update(revoked_at=timezone.now()):
        raise NotFoundError(_("There is no such key."))


def use_key(key: ApiKey) -> None:
    """Note that it was used."""
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


#: What is there is reckoned from the moment of asking, which may lie before somebody else's who was served first.
TAKE_TOKENS = """
insert into developers_allowance as kept (key_id, scope, tokens, taken, at)
values (%(key)s, %(scope)s, %(burst)s - %(number)s, %(number)s, clock_timestamp())
on conflict (key_id, scope) do update set (tokens, taken, at) = (
    select there - least(%(number)s, floor(there)), least(%(number)s, floor(there)), greatest(kept.at, excluded.at)
    from (
        select least(%(burst)s, kept.tokens + %(per_s)s * greatest(0, extract(epoch from excluded.at - kept.at)))
            as there
    ) as refilled
)
returning taken, tokens
"""


def take_tokens(key: ApiKey, scope: str, *, per_s: float, burst: float, number: int) -> tuple[int, float]:
    """Take up to `number` of the key's tokens for a scope, of which `per_s` come back each second, up to `burst`.

    How many were there, and when there were none, in how many seconds there is one.
    """
    asked: dict[str, int | float | str] = {
        "key": key.pk,
        "scope": scope,
        "per_s": per_s,
        "burst": burst,
        "number": number,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TOKENS, asked)
        taken, tokens = cursor.fetchone()
    return taken, 0.0 if taken else (1 - tokens) / per_s


def keep_file(
    owner: Person, content: "UploadedFile[Any]", *, purpose: str, expires_after_s: int | None = None
) -> StoredFile:
    """Keep a file that was sent. Raises InvalidError when it is empty or too large."""
    size = content.size or 0
    if not size:
        raise InvalidError(_("The file is empty."), field="file")
    if size > MAX_FILE_BYTES:
        raise InvalidError(_("A file may have %(most)d MB.") % {"most": MAX_FILE_BYTES >> 20}, field="file")
    used = StoredFile.objects.filter(owner=owner).aggregate(sum=Sum("num_bytes"))["sum"] or 0
    if used + size > MAX_FILES_BYTES:
        words = _("Your files may have %(most)d GB together. Delete some first.")
        raise InvalidError(words % {"most": MAX_FILES_BYTES >> 30}, code="files_full", field="file")
    if isinstance(content, TemporaryUploadedFile):
        body: bytes | Path = Path(content.temporary_file_path())
    else:
        body = content.read()
    return write_file(owner, body, filename=content.name or "file", purpose=purpose, expires_after_s=expires_after_s)


def write_file(
    owner: Person, content: bytes | Path, *, filename: str, purpose: str, expires_after_s: int | None = None
) -> StoredFile:
    """Keep `content` as a file of the owner's."""
    name = new_file_name(".bin")
    DoomedFile.objects.create(name=name, since=timezone.now() + WRITING)
    num_bytes = storage.put(name, content)
    now = timezone.now()
    with transaction.atomic():
        DoomedFile.objects.filter(name=name).delete()
        return StoredFile.objects.create(
            owner=owner,
            purpose=purpose,
            filename=filename.replace("\0", "")[-200:],
            name=name,
            num_bytes=num_bytes,
            created_at=now,
            expires_at=None if expires_after_s is None else now + timedelta(seconds=expires_after_s),
        )


def delete_file(actor: Person, file_id: str) -> None:
    """Forget a file. Raises NotFoundError."""
    queries.file(actor, file_id).delete()


@transaction.atomic
def create_batch(owner: Person, *, input_file_id: str, metadata: dict[str, str] | None) -> Batch:
    """Ask for all clips of a file, which is read by a job. Raises InvalidError when there is no such file."""
    try:
        file = queries.file(owner, input_file_id)
    except NotFoundError as error:
        raise InvalidError(error.message, field="input_file_id") from error
    if file.purpose != "batch":
        raise InvalidError(_("Send the file with the purpose 'batch'."), field="input_file_id")
    now = timezone.now()
    batch = Batch.objects.create(
        owner=owner, input_file_id=file.pk, metadata=metadata, created_at=now, expires_at=now + BATCH_LIFE
    )
    jobs.look_at(batch, timezone.now())
    return batch


@transaction.atomic
def cancel_batch(actor: Person, batch_id: str) -> Batch:
    """Make no more of its clips. Raises InvalidError when it has ended."""
    batch = queries.batches(actor).select_for_update().filter(pk=queries.batch(actor, batch_id).pk).get()
    if batch.status == BatchStatus.CANCELLING:
        return batch
    if batch.status not in (BatchStatus.VALIDATING, BatchStatus.IN_PROGRESS):
        raise InvalidError(_("This batch has ended: there is nothing to cancel."), code="batch_ended")
    batch.status, batch.cancelling_at = BatchStatus.CANCELLING, timezone.now()
    batch.save(update_fields=["status", "cancelling_at"])
    jobs.look_at(batch, timezone.now())
    return batch


@transaction.atomic
def create_endpoint(owner: Person, *, name: str, url: str, event_types: Iterable[str]) -> WebhookEndpoint:
    """Be told of events at `url`. Raises InvalidError for addresses that may not be called."""
    if queries.endpoints(owner).count() >= MAX_ENDPOINTS:
        raise InvalidError(_("You have %(most)d webhooks. Delete one first.") % {"most": MAX_ENDPOINTS})
    _check_address(url)
    return WebhookEndpoint.objects.create(owner=owner, name=name, url=url, event_types=_each_once(event_types))


def change_endpoint(
    actor: Person, endpoint_id: str, *, name: str | None, url: str | None, event_types: Iterable[str] | None
) -> WebhookEndpoint:
    """Change what is not None. Raises NotFoundError, and InvalidError."""
    endpoint = queries.endpoint(actor, endpoint_id)
    if url is not None:
        _check_address(url)
    wanted = {
        "name": endpoint.name if name is None else name,
        "url": endpoint.url if url is None else url,
        "event_types": endpoint.event_types if event_types is None else _each_once(event_types),
    }
    if any(getattr(endpoint, field) != value for field, value in wanted.items()):
        for field, value in wanted.items():
            setattr(endpoint, field, value)
        endpoint.updated_at = timezone.now()
        endpoint.save(update_fields=[*wanted, "updated_at"])
    return endpoint


def delete_endpoint(actor: Person, endpoint_id: str) -> None:
    """Tell it nothing more; its log goes too. Raises NotFoundError."""
    queries.endpoint(actor, endpoint_id).delete()


def rotate_secret(actor: Person, endpoint_id: str, *, keep_old: bool) -> WebhookEndpoint:
    """Sign with a new secret; the old one signs along for a day when `keep_old`."""
    endpoint = queries.endpoint(actor, endpoint_id)
    now = timezone.now()
    endpoint.old_secret = endpoint.secret if keep_old else ""
    endpoint.old_secret_until = now + OLD_SECRET_LIFE if keep_old else None
    endpoint.secret, endpoint.updated_at = new_secret(), now
    endpoint.save(update_fields=["old_secret", "old_secret_until", "secret", "updated_at"])
    return endpoint


def try_endpoint(actor: Person, endpoint_id: str, event_type: str) -> WebhookDelivery:
    """Send a sample event at once, and only once. Raises InvalidError when nothing answered."""
    endpoint = queries.endpoint(actor, endpoint_id)
    delivery = _delivery(endpoint, event_type, f"{event_type.split('.')[0]}_test")
    send(delivery)
    if delivery.status_code is None:
        words = _("The webhook could not be called: %(why)s.")
        raise InvalidError(words % {"why": delivery.problem}, code="webhook_unreachable", field="url")
    return delivery


@transaction.atomic
def tell(owner: Person, event_type: str, about: str) -> None:
    """Send an event about the thing with that id to all of the owner's webhooks that want it."""
    for endpoint in WebhookEndpoint.objects.filter(owner=owner, event_types__contains=[event_type]):
        delivery = _delivery(endpoint, event_type, about)
        jobs.deliver_at(delivery, timezone.now())


def send(delivery: WebhookDelivery) -> bool:
    """Try once to deliver, and write down how it went; whether it arrived."""
    endpoint, now = delivery.endpoint, timezone.now()
    keys = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > now:
        keys.append(endpoint.old_secret)
    headers = signing.headers(keys, delivery.event_id, int(now.timestamp()), delivery.payload)
    delivery.attempts += 1
    delivery.tried_at, delivery.status_code, delivery.problem = now, None, ""
    try:
        answer = outgoing.post(
            endpoint.url, delivery.payload.encode(), headers, allow_private=House.current().allow_private_addresses
        )
    except outgoing.OutgoingError as error:
        delivery.problem = str(error)[:200]
    else:
        delivery.status_code = answer.status
        if 200 <= answer.status < 300:
            delivery.delivered_at, delivery.next_at = timezone.now(), None
        else:
            delivery.problem = answer.text.replace("\0", "")[:200]
    delivery.save()
    return delivery.delivered_at is not None


def _delivery(endpoint: WebhookEndpoint, event_type: str, about: str) -> WebhookDelivery:
    delivery = WebhookDelivery(endpoint=endpoint, event_type=event_type)
    event = {
        "id": delivery.event_id,
        "object": "event",
        "created_at": int(delivery.created_at.timestamp()),
        "type": event_type,
        "data": {"id": about},
    }
    delivery.payload = json.dumps(event)
    delivery.save()
    return delivery


def _check_address(url: str) -> None:
    allow_private = House.current().allow_private_addresses
    try:
        parts = outgoing.check(url, allow_private=allow_private)
        outgoing.resolve(str(parts.hostname), parts.port or 443, allow_private=allow_private)
    except outgoing.OutgoingError as error:
        words = _("This address cannot be called: %(why)s.") % {"why": error}
        raise InvalidError(words, code="invalid_url", field="url") from error


def _each_once(event_types: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(event_types))


def answer_once(owner: Person, key: str, asked: Any, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `make` answers, once: for a day the same `key` gets the same answer. Errors are not kept.

    Raises InvalidError when the key was used for something else.
    """
    if not 1 <= len(key) <= 200 or "\0" in key:
        raise InvalidError(_("An Idempotency-Key has 1 to 200 characters."), code="invalid_idempotency_key")
    fingerprint = hashlib.sha256(json.dumps(asked, sort_keys=True, default=_said).encode()).hexdigest()
    mine = KeptAnswer.objects.filter(owner=owner, key=key)
    with transaction.atomic():
        mine.filter(created_at__lte=timezone.now() - ANSWERS_KEPT).delete()
        kept, is_new = KeptAnswer.objects.get_or_create(owner=owner, key=key, defaults={"fingerprint": fingerprint})
        if not is_new:
            if kept.fingerprint != fingerprint:
                words = _("This Idempotency-Key was used for another request.")
                raise InvalidError(words, code="idempotency_key_reused")
            return dict(kept.answer or {})
        kept.answer = answer = make()
        kept.save(update_fields=["answer"])
        return answer


def _said(value: object) -> str:
    """A file in a fingerprint."""
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name} {digest.hexdigest()}"

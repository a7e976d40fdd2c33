"""Keys, files, batches and webhooks. Identifiers have the shape that clients of the original know."""

import base64
import secrets
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Person
from celaje.app.videos.models import DoomedFile, Video


def new_file_id() -> str:
    """The identifier of a file."""
    return f"file-{uuid.uuid4().hex}"


def new_batch_id() -> str:
    """The identifier of a batch."""
    return f"batch_{uuid.uuid4().hex}"


def new_endpoint_id() -> str:
    """The identifier of a webhook endpoint."""
    return f"we_{uuid.uuid4().hex}"


def new_event_id() -> str:
    """The identifier of an event: it stays the same however often the event is sent."""
    return f"evt_{uuid.uuid4().hex}"


class Scope(models.TextChoices):
    """What a key may be used for."""

    READ = "read", _("Look at clips and download them")
    MAKE = "make", _("Make, cancel and delete clips, files and batches")
    MANAGE = "manage", _("Manage webhooks")


class ApiKey(models.Model):
    """Lets a program act for its owner, as far as `scopes` go. Only the hash is kept; `hint` is how it begins."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=60)
    hint = models.CharField(max_length=20)
    key_hash = models.CharField(max_length=64, unique=True)  # SHA-256: the key itself is 32 random bytes
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class Allowance(models.Model):
    """How many requests of one scope a key may still send: tokens that come back over time (a token bucket).

    All web processes take from it, see `actions.take_tokens`. The table is unlogged: after a crash all begin anew.
    """

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10)
    tokens = models.FloatField()
    taken = models.PositiveIntegerField()  # by whoever asked last
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "scope"], name="one_allowance")]


class StoredFile(models.Model):
    """A file that a program sent, or that a batch wrote. `name` is where the storage has it."""

    id = models.CharField(primary_key=True, max_length=40, default=new_file_id, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stored_files")
    purpose = models.CharField(max_length=30)
    filename = models.CharField(max_length=200)
    name = models.CharField(max_length=80, unique=True)
    num_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at", "-id"], name="stored_file_list")]

    def __str__(self) -> str:
        return self.id


@receiver(post_delete, sender=StoredFile)
def doom_file(instance: StoredFile, **_more: object) -> None:
    """However the row goes, its file goes too."""
    DoomedFile.objects.get_or_create(name=instance.name)


class BatchStatus(models.TextChoices):
    """Where a batch is on its way."""

    VALIDATING = "validating", _("being read")
    IN_PROGRESS = "in_progress", _("being made")
    COMPLETED = "completed", _("ready")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("out of time")
    CANCELLING = "cancelling", _("being cancelled")
    CANCELLED = "cancelled", _("cancelled")


#: Nothing happens to these any more.
BATCH_ENDED = (BatchStatus.COMPLETED, BatchStatus.FAILED, BatchStatus.EXPIRED, BatchStatus.CANCELLED)


class Batch(models.Model):
    """Many clips asked for in one file, made as the owner's quota lets them, within a day.

    The files are named, not referred to: an owner may delete them and the batch still says which they were.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_batch_id, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="batches")
    input_file_id = models.CharField(max_length=40)
    output_file_id = models.CharField(max_length=40, blank=True)
    error_file_id = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12, choices=BatchStatus.choices, default=BatchStatus.VALIDATING)
    metadata = models.JSONField(null=True)
    errors = models.JSONField(null=True)  # why the file could not be read: [{code, message, param, line}]
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    in_progress_at = models.DateTimeField(null=True)
    cancelling_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(default=timezone.now)  # when there is something to do for it

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at", "-id"], name="batch_list")]

    def __str__(self) -> str:
        return self.id


class BatchLine(models.Model):
    """One clip of a batch. Without `asked_at` it waits for its turn; `error` says why it was never asked for."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    custom_id = models.CharField(max_length=200)
    body = models.JSONField()
    asked_at = models.DateTimeField(null=True)
    video = models.ForeignKey(Video, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.JSONField(null=True)  # {code, message}

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_position"),
            models.UniqueConstraint(fields=["batch", "custom_id"], name="batch_custom_id"),
        ]


#: What a webhook may be told of.
EVENT_TYPES = (
    "video.completed",
    "video.failed",
    "batch.completed",
    "batch.failed",
    "batch.expired",
    "batch.cancelled",
)


def new_secret() -> str:
    """What deliveries are signed with, in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class WebhookEndpoint(models.Model):
    """An address that wants to be told. After a rotation the old secret may sign along for a day."""

    id = models.CharField(primary_key=True, max_length=40, default=new_endpoint_id, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="webhook_endpoints")
    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"), max_length=600)
    event_types = ArrayField(models.CharField(max_length=30))
    secret = models.CharField(max_length=80, default=new_secret)
    old_secret = models.CharField(max_length=80, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at", "-id"], name="webhook_list")]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """An event on its way to an endpoint. `next_at` is set as long as it will be tried again."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40, default=new_event_id)
    event_type = models.CharField(max_length=30)
    payload = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)  # of the last answer
    problem = models.CharField(max_length=200, blank=True)  # why the last try failed, in words

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_log"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="delivery_due"),
        ]


class KeptAnswer(models.Model):
    """What was answered to a request with an `Idempotency-Key`: the same request gets it again, for a day."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of what was asked
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "key"], name="one_answer")]

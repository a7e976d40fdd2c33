"""A video: what its owner asked for, how far it is, and the files that came out."""

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from celaje.app.accounts.models import Person


def new_video_id() -> str:
    """The identifier that pages and the API show."""
    return f"video_{uuid.uuid4().hex}"


def new_file_name(extension: str) -> str:
    """A name that nobody guesses: 22 random characters, spread over folders, such as "k3/k3Jd...Qx.mp4"."""
    token = secrets.token_urlsafe(16)
    return f"{token[:2].lower()}/{token}{extension}"


class Status(models.TextChoices):
    """Where a video is on its way."""

    QUEUED = "queued", _("waiting")
    IN_PROGRESS = "in_progress", _("being made")
    COMPLETED = "completed", _("ready")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


#: Nothing happens to these any more.
ENDED = (Status.COMPLETED, Status.FAILED, Status.CANCELLED)


class Relation(models.TextChoices):
    """How a video came from its parent."""

    REMIX = "remix", _("remix")
    EXTENSION = "extension", _("extended")
    LOOP = "loop", pgettext_lazy("how a clip was made", "loop")
    EDIT = "edit", _("edited")
    START = "start", _("begun from its end")
    CONNECTION = "connection", _("connected")
    BLEND = "blend", _("blended")
    RECUT = "recut", _("re-cut")
    SCORE = "score", _("with another sound")
    STORYBOARD = "storyboard", _("on a storyboard")
    BROUGHT = "brought", _("brought along")
    RETRY = "retry", _("another try")


#: The clip was made of what its parent shows, which is credited; a retry only took its parent's place.
DERIVED = tuple(relation for relation in Relation if relation not in (Relation.BROUGHT, Relation.RETRY))


class Video(models.Model):
    """One generation.

    `request` is `celaje.clip.Request.to_dict()`, where files go by their names in the storage: given pictures, and the
    parent's clip when this one is made of it, each with its strength and the region that may change. Prompt, seconds,
    size and seed stand beside it for lists and searches. Of several clips that one is made of, the first is its parent
    and the others are `also`. `plan` is what a request cannot say: see `plans`. `version` grows with every change that
    a watcher may see: the id of server-sent events.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_video_id, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="videos", verbose_name=_("owner"))
    takes = models.UUIDField(default=uuid.uuid4, db_index=True)  # variations of one request share it
    take = models.PositiveSmallIntegerField(default=0)  # 0 to 3

    request = models.JSONField()
    prompt = models.TextField(_("prompt"))
    style = models.CharField(max_length=30, blank=True)  # the preset that was added to the prompt
    seconds = models.FloatField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    also = models.ManyToManyField("self", symmetrical=False, related_name="used_in")
    relation = models.CharField(max_length=10, choices=Relation.choices, blank=True)
    plan = models.JSONField(null=True)
    change = models.TextField(blank=True)  # what a remix or an edit asked for, in the person's words
    strength = models.FloatField(null=True)  # 0 to 1, of a remix or an edit

    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.QUEUED)
    stage = models.CharField(max_length=20, blank=True)  # reading, imagining, drawing, writing
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    version = models.PositiveIntegerField(default=0)
    preview = models.BinaryField(null=True)  # a tiny WebP of the estimate, gone when the clip is there
    job_id = models.BigIntegerField(null=True)
    turn = models.PositiveIntegerField(default=0)  # the order in which clips are made, see actions.py
    attempt = models.PositiveSmallIntegerField(default=0)  # which run may write; a stalled one may not
    num_lost = models.PositiveSmallIntegerField(default=0)  # runs that ended with their worker, without a word
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)

    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    charged_s = models.FloatField(default=0)  # of the owner's quota; 0 when it failed or was cancelled
    making_s = models.FloatField(null=True)
    model = models.CharField(max_length=60, blank=True)  # name and version of the weights
    understanding = models.JSONField(null=True)  # what was read from the prompt, and what was not understood

    is_favourite = models.BooleanField(default=False)
    is_new = models.BooleanField(default=True)  # not looked at yet
    deleted_at = models.DateTimeField(null=True)  # in the bin: gone for good after a while
    source = models.CharField(max_length=10, default="web")  # web, api, cli

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at", "-id"], name="video_library"),
            models.Index(fields=["status", "created_at"], name="video_status"),
            models.Index(fields=["parent"], name="video_parent"),
            models.Index(fields=["-turn"], condition=Q(started_at__isnull=False), name="video_turn"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_percent"),
            models.CheckConstraint(condition=Q(charged_s__gte=0), name="charged_not_negative"),
        ]

    def __str__(self) -> str:
        return self.id

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/videos/{self.id}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.status in ENDED


class Kind(models.TextChoices):
    """What a file of a video is."""

    VIDEO = "video", _("clip")  # mp4, or png for a still
    POSTER = "poster", _("poster")  # webp, the first frame
    SPRITE_SHEET = "spritesheet", _("sprite sheet")  # jpg, frames side by side
    SMALL = "small", _("moving thumbnail")  # webp, animated, for grids


class Asset(models.Model):
    """A file of a video, in the storage under a name that nobody guesses."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="assets")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80, unique=True)
    content_type = models.CharField(max_length=60)
    num_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["video", "kind"], name="one_of_a_kind")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where browsers get it."""
        return f"/media/{self.name}"


class Picture(models.Model):
    """A picture that a video was asked to show, in the storage; its moment stands in the video's request.

    Takes and retries share one file: it goes with the last of them, see `jobs.tidy`, or when its giver leaves. Nobody
    else sees the file itself, which may show more than the clip does: a remix is made of the clip.
    """

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="pictures")
    giver = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, db_index=True)

    def __str__(self) -> str:
        return self.name


class DoomedFile(models.Model):
    """A file in the storage that nobody needs after `since`: a job removes it.

    Written in the transaction that forgets the file's row. Whoever writes a file puts it here first, for some time
    ahead, and takes it out in the transaction that makes the row: whatever happens between, no file is left behind.
    """

    name = models.CharField(max_length=80, unique=True)
    since = models.DateTimeField(default=timezone.now, db_index=True)


@receiver(post_delete, sender=Asset)
@receiver(post_delete, sender=Picture)
def doom_file(instance: Asset | Picture, **_more: object) -> None:
    """However a file's row goes, by an action, in the admin or with its owner, the file goes too."""
    DoomedFile.objects.get_or_create(name=instance.name)

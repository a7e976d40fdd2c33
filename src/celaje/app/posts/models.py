"""Posts and what people do with them.

PostgreSQL keeps what follows from other columns, so that no writer can forget it: `score` is generated, and triggers
(migration 0002) keep the counts and `search`, also when an account goes away with all its likes.
"""

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import ExpressionWrapper, F, FloatField, Func, Q, Value
from django.db.models.functions import Cast, Ln
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Person
from celaje.app.videos.models import Asset, Video


def new_post_id() -> str:
    """The identifier in a post's address: 20 characters, 80 bits, because for some posts the address is the key."""
    return secrets.token_hex(10)


@dataclass(frozen=True, kw_only=True)
class TopFormula:
    """What Top sorts by: applause counts by its logarithm, and time takes it back. Pages print these numbers.

        score = log2(1 + like * likes + comment * comments + remix * remixes) + posted / doubling_s

    with `posted` in seconds since 1970: twice the applause lifts a post as much as being posted 12.5 hours later. A
    score does not change with time, only its rank does, so it can be stored and indexed.
    """

    like: int = 1
    comment: int = 2
    remix: int = 3
    doubling_s: float = 45_000.0

    @property
    def doubling_hours(self) -> float:
        """For pages."""
        return self.doubling_s / 3600

    def expression(self) -> "ExpressionWrapper[Any]":
        """The score from a post's columns, as PostgreSQL generates it."""
        applause = Value(1) + F("num_likes") * self.like + F("num_comments") * self.comment
        applause += F("num_remixes") * self.remix
        posted = Func(F("created_at"), template="EXTRACT(EPOCH FROM %(expressions)s AT TIME ZONE 'UTC')::float8")
        doublings = Ln(Cast(applause, FloatField())) / Ln(Value(2.0))
        return ExpressionWrapper(doublings + posted / self.doubling_s, output_field=FloatField())


TOP = TopFormula()


class Audience(models.TextChoices):
    """Who sees a post."""

    EVERYONE = "everyone", _("Everyone here")
    FOLLOWERS = "followers", _("Followers")
    LINK = "link", _("Only with the link")


class Post(models.Model):
    """A video that its owner shares.

    The last three attributes are the viewer's: `queries` fills them in for whoever looks.
    """

    id = models.CharField(primary_key=True, max_length=24, default=new_post_id, editable=False)
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts", verbose_name=_("author"))
    video = models.OneToOneField(Video, on_delete=models.CASCADE, related_name="post", verbose_name=_("video"))
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    audience = models.CharField(_("who sees it"), max_length=10, choices=Audience.choices)
    may_remix = models.BooleanField(_("may be remixed"), default=True)
    created_at = models.DateTimeField(_("posted"), default=timezone.now)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="remixes", verbose_name=_("made from")
    )
    is_remix = models.BooleanField(_("remix"), default=False)  # stays when the parent is gone
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)  # by an admin
    num_likes = models.PositiveIntegerField(_("likes"), default=0)
    num_comments = models.PositiveIntegerField(_("comments"), default=0)
    num_remixes = models.PositiveIntegerField(_("remixes"), default=0)
    score = models.GeneratedField(expression=TOP.expression(), output_field=FloatField(), db_persist=True)
    search = SearchVectorField(null=True, editable=False)  # caption and prompt, as English, as Spanish, as they are

    liked: bool = False
    follows: bool = False  # its author
    origin: "Post | None" = None  # the parent, when the viewer may see it

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="post_latest"),
            models.Index(fields=["author", "-created_at", "-id"], name="post_author"),
            models.Index(fields=["-score", "-id"], name="post_top"),
            models.Index(fields=["parent", "-created_at"], name="post_remixes"),
            GinIndex(fields=["search"], name="post_search"),
        ]

    def __str__(self) -> str:
        return self.id

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/p/{self.id}"

    @cached_property
    def files(self) -> dict[str, Asset]:
        """Its files by kind, from the prefetched rows: `post.files.poster` in templates."""
        return {asset.kind: asset for asset in self.video.assets.all()}


class Like(models.Model):
    """`person` likes `post`."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "person"], name="like_once")]


class Comment(models.Model):
    """What somebody says under a post. A reply has a `parent` that is no reply itself.

    Deleted, it has no words, and its place stays while there are replies; nobody's once its author has left the house.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="comments", verbose_name=_("author")
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    text = models.CharField(_("text"), max_length=500)
    created_at = models.DateTimeField(_("said"), default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    shown_replies: "list[Comment]"  # those that the viewer may see: `queries.comments` fills it in

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [models.Index(fields=["post", "created_at", "id"], name="comment_order")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(deleted_at__isnull=False), name="comment_of_somebody"
            )
        ]


class Happening(models.TextChoices):
    """What a notice is about."""

    LIKE = "like", _("like")
    COMMENT = "comment", _("comment")
    REPLY = "reply", _("reply")
    FOLLOW = "follow", _("follow")
    REMIX = "remix", _("remix")
    READY = "ready", _("clip is ready")
    FAILED = "failed", _("clip failed")
    HIDDEN = "hidden", _("post hidden")
    UPHELD = "upheld", _("report upheld")
    DISMISSED = "dismissed", _("report dismissed")


class Notice(models.Model):
    """Something that happened, told to `person`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Happening.choices)
    actor = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    video = models.ForeignKey(Video, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)

    num_others: int = 0  # more people who did the same, in one line: `queries.notices` fills it in

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-created_at", "-id"], name="notice_list"),
            models.Index(fields=["person"], condition=Q(seen_at=None), name="notice_unseen"),
        ]


class PushSubscription(models.Model):
    """A browser that wants to be told (Web Push). `keys` are its p256dh and auth."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=600, unique=True)
    keys = models.JSONField()
    origin = models.CharField(max_length=200)  # the address of the pages it was made on, for links
    browser = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)

"""Posts and what people do with them."""

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Person
from celaje.app.videos.models import Video


def new_post_id() -> str:
    """The identifier in a post's address: 12 characters that nobody guesses in time (for posts with the link only)."""
    return uuid.uuid4().hex[:20]


class Audience(models.TextChoices):
    """Who sees a post."""

    EVERYONE = "everyone", _("Everyone here")
    FOLLOWERS = "followers", _("Followers")
    LINK = "link", _("Only with the link")


class Post(models.Model):
    """A video that its owner shares. The counts are kept with the rows that they count, in the same transaction."""

    id = models.CharField(primary_key=True, max_length=24, default=new_post_id, editable=False)
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts", verbose_name=_("author"))
    video = models.OneToOneField(Video, on_delete=models.CASCADE, related_name="post", verbose_name=_("video"))
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    audience = models.CharField(_("who sees it"), max_length=10, choices=Audience.choices)
    may_remix = models.BooleanField(_("may be remixed"), default=True)
    created_at = models.DateTimeField(_("posted"), default=timezone.now)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="remixes")
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)  # by an admin
    num_likes = models.PositiveIntegerField(default=0)
    num_comments = models.PositiveIntegerField(default=0)
    num_remixes = models.PositiveIntegerField(default=0)
    score = models.FloatField(default=0)  # for Top: see posts/queries.py
    search = SearchVectorField(null=True)

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


class Like(models.Model):
    """`person` likes `post`."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "person"], name="like_once")]


class Comment(models.Model):
    """What somebody says under a post. A reply has a `parent` that is no reply itself."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="comments", verbose_name=_("author"))
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    text = models.CharField(_("text"), max_length=500)
    created_at = models.DateTimeField(_("said"), default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)  # its place stays when it has replies

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [models.Index(fields=["post", "created_at", "id"], name="comment_order")]


class Happening(models.TextChoices):
    """What a notice is about."""

    LIKE = "like", _("like")
    COMMENT = "comment", _("comment")
    REPLY = "reply", _("reply")
    FOLLOW = "follow", _("follow")
    REMIX = "remix", _("remix")
    READY = "ready", _("clip is ready")
    FAILED = "failed", _("clip failed")


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
    browser = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)

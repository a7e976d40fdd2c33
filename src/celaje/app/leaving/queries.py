"""Reads about leaving: a person's exports, and what would go with them."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Person
from celaje.app.errors import NotFoundError
from celaje.app.leaving.models import Export, ExportStatus
from celaje.app.posts.models import Comment, Post
from celaje.app.videos.models import Video

EXPORT_LIFE = timedelta(days=7)


def exports(person: Person) -> list[Export]:
    """The exports of `person` that are there or on their way, newest first."""
    fresh = timezone.now() - EXPORT_LIFE
    return list(Export.objects.filter(person=person, created_at__gt=fresh).order_by("-created_at", "-pk"))


def ready_export(person: Person, export_id: int) -> Export:
    """An export that `person` may download now. Raises NotFoundError, for those of others too."""
    fresh = timezone.now() - EXPORT_LIFE
    ready = Export.objects.filter(person=person, status=ExportStatus.READY, ready_at__gt=fresh)
    export = ready.filter(pk=export_id).first()
    if export is None:
        raise NotFoundError(_("This export is no longer here. Ask for a new one."))
    return export


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much of a person there is."""

    num_videos: int
    num_posts: int
    num_comments: int


def what_goes(person: Person) -> Counts:
    """What is deleted when `person` leaves."""
    return Counts(
        num_videos=Video.objects.filter(owner=person).count(),
        num_posts=Post.objects.filter(author=person).count(),
        num_comments=Comment.objects.filter(author=person, deleted_at=None).count(),
    )

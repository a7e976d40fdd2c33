"""Asking for everything of one's own, and going for good."""

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import House, Invitation, Person
from celaje.app.accounts.queries import is_last_admin
from celaje.app.errors import InvalidError, NotAllowedError
from celaje.app.leaving import jobs
from celaje.app.leaving.models import Export, ExportStatus
from celaje.app.moderation.models import Report
from celaje.app.posts.actions import take_back_comments
from celaje.app.videos.actions import forget
from celaje.app.videos.models import DoomedFile, Video


@transaction.atomic
def ask_for_export(actor: Person) -> Export:
    """A zip of all that is theirs, made by a job. One at a time: asking again while one is made gives that one."""
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    waiting = Export.objects.filter(person=actor, status=ExportStatus.QUEUED).first()
    if waiting is not None:
        return waiting
    Export.objects.filter(person=actor).delete()
    export = Export.objects.create(person=actor)
    jobs.make_export.defer(export_id=export.pk)
    return export


@transaction.atomic
def leave(actor: Person, *, typed_handle: str) -> None:
    """Deletes `actor` and all that is theirs: rows now, files by the next job. Those whom they invited stay, and what
    others replied to them.

    Raises InvalidError when the handle does not match, NotAllowedError for the last admin.
    """
    if typed_handle.strip().removeprefix("@").lower() != actor.handle:
        raise InvalidError(_("This is not your handle."), field="handle")
    House.current()
    House.objects.select_for_update().get(pk=1)  # of two last admins who go at once one must stay
    if is_last_admin(actor):
        words = _("You are the only admin. Make somebody else an admin first, so that the house keeps its keys.")
        raise NotAllowedError(words, code="last_admin")
    forget(Video.objects.select_for_update(no_key=True).filter(owner=actor))
    if actor.picture:
        DoomedFile.objects.get_or_create(name=actor.picture)
    Invitation.objects.filter(inviter=actor, used_at=None).delete()
    Report.objects.filter(comment__author=actor).delete()
    take_back_comments(actor)
    for session in UserSession.objects.filter(user=actor):
        session.end()
    people = ContentType.objects.get_for_model(Person)
    LogEntry.objects.filter(content_type=people, object_id=str(actor.pk)).delete()  # it wrote the handle down
    actor.delete()

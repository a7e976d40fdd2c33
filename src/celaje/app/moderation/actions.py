"""Reports and decisions. An action takes the actor, changes rows and tells people in one transaction."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.accounts.queries import visible_people
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError, QuotaError
from celaje.app.moderation.models import Reason, Report, State
from celaje.app.posts import queries
from celaje.app.posts.actions import remove_comment
from celaje.app.posts.models import Comment, Happening, Post
from celaje.app.posts.telling import tell

LONGEST_TEXT = 500
REPORTS_PER_DAY = 20


@transaction.atomic
def report(
    actor: Person,
    *,
    reason: str,
    text: str = "",
    post: Post | None = None,
    comment: Comment | None = None,
    person: Person | None = None,
) -> Report:
    """Say that one of the three should not be here. Who has said so already gets their first report back.

    Raises InvalidError with the field, NotFoundError for what they cannot see, QuotaError after 20 in a day.
    """
    if [post, comment, person].count(None) != 2:
        raise InvalidError(_("Report a clip, a comment or a person."))
    if reason not in Reason.values:
        raise InvalidError(_("Choose why."), field="reason")
    text = text.strip()
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise InvalidError(_("At most %(allowed)d characters.") % {"allowed": LONGEST_TEXT}, field="text")
    _check_reported(actor, post, comment, person)
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks at once count one after the other
    known = Report.objects.filter(reporter=actor, post=post, comment=comment, person=person).first()
    if known is not None:
        return known
    today = Report.objects.filter(reporter=actor, created_at__gt=timezone.now() - timedelta(days=1))
    if today.count() >= REPORTS_PER_DAY:
        raise QuotaError(_("That is enough for today. If it is urgent, write to an admin."), code="too_many_reports")
    return Report.objects.create(reporter=actor, post=post, comment=comment, person=person, reason=reason, text=text)


def _check_reported(actor: Person, post: Post | None, comment: Comment | None, person: Person | None) -> None:
    """It is there for the actor, and it is not the actor's own."""
    author = person
    if post is not None:
        seen = queries.reachable_posts(actor).filter(pk=post.pk).select_related("author").first()
        if seen is None:
            raise NotFoundError(_("This clip is not here, or not for you."))
        author = seen.author
    elif comment is not None:
        author = queries.get_comment(actor, comment.pk).author
        assert author is not None  # it is not deleted
    elif person is not None and not visible_people(actor).filter(pk=person.pk).exists():
        raise NotFoundError(_("There is nobody here with that handle."))
    if author == actor:
        raise InvalidError(_("This is your own."))


@transaction.atomic
def decide(admin: Person, report: Report, *, hide: bool, note: str = "") -> None:
    """Hide what was reported, or keep it: closes all open reports of the same thing, and tells those who reported.

    A hidden post stays for its author, who is told; a comment goes; a person is deactivated. Raises NotAllowedError.
    """
    if not admin.is_staff:
        raise NotAllowedError(_("Only admins decide about reports."))
    same = Report.objects.filter(post=report.post, comment=report.comment, person=report.person)
    waiting = list(same.filter(state=State.OPEN).select_for_update(of=("self",)).select_related("reporter"))
    if hide:
        _hide(admin, report)
    same.filter(pk__in=[one.pk for one in waiting]).update(
        state=State.UPHELD if hide else State.DISMISSED, decided_by=admin, decided_at=timezone.now(), note=note[:500]
    )
    for one in waiting:
        if one.reporter is not None:
            tell(one.reporter, Happening.UPHELD if hide else Happening.DISMISSED)


def _hide(admin: Person, report: Report) -> None:
    if report.post is not None:
        hide_post(admin, report.post)
    elif report.comment is not None:
        remove_comment(report.comment, keep_row=True)  # or the report would go with it
    elif report.person is not None:
        if report.person.is_staff:
            raise NotAllowedError(_("An admin cannot be deactivated here."))
        Person.objects.filter(pk=report.person.pk).update(is_active=False)


@transaction.atomic
def hide_post(admin: Person, post: Post) -> None:
    """From now on only its author and admins see it."""
    if not admin.is_staff:
        raise NotAllowedError(_("Only admins decide about reports."))
    if Post.objects.filter(pk=post.pk, hidden_at=None).update(hidden_at=timezone.now()):
        tell(post.author, Happening.HIDDEN, post=post)


@transaction.atomic
def show_post(admin: Person, post: Post) -> None:
    """It is back where it was."""
    if not admin.is_staff:
        raise NotAllowedError(_("Only admins decide about reports."))
    Post.objects.filter(pk=post.pk).update(hidden_at=None)

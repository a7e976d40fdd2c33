"""What people do with posts: publish, like, comment, remix; and how others hear of it.

Every action takes the actor, changes rows and enqueues jobs in one transaction, and may be done twice. What the actor
may not see is not found. Counts are kept by PostgreSQL, see models.py.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError, NotFoundError
from celaje.app.posts import queries
from celaje.app.posts.models import Audience, Comment, Happening, Like, Notice, Post
from celaje.app.posts.telling import tell
from celaje.app.videos import actions as videos
from celaje.app.videos import tasks
from celaje.app.videos.models import DERIVED, Relation, Status, Video
from celaje.app.videos.queries import own
from celaje.app.videos.tasks import Wanted

LONGEST_TEXT = 500


# Posting


@transaction.atomic
def publish(actor: Person, video: Video, *, caption: str, audience: str, may_remix: bool) -> Post:
    """Share a finished clip of one's own. Raises InvalidError, with the field, and NotFoundError.

    A remix, and whatever else was made of posts' clips, is credited to them, as long as they are there for the actor.
    """
    current = Video.objects.select_for_update(no_key=True).filter(pk=video.pk, owner=actor, deleted_at=None).first()
    if current is None:
        raise NotFoundError(_("There is no such clip."))
    if current.status != Status.COMPLETED:
        raise InvalidError(_("Only a finished clip can be posted."), code="not_finished")
    if current.relation == Relation.BROUGHT:
        words = _("A clip that you brought along stays yours alone. Post what you make of it.")
        raise InvalidError(words, code="brought_along")
    if Post.objects.filter(video=current).exists():
        raise InvalidError(_("This clip is posted already."), code="already_posted")
    credited = _credited(actor, current) if current.relation in DERIVED else []
    is_remix = bool(credited) or (current.relation in DERIVED and not _is_of_own(actor, current))
    parent = credited[0] if credited else None
    post = Post.objects.create(
        author=actor,
        video=current,
        caption=_text(caption, "caption"),
        audience=_audience(audience),
        may_remix=may_remix,
        parent=parent,
        is_remix=is_remix,
    )
    if post.audience != Audience.LINK:
        for author in dict.fromkeys(one.author for one in credited):
            tell(author, Happening.REMIX, actor=actor, post=post)
    return post


def _credited(actor: Person, video: Video) -> list[Post]:
    """The posts whose clips a clip is made of, others' before one's own: the first is the origin."""
    made_of = [video.parent_id, *video.also.values_list("pk", flat=True)]
    found = queries.reachable_posts(actor).filter(video_id__in=made_of).select_related("author")
    return sorted(found, key=lambda post: (post.author_id == actor.pk, made_of.index(post.video_id)))


@transaction.atomic
def change(
    actor: Person,
    post: Post,
    *,
    caption: str | None = None,
    audience: str | None = None,
    may_remix: bool | None = None,
) -> Post:
    """Change what is given, of one's own post."""
    current = _own(actor, post)
    if caption is not None:
        current.caption = _text(caption, "caption")
    if audience is not None:
        current.audience = _audience(audience)
    if may_remix is not None:
        current.may_remix = may_remix
    current.save(update_fields=["caption", "audience", "may_remix"])
    return current


@transaction.atomic
def unpublish(actor: Person, post: Post) -> None:
    """Take one's own post back, with its likes and comments. The clip is a draft again; remixes of it stay."""
    _own(actor, post).delete()


def _is_of_own(actor: Person, video: Video) -> bool:
    """Whether all that a clip is made of is still there, and the actor's own."""
    made_of = [video.parent_id, *video.also.values_list("pk", flat=True)]
    return Video.objects.filter(pk__in=made_of, owner=actor).count() == len(made_of)


def _own(actor: Person, post: Post) -> Post:
    current = Post.objects.select_for_update(no_key=True).filter(pk=post.pk, author=actor).first()
    if current is None:
        raise NotFoundError(_("This clip is not here, or not for you."))
    return current


def _reachable(actor: Person, post: Post) -> Post:
    """The post as it is now, if the actor may open it."""
    current = queries.reachable_posts(actor).filter(pk=post.pk).select_related("author", "video").first()
    if current is None:
        raise NotFoundError(_("This clip is not here, or not for you."))
    return current


def _audience(audience: str) -> Audience:
    try:
        return Audience(audience)
    except ValueError:
        raise InvalidError(_("Choose who sees it."), field="audience") from None


def _text(text: str, what: str, *, needed: bool = False) -> str:
    """The text with its edges trimmed. Raises InvalidError when it is too long, no text, or missing."""
    text = text.replace("\r\n", "\n").strip()
    if needed and not text:
        raise InvalidError(_("Write something first."), field=what)
    if len(text) > LONGEST_TEXT:
        words = _("This has %(given)d characters; at most %(allowed)d are possible.")
        raise InvalidError(words % {"given": len(text), "allowed": LONGEST_TEXT}, field=what)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidError(_("This holds characters that are no text."), field=what)
    return text


# Likes and comments


@transaction.atomic
def like(actor: Person, post: Post) -> None:
    """`actor` likes it. Once."""
    current = _reachable(actor, post)
    if _create_or_know(Like, post=current, person=actor):
        tell(current.author, Happening.LIKE, actor=actor, post=current)


@transaction.atomic
def unlike(actor: Person, post: Post) -> None:
    """`actor` no longer likes it: also possible when they no longer see it."""
    Like.objects.filter(post=post, person=actor).delete()
    Notice.objects.filter(kind=Happening.LIKE, actor=actor, post=post).delete()


def _create_or_know(model: type[Like], **values: Any) -> bool:
    """Whether a row was made; not when it was there, or when somebody was faster. A post may also just have gone."""
    try:
        with transaction.atomic():
            return model.objects.get_or_create(**values)[1]
    except IntegrityError:
        raise NotFoundError(_("This clip is not here, or not for you.")) from None


@transaction.atomic
def comment(actor: Person, post: Post, text: str, parent: Comment | None = None) -> Comment:
    """Say something under a post, or in reply to `parent`. A reply to a reply stands beside it: one level."""
    current = _reachable(actor, post)
    text = _text(text, "text", needed=True)
    answered = None if parent is None else queries.get_comment(actor, parent.pk)
    if answered is not None and answered.post_id != current.pk:
        raise NotFoundError(_("This comment is not here any more."))
    said = Comment.objects.create(
        post=current,
        author=actor,
        text=text,
        parent_id=None if answered is None else answered.parent_id or answered.pk,
    )
    if answered is not None:
        assert answered.author is not None  # it is not deleted
        tell(answered.author, Happening.REPLY, actor=actor, post=current, comment=said)
    if answered is None or answered.author_id != current.author_id:
        tell(current.author, Happening.COMMENT, actor=actor, post=current, comment=said)
    return said


@transaction.atomic
def delete_comment(actor: Person, comment: Comment) -> None:
    """Take back what one said, or what others said under one's own post; admins may too.

    The words go at once. The comment's place stays while there are replies, and goes with the last of them.
    """
    may = Q() if actor.is_staff else Q(author=actor) | Q(post__author=actor)
    current = Comment.objects.select_for_update(no_key=True, of=("self",)).filter(may, pk=comment.pk).first()
    if current is None:
        raise NotFoundError(_("This comment is not here any more."))
    remove_comment(current)


def remove_comment(comment: Comment, *, keep_row: bool = False) -> None:
    """Whether that is right, the caller knows. With `keep_row` the row stays in any case, without its words."""
    if keep_row or comment.replies.filter(deleted_at=None).exists():
        Comment.objects.filter(pk=comment.pk).update(text="", deleted_at=timezone.now())
        Notice.objects.filter(comment=comment).delete()
        return
    parent = comment.parent
    comment.delete()
    if parent is not None and parent.deleted_at is not None and not parent.replies.filter(deleted_at=None).exists():
        parent.delete()


def take_back_comments(actor: Person) -> None:
    """All that `actor` said, before they leave. Where others replied, an empty place stays that is nobody's."""
    said = Comment.objects.filter(author=actor)
    list(said.select_for_update().values_list("pk"))  # who replies now waits, and then finds the place or nothing
    replied = Comment.objects.filter(deleted_at=None, parent__in=said).exclude(author=actor)
    said.filter(pk__in=replied.values("parent")).update(author=None, text="", deleted_at=timezone.now())
    said.delete()


# Remixing


@transaction.atomic
def remix(
    actor: Person, post: Post, *, change: str, strength: float = 0.5, takes: int = 1, source: str = "web"
) -> list[Video]:
    """Clips of one's own: somebody's post, edited as `change` says. Length and shape are the original's.

    `strength` 0 to 1: how much may change, see `changing.STRENGTHS`. Raises NotAllowedError when the author does not
    want remixes, InvalidError, and what `tasks.edit` raises.
    """
    current = queries.open_for_remixes(actor, _reachable(actor, post))
    return tasks.edit(
        actor,
        current.video,
        change=_text(change, "change", needed=True),
        strength=strength,
        relation=Relation.REMIX,
        wanted=Wanted(takes=takes, source=source),
    )


@transaction.atomic
def retry(actor: Person, video: Video) -> Video:
    """Ask for one's own clip once more, see `videos.actions.retry`. What it was made from must still be for the actor.

    Raises NotFoundError or NotAllowedError when it is not.
    """
    current = own(actor, video.pk)
    if current.relation in DERIVED and current.parent_id is not None:
        for source in (current.parent_id, *current.also.values_list("pk", flat=True)):
            queries.clip_to_use(actor, source)
    return videos.retry(actor, current)


# Notices


def mark_notices_seen(actor: Person) -> None:
    """They have looked at the list."""
    Notice.objects.filter(person=actor, seen_at=None).update(seen_at=timezone.now())

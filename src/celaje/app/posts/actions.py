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
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError
from celaje.app.posts import queries
from celaje.app.posts.models import Audience, Comment, Happening, Like, Notice, Post
from celaje.app.posts.remixing import SAME_SEED, combined_prompt
from celaje.app.posts.telling import tell
from celaje.app.videos import actions as videos
from celaje.app.videos.models import Relation, Status, Video
from celaje.app.videos.queries import given_pictures
from celaje.clip import Request

LONGEST_TEXT = 500


# Posting


@transaction.atomic
def publish(actor: Person, video: Video, *, caption: str, audience: str, may_remix: bool) -> Post:
    """Share a finished clip of one's own. Raises InvalidError, with the field, and NotFoundError.

    A remix is credited to the post that it was made from, as long as that is there for the actor.
    """
    current = Video.objects.select_for_update(no_key=True).filter(pk=video.pk, owner=actor, deleted_at=None).first()
    if current is None:
        raise NotFoundError(_("There is no such clip."))
    if current.status != Status.COMPLETED:
        raise InvalidError(_("Only a finished clip can be posted."), code="not_finished")
    if Post.objects.filter(video=current).exists():
        raise InvalidError(_("This clip is posted already."), code="already_posted")
    is_remix = current.relation == Relation.REMIX
    parent = None
    if is_remix and current.parent_id is not None:
        parent = queries.reachable_posts(actor).filter(video_id=current.parent_id).select_related("author").first()
    post = Post.objects.create(
        author=actor,
        video=current,
        caption=_text(caption, "caption"),
        audience=_audience(audience),
        may_remix=may_remix,
        parent=parent,
        is_remix=is_remix,
    )
    if parent is not None and post.audience != Audience.LINK:
        tell(parent.author, Happening.REMIX, actor=actor, post=post)
    return post


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
    actor: Person,
    post: Post,
    *,
    change: str,
    strength: float = 0.5,
    takes: int = 1,
    seconds: float | None = None,
    source: str = "web",
) -> list[Video]:
    """Clips of one's own made from somebody's post and a `change`. Length and shape are the original's.

    `strength` 0 to 1: how much may change, see `remixing.STRENGTHS`. Raises NotAllowedError when the author does not
    want remixes, InvalidError, and what `videos.actions.create` raises.
    """
    current = _reachable(actor, post)
    if not current.may_remix and current.author_id != actor.pk:
        raise NotAllowedError(_("This clip is not open for remixes."), code="no_remixes")
    change = _text(change, "change", needed=True)
    if not 0 <= strength <= 1:
        raise InvalidError(_("The strength goes from 0 to 1."), field="strength")
    original = current.video
    asked = Request.from_dict(original.request)
    return videos.create(
        actor,
        prompt=combined_prompt(original.prompt, change, strength),
        seconds=original.seconds if seconds is None else seconds,
        size=asked.size,
        seed=original.seed if strength < SAME_SEED else None,
        takes=takes,
        style=original.style,
        audio=asked.audio,
        negative_prompt=asked.negative_prompt,
        steps=asked.steps,
        guidance=asked.guidance,
        pictures=given_pictures(original, original.seconds if seconds is None else seconds),
        source=source,
        parent=original,
        relation=Relation.REMIX,
        change=change,
        strength=strength,
    )


# Notices


def mark_notices_seen(actor: Person) -> None:
    """They have looked at the list."""
    Notice.objects.filter(person=actor, seen_at=None).update(seen_at=timezone.now())

"""How people hear of what happened: a row for the page of notices, and a push to the devices that asked for it.

Nobody hears of themselves, of somebody whom they mute, or of somebody between whom and them there is a block. What the
slices below do is heard here: they do not know that there are notices.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from celaje.app.accounts.models import Follow, Mute, Person
from celaje.app.accounts.queries import are_blocked
from celaje.app.posts import jobs
from celaje.app.posts.models import Comment, Happening, Notice, Post, PushSubscription
from celaje.app.videos import making
from celaje.app.videos.models import Status, Video


def tell(
    person: Person,
    kind: Happening,
    *,
    actor: Person | None = None,
    post: Post | None = None,
    comment: Comment | None = None,
    video: Video | None = None,
) -> None:
    """Tell `person`, in the transaction of what happened.

    Devices hear of the first like of a post; of those that follow only when that one was looked at.
    """
    if actor is not None and not _may_tell(person, actor):
        return
    told_already = (
        kind == Happening.LIKE and Notice.objects.filter(person=person, kind=kind, post=post, seen_at=None).exists()
    )
    notice = Notice.objects.create(person=person, kind=kind, actor=actor, post=post, comment=comment, video=video)
    if not told_already:
        for subscription_id in PushSubscription.objects.filter(person=person).values_list("pk", flat=True):
            jobs.push.defer(notice_id=notice.pk, subscription_id=subscription_id)


def _may_tell(person: Person, actor: Person) -> bool:
    if person == actor:
        return False
    return not Mute.objects.filter(muter=person, muted=actor).exists() and not are_blocked(person, actor)


@receiver(making.ended, dispatch_uid="posts.tell_ended")
def _tell_ended(video: Video, **_kwargs: Any) -> None:
    """A clip is ready or has failed. Programs have other ways to hear of theirs."""
    if video.source != "api":
        kind = Happening.READY if video.status == Status.COMPLETED else Happening.FAILED
        tell(video.owner, kind, video=video)


@receiver(post_save, sender=Follow, dispatch_uid="posts.tell_follow")
def _tell_follow(instance: Follow, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    if created and not raw:
        tell(instance.followed, Happening.FOLLOW, actor=instance.follower)


@receiver(post_delete, sender=Follow, dispatch_uid="posts.untell_follow")
def _untell_follow(instance: Follow, **_kwargs: Any) -> None:
    Notice.objects.filter(kind=Happening.FOLLOW, person_id=instance.followed_id, actor_id=instance.follower_id).delete()

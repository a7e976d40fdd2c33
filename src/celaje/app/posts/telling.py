"""How people hear of what happened: a row for the page of notices, and a push to the browsers that asked for it.

Nobody hears of themselves, of somebody whom they mute, or of somebody between whom and them there is a block.
"""

from celaje.app.accounts.models import Mute, Person
from celaje.app.accounts.queries import are_blocked
from celaje.app.posts.models import Comment, Happening, Notice, Post
from celaje.app.videos.models import Video


def tell(
    person: Person,
    kind: Happening,
    *,
    actor: Person | None = None,
    post: Post | None = None,
    comment: Comment | None = None,
    video: Video | None = None,
) -> None:
    """Tell `person`, in the transaction of what happened."""
    if actor is not None and not _may_tell(person, actor):
        return
    Notice.objects.create(person=person, kind=kind, actor=actor, post=post, comment=comment, video=video)


def _may_tell(person: Person, actor: Person) -> bool:
    if person == actor:
        return False
    return not Mute.objects.filter(muter=person, muted=actor).exists() and not are_blocked(person, actor)

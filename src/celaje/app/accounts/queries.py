"""Reads about people: who may see whom, who follows whom, who invited whom.

`people_hidden_from` is the one place that says who is out of whose sight; every other slice builds on it. It is a
subquery, to be used inside a larger one: it costs no round trip of its own.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import Block, Doors, Follow, House, Invitation, Mute, Person, ResetLink
from celaje.app.errors import NotAllowedError, NotFoundError
from celaje.app.prepared import Prepared


def people_hidden_from(person: Person | None) -> QuerySet[Any, Any]:
    """The ids of those whom `person` must not see: blocked either way, or deactivated. None is a guest.

    Used as `Post.objects.exclude(author_id__in=people_hidden_from(person))`.
    """
    inactive = Person.objects.filter(is_active=False).values_list("pk")
    if person is None:
        return inactive
    blocked = Block.objects.filter(blocker=person).values_list("blocked_id")
    blocking = Block.objects.filter(blocked=person).values_list("blocker_id")
    return inactive.union(blocked, blocking, all=True)


def people_muted_by(person: Person) -> QuerySet[Any, Any]:
    """The ids of those whom `person` does not want in feeds and notices. A subquery too."""
    return Mute.objects.filter(muter=person).values_list("muted_id")


def people_followed_by(person: Person) -> QuerySet[Any, Any]:
    """The ids of those whom `person` follows. A subquery too."""
    return Follow.objects.filter(follower=person).values_list("followed_id")


def visible_people(viewer: Person | None) -> QuerySet[Person]:
    """Everybody whom `viewer` may see."""
    return Person.objects.exclude(pk__in=people_hidden_from(viewer))


def with_id(person_id: int) -> list[Person]:
    """The person with that id, or nobody."""
    return _with_id(None, person_id=person_id)


@Prepared
def _with_id(nobody: None, *, person_id: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id)


def get(viewer: Person | None, handle: str) -> Person:
    """The person with that handle, if `viewer` may see them. Raises NotFoundError."""
    person = visible_people(viewer).filter(handle=handle.lower()).first()
    if person is None:
        raise NotFoundError(_("There is nobody here with that handle."))
    return person


def are_blocked(one: Person, other: Person) -> bool:
    """Whether either of the two blocks the other."""
    return Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)).exists()


def is_following(follower: Person, followed: Person) -> bool:
    """Whether the first follows the second."""
    return Follow.objects.filter(follower=follower, followed=followed).exists()


@dataclass(frozen=True, kw_only=True)
class Bond:
    """What lies between a viewer and a person, as the viewer may know it."""

    follows: bool = False
    is_followed: bool = False
    blocks: bool = False
    mutes: bool = False

    @property
    def mutual(self) -> bool:
        """Both follow each other."""
        return self.follows and self.is_followed


def bond(viewer: Person | None, person: Person) -> Bond:
    """What lies between the two, in one query."""
    if viewer is None or viewer == person:
        return Bond()
    row = (
        Person.objects.filter(pk=person.pk)
        .annotate(
            viewer_follows=Exists(Follow.objects.filter(follower=viewer, followed=OuterRef("pk"))),
            follows_viewer=Exists(Follow.objects.filter(follower=OuterRef("pk"), followed=viewer)),
            viewer_blocks=Exists(Block.objects.filter(blocker=viewer, blocked=OuterRef("pk"))),
            viewer_mutes=Exists(Mute.objects.filter(muter=viewer, muted=OuterRef("pk"))),
        )
        .values("viewer_follows", "follows_viewer", "viewer_blocks", "viewer_mutes")
        .get()
    )
    return Bond(
        follows=row["viewer_follows"],
        is_followed=row["follows_viewer"],
        blocks=row["viewer_blocks"],
        mutes=row["viewer_mutes"],
    )


def mutuals(person: Person) -> QuerySet[Person]:
    """Those who follow `person` and are followed back."""
    return visible_people(person).filter(followers__follower=person, following__followed=person)


def followers(viewer: Person | None, person: Person) -> QuerySet[Person]:
    """Those who follow `person`, newest first, as far as `viewer` may see them."""
    return visible_people(viewer).filter(following__followed=person).order_by("-following__created_at", "-pk")


def following(viewer: Person | None, person: Person) -> QuerySet[Person]:
    """Those whom `person` follows, newest first, as far as `viewer` may see them."""
    return visible_people(viewer).filter(followers__follower=person).order_by("-followers__created_at", "-pk")


def blocked_people(person: Person) -> QuerySet[Person]:
    """Those whom `person` blocks: the only place where they still see them."""
    return Person.objects.filter(blocked_by__blocker=person).order_by("handle")


def muted_people(person: Person) -> QuerySet[Person]:
    """Those whom `person` mutes."""
    return Person.objects.filter(muted_by__muter=person).order_by("handle")


def house_is_empty() -> bool:
    """Whether nobody has come yet: the next visitor founds the house."""
    return not Person.objects.exists()


def is_last_admin(person: Person) -> bool:
    """Whether nobody would hold the keys of the house without `person`."""
    kept = Person.objects.filter(is_staff=True, is_active=True)
    return kept.filter(pk=person.pk).exists() and not kept.exclude(pk=person.pk).exists()


def handle_is_free(handle: str) -> bool:
    """Whether nobody has that handle. Its shape is another matter: see `actions.check_handle`."""
    return not Person.objects.filter(handle=handle.lower()).exists()


def spent_invitations(person: Person) -> QuerySet[Invitation]:
    """The invitations that count against the role: used ones, and those that still work."""
    now = timezone.now()
    waiting = Q(used_at=None, withdrawn_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    return Invitation.objects.filter(Q(inviter=person) & (Q(used_at__isnull=False) | waiting))


def invitations_left(person: Person) -> int:
    """How many more people `person` may invite. One that expired or was withdrawn unused is given back."""
    return max(0, person.role.num_invitations - spent_invitations(person).count())


def invitations(person: Person) -> list[Invitation]:
    """All that `person` made, newest first, with who came."""
    return list(Invitation.objects.filter(inviter=person).select_related("guest").order_by("-created_at", "-pk"))


def open_invitation(code: str) -> Invitation:
    """The invitation that `code` opens now. Raises NotFoundError, or NotAllowedError with why it does not work."""
    invitation = Invitation.objects.select_related("inviter").filter(code=code.strip().upper()).first()
    if invitation is None:
        raise NotFoundError(_("No invitation has this code. Check the link, or ask for a new one."), field="code")
    check_invitation(invitation)
    return invitation


def check_invitation(invitation: Invitation) -> None:
    """Whether somebody may still join with it. Raises NotAllowedError with the reason."""
    if invitation.used_at is not None:
        reason = _("Somebody has already joined with this invitation. Each works once: ask for a new one.")
    elif invitation.withdrawn_at is not None or (invitation.inviter is not None and not invitation.inviter.is_active):
        reason = _("This invitation was withdrawn. Ask for a new one.")
    elif not invitation.works():
        reason = _("This invitation has expired. Ask for a new one.")
    else:
        return
    raise NotAllowedError(reason, code="invitation_spent", field="code")


def check_doors(house: House, *, invited: bool) -> None:
    """Whether the house lets people in now. Raises NotAllowedError."""
    if house.doors == Doors.CLOSED:
        raise NotAllowedError(_("Nobody can join for now: the doors are closed."), code="doors_closed")
    if house.doors == Doors.INVITATION and not invited:
        raise NotAllowedError(
            _("People join with an invitation here. Ask somebody inside for one."), code="invited_only"
        )


@dataclass
class Guest:
    """Somebody in the tree of invitations, with those whom they invited."""

    person: Person
    guests: list["Guest"] = field(default_factory=list)


def invitation_tree() -> list[Guest]:
    """Who invited whom: the roots are those who came without an invitation, or whose inviter has left. Two queries."""
    nodes = {person.pk: Guest(person) for person in Person.objects.select_related("role").order_by("joined_at", "pk")}
    links = Invitation.objects.filter(guest__isnull=False, inviter__isnull=False).values_list("guest_id", "inviter_id")
    inviters = dict(links)
    for pk, node in nodes.items():
        if pk in inviters:
            nodes[inviters[pk]].guests.append(node)
    return [node for pk, node in nodes.items() if pk not in inviters]


def hash_token(token: str) -> str:
    """What is kept of a token that is shown once."""
    return hashlib.sha256(token.encode()).hexdigest()


def reset_link(token: str) -> ResetLink:
    """The link that lets its person in now. Raises NotFoundError: used, expired and unknown look the same."""
    link = ResetLink.objects.select_related("person").filter(token_hash=hash_token(token), used_at=None).first()
    if link is None or link.expires_at <= timezone.now() or not link.person.is_active:
        raise NotFoundError(_("This link no longer works. Each works once, within a day: ask an admin for a new one."))
    return link

"""What people do about themselves and each other: found the house, join, invite, follow, block, mute, get back in.

An action takes who acts, changes rows and enqueues jobs in one transaction. It knows nothing of HTTP. A passkey comes
as the browser's registration, already verified by whoever asked the browser for it.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from celaje.app import storage
from celaje.app.accounts import jobs, queries
from celaje.app.accounts.models import (
    HANDLE_PATTERN,
    RESERVED_HANDLES,
    Block,
    Follow,
    House,
    Invitation,
    Mute,
    Person,
    ResetLink,
    Role,
)
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError

RESET_LINK_LIFE = timedelta(hours=24)
LONGEST_NAME, LONGEST_ABOUT = 50, 200
LARGEST_PICTURE_BYTES = 8 * 2**20

Credential = dict[str, Any]


def found_house(
    *,
    house_name: str,
    handle: str,
    name: str,
    language: str = "en",
    password: str | None = None,
    passkey: Credential | None = None,
    person_id: int | None = None,
) -> Person:
    """The first person: the admin. Raises NotAllowedError when somebody was faster."""
    with transaction.atomic():
        House.current()
        house = House.objects.select_for_update().get(pk=1)  # of two first visitors one waits here, and finds the other
        if not queries.house_is_empty():
            raise NotAllowedError(_("Somebody has already founded this house."), code="house_founded")
        house.name = _tidy(house_name, longest=60, what="house_name") or "Celaje"
        house.founded_at = timezone.now()
        house.save()
        role = Role.of_admins()
        person = Person(pk=person_id, role=role, is_staff=True, is_superuser=True, language=language)
        return _enter(person, handle, name, password, passkey)


def join(
    *,
    code: str,
    handle: str,
    name: str,
    language: str = "en",
    password: str | None = None,
    passkey: Credential | None = None,
    person_id: int | None = None,
) -> Person:
    """A newcomer, who spends the invitation `code` (empty where the doors are open).

    Raises NotAllowedError for closed doors and spent codes, NotFoundError for unknown ones, InvalidError for a field.
    """
    with transaction.atomic():
        queries.check_doors(House.current(), invited=bool(code))
        invitation = None
        if code:
            # Of two who come with the same code one waits for the other here, and then sees that it is used.
            locked = Invitation.objects.select_for_update(of=("self",)).select_related("inviter")
            invitation = locked.filter(code=code.strip().upper()).first()
            if invitation is None:
                raise NotFoundError(_("No invitation has this code. Check the link, or ask for a new one."))
            queries.check_invitation(invitation)
        person = Person(pk=person_id, role=Role.of_members(), language=language)
        _enter(person, handle, name, password, passkey)
        if invitation is not None:
            invitation.guest = person
            invitation.used_at = timezone.now()
            invitation.save(update_fields=["guest", "used_at"])
        return person


def _enter(person: Person, handle: str, name: str, password: str | None, passkey: Credential | None) -> Person:
    """The row of somebody new, with the key that they chose."""
    person.handle = check_handle(handle)
    person.name = _tidy(name, longest=LONGEST_NAME, what="name") or person.handle
    if password:
        check_password(password, person)
    elif passkey is None:
        raise InvalidError(_("Choose a passkey or a password."), field="password")
    person.set_password(password)  # without one: nothing that could be typed
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as taken:
        raise InvalidError(_("Somebody here already has this handle."), field="handle") from taken
    if passkey is not None:
        add_passkey(person, passkey)
    return person


def add_passkey(person: Person, credential: Credential, name: str = "") -> None:
    """One more passkey. `credential` is the browser's registration, verified, for which one that knows was required."""
    passkeys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    if not name:
        name = gettext("Passkey %(number)d") % {"number": passkeys.count() + 1}
    # Not every browser says that it made what was required; allauth reads it here.
    extensions = credential.get("clientExtensionResults", {}) | {"credProps": {"rk": True}}
    data = {"name": name, "credential": credential | {"clientExtensionResults": extensions}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def check_handle(handle: str) -> str:
    """The handle as it is kept: small letters, without an at sign. Raises InvalidError with what is wrong."""
    handle = handle.strip().removeprefix("@").lower()
    if not handle:
        raise InvalidError(_("Choose a handle."), field="handle")
    if not re.fullmatch(HANDLE_PATTERN, handle):
        raise InvalidError(_("3 to 30 letters from a to z, digits or underscores."), field="handle")
    if handle in RESERVED_HANDLES:
        raise InvalidError(_("This handle is kept for the house."), field="handle")
    if not queries.handle_is_free(handle):
        raise InvalidError(_("Somebody here already has this handle."), field="handle")
    return handle


def check_password(password: str, person: Person, field: str = "password") -> None:
    """Whether it is hard enough to guess. Raises InvalidError in words."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidError(" ".join(error.messages), field=field) from error


def _tidy(text: str, *, longest: int, what: str) -> str:
    text = " ".join(text.split())
    if len(text) > longest:
        words = _("At most %(longest)d characters; this has %(length)d.")
        raise InvalidError(words % {"longest": longest, "length": len(text)}, field=what)
    return text


# Inviting


def invite(actor: Person, *, expires_at: datetime | None = None) -> Invitation:
    """A new code. Raises NotAllowedError when the role allows no more."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.pk)  # two clicks at once count one after the other
        if queries.invitations_left(actor) == 0:
            raise NotAllowedError(_("You have no invitations left."), code="no_invitations_left")
        return Invitation.objects.create(inviter=actor, expires_at=expires_at)


def withdraw(actor: Person, invitation_id: int) -> Invitation:
    """Makes a code worthless; its inviter and admins may. Raises NotFoundError, or NotAllowedError when it is used."""
    with transaction.atomic():
        mine = Q() if actor.is_staff else Q(inviter=actor)
        invitation = Invitation.objects.select_for_update().filter(mine, pk=invitation_id).first()
        if invitation is None:
            raise NotFoundError(_("There is no such invitation."))
        if invitation.used_at is not None:
            raise NotAllowedError(_("Somebody has already joined with it."), code="invitation_spent")
        invitation.withdrawn_at = invitation.withdrawn_at or timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        return invitation


# What lies between people. All of these may be done twice.


def follow(actor: Person, person: Person) -> None:
    """`actor` wants to see what `person` posts. Raises NotFoundError when either blocks the other."""
    if actor == person:
        raise InvalidError(_("Nobody follows themselves."))
    with transaction.atomic():
        _lock_pair(actor, person)
        if not person.is_active or queries.are_blocked(actor, person):
            raise NotFoundError(_("There is nobody here with that handle."))
        Follow.objects.get_or_create(follower=actor, followed=person)


def unfollow(actor: Person, person: Person) -> None:
    """`actor` no longer follows `person`."""
    Follow.objects.filter(follower=actor, followed=person).delete()


def block(actor: Person, person: Person) -> None:
    """From now on neither sees the other; nor do they follow each other any more."""
    if actor == person:
        raise InvalidError(_("Nobody blocks themselves."))
    with transaction.atomic():
        _lock_pair(actor, person)
        Block.objects.get_or_create(blocker=actor, blocked=person)
        Follow.objects.filter(Q(follower=actor, followed=person) | Q(follower=person, followed=actor)).delete()


def unblock(actor: Person, person: Person) -> None:
    """They see each other again. Whoever followed follows no more."""
    Block.objects.filter(blocker=actor, blocked=person).delete()


def mute(actor: Person, person: Person) -> None:
    """`actor` does not want `person` in feeds and notices. `person` does not learn of it."""
    if actor == person:
        raise InvalidError(_("Nobody mutes themselves."))
    Mute.objects.get_or_create(muter=actor, muted=person)


def unmute(actor: Person, person: Person) -> None:
    """`person` is back in `actor`'s feeds."""
    Mute.objects.filter(muter=actor, muted=person).delete()


def _lock_pair(one: Person, other: Person) -> None:
    """So that following and blocking never cross. In the order of ids, or two pairs would wait for each other."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk"))


# Oneself


def change_profile(actor: Person, *, name: str, about: str) -> None:
    """What others read about `actor`. Raises InvalidError with the field."""
    actor.name = _tidy(name, longest=LONGEST_NAME, what="name")
    if not actor.name:
        raise InvalidError(_("A name is needed. It can be anything."), field="name")
    actor.about = _tidy(about, longest=LONGEST_ABOUT, what="about")
    actor.save(update_fields=["name", "about"])


def change_picture(actor: Person, content: bytes) -> None:
    """Takes a JPEG, PNG, WebP or GIF; a job makes the small square that others see. Raises InvalidError."""
    if len(content) > LARGEST_PICTURE_BYTES:
        raise InvalidError(_("A picture may have 8 MB at most."), field="picture")
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    if not is_webp and not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8")):
        raise InvalidError(_("This is no JPEG, PNG, WebP or GIF."), field="picture")
    upload = f"uploads/{secrets.token_urlsafe(16)}"
    storage.put(upload, content)
    jobs.enqueue_portrait(actor, upload)


def remove_picture(actor: Person) -> None:
    """Back to the first letter of the handle."""
    with transaction.atomic():
        if actor.picture:
            jobs.forget_files.defer(names=[actor.picture])
        actor.picture = ""
        actor.save(update_fields=["picture"])


def change_language(actor: Person, language: str) -> None:
    """The language in which the house speaks to `actor`."""
    if language not in dict(Person._meta.get_field("language").flatchoices):
        raise InvalidError(_("This language is not spoken here."), field="language")
    actor.language = language
    actor.save(update_fields=["language"])


# Getting back in


def make_reset_link(person: Person) -> str:
    """A token that lets `person` set a password or a passkey, once, within a day. Only its hash is kept: show it."""
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        ResetLink.objects.filter(person=person, used_at=None).delete()  # only the newest works
        expires_at = timezone.now() + RESET_LINK_LIFE
        ResetLink.objects.create(person=person, token_hash=queries.hash_token(token), expires_at=expires_at)
    return token


def use_reset_link(token: str, *, password: str | None = None, passkey: Credential | None = None) -> Person:
    """Spends the link: its person gets the new key. Raises NotFoundError, or InvalidError for the password."""
    with transaction.atomic():
        person = queries.reset_link(token).person
        if password:
            check_password(password, person)
            person.set_password(password)
            person.save(update_fields=["password"])
        elif passkey is not None:
            add_passkey(person, passkey)
        else:
            raise InvalidError(_("Choose a passkey or a password."), field="password")
        # Last, and conditional: of two who come at once the second finds nothing to spend, and all of theirs is undone.
        unused = ResetLink.objects.filter(token_hash=queries.hash_token(token), used_at=None)
        if unused.update(used_at=timezone.now()) != 1:
            raise NotFoundError(_("This link no longer works."))
        return person

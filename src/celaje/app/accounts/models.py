"""People, the house they are in, and what lies between them."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Handles that would read as pages or as the house itself.
RESERVED_HANDLES = frozenset(
    ("admin", "administrator", "api", "celaje", "everyone", "help", "house", "me", "new", "root", "settings", "system")
)
HANDLE_PATTERN = r"[a-z0-9_]{3,30}"
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is easily mixed up
CODE_LENGTH = 10


def new_code() -> str:
    """An invitation code: short enough to be told on the phone, about 50 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_picture_name() -> str:
    """A name in the storage that nobody guesses."""
    return f"people/{secrets.token_urlsafe(16)}.webp"


class Doors(models.TextChoices):
    """Who may join."""

    OPEN = "open", _("Anybody")
    INVITATION = "invitation", _("People with an invitation")
    CLOSED = "closed", _("Nobody")


class House(models.Model):
    """This installation: one row."""

    name = models.CharField(_("name"), max_length=60, default="Celaje")
    doors = models.CharField(_("who may join"), max_length=12, choices=Doors.choices, default=Doors.INVITATION)
    founded_at = models.DateTimeField(_("founded"), null=True, editable=False)  # when the first person came
    allow_private_addresses = models.BooleanField(_("webhooks may call private addresses"), default=False)

    class Meta:
        verbose_name = _("house")
        verbose_name_plural = _("house")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="one_house")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "House":
        """The one row."""
        house, _created = cls.objects.get_or_create(pk=1)
        return house


class Role(models.Model):
    """How much those who have it may make and invite."""

    name = models.SlugField(_("name"), max_length=30, unique=True)
    video_seconds_per_day = models.PositiveIntegerField(_("seconds of video a day"), default=200)
    max_waiting_jobs = models.PositiveIntegerField(
        _("clips that may wait at once"), default=8, validators=[MinValueValidator(1)]
    )
    num_invitations = models.PositiveIntegerField(_("invitations"), default=4)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_members(cls) -> "Role":
        """The role that new people get."""
        return cls.objects.get_or_create(name="member")[0]

    @classmethod
    def of_admins(cls) -> "Role":
        """The role of the first person."""
        defaults = {"video_seconds_per_day": 3600, "max_waiting_jobs": 32, "num_invitations": 50}
        return cls.objects.get_or_create(name="admin", defaults=defaults)[0]


class PersonManager(BaseUserManager["Person"]):
    """Makes people, and finds them."""

    def get(self, *args: Any, **kwargs: Any) -> "Person":
        """As ever; only that who is logged in, which every request asks, takes a prepared query."""
        pk = kwargs.get("pk")
        if type(self) is not PersonManager or args or len(kwargs) != 1 or type(pk) is not int:
            return super().get(*args, **kwargs)
        from celaje.app.accounts.queries import with_id  # it stands on this module

        for person in with_id(pk):
            return person
        raise self.model.DoesNotExist

    def create_user(self, handle: str, password: str | None = None, **fields: Any) -> "Person":
        """A member. Without a password they need a passkey."""
        fields.setdefault("role", Role.of_members())
        fields.setdefault("name", handle)
        person = self.model(handle=handle.lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, handle: str, password: str | None = None, **fields: Any) -> "Person":
        """An admin."""
        fields.setdefault("role", Role.of_admins())
        return self.create_user(handle, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who has joined. `is_staff` are admins."""

    handle = models.CharField(
        _("handle"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(rf"^{HANDLE_PATTERN}\Z", _("3 to 30 small letters, digits or underscores."))],
    )
    name = models.CharField(_("name"), max_length=50)
    about = models.CharField(_("about"), max_length=200, blank=True)
    picture = models.CharField(max_length=80, blank=True, editable=False)  # a file's name in the storage
    language = models.CharField(
        _("language"), max_length=5, default="en", choices=[("en", "English"), ("es", "Español")]
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, verbose_name=_("role"))
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("admin"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(handle__regex=rf"^{HANDLE_PATTERN}$"), name="handle_shape")
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    def get_absolute_url(self) -> str:
        """Their page."""
        return f"/@{self.handle}"


class Invitation(models.Model):
    """A code that lets one person in. It remembers who invited whom."""

    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code)
    inviter = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="invitations", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    guest = models.OneToOneField(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation", verbose_name=_("used by")
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.code

    def works(self, now: datetime | None = None) -> bool:
        """Whether somebody may still join with it."""
        now = now or timezone.now()
        expired = self.expires_at is not None and self.expires_at <= now
        return self.used_at is None and self.withdrawn_at is None and not expired


class ResetLink(models.Model):
    """A link that lets a person in once, made by an admin for who lost passkey and password. Only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reset_links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Follow(models.Model):
    """`follower` wants to see what `followed` posts. Mutuals follow each other."""

    follower = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="following")
    followed = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_others"),
        ]


class Block(models.Model):
    """Neither of the two sees the other or what they make."""

    blocker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_others"),
        ]


class Mute(models.Model):
    """`muter` does not see `muted` in feeds and notices. The muted one does not learn of it."""

    muter = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="muted_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_others"),
        ]

"""How django-allauth meets our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from celaje.app.accounts.models import House, Person


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up through allauth's own page: joining has its own, with an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "username_password_mismatch": _("No handle and password go together like this. Check both and try again."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """People type their handle as they read it: with an at sign, or in capitals."""
        if isinstance(credentials.get("username"), str):
            credentials["username"] = credentials["username"].strip().removeprefix("@").lower()
        return super().authenticate(request, **credentials)


class SecondFactorAdapter(DefaultMFAAdapter):
    """A passkey lets its person in; it does not also stand behind their password, as allauth has it.

    Whoever wants a second factor adds an app with codes, or a security key that is no passkey.
    """

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This did not match. Try again."),
    }

    def is_mfa_enabled(self, user: AbstractBaseUser, types: list[str] | None = None) -> bool:
        """Asked for one type: whether they have it. Asked in general: whether their password needs company."""
        if types is not None and len(types) == 1:
            return bool(super().is_mfa_enabled(user, types))
        if not isinstance(user, Person):
            return False
        stands_behind = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        return any(not is_passkey(key) for key in Authenticator.objects.filter(user=user, type__in=stands_behind))

    def get_totp_issuer(self) -> str:
        """The name of the house, as it stands in the app with the codes."""
        return House.current().name

    def _get_site_name(self) -> str:
        return House.current().name


def is_passkey(authenticator: Authenticator) -> bool:
    """Whether it lets its person in alone: it knows who they are and checks that it is them."""
    return authenticator.type == Authenticator.Type.WEBAUTHN and bool(webauthn.WebAuthn(authenticator).is_passwordless)


def is_only_way_in(person: Person, key: Authenticator) -> bool:
    """Whether `person` could not log in any more without it."""
    others = Authenticator.objects.filter(user=person).exclude(pk=key.pk)
    return is_passkey(key) and not person.has_usable_password() and not any(is_passkey(other) for other in others)

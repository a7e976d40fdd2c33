"""The ways in: founding the house, joining with an invitation, a reset link. Logging in is allauth's, in our templates.

Each offers a passkey first and a password as the other way. A passkey is made before its person is there: their id is
taken from the sequence beforehand and waits in the session, because the passkey remembers it.
"""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts import actions, queries
from celaje.app.accounts.models import Doors, House, Invitation, Person
from celaje.app.errors import AppError, InvalidError, NotAllowedError, NotFoundError

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: How often one address may try: more than a class that joins together in an evening needs, far less than guessing.
RATES = {"join": "30/5m/ip", "handles": "120/m/ip"}
LANGUAGES = [("en", "English"), ("es", "Español")]


class KeyForm(forms.Form):
    """A passkey or a password."""

    credential = forms.CharField(required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=200,
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": 10}),
    )

    def say(self, error: AppError) -> None:
        """Puts what went wrong beside its field."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class NewcomerForm(KeyForm):
    """Who somebody new is."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=31,
        widget=forms.TextInput(
            attrs={
                "placeholder": _("choose a handle"),
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-behaviour": "handle",
                "data-check": "/handles",
                "data-note": "handle-note",
            }
        ),
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=actions.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "placeholder": _("as others see it")}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)


class FounderForm(NewcomerForm):
    """The first person, and how the house is called."""

    house_name = forms.CharField(label=_("Name of this house"), max_length=60, initial="Celaje")


@never_cache
@sensitive_post_parameters("password", "credential")
def first(request: HttpRequest) -> HttpResponse:
    """The wizard of an empty house: its first person, who is the admin."""
    if not queries.house_is_empty():
        return redirect("/")
    form = FounderForm(request.POST or None, initial={"language": _language_of(request)})
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        try:
            found = {name: form.cleaned_data[name] for name in ("house_name", "handle", "name", "language")}
            return _enter(request, actions.found_house(**found, **_newcomer_key(request, form)))
        except AppError as error:
            form.say(error)
    return render(request, "joining/first.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("password", "credential")
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Where an invitation leads: who invites, and the way in."""
    if request.user.is_authenticated:
        return redirect("/")
    if not code and request.GET.get("code"):
        return redirect("join", code=request.GET["code"].strip()[:16] or "-")
    form = NewcomerForm(request.POST or None, initial={"language": _language_of(request)})
    house = House.current()
    try:
        queries.check_doors(house, invited=bool(code))
        invitation = queries.open_invitation(code) if code else None
    except (NotAllowedError, NotFoundError) as error:
        needs_code = not code and house.doors == Doors.INVITATION
        context = {"error": error, "house": house, "needs_code": needs_code}
        return render(request, "joining/closed.html", context, status=error.status)
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        try:
            who = {name: form.cleaned_data[name] for name in ("handle", "name", "language")}
            return _enter(request, actions.join(code=code, **who, **_newcomer_key(request, form)))
        except AppError as error:
            form.say(error)
    return render(request, "joining/join.html", _gate(form, house, invitation), status=422 if form.errors else 200)


def _gate(form: NewcomerForm, house: House, invitation: Invitation | None) -> dict[str, Any]:
    num_people = Person.objects.filter(is_active=True).count()
    return {"form": form, "house": house, "invitation": invitation, "num_people": num_people}


@never_cache
@sensitive_post_parameters("password", "credential")
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """A link that an admin made for somebody who lost their keys: they choose a new one."""
    try:
        link = queries.reset_link(token)
    except NotFoundError as error:
        return render(request, "joining/closed.html", {"error": error}, status=error.status)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        try:
            with transaction.atomic():
                person = actions.use_reset_link(token, **_key(form))
            return _enter(request, person)
        except AppError as error:
            form.say(error)
    context = {"form": form, "person": link.person, "token": token}
    return render(request, "joining/reset.html", context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    """Logs them in. That they have just chosen a key counts as having shown it."""
    request.session.pop("newcomer_id", None)
    login(request, person, backend=BACKEND)
    record_authentication(request, person, "password", reauthenticated=True)
    return redirect("/")


def _may_try(request: HttpRequest, form: KeyForm) -> bool:
    if ratelimit.consume(request, app="celaje", action="join", config=RATES):
        return True
    form.add_error(None, _("Too many tries from where you are. Wait a few minutes, then try again."))
    return False


def _key(form: KeyForm) -> dict[str, Any]:
    """The password that was typed, or the passkey that the browser made, verified. Raises InvalidError."""
    if form.cleaned_data["password"]:
        return {"password": form.cleaned_data["password"]}
    if not form.cleaned_data["credential"]:
        return {}
    return {"passkey": verified_passkey(form.cleaned_data["credential"])}


def verified_passkey(credential: str) -> actions.Credential:
    """What a browser made on our asking, as it is kept. Raises InvalidError when it is not that."""
    broken = InvalidError(_("The passkey did not arrive whole. Try again, or choose a password."))
    try:
        registration: actions.Credential = json.loads(credential)
        webauthn.parse_registration_response(registration)
        verified = webauthn.complete_registration(registration).is_user_verified()
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise broken from error
    if not verified:
        raise broken
    return registration


def _newcomer_key(request: HttpRequest, form: KeyForm) -> dict[str, Any]:
    """The same for somebody new: their passkey knows the id that was put aside for them."""
    key = _key(form)
    return key | {"person_id": request.session.get("newcomer_id")} if "passkey" in key else key


@require_GET
def handles(request: HttpRequest) -> JsonResponse:
    """Whether a handle is free, asked while one types."""
    if not ratelimit.consume(request, app="celaje", action="handles", config=RATES, limit_get=True):
        return JsonResponse({"free": False, "message": ""}, status=429)
    try:
        handle = actions.check_handle(request.GET.get("handle", ""))
    except InvalidError as error:
        return JsonResponse({"free": False, "message": str(error)})
    return JsonResponse({"free": True, "message": str(_("@%(handle)s is free.") % {"handle": handle})})


@require_POST
def newcomer_passkey(request: HttpRequest) -> JsonResponse:
    """What a browser needs to make a passkey for somebody who is not there yet."""
    _check_rate(request)
    handle = actions.check_handle(request.POST.get("handle", ""))
    if "newcomer_id" not in request.session:
        with connection.cursor() as cursor:
            cursor.execute("select nextval(pg_get_serial_sequence('accounts_person', 'id'))")
            request.session["newcomer_id"] = cursor.fetchone()[0]
    person = Person(pk=request.session["newcomer_id"], handle=handle)
    return JsonResponse({"creation_options": webauthn.begin_registration(person, passwordless=True)})


@require_POST
def reset_passkey(request: HttpRequest, token: str) -> JsonResponse:
    """What a browser needs to make a passkey for whom the link belongs to."""
    _check_rate(request)
    person = queries.reset_link(token).person
    return JsonResponse({"creation_options": webauthn.begin_registration(person, passwordless=True)})


def _check_rate(request: HttpRequest) -> None:
    if not ratelimit.consume(request, app="celaje", action="join", config=RATES):
        raise NotAllowedError(_("Too many tries from where you are. Wait a few minutes, then try again."))


def _language_of(request: HttpRequest) -> str:
    return translation.get_language() or "en"


@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """What to do without passkey and password: there is no e-mail here, there are admins."""
    return render(request, "joining/forgotten.html")


def not_here(request: HttpRequest) -> HttpResponse:
    """Pages of allauth that this house has otherwise, or not at all: it knows no e-mail, and has its own lists."""
    return redirect("security" if request.user.is_authenticated else "account_login")


urlpatterns = [
    path("first", first, name="first"),
    path("join", join, name="join_freely"),
    path("join/<str:code>", join, name="join"),
    path("reset/<str:token>", reset, name="reset"),
    path("reset/<str:token>/passkey", reset_passkey, name="reset_passkey"),
    path("passkeys", newcomer_passkey, name="newcomer_passkey"),
    path("handles", handles, name="handles"),
    path("accounts/password/reset/", forgotten, name="forgotten"),
    path("accounts/2fa/", not_here),
    path("accounts/2fa/webauthn/", not_here),
    re_path(r"^accounts/(?:signup|email|confirm-email|password/reset|login/code)/", not_here),
]

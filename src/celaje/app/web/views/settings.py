"""Everything about oneself: profile, language, ways to log in, invitations, people to stay away from, leaving."""

from collections.abc import AsyncIterator
from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import remove_webauthn
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from celaje.app import storage
from celaje.app.accounts import actions, queries
from celaje.app.accounts.adapter import is_only_way_in, is_passkey
from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, InvalidError, NotFoundError
from celaje.app.leaving import actions as leaving
from celaje.app.leaving import queries as exports
from celaje.app.web.views.joining import LANGUAGES, verified_passkey

#: How long an invitation may work: its choice in the form, in days.
LIVES = {"week": 7, "month": 30, "always": None}
THEMES = [("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))]


def _me(request: HttpRequest) -> Person:
    """Who is logged in. Only for views that require it."""
    assert isinstance(request.user, Person)
    return request.user


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The list of all settings."""
    person = _me(request)
    return render(request, "settings/index.html", {"num_left": queries.invitations_left(person), "here": "profile"})


# Profile


class ProfileForm(forms.Form):
    """What others read."""

    name = forms.CharField(label=_("Name"), max_length=actions.LONGEST_NAME)
    about = forms.CharField(
        label=_("About you"),
        required=False,
        max_length=actions.LONGEST_ABOUT,
        help_text=_("At most 200 characters."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, a few words, the picture."""
    person = _me(request)
    form = ProfileForm(request.POST or None, initial={"name": person.name, "about": person.about})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(person, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(person.get_absolute_url())
        except InvalidError as error:
            form.add_error(error.field, str(error))
    context = {"form": form, "here": "profile"}
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def picture(request: HttpRequest) -> HttpResponse:
    """A new picture; a job cuts it."""
    upload = request.FILES.get("picture")
    try:
        if upload is None:
            raise InvalidError(_("Choose a picture first."), field="picture")
        if (upload.size or 0) > actions.LARGEST_PICTURE_BYTES:
            raise InvalidError(_("A picture may have 8 MB at most."), field="picture")
        actions.change_picture(_me(request), upload.read())
    except InvalidError as error:
        person = _me(request)
        form = ProfileForm(initial={"name": person.name, "about": person.about})
        context = {"form": form, "picture_error": error, "here": "profile"}
        return render(request, "settings/profile.html", context, status=422)
    messages.success(request, _("Your new picture will show in a moment."))
    return redirect("profile_settings")


@require_POST
@login_required
def picture_removal(request: HttpRequest) -> HttpResponse:
    """No picture any more."""
    actions.remove_picture(_me(request))
    messages.success(request, _("The picture is gone."))
    return redirect("profile_settings")


# Language and look


class LookForm(forms.Form):
    """How the house speaks and looks."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=_("Colours"), choices=THEMES, required=False, widget=forms.RadioSelect)


@login_required
def look(request: HttpRequest) -> HttpResponse:
    """Language, kept with the person; light or dark, kept in this browser."""
    person = _me(request)
    initial = {"language": person.language, "theme": request.COOKIES.get("theme", "")}
    form = LookForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "here": "profile"}
        return render(request, "settings/look.html", context, status=422 if form.errors else 200)
    actions.change_language(person, form.cleaned_data["language"])
    with translation.override(person.language):
        messages.success(request, str(_("Saved.")))
    response = redirect("settings")
    year_s = 60 * 60 * 24 * 365
    response.set_cookie("theme", form.cleaned_data["theme"], max_age=year_s, samesite="Lax", secure=settings.SECURE)
    return response


# The ways to log in


class PasskeyForm(forms.Form):
    """What the browser made, and how to call it."""

    credential = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Its name"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("such as My phone")}),
    )


@login_required
@never_cache
@reauthentication_required
def passkey(request: HttpRequest) -> HttpResponse:
    """One more passkey. A security key that stands behind the password is allauth's page."""
    person = _me(request)
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_passkey(person, verified_passkey(form.cleaned_data["credential"]), form.cleaned_data["name"])
            messages.success(request, _("Your new passkey lets you in from now on."))
            return redirect("security")
        except InvalidError as error:
            form.add_error(None, str(error))
    context = {"form": form, "here": "profile"}
    context["js_data"] = {"creation_options": webauthn.begin_registration(person, passwordless=True)}
    return render(request, "settings/passkey.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """Passkeys, password, second factor, sessions: each leads to its page of allauth's."""
    person = _me(request)
    authenticators = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    keys = [authenticator for authenticator in authenticators if authenticator.type == Authenticator.Type.WEBAUTHN]
    context = {
        "passkeys": [key for key in keys if is_passkey(key)],
        "security_keys": [key for key in keys if not is_passkey(key)],
        "totp": any(one.type == Authenticator.Type.TOTP for one in authenticators),
        "recovery_codes": any(one.type == Authenticator.Type.RECOVERY_CODES for one in authenticators),
        "num_sessions": len(UserSession.objects.purge_and_list(person)),
        "here": "profile",
    }
    return render(request, "settings/security.html", context)


@login_required
@never_cache
def key_removal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Allauth's page, unless its person would stand outside afterwards."""
    person = _me(request)
    key = Authenticator.objects.filter(user=person, pk=pk).first()
    if key is not None and is_only_way_in(person, key):
        messages.error(request, _("This is your only way in. Add another passkey or a password first."))
        return redirect("security")
    return remove_webauthn(request, pk=pk)


# Inviting


@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    """One's invitations: links to hand on, who came with them, and how many are left."""
    person = _me(request)
    if request.method == "POST":
        days = LIVES.get(request.POST.get("life", "week"), 7)
        actions.invite(person, expires_at=None if days is None else timezone.now() + timedelta(days=days))
        return redirect("invitations")
    rows = [(one, request.build_absolute_uri(f"/join/{one.code}")) for one in queries.invitations(person)]
    context = {
        "waiting": [(one, link) for one, link in rows if one.works()],
        "used": [one for one, _link in rows if one.used_at is not None],
        "num_left": queries.invitations_left(person),
        "here": "profile",
    }
    return render(request, "settings/invitations.html", context)


@require_POST
@login_required
def withdrawal(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """An invitation that works no more."""
    actions.withdraw(_me(request), invitation_id)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("invitations")


# Those one does not want to see


@require_GET
@login_required
def distance(request: HttpRequest) -> HttpResponse:
    """Blocked and muted people."""
    person = _me(request)
    context = {"blocked": queries.blocked_people(person), "muted": queries.muted_people(person), "here": "profile"}
    return render(request, "settings/distance.html", context)


@require_POST
@login_required
def closeness(request: HttpRequest, handle: str) -> HttpResponse:
    """Neither blocked nor muted any more."""
    person = Person.objects.filter(handle=handle.lower()).first()
    if person is None:
        raise NotFoundError(_("There is nobody here with that handle."))
    actions.unblock(_me(request), person)
    actions.unmute(_me(request), person)
    return redirect("distance")


# Leaving


@login_required
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Everything that one made and said, as a zip."""
    person = _me(request)
    if request.method == "POST":
        leaving.ask_for_export(person)
        return redirect("export")
    return render(request, "settings/export.html", {"exports": exports.exports(person), "here": "profile"})


@login_required
async def export_file(request: HttpRequest, export_id: int) -> StreamingHttpResponse:
    """The zip itself, to its owner alone."""
    person = await request.auser()
    assert isinstance(person, Person)
    found = await sync_to_async(exports.ready_export)(person, export_id)
    content: AsyncIterator[bytes] = storage.read(found.name, 0, found.num_bytes)
    response = StreamingHttpResponse(content, content_type="application/zip")
    response.headers["Content-Length"] = str(found.num_bytes)
    filename = f"celaje-{person.handle}-{found.created_at:%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


class LeaveForm(forms.Form):
    """Said twice: that one may log in is shown before; the handle is typed."""

    handle = forms.CharField(
        label=_("Type your handle"),
        max_length=31,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


@login_required
@never_cache
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth has no types
def leave(request: HttpRequest) -> HttpResponse:
    """Deletes its person and everything of theirs, after they showed their key again and typed their handle."""
    person = _me(request)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            leaving.leave(person, typed_handle=form.cleaned_data["handle"])
        except AppError as error:
            form.add_error("handle" if error.field == "handle" else None, str(error))
        else:
            logout(request)
            return render(request, "settings/gone.html")
    context = {
        "form": form,
        "counts": exports.what_goes(person),
        "is_last_admin": queries.is_last_admin(person),
        "known": did_recently_reauthenticate(request),
        "here": "profile",
    }
    return render(request, "settings/leave.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("settings", index, name="settings"),
    path("settings/profile", profile, name="profile_settings"),
    path("settings/picture", picture, name="picture"),
    path("settings/picture/removal", picture_removal, name="picture_removal"),
    path("settings/look", look, name="look"),
    path("settings/security", security, name="security"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", key_removal),  # before allauth's own
    path("settings/passkeys", passkey, name="passkey"),
    path("settings/people", distance, name="distance"),
    path("settings/people/<str:handle>/closeness", closeness, name="closeness"),
    path("settings/export", export, name="export"),
    path("settings/export/<int:export_id>", export_file, name="export_file"),
    path("settings/leaving", leave, name="leave"),
    path("invitations", invitations, name="invitations"),
    path("invitations/<int:invitation_id>/withdrawal", withdrawal, name="withdrawal"),
]

"""For those who let programs use the house: how the API is called, keys, webhooks, and a log of what was sent."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.developers import actions, queries
from celaje.app.developers.models import EVENT_TYPES, Scope
from celaje.app.errors import AppError, InvalidError

NUM_SHOWN = 50
#: What can be called, in the order in which a program meets it: method, address, what it does.
OPERATIONS = (
    ("POST", "/v1/videos", _("Make a clip: prompt, seconds, size, and more.")),
    ("GET", "/v1/videos/{id}", _("How far it is.")),
    ("GET", "/v1/videos/{id}/events", _("The same as server-sent events.")),
    ("GET", "/v1/videos/{id}/content", _("The clip, its thumbnail or its sprite sheet; ranges of bytes, too.")),
    ("GET", "/v1/videos", _("Your clips, page by page.")),
    ("POST", "/v1/videos/{id}/remix", _("Another clip from one of yours and a change.")),
    ("POST", "/v1/videos/{id}/cancel", _("Stop making it.")),
    ("DELETE", "/v1/videos/{id}", _("Delete it.")),
    ("POST", "/v1/videos/edits", _("Not possible with this model yet.")),
    ("POST", "/v1/videos/extensions", _("Not possible with this model yet.")),
    ("POST", "/v1/videos/characters", _("Not possible with this model yet.")),
    ("GET", "/v1/models", _("The model that is here, and the names it answers to.")),
    ("*", "/v1/files", _("Send, list, read and delete files.")),
    ("*", "/v1/batches", _("Many clips from one file, within a day.")),
    ("*", "/v1/webhook_endpoints", _("Be told when clips are ready.")),
)


def _me(request: HttpRequest) -> Person:
    """Who is logged in. Only for views that require it."""
    assert isinstance(request.user, Person)
    return request.user


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """How programs use the house."""
    context = {
        "address": request.build_absolute_uri("/v1"),
        "operations": OPERATIONS,
        "num_keys": queries.keys(_me(request)).count(),
        "num_webhooks": queries.endpoints(_me(request)).count(),
        "here": "profile",
    }
    return render(request, "developers/index.html", context)


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=60, widget=forms.TextInput(attrs={"placeholder": _("such as My script")})
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ, Scope.MAKE]
    )


@login_required
@never_cache
@reauthentication_required
def keys(request: HttpRequest) -> HttpResponse:
    """One's keys. A new one is shown once, in the answer to its making."""
    person = _me(request)
    form = KeyForm(request.POST or None)
    context: dict[str, Any] = {"here": "profile"}
    if request.method == "POST" and form.is_valid():
        try:
            context["made"], context["secret"] = actions.make_key(person, **form.cleaned_data)
            form = KeyForm()
        except InvalidError as error:
            form.add_error(error.field, str(error))
    context |= {"form": form, "keys": queries.keys(person)}
    return render(request, "developers/keys.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revocation(request: HttpRequest, key_id: int) -> HttpResponse:
    """A key that works no more."""
    actions.revoke_key(_me(request), key_id)
    messages.success(request, _("The key works no more."))
    return redirect("keys")


class WebhookForm(forms.Form):
    """A new webhook."""

    name = forms.CharField(label=_("Name"), max_length=60)
    url = forms.CharField(label=_("Address"), max_length=600, widget=forms.URLInput(attrs={"placeholder": "https://…"}))
    event_types = forms.MultipleChoiceField(
        label=_("Tell it of"),
        choices=[(event_type, event_type) for event_type in EVENT_TYPES],
        widget=forms.CheckboxSelectMultiple,
        initial=["video.completed", "video.failed"],
    )


@login_required
@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    """One's webhooks, and what they were sent lately."""
    person = _me(request)
    form = WebhookForm(request.POST or None)
    context: dict[str, Any] = {"here": "profile"}
    if request.method == "POST" and form.is_valid():
        try:
            context["made"] = actions.create_endpoint(person, **form.cleaned_data)
            form = WebhookForm()
        except InvalidError as error:
            form.add_error(error.field, str(error))
    context |= {
        "form": form,
        "webhooks": queries.endpoints(person).order_by("-created_at"),
        "deliveries": queries.deliveries(person)[:NUM_SHOWN],
    }
    return render(request, "developers/webhooks.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def trial(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """A sample event, sent at once."""
    try:
        delivery = actions.try_endpoint(_me(request), endpoint_id, "video.completed")
    except AppError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It answered %(status)d.") % {"status": delivery.status_code})
    return redirect("webhooks")


@require_POST
@login_required
def removal(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """A webhook that is told nothing more."""
    actions.delete_endpoint(_me(request), endpoint_id)
    messages.success(request, _("The webhook is gone."))
    return redirect("webhooks")


urlpatterns = [
    path("developers", index, name="developers"),
    path("developers/keys", keys, name="keys"),
    path("developers/keys/<int:key_id>/revocation", revocation, name="key_revocation"),
    path("developers/webhooks", webhooks, name="webhooks"),
    path("developers/webhooks/<str:endpoint_id>/trial", trial, name="webhook_trial"),
    path("developers/webhooks/<str:endpoint_id>/removal", removal, name="webhook_removal"),
]

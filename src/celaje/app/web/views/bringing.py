"""Bring a clip: a file of one's own becomes a clip in the library, to extend, edit, loop or score."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import AppError
from celaje.app.posts.actions import LONGEST_TEXT
from celaje.app.videos import bringing
from celaje.app.web.fragments import sheet
from celaje.clip import MAX_SECONDS_IN_ALL


class BringForm(forms.Form):
    """A file, what is seen in it, and that it may be used."""

    file = forms.FileField(
        allow_empty_file=True, error_messages={"required": gettext_lazy("Choose an MP4 from this device.")}
    )
    prompt = forms.CharField(
        max_length=LONGEST_TEXT, error_messages={"required": gettext_lazy("Say in a sentence what is seen in it.")}
    )
    agreed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Bring only what you may use, and whoever is seen agrees to.")}
    )


@login_required
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The form."""
    return _form(request, BringForm())


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Take the file, and go where it becomes a clip."""
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=400)
    try:
        asked = form.cleaned_data
        video = bringing.bring(cast(Person, request.user), bringing.keep(asked["file"]), prompt=asked["prompt"])
    except AppError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _form(request, form, status=error.status)
    except OSError:
        form.add_error("file", _("The clip could not be kept just now. Try again."))
        return _form(request, form, status=503)
    return redirect(video)


def _form(request: HttpRequest, form: BringForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Bring a clip"),
        "max_megabytes": bringing.MAX_BYTES >> 20,
        "max_seconds": MAX_SECONDS_IN_ALL,
    }
    return sheet(request, "making/bring.html", context, status=status)


urlpatterns = [
    path("uploads/new", new, name="new_upload"),
    path("uploads", create, name="uploads"),
]

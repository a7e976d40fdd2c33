"""A clip becomes a post: its caption, who sees it and whether it may be remixed; changed and taken down later."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, InvalidError
from celaje.app.posts import actions
from celaje.app.posts.models import Audience, Post
from celaje.app.videos import queries
from celaje.app.videos.models import Status, Video

MAX_CAPTION = 500
#: Who sees it, in the order of the page, with what it means. Followers come first: nothing goes to everyone unasked.
AUDIENCES = (
    (Audience.FOLLOWERS, "duo", _("Those who follow you")),
    (Audience.EVERYONE, "globe", _("All members of this house, in feeds and search")),
    (Audience.LINK, "share", _("Whoever you send it to, also without an account")),
)


class PostForm(forms.Form):
    """What a post says and who sees it."""

    caption = forms.CharField(required=False, max_length=MAX_CAPTION)
    audience = forms.ChoiceField(choices=Audience.choices, error_messages={"required": _("Choose who sees it.")})
    may_remix = forms.BooleanField(required=False)


@login_required
@require_http_methods(["GET", "POST"])
def publication(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """The form for a clip of one's own, filled when it is posted already; POST posts it or changes the post."""
    person = cast(Person, request.user)
    video = queries.own(person, video_id)
    if video.status != Status.COMPLETED or video.deleted_at is not None:
        raise InvalidError(_("Only a finished clip can be posted."), code="not_finished")
    post = Post.objects.filter(video=video).first()
    if request.method == "GET":
        return _page(request, PostForm(initial=_beginning(post)), video, post)
    form = PostForm(request.POST)
    if not form.is_valid():
        return _page(request, form, video, post, status=400)
    try:
        if post is None:
            post = actions.publish(person, video, **form.cleaned_data)
        else:
            post = actions.change(person, post, **form.cleaned_data)
    except AppError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _page(request, form, video, post, status=error.status)
    return redirect(post)


def _beginning(post: Post | None) -> dict[str, object]:
    if post is None:
        return {"audience": Audience.FOLLOWERS, "may_remix": True}
    return {"caption": post.caption, "audience": post.audience, "may_remix": post.may_remix}


def _page(request: HttpRequest, form: PostForm, video: Video, post: Post | None, status: int = 200) -> HttpResponse:
    facts = {
        "form": form,
        "values": {name: form[name].value() for name in form.fields},
        "video": video,
        "post": post,
        "audiences": [(value, value.label, icon, meaning) for value, icon, meaning in AUDIENCES],
        "max_caption": MAX_CAPTION,
    }
    return render(request, "publishing/publication.html", facts, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, video_id: str) -> HttpResponseBase:
    """Take the post down: the clip is a draft again."""
    person = cast(Person, request.user)
    video = queries.own(person, video_id)
    post = Post.objects.filter(video=video).first()
    if post is not None:
        actions.unpublish(person, post)
    return redirect(video)


urlpatterns = [
    path("videos/<str:video_id>/publication", publication, name="publication"),
    path("videos/<str:video_id>/withdrawal", withdraw, name="withdraw"),
]

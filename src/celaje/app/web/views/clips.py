"""A posted clip on its own page: its tree, its comments, its remixes, and how other places show it."""

import re
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import truncatechars
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import House, Person
from celaje.app.errors import AppError, NotFoundError
from celaje.app.posts import actions, queries
from celaje.app.posts.models import Comment, Post
from celaje.app.videos.changing import STRENGTHS
from celaje.app.web.fragments import page_or_fragment, sheet, wants_fragment
from celaje.app.web.site import site
from celaje.app.web.taskforms import offered

CUSTOM = "custom"
MOST_CHILDREN = 5  # a node of the tree shows so many and counts the others, until one asks for the whole
TITLE_CHARACTERS = 80
ADDRESS = re.compile(r"https?://[^/]+/p/([0-9a-zA-Z]{1,24})/?(?:[?#].*)?")


def viewer(request: HttpRequest) -> Person | None:
    """Who looks; None is a guest."""
    return request.user if isinstance(request.user, Person) else None


def title_of(post: Post) -> str:
    """The caption, or what was asked for."""
    return truncatechars(post.caption or post.video.change or post.video.prompt, TITLE_CHARACTERS)


@require_GET
def clip(request: HttpRequest, post_id: str) -> HttpResponse:
    """The page of a clip. Guests open those that are shared by link; others ask them to log in."""
    try:
        post = queries.get(viewer(request), post_id)
    except NotFoundError:
        if viewer(request) is None:
            return redirect_to_login(request.get_full_path())  # the same for what does not exist: nothing is told
        raise
    return render(request, "clips/clip.html", _clip_context(request, post))


def _clip_context(request: HttpRequest, post: Post) -> dict[str, Any]:
    tree = queries.tree(viewer(request), post)
    num_clips = _num_clips(tree)
    whole = request.GET.get("tree") == "whole"
    return {
        "post": post,
        "title": title_of(post),
        "address": site(request) + post.get_absolute_url(),
        "site": site(request),
        "house": House.current(),
        "tree": _branch(tree, whole=whole) if num_clips > 1 or post.is_remix else None,
        "num_clips": num_clips,
        **_talk_context(request, post),
    }


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A node of the tree as it is shown: with the first of its children, and how many more there are."""

    post: Post | None
    here: bool
    children: list["Branch"]
    more: int


def _branch(node: queries.Node, *, whole: bool) -> Branch:
    """A few children of each node, those that lead to the clip of the page first of all."""
    shown = node.children
    if not whole and len(shown) > MOST_CHILDREN:
        leading = [child for child in shown if _leads_here(child)]
        others = [child for child in shown if child not in leading]
        chosen = leading + others[: MOST_CHILDREN - len(leading)]
        shown = [child for child in shown if child in chosen]
    return Branch(
        post=node.post,
        here=node.here,
        children=[_branch(child, whole=whole) for child in shown],
        more=len(node.children) - len(shown),
    )


def _leads_here(node: queries.Node) -> bool:
    return node.here or any(_leads_here(child) for child in node.children)


def _num_clips(node: queries.Node) -> int:
    return (node.post is not None) + sum(_num_clips(child) for child in node.children)


@require_GET
def oembed(request: HttpRequest) -> JsonResponse:
    """What a page elsewhere needs to show a clip that is shared by link (oembed.com, type "video")."""
    address = ADDRESS.fullmatch(request.GET.get("url", ""))
    if address is None:
        raise NotFoundError(_("This clip is not here, or not for you."))
    post = queries.get(None, address[1])
    clip_file, poster = post.files["video"], post.files["poster"]
    frame = format_html(
        '<video src="{}" poster="{}" width="{}" height="{}" controls loop playsinline></video>',
        site(request) + clip_file.get_absolute_url(),
        site(request) + poster.get_absolute_url(),
        clip_file.width,
        clip_file.height,
    )
    return JsonResponse(
        {
            "version": "1.0",
            "type": "video",
            "html": frame,
            "width": clip_file.width,
            "height": clip_file.height,
            "title": title_of(post),
            "author_name": f"@{post.author.handle}",
            "author_url": site(request) + post.author.get_absolute_url(),
            "provider_name": House.current().name,
            "provider_url": site(request),
            "thumbnail_url": site(request) + poster.get_absolute_url(),
            "thumbnail_width": poster.width,
            "thumbnail_height": poster.height,
        }
    )


@login_required
@require_GET
@page_or_fragment
def menu(request: HttpRequest, post_id: str) -> HttpResponse:
    """What else can be done with a clip."""
    post = queries.get(viewer(request), post_id)
    may_use = post.may_remix or post.author_id == request.user.pk
    context = {"post": post, "title": title_of(post), "tasks": offered(post.video) if may_use else []}
    return sheet(request, "clips/menu.html", context)


@login_required
@require_POST
def like(request: HttpRequest, post_id: str) -> HttpResponse:
    """Like it with `on`, or no longer."""
    person = cast(Person, request.user)
    post = queries.get(person, post_id)
    (actions.like if request.POST.get("on") else actions.unlike)(person, post)
    if wants_fragment(request):
        context = {"post": queries.get(person, post_id), "as": request.POST.get("as", "act")}
        return render(request, "parts/like.html", context)
    return redirect(post)


# Comments


@require_GET
def comments(request: HttpRequest, post_id: str) -> HttpResponse:
    """What is said under a clip, for the panel beside the feed."""
    return _talk(request, queries.get(viewer(request), post_id))


def comments_of(request: HttpRequest, post_id: str) -> HttpResponse:
    """One address: read them, or say something."""
    return say(request, post_id) if request.method == "POST" else comments(request, post_id)


@login_required
def say(request: HttpRequest, post_id: str) -> HttpResponse:
    """One more comment. What is wrong is said beside it, and what was typed stays."""
    person = cast(Person, request.user)
    post = queries.get(person, post_id)
    text = request.POST.get("text", "")
    parent = _comment(person, request.POST.get("parent", ""))
    try:
        actions.comment(person, post, text, parent)
    except AppError as error:
        if wants_fragment(request):
            return _talk(request, post, typed=text, error=error, reply_to=parent)
        context = _clip_context(request, post) | {"typed": text, "error": error, "reply_to": parent}
        return render(request, "clips/clip.html", context, status=error.status)
    if wants_fragment(request):
        return _talk(request, queries.get(person, post_id))
    return redirect(f"{post.get_absolute_url()}#talk")


@login_required
@require_POST
def delete_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Take one back."""
    person = cast(Person, request.user)
    comment = queries.get_comment(person, comment_id)
    actions.delete_comment(person, comment)
    if wants_fragment(request):
        return _talk(request, queries.get(person, comment.post_id))
    return redirect(f"{comment.post.get_absolute_url()}#talk")


def _talk(request: HttpRequest, post: Post, **typed: Any) -> HttpResponse:
    return render(request, "clips/talk.html", {"post": post, **_talk_context(request, post), **typed})


def _talk_context(request: HttpRequest, post: Post) -> dict[str, Any]:
    person = viewer(request)
    talk = queries.comments(person, post, after=request.GET.get("after"))
    return {
        "talk": talk,
        "reply_to": None if person is None else _comment(person, request.GET.get("reply", "")),
        "panel": request.GET.get("panel") or request.POST.get("panel"),
    }


def _comment(person: Person, comment_id: str) -> Comment | None:
    """The comment that is answered, if one is and it is still there."""
    if not comment_id.isdecimal() or len(comment_id) > 18:
        return None
    try:
        return queries.get_comment(person, int(comment_id))
    except NotFoundError:
        return None


# Remixes


@login_required
@require_GET
@page_or_fragment
def new_remix(request: HttpRequest, post_id: str) -> HttpResponse:
    """Asks what changes, and how much."""
    return _remix_form(request, queries.get(viewer(request), post_id))


@login_required
@require_POST
def remix(request: HttpRequest, post_id: str) -> HttpResponse:
    """Ask for it, and go where it is made."""
    person = cast(Person, request.user)
    post = queries.get(person, post_id)
    try:
        made = actions.remix(person, post, change=request.POST.get("change", ""), strength=_strength(request))
    except AppError as error:
        return _remix_form(request, post, error)
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": made[0].get_absolute_url()})
    return redirect(made[0])


def _strength(request: HttpRequest) -> float:
    """One of the presets, or the percentage of the slider."""
    presets = {preset.slug: preset.value for preset in STRENGTHS}
    how = request.POST.get("how", "")
    if how in presets:
        return presets[how]
    percent = request.POST.get("strength", "")
    return int(percent) / 100 if percent.isdecimal() and len(percent) < 4 else 0.5


def _remix_form(request: HttpRequest, post: Post, error: AppError | None = None) -> HttpResponse:
    typed = request.POST
    context = {
        "post": post,
        "title": _("Remix"),
        "strengths": [*((preset.slug, preset.label) for preset in STRENGTHS), (CUSTOM, _("Custom"))],
        "how": typed.get("how", "mild"),
        "strength": typed.get("strength", "50"),
        "change": typed.get("change", ""),
        "error": error,
    }
    return sheet(request, "clips/remix.html", context, status=error.status if error else 200)


urlpatterns = [
    path("p/<str:post_id>", clip, name="clip"),
    path("p/<str:post_id>/menu", menu, name="clip_menu"),
    path("p/<str:post_id>/like", like, name="like"),
    path("p/<str:post_id>/comments", comments_of, name="comments"),
    path("p/<str:post_id>/remixes/new", new_remix, name="new_remix"),
    path("p/<str:post_id>/remixes", remix, name="remixes"),
    path("comments/<int:comment_id>/deletion", delete_comment, name="delete_comment"),
    path("oembed", oembed, name="oembed"),
]

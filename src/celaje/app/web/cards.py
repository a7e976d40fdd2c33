"""A post as the feed shows it, rendered once for all who see the same.

Rendering is most of what a page of the feed costs, and nearly all of it is the same for everybody. What a card shows is
its key, so nothing has to be forgotten when something changes. Two things differ from answer to answer and are put into
the finished card: the token of its forms, and where the next page is.
"""

import secrets

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post

MOST_KEPT = 4000  # of about 4 kB
TOKEN, NEXT = secrets.token_hex(16), secrets.token_hex(16)  # nobody can write them into a caption
_kept: dict[tuple[object, ...], str] = {}


def card(post: Post, viewer: Person, *, lead: bool, next_page: str, token: str) -> SafeString:
    """The post for `viewer`. `lead`: it is the first thing they see. `next_page`: what comes when it is seen."""
    own = post.author_id == viewer.pk
    key = (get_language(), lead, own, *_shown(post))
    html = _kept.get(key)
    if html is None:
        context = {"post": post, "own": own, "lead": lead, "next_page": NEXT, "csrf_token": TOKEN}
        html = render_to_string("feed/shot.html", context)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = html
    if next_page:
        coming = format_html('hx-get="{}" hx-trigger="intersect once" hx-target="#next" hx-swap="outerHTML"', next_page)
        html = html.replace(NEXT, coming, 1)
    else:
        html = html.replace(f" {NEXT}", "", 1)
    return mark_safe(html.replace(TOKEN, token))


def _shown(post: Post) -> tuple[object, ...]:
    """All that `feed/shot.html` prints of a post and that may change."""
    origin = None if post.origin is None else (post.origin.pk, post.origin.author.handle)
    counts = (post.num_likes, post.num_comments, post.num_remixes)
    theirs = (post.liked, post.follows)
    return (
        post.pk,
        post.caption,
        post.may_remix,
        post.is_remix,
        origin,
        post.author.handle,
        post.author.picture,
        *counts,
        *theirs,
    )

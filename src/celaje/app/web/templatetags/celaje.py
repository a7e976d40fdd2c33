"""Small things that templates print: icons, counts, times, a clip's files, and what the dock shows of its person."""

import math
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post
from celaje.app.posts.queries import num_unseen
from celaje.app.videos import sounds
from celaje.app.videos.models import Asset, Kind, Video
from celaje.app.videos.queries import quota
from celaje.app.web import cards

register = template.Library()


@register.simple_tag
@lru_cache
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite: {% icon "heart" %}, or {% icon "heart" "s" %} beside text."""
    classes = f"i {size}".strip()
    address = f"{static('icons.svg')}#i-{name}"
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"/></svg>', classes, address
    )


@register.simple_tag(takes_context=True)
def card(context: dict[str, Any], post: Post, lead: bool = False, next_page: str = "") -> SafeString:
    """A post in the feed: {% card post %}. See `web/cards.py`."""
    viewer, token = context["request"].user, str(context["csrf_token"])
    return cards.card(post, viewer, lead=lead, next_page=next_page, token=token)


@register.filter
def count(number: int) -> str:
    """A count that stays short: 1234 is "1.2 k", or "1,2 mil" in Spanish."""
    if number < 1000:
        return str(number)
    if number < 1_000_000:
        return gettext("%(number)s k") % {"number": number_format(number / 1000, 1 if number < 10_000 else 0)}
    return gettext("%(number)s M") % {"number": number_format(number / 1_000_000, 1)}


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, in one unit: "12 min", "1 h", "3 d"."""
    seconds = max(0.0, (timezone.now() - moment).total_seconds())
    if seconds < 60:
        return gettext("now")
    if seconds < 3600:
        return gettext("%(number)d min") % {"number": seconds // 60}
    if seconds < 86400:
        return gettext("%(number)d h") % {"number": seconds // 3600}
    days = int(seconds // 86400)
    return ngettext("%(number)d d", "%(number)d d", days) % {"number": days}


@register.filter
def about_seconds(seconds: float) -> str:
    """An honest, rounded time: "6 s", "2 min"."""
    if seconds < 90:
        return gettext("%(number)d s") % {"number": max(1, round(seconds))}
    return gettext("%(number)d min") % {"number": round(seconds / 60)}


def _asset(video: Video, kind: Kind) -> Asset | None:
    """The file of that kind, of those that the query brought along."""
    return next((asset for asset in video.assets.all() if asset.kind == kind), None)


@register.filter
def movie(video: Video) -> str:
    """The address of the clip itself, or nothing."""
    asset = _asset(video, Kind.VIDEO)
    return "" if asset is None else asset.get_absolute_url()


@register.filter
def poster(video: Video) -> str:
    """The address of its first frame, or nothing."""
    asset = _asset(video, Kind.POSTER)
    return "" if asset is None else asset.get_absolute_url()


@register.filter
def moving(video: Video) -> str:
    """The address of its moving thumbnail, or nothing."""
    asset = _asset(video, Kind.SMALL)
    return "" if asset is None else asset.get_absolute_url()


@register.filter
def sheet_of(video: Video) -> str:
    """The address of its frames side by side, or nothing."""
    asset = _asset(video, Kind.SPRITE_SHEET)
    return "" if asset is None else asset.get_absolute_url()


@register.filter
def heard(video: Video) -> str:
    """What one hears in it: "waves, soft paws", or nothing."""
    return ", ".join(sounds.heard(video.understanding))


@register.filter
def shape(video: Video) -> str:
    """The class of its frame: empty for 9:16, which fills a phone; `sq` for all that lie on a blurred copy."""
    return "" if abs(video.width / video.height - 9 / 16) < 0.02 else "sq"


@register.filter
def tile(video: Video) -> str:
    """The class of its tile in a grid: the closest of five shapes; empty is 3:4."""
    ratios = {"v": 9 / 16, "": 3 / 4, "q": 1.0, "l": 4 / 3, "w": 16 / 9}
    return min(ratios, key=lambda name: abs(math.log(video.width / video.height / ratios[name])))


@register.filter
def picture(person: Person) -> str:
    """The address of a person's picture, or nothing."""
    return f"/media/{person.picture}" if person.picture else ""


@register.simple_tag(takes_context=True)
def dock(context: dict[str, Any]) -> SafeString:
    """The way to everywhere, on every page: {% dock %}. It is rendered again when something in it is new."""
    request, view = context.get("request"), context.get("view")
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return mark_safe(render_to_string("parts/dock.html", {"path": getattr(request, "path", "/")}))
    day = quota(person)
    where = {"here": context.get("here", ""), "view": getattr(view, "name", ""), "label": getattr(view, "label", "")}
    theirs = {"handle": person.handle, "unseen": num_unseen(person), "left_s": day.left_s, "limit_s": day.limit_s}
    return _dock(get_language(), **where, **theirs)


@lru_cache(maxsize=2000)
def _dock(language: str | None, **shown: str | float) -> SafeString:
    return mark_safe(render_to_string("parts/dock.html", shown))

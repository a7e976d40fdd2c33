"""Small things that templates print: icons, counts, times."""

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite: {% icon "heart" %}, or {% icon "heart" "s" %} beside text."""
    classes = f"i {size}".strip()
    address = f"{static('icons.svg')}#i-{name}"
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"/></svg>', classes, address
    )


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

"""Looks that a person adds to a prompt with one touch: words that the built-in model knows. It does not know rows."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Style:
    """A preset: its name in addresses and rows, what people read, and the words that the model reads."""

    slug: str
    label: Promise
    words: str


#: Light and weather first, then media, in the order in which they are offered.
STYLES = (
    Style(slug="dusk", label=_("Dusk"), words="at sunset"),
    Style(slug="snow", label=_("Snow"), words="in the snow"),
    Style(slug="lava", label=_("Lava light"), words="by a volcano with glowing lava"),
    Style(slug="fog", label=_("Fog"), words="in thick fog"),
    Style(slug="rain", label=_("Rain"), words="in the rain"),
    Style(slug="night", label=_("Night"), words="at night"),
    Style(slug="film-noir", label=_("Film noir"), words="in film noir style"),
    Style(slug="archival", label=_("Archival film"), words="in archival footage style"),
    Style(slug="papercraft", label=_("Papercraft"), words="in papercraft style"),
    Style(slug="pixel-art", label=_("Pixel art"), words="in pixel art style"),
    Style(slug="watercolour", label=_("Watercolour"), words="in watercolour style"),
    Style(slug="cel-shaded", label=_("Cel-shaded"), words="in cel-shaded cartoon style"),
    Style(slug="35mm", label=_("35 mm film"), words="in cinematic 35 mm film style"),
)

_BY_SLUG = {style.slug: style for style in STYLES}


def find_style(slug: str) -> Style:
    """The preset of that name. Raises ValueError when there is none."""
    try:
        return _BY_SLUG[slug]
    except KeyError:
        raise ValueError(f'there is no style "{slug}"') from None


def with_style(prompt: str, slug: str) -> str:
    """The prompt as the model reads it: with the preset's words at its end. An empty `slug` adds nothing."""
    if not slug:
        return prompt
    return f"{prompt.rstrip().rstrip('.,;')}, {find_style(slug).words}."

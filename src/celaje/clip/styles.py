"""Styles: looks with a name, kept as small files: words that are added to a prompt, and a picture to lean on.

A built-in style is a text file in `presets` beside this one; anybody's own is a file anywhere. It says the look in
words that the model reads after the prompt. A picture of the same name beside it lends its light and colours: it is a
known picture of so little strength that hardly more than these are left of it.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from celaje.clip.request import PICTURES, Known, Request

PRESETS = Path(__file__).parent / "presets"
LONGEST = 2000  # characters
LEAN = 0.15  # strength of a style's picture


@dataclass(frozen=True, kw_only=True)
class Style:
    """What a style says, and the picture that goes with it."""

    words: str
    picture: Path | None


def style_names() -> list[str]:
    """The built-in styles."""
    return sorted(path.stem for path in PRESETS.glob("*.txt"))


def read_style(name: str) -> Style:
    """A built-in style, or that of a text file. Raises ValueError when there is no such style."""
    path = PRESETS / f"{name}.txt" if name in style_names() else Path(name)
    try:
        words = " ".join(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        known = ", ".join(style_names())
        raise ValueError(f'there is no style "{name}": give {known}, or a text file of your own') from None
    if not 0 < len(words) <= LONGEST:
        raise ValueError(f'style "{name}" has {len(words)} characters: give 1 to {LONGEST}')
    pictures = (path.with_suffix(suffix) for suffix in sorted(PICTURES))
    return Style(words=words, picture=next((picture for picture in pictures if picture.exists()), None))


def in_style(request: Request, name: str | None) -> Request:
    """The request with a style's words at the end of its prompt, leaning on the style's picture where it has one.

    What the request knows already weighs more. Raises ValueError when there is no such style.
    """
    if name is None:
        return request
    style = read_style(name)
    said = request.prompt.rstrip().rstrip(".,;")
    lean = () if style.picture is None else (Known(source=str(style.picture), strength=LEAN),)
    return replace(
        request, prompt=f"{said}, {style.words}." if said else f"{style.words}.", known=(*lean, *request.known)
    )

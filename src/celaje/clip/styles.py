"""Styles: looks with a name, kept as small files, and added to a prompt in words.

A built-in style is a text file in `presets` beside this one; anybody's own is a file anywhere. It says the look in
words that the model reads after the prompt.
"""

from pathlib import Path

PRESETS = Path(__file__).parent / "presets"
LONGEST = 2000  # characters


def style_names() -> list[str]:
    """The built-in styles."""
    return sorted(path.stem for path in PRESETS.glob("*.txt"))


def read_style(name: str) -> str:
    """The words of a built-in style, or of a text file. Raises ValueError when there is no such style."""
    path = PRESETS / f"{name}.txt" if name in style_names() else Path(name)
    try:
        words = " ".join(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        known = ", ".join(style_names())
        raise ValueError(f'there is no style "{name}": give {known}, or a text file of your own') from None
    if not 0 < len(words) <= LONGEST:
        raise ValueError(f'style "{name}" has {len(words)} characters: give 1 to {LONGEST}')
    return words


def styled(prompt: str, name: str) -> str:
    """The prompt with a style's words at its end. Raises ValueError when there is no such style."""
    words = read_style(name)
    said = prompt.rstrip().rstrip(".,;")
    return f"{said}, {words}." if said else f"{words}."

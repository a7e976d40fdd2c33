"""Gathers every sentence that the app says into the catalogue of each language, and compiles it: `make messages`.

For those who work on Celaje; it needs Babel, which is pure Python, instead of the gettext programs. It does not
translate. The admin's theme, Unfold, comes without translations: what it says beyond Django's words is gathered too.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import unfold
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

Message = str | tuple[str, ...]

APP = Path(__file__).parent
THEME = Path(unfold.__file__).parent
DJANGO = Path(django.__file__).parent
LANGUAGES = ("es",)
FOUNDED = datetime(2026, 11, 25, tzinfo=UTC)
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def path_of(language: str) -> Path:
    """The catalogue of a language."""
    return APP / "locale" / language / "LC_MESSAGES" / "django.po"


def said() -> Catalog:
    """All sentences of templates and sources, without translations."""
    catalog = Catalog(fuzzy=False)
    for path in _sources(APP):
        for message, context in _messages(path):
            _add(catalog, message, context, path.relative_to(APP))
    known = _known_to_django()
    for path in _sources(THEME):
        for message, context in _messages(path):
            if (message, context) not in known:
                _add(catalog, message, context, path.relative_to(THEME.parent))
    return catalog


def kept(language: str) -> Catalog:
    """The catalogue as it is on disk, or an empty one."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with today's sentences: known translations stay, what is not said any more goes."""
    before, catalog = kept(language), said()
    catalog.locale = language
    catalog.header_comment = "# What Celaje says, in another language. Written by `make messages`."
    catalog.project, catalog.version = "Celaje", "1"
    catalog.creation_date = catalog.revision_date = FOUNDED  # a date that moves would change the file each time
    for message in catalog:
        known = before.get(message.id, message.context) if message.id else None
        if known is not None:
            message.string = known.string
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """What still has no translation."""
    missing = []
    for message in catalog:
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(texts):
            missing.append(str(message.id))
    return missing


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _sources(folder: Path) -> Iterator[Path]:
    """Where words may stand: modules and templates. What the theme has for other packages is not installed."""
    for path in sorted((*folder.rglob("*.py"), *folder.rglob("templates/**/*.*"))):
        if path != Path(__file__) and not {"migrations", "contrib"} & set(path.relative_to(folder).parts):
            yield path


def _messages(path: Path) -> Iterator[tuple[Message, str | None]]:
    text = path.read_text()
    if path.suffix != ".py":
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())  # indented as no Python may be
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
    for _line, message, _comments, context in found:
        yield message, context


def _add(catalog: Catalog, message: Message, context: str | None, source: Path) -> None:
    flags = ["python-format"] if _has_places(message) else []
    catalog.add(message, context=context, locations=[(str(source), 0)], flags=flags)


def _known_to_django() -> set[tuple[Message, str | None]]:
    """What Django itself says in all our languages."""
    known: list[set[tuple[Message, str | None]]] = []
    for language in LANGUAGES:
        known.append(set())
        for part in ("conf", "contrib/admin", "contrib/auth"):
            with (DJANGO / part / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
                for message in read_mo(file):
                    text = message.id if isinstance(message.id, str) else tuple(message.id)
                    known[-1].add((text, message.context))
    return set.intersection(*known)


def _has_places(message: Message) -> bool:
    return bool(re.search(r"%\(\w+\)[sd]", message if isinstance(message, str) else message[0]))


def main() -> None:
    """Write the catalogues, and say what has no translation yet."""
    for language in LANGUAGES:
        catalog = updated(language)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, include_lineno=False, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        missing = untranslated(catalog)
        print(f"{path}: {len(catalog)} sentences, {len(missing)} without translation")
        for text in missing:
            print(f"  {text}")


if __name__ == "__main__":
    main()

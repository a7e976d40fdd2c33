"""How English and Spanish put words together: articles, agreement, lists, contractions. It does not know any scene."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Language = Literal["en", "es"]
#: "a" introduces, "the" points back, "another" adds one of the same, "" is the bare noun of headlines; or a number.
Article = str


@dataclass(frozen=True, kw_only=True)
class Word:
    """A noun with what must agree with it."""

    singular: str
    plural: str
    feminine: bool = False
    countable: bool = True  # whether one of it takes an article: not "hair" or "trousers"


class Grammar(Protocol):
    """What a caption asks of a language."""

    language: Language

    def word(self, text: str) -> Word:
        """Read "cat/cats" or "gato/gatos m"."""

    def noun_phrase(
        self, word: Word, *, plural: bool, article: Article, adjectives: Sequence[str], epithet: str
    ) -> str:
        """The noun with its article and adjectives, such as "an old red car"."""

    def agree(self, text: str, *, plural: bool, feminine: bool) -> str:
        """A verb or adjective whose ending agrees with a noun."""

    def join(self, items: Sequence[str]) -> str:
        """The items as "a, b and c"."""

    def tidy(self, text: str) -> str:
        """The text with the contractions and elisions that writing asks for."""


#: Masculine, feminine, masculine plural, feminine plural.
SPANISH_ARTICLES = {
    "a": ("un", "una", "unos", "unas"),
    "the": ("el", "la", "los", "las"),
    "another": ("otro", "otra", "otros", "otras"),
    "the other": ("el otro", "la otra", "los otros", "las otras"),
}
#: Adjectives inside an English noun that come before a color: "a long red dress".
SIZES = ("long ", "short ", "curly ", "little ")


class English:
    """English: adjectives stand before the noun and never change."""

    language: Language = "en"

    def word(self, text: str) -> Word:
        """Read "cat/cats"."""
        singular, plural = text.split("/")
        return Word(singular=singular, plural=plural)

    def noun_phrase(
        self, word: Word, *, plural: bool, article: Article, adjectives: Sequence[str], epithet: str
    ) -> str:
        """The noun with its article and adjectives; "glass with cracks" is parted around the noun."""
        before = [adjective.partition(" with ")[0] for adjective in adjectives]
        after = [adjective.rstrip(":").partition(" with ")[2] for adjective in adjectives]
        noun = word.plural if plural else word.singular
        size = next((size for size in SIZES if noun.startswith(size) and noun.removeprefix(size)), "")
        core = [part for part in (epithet, size.strip(), *before, noun.removeprefix(size)) if part]
        text = " ".join(core + [f"with {part}" for part in after if part])
        if article in ("a", "another"):
            article = "" if not word.countable else "other" if plural and article == "another" else article
            article = "some" if plural and article == "a" else _indefinite(text) if article == "a" else article
        return f"{article} {text}".strip()

    def agree(self, text: str, *, plural: bool, feminine: bool) -> str:
        """English does not agree."""
        return text

    def join(self, items: Sequence[str]) -> str:
        """The items as "a, b and c"."""
        return " and ".join(part for part in (", ".join(items[:-1]), items[-1]) if part)

    def tidy(self, text: str) -> str:
        """Nothing contracts in what captions say, but spaces and commas must be single."""
        return _single_marks(text)


class Spanish:
    """Spanish: adjectives follow the noun and agree with it; "a el" and "de el" contract."""

    language: Language = "es"

    def word(self, text: str) -> Word:
        """Read "gato/gatos m"."""
        forms, _, gender = text.rpartition(" ")
        singular, plural = forms.split("/")
        return Word(singular=singular, plural=plural, feminine=gender == "f")

    def noun_phrase(
        self, word: Word, *, plural: bool, article: Article, adjectives: Sequence[str], epithet: str
    ) -> str:
        """The noun with its article before and its adjectives behind."""
        plural = plural or (not word.countable and word.plural.split()[0].endswith("s"))  # gafas, ojos
        noun = word.plural if plural else word.singular
        behind = [self.agree(adjective, plural=plural, feminine=word.feminine) for adjective in adjectives]
        before = self.agree(epithet, plural=plural, feminine=word.feminine)
        # "el águila": a stressed first a takes the masculine article when nothing stands between
        masculine_article = not word.feminine or (
            not plural and not before and noun.startswith(("águila", "ave", "agua"))
        )
        if article in SPANISH_ARTICLES:
            index = 2 * plural + (word.feminine if article in ("another", "the other") else not masculine_article)
            article = "" if article == "a" and not word.countable else SPANISH_ARTICLES[article][index]
        else:
            article = self.agree(article, plural=plural, feminine=word.feminine)
        return " ".join(part for part in (article, before, noun, *behind) if part)

    def agree(self, text: str, *, plural: bool, feminine: bool) -> str:
        """One of four forms "rojo/roja/rojos/rojas"; an invariable text; and "@" becomes o, a, os or as."""
        forms = text.split("/")
        chosen = forms[2 * plural + feminine] if len(forms) == 4 else forms[0]
        return chosen.replace("@", ("o", "a", "os", "as")[2 * plural + feminine])

    def join(self, items: Sequence[str]) -> str:
        """The items as "a, b y c", with "e" before the sound i."""
        last = "e" if re.match(r"h?[ií](?!e)", items[-1]) else "y"
        return f" {last} ".join(part for part in (", ".join(items[:-1]), items[-1]) if part)

    def tidy(self, text: str) -> str:
        """Contract "a el" to "al" and "de el" to "del"."""
        return _single_marks(re.sub(r"\b([Dd]e|[Aa]) el\b", lambda match: match[1] + "l", text))


GRAMMARS: dict[str, Grammar] = {"en": English(), "es": Spanish()}


def _indefinite(text: str) -> str:
    """A or an, by the first sound of what follows."""
    vowel = re.match(r"[aeio]|u(?!ni|se|sed)|hour|honest|8\b|11\b", text.lower())
    return "an" if vowel and not text.lower().startswith(("one", "eu")) else "a"


def _single_marks(text: str) -> str:
    text = re.sub(r"\s+([,.;:!])", r"\1", re.sub(r"\s+", " ", text)).strip()
    return re.sub(r",(\s*,)+", ",", re.sub(r"([.!])[.,]+", r"\1", text))

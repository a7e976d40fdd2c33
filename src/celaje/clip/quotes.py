"""What a prompt wants to be said aloud: its quoted sentences, and the prompt without them.

A quotation is spoken when a verb of speech is near it or a colon before it, or when it reads like a sentence of its
own. What a sign says and what a film is called is not, nor is a word in quotes; they stay what they were: words of the
prompt. It does not know who speaks, in which voice, or when.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

#: An opening mark never stands behind a letter or a digit ("12 inches" is 12"), a closing one never before one
#: ("don't"). Straight single marks are apostrophes much more often: they need a verb of speech, see `_is_spoken`.
_QUOTED = re.compile(
    r'(?<!\w)(?:"(?P<straight>[^"]*)"|[“”„](?P<curly>[^“”„"]*)[”“"]|«(?P<angled>[^«»]*)»'
    r"|(?P<single>'(?=[^\s'\d])(?P<plain>(?:[^']|(?<=\w)'(?=\w))*)'|‘(?P<fine>(?:[^‘’]|(?<=\w)’(?=\w))*)’))(?!\w)"
)
_SAYS = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|tell(?:s|ing)?|told|talk(?:s|ed|ing)?|sp(?:eak|eaks|oke|eaking)|ask(?:s|ed|ing)?|"
    r"answer(?:s|ed|ing)?|repl(?:y|ies|ied|ying)|shout(?:s|ed|ing)?|yell(?:s|ed|ing)?|scream(?:s|ed|ing)?|"
    r"cr(?:y|ies|ied|ying)|call(?:s|ing)?(?: out)?|whisper(?:s|ed|ing)?|murmur(?:s|ed|ing)?|exclaim(?:s|ed|ing)?|"
    r"announc(?:e|es|ed|ing)|narrat(?:e|es|ed|ing)|sing(?:s|ing)?|sang|greet(?:s|ed|ing)?|"
    r"d(?:ice|icen|igo|ijo|ijeron|iciendo|ecir|ecía)|habla|hablan|habló|hablando|pregunt(?:a|an|ó|ando)|"
    r"respond(?:e|en|ió|iendo)|contest(?:a|an|ó|ando)|grit(?:a|an|ó|ando)|exclam(?:a|an|ó|ando)|"
    r"susurr(?:a|an|ó|ando)|murmur(?:a|an|ó)|anunci(?:a|an|ó|ando)|narr(?:a|an|ó|ando)|cant(?:a|an|ó|ando)|"
    r"salud(?:a|an|ó|ando)|explic(?:a|an|ó|ando)|cuent(?:a|an)|repit(?:e|en))\b",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"\b(?:signs?|posters?|banners?|labels?|billboards?|screens?|papers?|notes?|letters|letter|t-?shirts?|carteles|"
    r"cartel|letreros?|pancartas?|rótulos?|etiquetas?|pantallas?|notas?|cartas?|camisetas?)\s+"
    r"(?:(?:that|which|que)\s+(?:says?|said|reads?|dicen?|ponen?|reza)|saying|reading|with|diciendo|con)\b[^.!?]{0,24}$|"
    r"(?:^|[,;]\s*)(?:(?:a|the|un|una|el|la)\s+)?(?:\w+\s+)?(?:signs?|posters?|banners?|screens?|cartel|letrero|pantalla)\s+"
    r"(?:says?|dicen?|pone)\b[^.!?]{0,8}$|"
    r"\b(?:titled|entitled|called|named|labell?ed|written|writes|reads?|reading|the words?|text|title|signs?|posters?|"
    r"banners?|llamad[oa]s?|titulad[oa]s?|la palabra|las palabras|texto|título|letreros?|cartel|carteles|escrito|"
    r"escribe|lee|reza)[\s:,]*$",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"\b(?:narrators?|voice-?over|a voice|narrador[ae]?s?|locutor[ae]?s?|una voz|voz en off)\b", re.IGNORECASE
)
_AND = re.compile(r"[\s,;]*(?:and|then|and then|y|luego|y luego|y después)?[\s,;]*", re.IGNORECASE)
_BEFORE, _AFTER = 60, 40  # characters in which a verb of speech is looked for
_ENDS = ".!?…"


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """A sentence to be said aloud, and where it stands in its prompt, marks and all.

    `told`: a verb of speech tells that somebody says it. `off`: a narrator does, whom nobody sees.
    """

    text: str
    begin: int
    end: int
    told: bool
    off: bool


def quotations(prompt: str) -> list[Quotation]:
    """What a prompt wants to be said, in order.

    >>> [one.text for one in quotations('She waves and says "Good morning!", then “Come here.”')]
    ['Good morning!', 'Come here.']
    """
    found: list[Quotation] = []
    at = 0
    while (match := _QUOTED.search(prompt, at)) is not None:
        text = " ".join(
            next(
                part for part in match.group("straight", "curly", "angled", "plain", "fine") if part is not None
            ).split()
        )
        before = _same_sentence(prompt[max(found[-1].end if found else 0, match.start() - _BEFORE) : match.start()])
        after = re.split(r"[.!?;:\"“«\[]", prompt[match.end() : match.end() + _AFTER])[0]
        goes_on = bool(found) and found[-1].told and _AND.fullmatch(before) is not None
        told = _SAYS.search(before) is not None or _says_next(after) or before.rstrip().endswith(":") or goes_on
        apart = bool(re.search(r"\w", text)) and not _WRITTEN.search(before)
        if apart and (told or (match["single"] is None and _is_sentence(text))):
            off = _OFF.search(before) is not None or _OFF.search(after) is not None
            found.append(Quotation(text=text.strip(",;: "), begin=match.start(), end=match.end(), told=told, off=off))
            at = match.end()
        else:  # an apostrophe that only looks like an opening mark may hide a true one
            at = match.end() if match["single"] is None else match.start() + 1
    return found


def without_quotations(prompt: str, *, said: str = "") -> str:
    """The prompt as somebody reads it who only sees: without what is said aloud. Where no verb tells that somebody
    speaks, `said` takes its place ("talking"). A prompt without quotations comes back as it is.
    """
    return with_quotations(prompt, lambda number, quotation: "" if quotation.told else said)


def with_quotations(prompt: str, word: Callable[[int, Quotation], str]) -> str:
    """The prompt with `word` of each quotation and its number in its place; colons before it go, stops in it stay."""
    pieces: list[str] = []
    at = 0
    for number, one in enumerate(quotations(prompt)):
        before = prompt[at : one.begin].rstrip()
        if before.endswith(":"):
            before = before[:-1]
        next_one = prompt[one.end :].lstrip()
        stop = "." if one.text[-1] in _ENDS and (next_one[:1].isupper() or next_one[:1] in ("[", "¿", "¡")) else ""
        put = word(number, one)
        pieces.append(f"{before} {put}{stop}" if put else before + stop)
        at = one.end
    return "".join([*pieces, prompt[at:]]).lstrip(" ,;.") if pieces else prompt


def _same_sentence(text: str) -> str:
    """What of `text` belongs to the sentence that goes on behind it."""
    return re.split(r"[.!?;\]]\s", text)[-1]


def _says_next(after: str) -> bool:
    """Whether what follows a quotation is who said it: '..., says the man', '..., the old man says'."""
    found = _SAYS.search(after)
    return found is not None and len(re.findall(r"\w+", after[: found.start()])) <= 4


def _is_sentence(text: str) -> bool:
    """Whether it reads like a sentence of its own: it begins like one and has several words, or it ends like one."""
    begins = text[:1].isupper() or text[:1] in "¿¡"
    return text[-1] in _ENDS or (begins and len(text.split()) > 1)

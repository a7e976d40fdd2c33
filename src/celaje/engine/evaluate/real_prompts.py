"""What a model reads in prompts as people write them: which of what was meant it takes, in both languages.

`docs/prompts-300.jsonl` has a scene on each line: `en` and `es`, what kind of prompt it is (`about`), and what it
`want`s: values of slots, "cat/dog" where either will do, "-rain" for what shall not be taken. It does not know files of
media.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celaje.clip import Request
from celaje.engine.evaluate.numbers import Number, share
from celaje.engine.generate import Engine, Made, drawn_in_style, generate
from celaje.engine.text.understand import Understanding
from celaje.engine.world.captions.grammar import Language

LANGUAGES: tuple[Language, Language] = ("en", "es")
SLOTS = ("kinds", "actions", "place", "time", "weather", "camera", "style", "looks")
NUM_SHOWN = 24
ABOUT = {
    "short": "a few words", "known": "what the world has", "camera": "how it is filmed", "style": "styles",
    "several": "several subjects", "numbers": "numbers", "negation": "what shall not be", "slang": "slang",
    "typos": "slips of the keyboard", "beyond": "what the world does not have", "long": "long ones",
    "sound": "sound first", "vague": "next to nothing",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RealPrompt:
    """One scene in the words of people."""

    about: str
    want: tuple[str, ...]
    text: Mapping[Language, str]


@dataclass(frozen=True, kw_only=True)
class ReadPrompt:
    """What was read of a prompt in one language, and for each thing that it wants whether it is there."""

    prompt: RealPrompt
    language: Language
    understanding: Understanding
    met: Mapping[str, bool]

    @property
    def text(self) -> str:
        """The prompt."""
        return self.prompt.text[self.language]


def load_prompts(path: Path) -> list[RealPrompt]:
    """The prompts of a file. Raises ValueError for a line that is none."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            said = json.loads(line)
            text: dict[Language, str] = {language: said[language] for language in LANGUAGES}
            found.append(RealPrompt(about=said["about"], want=tuple(said["want"]), text=text))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} of {path} is no prompt: {error}") from None
    return found


def read_prompts(engine: Engine, prompts: Iterable[RealPrompt]) -> list[ReadPrompt]:
    """What the engine reads in every prompt, English before Spanish."""
    found = []
    for prompt in prompts:
        for language in LANGUAGES:
            read = engine.understand(prompt.text[language])
            taken = {value for slot in SLOTS for value in read.taken.get(slot, ())}
            met = {
                want: not taken & {want[1:]} if want.startswith("-") else bool(taken & set(want.split("/")))
                for want in prompt.want
            }
            found.append(ReadPrompt(prompt=prompt, language=language, understanding=read, met=met))
    return found


def scores(found: Sequence[ReadPrompt]) -> dict[str, Number]:
    """Shares of what was wanted that was read, by "prompts/kind of prompt/language", of those that want something."""
    marks: dict[str, list[float]] = {}
    for read in found:
        for about in ("all", read.prompt.about):
            marks.setdefault(f"prompts/{about}/{read.language}", []).extend(map(float, read.met.values()))
    return {key: share(values) for key, values in marks.items() if values}


def page(model: str, found: Sequence[ReadPrompt], picture: str) -> str:
    """Everything as Markdown, with the contact sheet `picture`."""
    numbers = scores(found)
    lines = [
        "# 300 prompts, and what the model makes of them",
        "",
        f"By {model}, made by `celaje evaluate prompts` from [prompts-300.jsonl](prompts-300.jsonl):",
        f"{len(found)} prompts as people write them. For each stands what the reader takes it to say; **not:** is what",
        "it should have taken and did not. A word that the model never met is read as the nearest that it did.",
        "",
        "| what is asked | en | es | of |",
        "|---|---|---|---|",
    ]
    for about, words in {"all": "all", **ABOUT}.items():
        cells = [numbers.get(f"prompts/{about}/{language}") for language in LANGUAGES]
        if any(cells):
            shares = " | ".join("" if cell is None else f"{100 * cell.value:.0f} %" for cell in cells)
            lines.append(f"| {words} | {shares} | {next(cell.count for cell in cells if cell)} |")
    lines += ["", f"![{NUM_SHOWN} of them as stills]({picture})"]
    for about, words in ABOUT.items():
        lines += ["", f"## {words[0].upper()}{words[1:]}", ""]
        lines += [_line(read) for read in found if read.prompt.about == about]
    return "\n".join(lines) + "\n"


def pictures(engine: Engine, prompts: Sequence[RealPrompt]) -> list[tuple[str, Made]]:
    """Stills of `NUM_SHOWN` prompts, evenly from the list, in both languages by turns, each with a seed of its own."""
    made = []
    for number in range(min(NUM_SHOWN, len(prompts))):
        prompt = prompts[number * len(prompts) // min(NUM_SHOWN, len(prompts))]
        text = prompt.text[LANGUAGES[number % 2]]
        made.append((text, still_in_style(engine, Request(prompt=text, seconds=0.0, seed=7 + number))))
    return made


def still_in_style(engine: Engine, request: Request) -> Made:
    """The still of a request in the model's own size, in the style that its prompt asks for."""
    still = generate(engine, request)
    return replace(still, frames=drawn_in_style(still.frames[0], 0, request, engine.known_words)[None])


def _line(read: ReadPrompt) -> str:
    understood = read.understanding
    taken = [value for slot in SLOTS[:-1] for value in understood.taken.get(slot, ())]
    taken += [" ".join(value.split("/")[1:]) for value in understood.taken.get("looks", ())]
    parts = [f"- {read.text} → {', '.join(taken) or 'nothing'}"]
    missed = [f"without {want[1:]}" if want[0] == "-" else want for want, met in read.met.items() if not met]
    if missed:
        parts.append(f"**not:** {', '.join(missed)}")
    if read_as := [f"{said} for {word}" for word, said in understood.instead.items() if said]:
        parts.append("read as: " + ", ".join(read_as))
    if left := [word for word, said in understood.instead.items() if not said]:
        parts.append("left out: " + ", ".join(left))
    if strange := [word for word in understood.unknown if not any(word in phrase for phrase in understood.instead)]:
        parts.append(f"unknown: {', '.join(strange)}")
    return "; ".join(parts)

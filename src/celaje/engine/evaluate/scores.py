"""The table of all evaluations: a line of JSON for each, kept for ever, from which any two weights can be compared.

What two judges tell, or two observers see, is not compared. It does not know how numbers are measured.
"""

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celaje.engine.evaluate.numbers import Difference, Number, difference
from celaje.engine.evaluate.report import Report

JUDGED = ("picture told", "sound told", "sync")  # groups that a judge has a part in
OBSERVED = ("likeness", "identity", "diversity")
#: What is better less, by the beginning of the measure; all else is better more, but for what has no better.
BETTER_LESS = (
    "picture, ", "motion, ", "sound, ", "warping", "frozen", "mean offset", "colour", "contrast", "sharpness",
    "features", "nearer", "copies", "real-time", "sound: ",
)  # fmt: skip
NEITHER = ("amount", "likeness of the nearest", "apart among", "onset F1, mismatched")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the table. `numbers` by "group/measure/row"."""

    model: str
    date: str
    judge: str
    observer: str
    num_scenes: int
    seconds: float
    steps: int
    guidance: float
    numbers: Mapping[str, Number]

    @classmethod
    def of(cls, report: Report, date: str) -> "Entry":
        """The line for a report."""
        return cls(date=date, **{name: getattr(report, name) for name in cls.__dataclass_fields__ if name != "date"})

    def line(self) -> str:
        """As JSON, with numbers as [value, low, high, count]."""
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "numbers"}
        numbers = {key: _plain(number) for key, number in self.numbers.items()}
        return json.dumps(facts | {"numbers": numbers}, ensure_ascii=False)

    @classmethod
    def read(cls, line: str) -> "Entry":
        """The entry of a line. Raises ValueError for what is none."""
        try:
            facts: dict[str, Any] = json.loads(line)
            numbers = {
                key: Number(
                    value=value,
                    low=-math.inf if low is None else low,
                    high=math.inf if high is None else high,
                    count=count,
                )
                for key, (value, low, high, count) in facts.pop("numbers").items()
            }
            return cls(**facts, numbers=numbers)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"a line of the table of scores cannot be read: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One number of two entries. `better` says whether the first is: None when that is chance, or neither is better."""

    key: str
    mine: Number
    theirs: Number
    difference: Difference
    better: bool | None


def read_scores(path: Path) -> list[Entry]:
    """All entries, the oldest first; none when there is no such file. Raises ValueError for a damaged one."""
    if not path.exists():
        return []
    return [Entry.read(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def add_score(path: Path, entry: Entry) -> None:
    """Append one entry, whole or not at all. Raises ValueError when the file cannot be written."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    partial = path.with_suffix(f".partial{os.getpid()}")
    try:
        partial.write_text(before + entry.line() + "\n", encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        raise ValueError(f"the table {path} could not be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def find_entry(entries: Sequence[Entry], name: str) -> Entry:
    """The newest entry whose model ends with or holds `name`. Raises ValueError with those that there are."""
    for entry in reversed(entries):
        if name in entry.model:
            return entry
    known = ", ".join(dict.fromkeys(entry.model for entry in entries)) or "none"
    raise ValueError(f'no evaluation of "{name}" is in the table: it has {known}')


def compare(mine: Entry, theirs: Entry) -> list[Compared]:
    """Every number that both have and that was measured in the same way, in the order of `mine`."""
    found = []
    for key, number in mine.numbers.items():
        other = theirs.numbers.get(key)
        if other is None or not _same_way(key, mine, theirs):
            continue
        apart = difference(number, other)
        found.append(Compared(key=key, mine=number, theirs=other, difference=apart, better=_better(key, apart)))
    return found


def comparison(mine: Entry, theirs: Entry) -> str:
    """The comparison of two entries as a table in Markdown."""
    rows = compare(mine, theirs)
    lines = [f"{mine.model} ({mine.date}) against {theirs.model} ({theirs.date})", ""]
    if mine.judge != theirs.judge:
        lines += ["They were told by different judges, so that slots and onsets are not compared.", ""]
    if mine.observer != theirs.observer:
        lines += ["They were seen by different observers, so that distances are not compared.", ""]
    lines += ["| measure | first | second | difference | 95 % interval | |", "|---|---|---|---|---|---|"]
    for row in rows:
        said = (
            "chance"
            if not row.difference.beyond_chance
            else {True: "better", False: "worse", None: "other"}[row.better]
        )
        low, high = shown(row.difference.low), shown(row.difference.high)
        lines.append(
            f"| {row.key.replace('/', ', ')} | {shown(row.mine.value)} | {shown(row.theirs.value)} | "
            f"{shown(row.difference.value)} | {low} to {high} | {said} |"
        )
    return "\n".join(lines)


def table(entries: Iterable[Entry]) -> str:
    """All entries as Markdown: the newest of each model, one column each, grouped by what is measured."""
    newest = list({(entry.model, entry.judge, entry.observer): entry for entry in entries}.values())
    if not newest:
        return "Nothing has been measured yet."
    keys = list(dict.fromkeys(key for entry in reversed(newest) for key in entry.numbers))
    groups = dict.fromkeys(key.split("/")[0] for key in keys)
    names = [entry.model for entry in newest]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(newest) + 1) + "|"]
    for title, values in (
        ("date", [entry.date for entry in newest]),
        ("scenes", [f"{entry.num_scenes} of {entry.seconds:.2f} s" for entry in newest]),
        ("steps, guidance", [f"{entry.steps}, {entry.guidance:g}" for entry in newest]),
        ("judge", [entry.judge or "none" for entry in newest]),
        ("observer", [entry.observer for entry in newest]),
    ):
        lines.append(f"| {title} | " + " | ".join(values) + " |")
    for group in groups:
        lines += ["", f"### {group}", "", "| | " + " | ".join(names) + " |", "|---" * (len(newest) + 1) + "|"]
        for key in keys:
            if key.split("/")[0] == group:
                cells = [_cell(entry.numbers.get(key)) for entry in newest]
                lines.append(f"| {', '.join(key.split('/')[1:])} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


#: What stands in the model card: measure, and the rows that belong beside each other.
CARD = ("picture told/who", "picture told/where", "picture told/when", "picture told/weather", "picture told/color")
CARD_ROWS = ("real", "reconstructed", "generated en", "generated es")


def card(entry: Entry, trained: Mapping[str, Mapping[str, float]]) -> str:
    """The part of a model card that is about certain weights. `trained` has steps and minutes by part."""
    where = f"on {entry.num_scenes} scenes whose combinations were never shown"
    lines = [f"{entry.model}, measured on {entry.date} {where}.", ""]
    lines += ["| part | steps | minutes |", "|---|---|---|"]
    lines += [f"| {name} | {facts['steps']:.0f} | {facts['minutes']:.0f} |" for name, facts in trained.items()]
    told = [key for key in CARD if any(f"{key}/{row}" in entry.numbers for row in CARD_ROWS)]
    if told:
        lines += ["", "| told by a judge | " + " | ".join(CARD_ROWS) + " |", "|---" * (len(CARD_ROWS) + 1) + "|"]
        for key in told:
            cells = [_cell(entry.numbers.get(f"{key}/{row}")) for row in CARD_ROWS]
            lines.append(f"| {key.split('/')[1]} | " + " | ".join(cells) + " |")
    for key, words in (
        ("codec/PSNR dB/reconstructed", "PSNR of the codec, dB"),
        ("speed/real-time factor/generated en", "seconds of making for each second of a clip"),
    ):
        if key in entry.numbers:
            lines += ["", f"{words}: {_cell(entry.numbers[key])}"]
    return "\n".join(lines)


def filled(page: str, numbers: str) -> str:
    """`page` with what stands between its marks of numbers replaced. Raises ValueError without such marks."""
    begin, end = "<!-- numbers -->\n", "\n<!-- /numbers -->"
    before, mark, rest = page.partition(begin)
    _, other, after = rest.partition(end)
    if not (mark and other):
        raise ValueError("the page has no place for numbers: give it the marks <!-- numbers --> and <!-- /numbers -->")
    return f"{before}{begin}{numbers}{end}{after}"


def shown(value: float) -> str:
    """A number for people: three digits that count."""
    if math.isinf(value):
        return "?"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def better_less(key: str) -> bool | None:
    """Whether less of this is better; None when neither is."""
    measure = key.split("/")[1]
    if measure.startswith(NEITHER):
        return None
    return measure.startswith(BETTER_LESS)


def _same_way(key: str, mine: Entry, theirs: Entry) -> bool:
    group = key.split("/")[0]
    if group.startswith(JUDGED) or group.endswith("told"):
        return mine.judge == theirs.judge
    seen = group.startswith(OBSERVED) or key.split("/")[1].startswith("features")
    return mine.observer == theirs.observer if seen else True


def _better(key: str, apart: Difference) -> bool | None:
    less = better_less(key)
    return None if less is None or not apart.beyond_chance else (apart.value < 0) == less


def _plain(number: Number) -> list[float | None]:
    ends = [None if math.isinf(end) else round(end, 5) for end in (number.low, number.high)]
    return [round(number.value, 5), *ends, number.count]


def _cell(number: Number | None) -> str:
    if number is None:
        return ""
    return f"{shown(number.value)} <small>{shown(number.low)} to {shown(number.high)}</small>"

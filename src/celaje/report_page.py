"""An evaluation as a folder to look at: one page with clips that play, what they sound like, and numbers.

Everything that the page shows lies beside it, so the folder can be moved, sent and opened without a network. It does
not know how clips are made or measured.
"""

import html
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from celaje.engine.evaluate import Report, TasksReport
from celaje.engine.evaluate.scores import Compared, Entry, better_less, compare, shown
from celaje.engine.generate import Made
from celaje.engine.world.sheet import spectrogram
from celaje.media import whole, write_clip

NUM_SHOWN = 8  # clips of each set
STATIC = Path(__file__).parent / "app" / "web" / "static"  # the app's colours and letters
FONT = "font/commissioner-latin-flar-normal.woff2"
STRIP = (480, 64)
TITLES = {
    "picture told": "What the picture shows, as a judge tells it",
    "sound told": "What the sound tells",
    "sync": "Sound and picture together",
    "likeness": "How like the real ones, as sets",
    "motion": "What moves",
    "identity": "Who stays the same",
    "diversity": "How different several are",
    "memory": "What is learned by heart",
    "speed": "How fast",
    "codec": "What coding alone costs",
}
WORDS = {
    "picture told": "Shares of right answers. A judge that is not right on real clips cannot be believed on others.",
    "sync": "F1 of onsets within two frames of moments of the same clip; mismatched is against those of all other "
    "clips, and over chance is the one less the other.",
    "likeness": "Distances between distributions of features; two halves of the real clips tell how far apart sets are "
    "that are as good as equal. A kernel distance of zero is none.",
    "motion": "A clip that is frozen has no warping error, so look at the amount first.",
    "memory": "Likeness of latents, 1 is the same picture. Real clips were never trained on either.",
    "speed": "Seconds spent for each second of the clip, as busy as the machine was; below 1 is faster than it plays.",
}


@dataclass
class Page:
    """The page in the making. Clips are written as they come, the page with the numbers at the end."""

    folder: Path
    clips: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # by set: prompt, name of the file

    def __post_init__(self) -> None:
        (self.folder / "clips").mkdir(parents=True, exist_ok=True)

    def clip(self, row: str, prompt: str, made: Made) -> None:
        """Keep one of the first clips of a set, with its first picture and its sound as pictures."""
        kept = self.clips.setdefault(row, [])
        if len(kept) == NUM_SHOWN:
            return
        name = f"clips/{row.replace(' ', '-')}-{len(kept) + 1}"
        write_clip(self.folder / f"{name}.mp4", made.frames, made.samples, {"prompt": prompt, "set": row})
        poster = Image.fromarray(made.frames[len(made.frames) // 2])
        _save(poster, self.folder / f"{name}.webp")
        if made.samples is not None:
            _save(Image.fromarray(spectrogram(made.samples, *STRIP)), self.folder / f"{name}-sound.webp")
        kept.append((prompt, name))

    def write(self, report: Report, entry: Entry, before: Entry | None) -> Path:
        """Write the page about `report`, beside the entry `before` in the table of scores where there is one."""
        groups = list(dict.fromkeys(key.split("/")[0] for key in report.numbers))
        parts = [self._clips_part()]
        parts += [_group(name, report) for name in groups]
        if before is not None:
            parts.append(_against(entry, before))
        parts.append(self._sheets_part())
        facts = (
            f"{report.num_scenes} scenes of {report.seconds:.2f} s whose combinations were never trained on, "
            f"{report.steps} steps, guidance {report.guidance:g}. Measured on {entry.date}. "
            + (f"Judge {report.judge}." if report.judge else "There was no judge: nobody told what clips show.")
            + f" Distances as seen by {report.observer}."
        )
        links = {"clips": "Clips"} | {_anchor(name): _title(name) for name in groups}
        links |= {"against": "Against before"} if before is not None else {}
        return self._page(report.model, facts, links | {"sheets": "Sheets"}, parts)

    def write_tasks(self, report: TasksReport) -> Path:
        """Write the page about tasks."""
        rows = [
            [f"{row.task}: {row.measure}", shown(row.made), "" if row.simplest is None else shown(row.simplest)]
            for row in report.rows
        ]
        table = _table(["", "made", "simplest way"], [[_cell(cell) for cell in row] for row in rows])
        facts = f"Every task on {report.num_scenes} held-out recordings, beside what happened and the simplest way."
        parts = [_section("numbers", "Numbers", table), self._sheets_part()]
        return self._page(report.model, facts, {"numbers": "Numbers", "sheets": "Sheets"}, parts)

    def _clips_part(self) -> str:
        rows = [row for row in self.clips if row != "long"]
        cards = []
        for index in range(max((len(self.clips[row]) for row in rows), default=0)):
            there = [(row, *self.clips[row][index]) for row in rows if index < len(self.clips[row])]
            prompts = dict.fromkeys(prompt for row, prompt, _ in there if row not in ("real", "reconstructed"))
            words = "".join(f"<p>{html.escape(prompt)}</p>" for prompt in prompts)
            cards.append(f'{words}<div class="clips">{"".join(_figure(name, row) for row, _, name in there)}</div>')
        long = [f"<p>{html.escape(prompt)}</p>{_figure(name, 'long')}" for prompt, name in self.clips.get("long", ())]
        more = f"<h3>Long ones</h3>{''.join(long)}" if long else ""
        return _section("clips", "Clips", "".join(cards) + more)

    def _sheets_part(self) -> str:
        pictures = "".join(
            f'<h3>{html.escape(path.stem.replace("-", " "))}</h3><a href="{path.name}">'
            f'<img class="sheet" loading="lazy" src="{path.name}" alt="Frames of clips, with sound and prompts"></a>'
            for path in sorted(self.folder.glob("*.png"))
        )
        return _section("sheets", "Sheets", pictures)

    def _page(self, model: str, facts: str, links: Mapping[str, str], parts: Sequence[str]) -> Path:
        for name in ("tokens.css", FONT):
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(STATIC / name, self.folder / name)
        shutil.copyfile(Path(__file__).with_name("report.css"), self.folder / "report.css")
        items = "".join(f'<li><a href="#{name}">{html.escape(title)}</a></li>' for name, title in links.items())
        text = (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{html.escape(model)} measured</title>"
            '<link rel="stylesheet" href="tokens.css"><link rel="stylesheet" href="report.css">'
            f"<header><h1>{html.escape(model)}</h1><p>{html.escape(facts)}</p>"
            f'<nav aria-label="Parts"><ul>{items}</ul></nav></header><main>{"".join(parts)}</main></html>\n'
        )
        path = self.folder / "index.html"
        with whole(path) as partial:
            partial.write_text(text, encoding="utf-8")
        return path


def write_json(report: Report | TasksReport, path: Path) -> None:
    """The report for programs."""
    with whole(path) as partial:
        partial.write_text(json.dumps(report.to_dict(), indent=1) + "\n", encoding="utf-8")


def _group(name: str, report: Report) -> str:
    """A table for each group: measures down, sets across."""
    keys = [key.split("/") for key in report.numbers if key.split("/")[0] == name]
    measures, rows = (list(dict.fromkeys(key[place] for key in keys)) for place in (1, 2))
    lines = []
    for measure in measures:
        cells = []
        for row in rows:
            number = report.numbers.get(f"{name}/{measure}/{row}")
            interval = "" if number is None else f"<small>{shown(number.low)} to {shown(number.high)}</small>"
            cells.append("<td></td>" if number is None else f"<td>{shown(number.value)}{interval}</td>")
        less = better_less(f"{name}/{measure}/")
        hint = {True: " (less is better)", False: "", None: ""}[less]
        lines.append([f"<th scope=row>{html.escape(measure)}<small>{hint}</small></th>", *cells])
    words = WORDS.get(name, "")
    return _section(
        _anchor(name), _title(name), (f"<p>{html.escape(words)}</p>" if words else "") + _table(["", *rows], lines)
    )


def _against(entry: Entry, before: Entry) -> str:
    """What differs from an earlier entry: first what is not chance, the rest folded."""
    found = compare(entry, before)
    sure = [row for row in found if row.difference.beyond_chance]
    rest = [row for row in found if not row.difference.beyond_chance]
    words = f"<p>{html.escape(before.model)}, measured on {before.date}: {before.num_scenes} scenes.</p>"
    if entry.judge != before.judge:
        words += "<p>Other judges told what clips show: those answers are not compared.</p>"
    table = _compared(sure) if sure else "<p>Nothing differs beyond chance.</p>"
    more = f"<details><summary>{len(rest)} numbers within chance</summary>{_compared(rest)}</details>" if rest else ""
    return _section("against", "Against before", words + table + more)


def _compared(rows: Iterable[Compared]) -> str:
    lines = []
    for row in rows:
        word = {True: "better", False: "worse", None: "other" if row.difference.beyond_chance else "chance"}[row.better]
        interval = f"<small>{shown(row.difference.low)} to {shown(row.difference.high)}</small>"
        lines.append([
            f"<th scope=row>{html.escape(row.key.replace('/', ', '))}</th>",
            *(_cell(shown(number.value)) for number in (row.theirs, row.mine)),
            f"<td>{shown(row.difference.value)}{interval}</td>",
            f'<td class="{word}">{word}</td>',
        ])  # fmt: skip
    return _table(["", "before", "now", "difference", ""], lines)


def _figure(name: str, row: str) -> str:
    return (
        f'<figure><video controls loop playsinline preload="none" poster="{name}.webp" src="{name}.mp4" '
        f'aria-label="{html.escape(row)}"></video>'
        f'<img class="heard" loading="lazy" src="{name}-sound.webp" alt=""><figcaption>{html.escape(row)}</figcaption>'
        "</figure>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f"<th scope=col>{html.escape(name)}</th>" for name in head)
    lines = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def _cell(text: str) -> str:
    return f"<td>{html.escape(text)}</td>"


def _section(name: str, title: str, inside: str) -> str:
    return f'<section id="{name}"><h2>{html.escape(title)}</h2>{inside}</section>' if inside else ""


def _title(group: str) -> str:
    return TITLES.get(group, group[0].upper() + group[1:])


def _anchor(group: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in group)


def _save(picture: Image.Image, path: Path) -> None:
    with whole(path) as partial:
        picture.save(partial, format="webp", quality=80)

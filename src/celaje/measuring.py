"""The commands that measure: `celaje evaluate` makes a report and adds its numbers to the table of scores, `celaje
scores` shows that table and compares two of its lines.

They are thin: what is measured is in `engine/evaluate`, what the report looks like in `report_page.py`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from celaje.settings import runs_folder, weights_folder

if TYPE_CHECKING:
    from celaje.engine.evaluate import Jury
    from celaje.engine.evaluate.scores import Entry
    from celaje.engine.training.recipe import Recipe

#: The table that is kept with the source; elsewhere there is none unless it is named.
DOCS = Path(__file__).parents[2] / "docs"
SCORES = DOCS / "scores.jsonl"
PROMPTS = "prompts-300"
CARD = DOCS / "model-card.md"
TASKS = DOCS / "tasks.md"


@click.command("evaluate")
@click.argument("what")
@click.option("--scenes", type=click.IntRange(1, 10_000), default=300, show_default=True, help="held-out scenes")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="a folder for the report: index.html and clips")
@click.option("--steps", type=int)
@click.option("--guidance", type=float)
@click.option(
    "--long", "num_long", type=click.IntRange(0, 1000), default=6, show_default=True,
    help="how many scenes are also made long, from a picture, and from several seeds",
)  # fmt: skip
@click.option("--long-seconds", type=click.FloatRange(2, 60), default=15.0, show_default=True)
@click.option(
    "--table", type=click.Path(path_type=Path), help="where the numbers are added; docs/scores.jsonl if there"
)
@click.option("--keep/--no-keep", default=True, show_default=True, help="whether the numbers are kept in docs")
@click.option(
    "--shelf", type=click.Path(path_type=Path),
    help="a folder that keeps the clips of WHAT's captions: cut off, the work goes on from there",
)  # fmt: skip
@click.option("--runs", type=click.Path(path_type=Path), help="where judges of one's own and the latents are kept")
@click.option("--weights", type=click.Path(path_type=Path), help="the weights to measure")
@click.option("--device", help="cpu, cuda or mps; the fastest when not given")
def evaluate_command(
    *,
    what: str,
    scenes: int,
    output: Path | None,
    steps: int | None,
    guidance: float | None,
    num_long: int,
    long_seconds: float,
    table: Path | None,
    keep: bool,
    shelf: Path | None,
    runs: Path | None,
    weights: Path | None,
    device: str | None,
) -> None:
    """Measure the weights on combinations that they were never trained on. WHAT is a recipe, tasks, or prompts.

    A recipe names the world, the run whose judges tell what clips show (else those of the weights do), and the latents
    that were trained on; without a judge, all else is measured. tasks measures what goes on from a clip, or is steered
    by words: against what really happened, and the simplest way. prompts reads the 300 prompts in docs, and writes what
    the model makes of them beside the list.
    """
    from celaje.cli import bar
    from celaje.engine.evaluate import Extras, Shelf, evaluate, evaluate_tasks
    from celaje.engine.evaluate.scores import Entry, read_scores
    from celaje.engine.generate import load_engine, read_manifest
    from celaje.engine.training.run import held_out_scenes, load_jury
    from celaje.recipes import find_recipe
    from celaje.report_page import Page, write_json

    folder = weights or weights_folder()
    if what == "prompts":
        _prompts(folder, output or DOCS, device)
        return
    chosen = find_recipe(read_manifest(folder).recipe if what == "tasks" else what)
    entries = read_scores(table or SCORES)
    engine = load_engine(folder, device=device)
    page = None if output is None else Page(output)
    shared: dict[str, Any] = {"scenes": held_out_scenes(chosen, scenes), "steps": steps, "guidance": guidance}
    shared["sheets"] = output
    run = (runs or runs_folder()) / chosen.name
    with bar(quiet=False) as show:
        shared["on_progress"] = lambda done, total: show(f"{done} of {total} scenes", done / total)
        if what == "tasks":
            tasks_report = evaluate_tasks(engine, jury=load_jury(chosen, run, folder), **shared)
            click.echo(tasks_report.table())
            if keep and DOCS.exists():
                write_tasks(TASKS, tasks_report.table())
            if page is not None:
                write_json(tasks_report, page.folder / "report.json")
                click.echo(str(page.write_tasks(tasks_report)))
            return
        jury, training = _learned(chosen, run, folder)
        extras = Extras(num_long=num_long, long_s=long_seconds, training=training)
        on_clip = (lambda row, prompt, clip: None) if page is None else page.clip
        kept = None if shelf is None else Shelf(folder=shelf)
        report = evaluate(engine, jury, extras=extras, on_clip=on_clip, shelf=kept, **shared)
    click.echo(report.table())
    entry = Entry.of(report, datetime.now(UTC).date().isoformat())
    if page is not None:
        before = next((one for one in reversed(entries) if one.model != entry.model), None)
        write_json(report, page.folder / "report.json")
        click.echo(str(page.write(report, entry, before)))
    if keep:
        _keep(table, entry, engine.manifest.scores.get("trained", {}))


def _prompts(weights: Path, output: Path, device: str | None) -> None:
    """Write what the model reads in every prompt of the list, and a sheet of stills."""
    from celaje.engine.evaluate.real_prompts import load_prompts, page, pictures, read_prompts
    from celaje.engine.evaluate.sheets import still_sheet
    from celaje.engine.generate import load_engine
    from celaje.media import whole

    engine = load_engine(weights, device=device)
    prompts = load_prompts(DOCS / f"{PROMPTS}.jsonl")
    found = read_prompts(engine, prompts)
    output.mkdir(parents=True, exist_ok=True)
    with whole(output / f"{PROMPTS}.webp") as partial:
        made = pictures(engine, prompts)
        still_sheet([text for text, _ in made], [still for _, still in made]).save(partial, format="webp", quality=72)
    text = page(f"{engine.manifest.name} {engine.manifest.version}", found, f"{PROMPTS}.webp")
    with whole(output / f"{PROMPTS}.md") as partial:
        partial.write_text(text, encoding="utf-8")
    click.echo(text.split("\n\n![")[0])
    click.echo(str(output / f"{PROMPTS}.md"))


def _learned(recipe: "Recipe", run: Path, weights: Path) -> "tuple[Jury | None, Path | None]":
    """The judges of a run or of the weights, and the run's latents; says what is missing, and not measured then."""
    from celaje.cli import errors
    from celaje.engine.evaluate.motion import motion_is_seen
    from celaje.engine.training.run import load_jury

    say = partial(errors.print, markup=False, soft_wrap=True)  # one line, brackets and all
    jury, latents = load_jury(recipe, run, weights), run / "latents"
    if jury is None:
        say(f"no judge is in {run} or {weights}: what clips show is not measured (train one: --stage judge)")
    elif jury.motion is None and motion_is_seen():
        say(f"no judge of motion is in {run} or {weights}: cameras, actions and moments are not told (--stage motion)")
    if not motion_is_seen():
        say("OpenCV is not installed: what moves is not measured (pip install celaje[measure])")
    if not latents.exists():
        say(f"no latents are in {run}: nothing tells whether clips are learned by heart")
    return jury, latents if latents.exists() else None


def _keep(table: Path | None, entry: "Entry", trained: Mapping[str, Mapping[str, float]]) -> None:
    """Add the entry to the table that was named; or to the source's own, and to the model card."""
    from celaje.engine.evaluate import scores
    from celaje.media import whole

    if table is None and not DOCS.exists():
        return
    path = table or SCORES
    scores.add_score(path, entry)
    write_table(path.with_suffix(".md"), scores.table(scores.read_scores(path)))
    if table is None:
        with whole(CARD) as partial:
            partial.write_text(scores.filled(CARD.read_text(encoding="utf-8"), scores.card(entry, trained)), "utf-8")
    click.echo(f"{path}  one line more")


def write_table(path: Path, table: str) -> None:
    """The table of scores as a page in Markdown."""
    words = "# Scores\n\nEvery evaluation whose numbers are kept, by `celaje evaluate`; the newest of each model. "
    words += "The second line of a number is its 95 % interval.\n\n"
    _write_page(path, words, table)


def write_tasks(path: Path, table: str) -> None:
    """The table of what goes on from a clip as a page in Markdown."""
    words = """# Going on from a clip

What `celaje evaluate tasks` found last: recordings of held-out scenes are cut up, the model fills in what was taken
out, and the truth is there to compare with. The simplest way is to hold a frame, to cross-fade, to take another clip's
sound, Lanczos' filter, or to blend two frames. What words steer (cards, stills, previz) is told by judges, who are
asked the same of another scene's recording; of styles the simplest way leaves them out, of near variations it is
another seed. PSNR favours what lies in the middle of all that could happen: a cross-fade that does not move is never
far off, and never right. So how much moves stands beside it, and how unlike the real ones what is made is as a set
(kernel distance of pictures, and of how they change; 0 is alike). A seam of 1 is as large as what changes from frame to
frame inside the real clip. Whether words that are said can be understood, and mouths follow them, is asked by
tests/speech; how a minute keeps to its beginning, by `celaje evaluate small --long 8 --long-seconds 60`.

"""
    _write_page(path, words, table)


def _write_page(path: Path, words: str, table: str) -> None:
    from celaje.media import whole

    with whole(path) as partial:
        partial.write_text(words + table + "\n", encoding="utf-8")


@click.command("scores")
@click.argument("models", nargs=-1)
@click.option("--table", type=click.Path(path_type=Path), help="another table than docs/scores.jsonl")
def scores_command(*, models: tuple[str, ...], table: Path | None) -> None:
    """Show the table of all evaluations, or compare two MODELS of it by a part of their names.

    A difference is called better or worse when its 95 % interval leaves out zero.
    """
    from celaje.engine.evaluate.scores import comparison, find_entry, read_scores
    from celaje.engine.evaluate.scores import table as drawn

    if len(models) not in (0, 2):
        raise ValueError(f"{len(models)} models cannot be compared: give two, or none to see the table")
    entries = read_scores(table or SCORES)
    click.echo(comparison(*(find_entry(entries, name) for name in models)) if models else drawn(entries))


COMMANDS = (evaluate_command, scores_command)

"""The command line: `celaje generate | world | train`; those that go on from a clip are in `editing.py`, those that
measure in `measuring.py`, the commands of a house in `house.py`.

User errors end in one line and exit status 2.
"""

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from celaje import directing, editing, house, measuring
from celaje.clip import FRAMES_PER_SECOND, Known, Request, parse_size
from celaje.clip.styles import in_style
from celaje.settings import remote_key, runs_folder

if TYPE_CHECKING:
    from celaje.engine.text.understand import Understanding
    from celaje.engine.training.loop import Progress as Learning
    from celaje.engine.world.scene import Scene
    from celaje.studio import Clip, Film

errors = Console(stderr=True, highlight=False)

LINE_EVERY_S = 15.0


class Celaje(click.Group):
    """A group whose commands end user errors in one line on standard error, and Ctrl-C without a trace."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        """Read what stands before the command."""
        with _in_one_line():
            return super().make_context(*arguments, **more)

    def invoke(self, context: click.Context) -> Any:
        """Read what stands after the command, and run it."""
        with _in_one_line():
            return super().invoke(context)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        hint = "" if error.ctx is None else f" (see {error.ctx.command_path} --help)"
        _end(error.format_message().removesuffix(".") + hint, 2)
    except ValueError as error:
        _end(" ".join(str(error).split()), 2)
    except KeyboardInterrupt:
        _end("stopped, no unfinished file is left", 130)


def _end(message: str, status: int) -> NoReturn:
    errors.print(f"celaje: {message}", markup=False, soft_wrap=True)
    raise click.exceptions.Exit(status)


@click.group(cls=Celaje, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="celaje")
def main() -> None:
    """One sentence becomes a clip with synchronised sound."""


@main.command("generate")
@click.argument("prompt")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("clip.mp4"), show_default=True)
@click.option("--seconds", type=float, default=5.0, show_default=True, help="0 (a still) to 60")
@click.option("--size", default="1:1", show_default=True, help="a ratio such as 16:9, or WIDTHxHEIGHT")
@click.option("--fps", type=int, default=12, show_default=True, help="1 to 60 frames a second")
@click.option("--seed", type=int, help="the same seed makes the same clip; drawn when not given")
@click.option("-n", "--variations", type=click.IntRange(1, 16), default=1, show_default=True)
@click.option("--steps", type=int, help="more steps, finer and slower")
@click.option("--guidance", type=float, help="how closely to follow the prompt; 1 is none")
@click.option("--negative", default="", help="what the clip shall not show")
@click.option(
    "--image",
    "images",
    multiple=True,
    metavar="FILE@SECOND",
    help="a picture that the clip shows then, such as cat.png@0; may be given several times",
)
@click.option("--loop", is_flag=True, help="it ends where it begins, to go round for ever")
@click.option("--style", help="a built-in look such as film-noir, or a text file of your own")
@click.option("--vary", type=float, default=0.0, help="with -n: variations that stay near the clip of --seed, 0 to 1")
@click.option("--silent", is_flag=True, help="no sound")
@click.option("--voice", default="", help="who says what stands in quotes: woman, man, child, robot ..., or a voice")
@click.option("--no-speech", is_flag=True, help="nobody says what stands in quotes")
@click.option("--model", type=click.Choice(["built-in", "world"]), default="built-in", show_default=True)
@click.option("--weights", type=click.Path(path_type=Path), help="a folder of weights instead of the built-in one")
@click.option("--device", help="cpu, cuda or mps; the fastest when not given")
@click.option("--remote", metavar="URL", help="a server that speaks the Videos API makes the clip, not this machine")
@click.option("--key", help="the key for that server; CELAJE_REMOTE_KEY when not given")
@click.option("--json", "as_json", is_flag=True, help="say the result as JSON on standard output")
def generate_command(
    *,
    prompt: str,
    output: Path,
    seconds: float,
    size: str,
    fps: int,
    seed: int | None,
    variations: int,
    steps: int | None,
    guidance: float | None,
    negative: str,
    images: tuple[str, ...],
    loop: bool,
    style: str | None,
    vary: float,
    silent: bool,
    voice: str,
    no_speech: bool,
    model: str,
    weights: Path | None,
    device: str | None,
    remote: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Make a clip from PROMPT, in English or Spanish.

    The format follows the extension of --output: .mp4, .webm, .gif, .webp, .wav or .png. With -n, variations are
    numbered and a contact sheet shows them side by side.
    """
    first_seed = secrets.randbelow(2**31) if seed is None else seed
    wanted = directing.size_for(model, size)
    asked = [
        Request(
            prompt=prompt,
            seconds=0.0 if output.suffix.lower() == ".png" else seconds,
            size=wanted,
            frames_per_second=fps,
            seed=first_seed if vary else first_seed + index,
            steps=steps,
            guidance=guidance,
            negative_prompt=negative,
            audio=not silent,
            known=tuple(_picture(text) for text in images),
            loop=loop,
            vary=vary,
            vary_seed=first_seed + 1 + index if vary else 0,
            speech=not no_speech,
            voice=voice,
        )
        for index in range(variations)
    ]
    requests = [in_style(request, style) for request in asked]
    if remote is not None:
        _check(requests, output)
        _generate_elsewhere(remote, key, requests, output, with_seed=seed is not None, as_json=as_json)
        return
    make_and_tell(requests, output, model=model, weights=weights, device=device, as_json=as_json)


def _check(requests: Sequence[Request], output: Path) -> None:
    """Raise ValueError for what is wrong with files before any work is done for them."""
    from celaje.media import check_destination  # this pulls in the codecs: only when they are needed

    check_destination(output, with_sound=requests[0].audio and requests[0].seconds > 0)
    if requests[0].voice:
        from celaje.speech import find_voice

        find_voice(requests[0].voice)
    if requests[0].known:
        from celaje.known import check

        check(requests[0])


def make_and_tell(
    requests: Sequence[Request],
    output: Path,
    *,
    model: str = "built-in",
    weights: Path | None,
    device: str | None,
    as_json: bool,
) -> None:
    """Make one clip, or several with a sheet of them, and say what became of it. Raises ValueError."""
    from celaje.media import write_sheet

    variations = len(requests)
    _check(requests, output)
    begin = time.perf_counter()
    from celaje.studio import Clip, Film, load  # and this pulls in torch

    studio = load(model="world") if model == "world" else load(weights, device=device)
    load_s = time.perf_counter() - begin
    clips: list[Clip | Film] = []
    paths = []
    with bar(quiet=as_json) as show:
        for index, request in enumerate(requests):
            name = f"{index + 1} of {variations}, " if variations > 1 else ""
            film = studio.film(request, watch=lambda at, name=name: show(name + at.stage, at.fraction))  # type: ignore[misc]
            path = output if variations == 1 else output.with_stem(f"{output.stem}-{index + 1}")
            clip = film if variations == 1 else film.clip()  # a sheet wants to see all of it
            clips.append(clip)
            paths.append(clip.save(path))
    sheet = None
    if variations > 1:
        seen = [clip.frames for clip in clips if isinstance(clip, Clip)]
        sheet = write_sheet(output.with_name(f"{output.stem}-sheet.png"), seen)
    reports = [_report(clip, path, load_s) for clip, path in zip(clips, paths, strict=True)]
    if as_json:
        click.echo(json.dumps({"clips": reports, "sheet": None if sheet is None else str(sheet)}, ensure_ascii=False))
        return
    _say_unknown(clips[0].understanding)
    for note in clips[0].speech.notes:
        errors.print(str(note), markup=False, soft_wrap=True)
    for clip, path in zip(clips, paths, strict=True):
        times = {"loading": load_s} | clip.seconds_by_stage
        spent = ", ".join(f"{stage} {spent_s:.1f} s" for stage, spent_s in times.items())
        asked = clip.request
        click.echo(f"{path}  {asked.size}, {asked.seconds:g} s, seed {asked.seed}  ({spent})")
    if sheet is not None:
        click.echo(f"{sheet}  all {variations} side by side")


def _picture(text: str) -> Known:
    """FILE@SECOND; without a second, the clip begins with it."""
    path, at, second = text.rpartition("@")
    if not at:
        return Known(source=text)
    try:
        return Known(source=path, at_s=float(second))
    except ValueError:
        raise ValueError(f'"{text}" is no picture at a second: give FILE@SECOND, such as cat.png@0') from None


def _generate_elsewhere(
    address: str, key: str | None, requests: list[Request], output: Path, *, with_seed: bool, as_json: bool
) -> None:
    """Let another server make the clips, one after the other."""
    from celaje import remote

    if output.suffix.lower() != ".mp4":
        raise ValueError(f'"{output.name}" cannot come from another server: end it with .mp4')
    if requests[0].frames_per_second != FRAMES_PER_SECOND:
        raise ValueError("another server chooses the frames a second itself: leave --fps out, and use celaje upscale")
    if requests[0].voice or not requests[0].speech:
        raise ValueError("another server speaks as it can: leave --voice and --no-speech out")
    server = remote.Server(address=address, key=key or remote_key() or "")
    reports = []
    with bar(quiet=as_json) as show:
        for index, request in enumerate(requests):
            path = output if len(requests) == 1 else output.with_stem(f"{output.stem}-{index + 1}")
            name = f"{index + 1} of {len(requests)}, " if len(requests) > 1 else ""
            begin = time.perf_counter()
            try:
                made = remote.make(
                    server,
                    request,
                    path,
                    with_seed=with_seed,
                    watch=lambda status, percent, name=name: show(name + status, percent / 100),  # type: ignore[misc]
                )
            except remote.AwayError as error:
                raise ValueError(str(error)) from error
            seconds = round(time.perf_counter() - begin, 3)
            facts = {"size": made.size, "seconds": made.seconds, "seed": made.seed, "model": made.model}
            reports.append({"path": str(path)} | facts | {"time_s": {"waiting": seconds}})
    if as_json:
        click.echo(json.dumps({"clips": reports, "sheet": None}, ensure_ascii=False))
        return
    for report in reports:
        seed = "" if report["seed"] is None else f", seed {report['seed']}"
        click.echo(f"{report['path']}  {report['size']}, {report['seconds']:g} s{seed}, by {report['model']}")


def _report(clip: "Clip | Film", path: Path, load_s: float) -> dict[str, Any]:
    """What is said of a clip in JSON."""
    times = {"loading": load_s} | clip.seconds_by_stage
    return {
        "path": str(path),
        "size": str(clip.request.size),
        "seconds": clip.request.seconds,
        "seed": clip.request.seed,
        "model": clip.model,
        "not_understood": list(clip.understanding.unknown),
        "understood": {slot: list(values) for slot, values in clip.understanding.taken.items()},
        "spoken": [
            {"text": one.text, "from": round(one.start_s, 3), "to": round(one.end_s, 3)} for one in clip.speech.spoken
        ],
        "notes": [str(note) for note in clip.speech.notes],
        "time_s": {stage: round(spent_s, 3) for stage, spent_s in times.items()},
    }


@main.command("world")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--sheet", type=click.IntRange(1, 200), help="a contact sheet of this many clips from --seed on, as PNG")
@click.option("--seconds", type=click.FloatRange(0, 60), default=5.0, show_default=True)
@click.option("--size", default="1:1", show_default=True)
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda: what draws the pictures")
def world_command(*, seed: int, output: Path, sheet: int | None, seconds: float, size: str, device: str) -> None:
    """Record the simulated world that the model learns from: a clip of a seed, or a sheet of many."""
    from celaje.clip import FRAMES_PER_SECOND, nearest_bucket
    from celaje.engine.world.record import record
    from celaje.engine.world.sample import sample
    from celaje.engine.world.sheet import sheet as draw_sheet
    from celaje.media import check_destination, whole, write_clip

    check_destination(output, with_sound=seconds > 0)
    if sheet is not None and output.suffix.lower() != ".png":
        raise ValueError(f'"{output.name}" cannot hold a sheet: end it with .png')
    bucket = nearest_bucket(parse_size(size))
    num_frames = max(1, round(seconds * FRAMES_PER_SECOND))
    if sheet is not None:
        scenes = [sample(seed + index, size=bucket, num_frames=num_frames) for index in range(sheet)]
        with whole(output) as partial:
            draw_sheet(scenes, [_caption(scene) for scene in scenes], device=device).save(partial)
        click.echo(str(output))
        return
    scene = sample(seed, size=bucket, num_frames=num_frames)
    recording = record(scene, device=device)
    text = _caption(scene)
    write_clip(output, recording.frames, recording.samples, {"world": {"seed": seed}, "caption": text})
    click.echo(f"{output}  {text}")


def _caption(scene: "Scene") -> str:
    import numpy as np

    from celaje.engine.world.captions.caption import caption

    return caption(scene, "en", np.random.default_rng(scene.seed)).text


@main.command("train")
@click.argument("recipe")
@click.option("--stage", "stages", multiple=True, help="only these: clips, video, audio, text, latents, ...")
@click.option("--minutes", type=float, help="how long each learning stage may take; else the recipe's steps")
@click.option("--resume/--anew", default=True, show_default=True)
@click.option("--growing", is_flag=True, help="another process still makes latents: learn from them as they come")
@click.option("--device", default="cpu", show_default=True)
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="processes that make data")
@click.option("--runs", type=click.Path(path_type=Path), help="where data and checkpoints are kept")
@click.option("--weights", type=click.Path(path_type=Path), help="where the export goes")
def train_command(
    *,
    recipe: str,
    stages: tuple[str, ...],
    minutes: float | None,
    resume: bool,
    growing: bool,
    device: str,
    workers: int,
    runs: Path | None,
    weights: Path | None,
) -> None:
    """Train the built-in model by RECIPE: tiny, small or base. Finished stages are skipped, cut ones resumed."""
    from celaje.engine.training.run import ADOPT, STAGES, Watch, run_recipe
    from celaje.recipes import find_recipe
    from celaje.settings import weights_folder

    for stage in stages:
        if stage not in (ADOPT, *STAGES):
            raise ValueError(f'there is no stage "{stage}": choose {", ".join((ADOPT, *STAGES))}')
    chosen = find_recipe(recipe)
    with _learning() as watch:
        run_recipe(
            chosen,
            (runs or runs_folder()) / chosen.name,
            weights=weights or weights_folder(),
            stages=tuple(stage for stage in (ADOPT, *STAGES) if stage in (stages or STAGES)),
            device=device,
            workers=workers,
            resume=resume,
            growing=growing,
            minutes=minutes,
            watch=Watch(begins=watch.begins, making=watch.making, learning=watch.learning),
        )


class _learning:  # noqa: N801 (used as a function)
    """Live progress of a training run on standard error: a bar where someone watches, else a line now and then."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
        self.progress = Progress(*columns, TimeElapsedColumn(), console=errors, disable=not errors.is_terminal)
        self.task = self.progress.add_task("", total=None, said="")
        self.stage, self.last_line = "", 0.0

    def __enter__(self) -> "_learning":
        self.progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.stop()

    def begins(self, stage: str) -> None:
        """A stage begins."""
        self.stage, self.last_line = stage, 0.0
        self.progress.reset(self.task, description=stage, total=None, said="")

    def making(self, made: int, total: int) -> None:
        """Data is made."""
        self._say(f"{made} of {total} shards", made, total)

    def learning(self, at: "Learning") -> None:
        """A step was logged."""
        losses = "  ".join(f"{name} {value:.4f}" for name, value in at.losses.items())
        left = "" if at.seconds_left is None else f"  {at.seconds_left / 60:.0f} min left"
        cooling = "  cooling down" if at.cooling else ""
        total = None if at.seconds_left is None else at.step + at.seconds_left * at.steps_per_s
        self._say(f"step {at.step}  {losses}  {at.steps_per_s:.2f} steps/s{left}{cooling}", at.step, total)

    def _say(self, text: str, done: float, total: float | None) -> None:
        self.progress.update(self.task, completed=done, total=total, said=text)
        if not errors.is_terminal and time.monotonic() - self.last_line > LINE_EVERY_S:
            errors.print(f"{self.stage}: {text}", soft_wrap=True)
            self.last_line = time.monotonic()


def _say_unknown(understanding: "Understanding") -> None:
    """Say which words meant nothing to the model, and what it took instead."""
    if understanding.shortened:
        errors.print("the prompt is too long for the model: clauses that say least were left out", soft_wrap=True)
    if understanding.unknown:
        taken = "; ".join(
            f"{slot} {', '.join(values)}" for slot, values in understanding.taken.items() if slot != "said"
        )
        errors.print(f"{understanding.complaint()}. Taken instead: {taken or 'nothing'}", markup=False, soft_wrap=True)


class bar:  # noqa: N801 (used as a function)
    """A progress bar on standard error, or nothing when quiet or when nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description:<24}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        self.progress = Progress(
            *columns,
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )

    def __enter__(self) -> Callable[[str, float], None]:
        self.progress.start()
        task = self.progress.add_task("", total=1.0)
        return lambda stage, fraction: self.progress.update(task, description=stage, completed=fraction)

    def __exit__(self, *error: object) -> None:
        self.progress.stop()


for command in (*directing.COMMANDS, *editing.COMMANDS, *measuring.COMMANDS, *house.COMMANDS):
    main.add_command(command)


if __name__ == "__main__":
    main()

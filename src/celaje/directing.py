"""The command `celaje previz`: direct a clip before it is rendered.

It reads what was typed, and says what was understood; `previz.py` does the work.
"""

import dataclasses
import json
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from celaje.clip import Size, parse_size

if TYPE_CHECKING:
    from celaje.previz import Plan


class Spoken(TypedDict):
    """Whether what stands in quotes is spoken, and by which voice."""

    speech: bool
    voice: str


@click.command("previz")
@click.argument("prompt")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("clip.mp4"), show_default=True)
@click.option(
    "--edit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="write the scene to FILE and open it in your editor; what you saved is filmed",
)
@click.option("--seconds", type=float, help="0 (a still) to 60; 5 when neither given nor in the scene file")
@click.option("--size", help="a ratio, or WIDTHxHEIGHT up to 1920x1080; 1280x720 when not given")
@click.option("--fps", type=int, help="12 or 24 frames a second; 24 when not given")
@click.option("--seed", type=int, help="what is left open is drawn from it; drawn itself when not given")
@click.option(
    "--truth",
    "truths",
    multiple=True,
    type=click.Choice(["depth", "segmentation", "flow"]),
    help="write this beside the clip, as a clip; may be given several times",
)
@click.option("--arrays", is_flag=True, help="with --truth: write exact values too, as .npy")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda: what draws the pictures")
@click.option("--silent", is_flag=True, help="no sound")
@click.option("--voice", default="", help="who says what stands in quotes: woman, man, child, robot ..., or a voice")
@click.option("--no-speech", is_flag=True, help="nobody says what stands in quotes")
@click.option("--json", "as_json", is_flag=True, help="say the result as JSON on standard output")
def previz_command(
    *,
    prompt: str,
    output: Path,
    edit: Path | None,
    seconds: float | None,
    size: str | None,
    fps: int | None,
    seed: int | None,
    truths: tuple[str, ...],
    arrays: bool,
    device: str,
    silent: bool,
    voice: str,
    no_speech: bool,
    as_json: bool,
) -> None:
    """Film PROMPT at once in the simulated world, without the model: a clip directed before it is rendered.

    PROMPT is a sentence in English or Spanish, or a scene file that ends in .toml.
    """
    from celaje import previz
    from celaje.cli import bar
    from celaje.media import check_destination

    seconds = 0.0 if output.suffix.lower() == ".png" else seconds
    check_destination(output, with_sound=not silent and seconds != 0)
    if arrays and not truths:
        raise ValueError("arrays of what? give --truth depth, segmentation or flow")
    begin = time.perf_counter()
    spoken: Spoken = {"speech": not (no_speech or silent), "voice": voice}
    if prompt.lower().endswith(".toml"):
        planned = previz.plan_from(
            _script(Path(prompt)), seconds=seconds, size=size, seed=seed, frames_per_second=fps, **spoken
        )
    else:
        planned = previz.plan(
            prompt,
            seconds=5.0 if seconds is None else seconds,
            size=size or "16:9",
            seed=secrets.randbelow(2**31) if seed is None else seed,
            frames_per_second=fps or previz.FRAMES_PER_SECOND,
            **spoken,
        )
    if edit is not None:
        planned = _edited(planned, edit, spoken)
    _say_unread(planned, quiet=as_json)
    spent = {"reading": time.perf_counter() - begin}
    with bar(quiet=as_json) as show:
        filmed = previz.film(planned, output, audio=not silent, truth=truths, arrays=arrays, device=device, watch=show)
    scene, rate = planned.scene, planned.scene.frames_per_second
    length_s = 0.0 if scene.num_frames == 1 else scene.seconds
    times = spent | dict(filmed.seconds_by_stage)
    if as_json:
        facts = {"size": str(scene.size), "seconds": length_s, "frames_per_second": rate, "seed": scene.seed}
        understood = {slot: list(values) for slot, values in planned.taken.items()}
        notes = [str(note) for note in planned.notes]
        said = {"not_understood": list(planned.unknown), "notes": notes, "understood": understood}
        files = {"path": str(output), "beside": [str(path) for path in filmed.paths[1:]], "scene": planned.script}
        rounded = {stage: round(took_s, 3) for stage, took_s in times.items()}
        click.echo(json.dumps(files | facts | said | {"time_s": rounded}, ensure_ascii=False))
        return
    took = ", ".join(f"{stage} {took_s:.1f} s" for stage, took_s in times.items())
    click.echo(f"{output}  {scene.size}, {length_s:g} s at {rate} frames a second, seed {scene.seed}  ({took})")
    for path in filmed.paths[1:]:
        click.echo(str(path))


def _script(path: Path) -> str:
    """The text of a scene file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ValueError(f"the scene file {path} cannot be read: {reason}") from error


def _edited(planned: "Plan", path: Path, spoken: "Spoken") -> "Plan":
    """The plan after somebody has edited its scene file, where there is somebody."""
    from celaje import previz
    from celaje.media import whole

    if path.suffix.lower() != ".toml":
        raise ValueError(f'"{path.name}" cannot hold a scene: end it with .toml')
    if path.exists():
        raise ValueError(f"{path} is there already: film it with celaje previz {path}, or give another name")
    with whole(path) as partial:
        partial.write_text(planned.script, encoding="utf-8")
    if sys.stdin.isatty() and sys.stdout.isatty():
        click.edit(filename=str(path))
    again = previz.plan_from(_script(path), **spoken)
    return dataclasses.replace(
        again, unknown=planned.unknown, notes=tuple(dict.fromkeys((*planned.notes, *again.notes))), taken=planned.taken
    )


def _say_unread(planned: "Plan", *, quiet: bool) -> None:
    """Say which words meant nothing to the world, and what it shows in place of what it cannot."""
    from celaje.cli import errors

    if quiet:
        return
    if planned.unknown:
        scene = planned.scene
        kinds = ", ".join(dict.fromkeys(subject.kind for subject in scene.subjects)) or "nobody"
        taken = f"place {scene.shots[0].place}; kinds {kinds}"
        errors.print(f"did not know: {', '.join(planned.unknown)}. Filmed: {taken}", markup=False, soft_wrap=True)
    for note in planned.notes:
        errors.print(str(note), markup=False, soft_wrap=True)


def size_for(model: str, size: str) -> Size:
    """The size of a clip by this model: a ratio gives the model's own size, and a larger one in the world."""
    if model != "world":
        return parse_size(size)
    from celaje.previz import film_size

    return film_size(size)


COMMANDS = (previz_command,)

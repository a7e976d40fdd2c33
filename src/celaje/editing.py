"""The commands that go on from something that is there: `celaje extend | connect | loop | edit | blend | recut |
score | illustrate | storyboard | upscale`, and `picture`.

They are thin: each reads what was typed, lets `celaje.clip.tasks` say what is known, and hands the request to the one
way in which clips are made.
"""

import functools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from celaje.clip import PICTURES, Region, Request, Size, parse_size, tasks
from celaje.clip.quotes import without_quotations
from celaje.clip.storyboard import read_board
from celaje.clip.styles import in_style
from celaje.clip.tasks import Source

Command = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What all of these commands are told in the same words."""

    output: Path | None
    size: str | None
    fps: int | None
    seed: int | None
    variations: int
    steps: int | None
    guidance: float | None
    negative: str
    style: str | None
    silent: bool
    voice: str
    no_speech: bool
    weights: Path | None
    device: str | None
    as_json: bool

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a request that follow from it, without the seed."""
        fields: dict[str, Any] = {"steps": self.steps, "guidance": self.guidance, "negative_prompt": self.negative}
        fields |= {"speech": not self.no_speech, "voice": self.voice}
        if self.size is not None:
            fields["size"] = parse_size(self.size)
        if self.fps is not None:
            fields["frames_per_second"] = self.fps
        return fields | ({"audio": False} if self.silent else {})


def shared(command: Command) -> Command:
    """Give a command the options that all have, as a `Wanted`."""
    options = (
        click.option(
            "-o", "--output", type=click.Path(path_type=Path), help="named after the first file when not given"
        ),
        click.option("--size", help="a ratio such as 16:9, or WIDTHxHEIGHT; the first clip's when not given"),
        click.option("--fps", type=int, help="1 to 60 frames a second; the first clip's when not given"),
        click.option("--seed", type=int, help="the same seed makes the same clip; drawn when not given"),
        click.option("-n", "--variations", type=click.IntRange(1, 16), default=1, show_default=True),
        click.option("--steps", type=int, help="more steps, finer and slower"),
        click.option("--guidance", type=float, help="how closely to follow the prompt; 1 is none"),
        click.option("--negative", default="", help="what the clip shall not show"),
        click.option("--style", help="a built-in look such as film-noir, or a file of your own"),
        click.option("--silent", is_flag=True, help="no sound"),
        click.option("--voice", default="", help="who says what stands in quotes: woman, man, child, robot ..."),
        click.option("--no-speech", is_flag=True, help="nobody says what stands in quotes"),
        click.option("--weights", type=click.Path(path_type=Path), help="a folder of weights, not the built-in one"),
        click.option("--device", help="cpu, cuda or mps; the fastest when not given"),
        click.option("--json", "as_json", is_flag=True, help="say the result as JSON on standard output"),
    )

    @functools.wraps(command)
    def told(**given: Any) -> Any:
        names = Wanted.__dataclass_fields__
        wanted = Wanted(**{name: given.pop(name) for name in names})
        return command(wanted=wanted, **given)

    for option in reversed(options):
        told = option(told)
    return told


@click.command("extend")
@click.argument("clip")
@click.argument("prompt", default="")
@click.option("--seconds", type=float, default=5.0, show_default=True, help="how much is added")
@click.option("--backwards", is_flag=True, help="what comes before the clip instead of after it")
@shared
def extend_command(*, clip: str, prompt: str, seconds: float, backwards: bool, wanted: Wanted) -> None:
    """Let CLIP go on, or begin earlier. It stays as it is; with -n, there are several endings."""
    source = _source(clip)
    request = tasks.extend(source, prompt or _told(source), seconds=seconds, backwards=backwards, **wanted.fields)
    _make(request, wanted, clip, "extended")


@click.command("connect")
@click.argument("first")
@click.argument("second")
@click.argument("prompt", default="")
@click.option("--seconds", type=float, default=3.0, show_default=True, help="how long the way from one to the other is")
@shared
def connect_command(*, first: str, second: str, prompt: str, seconds: float, wanted: Wanted) -> None:
    """Lead from the end of FIRST to the beginning of SECOND. Both stay as they are."""
    one, other = _source(first), _source(second)
    request = tasks.connect(one, other, prompt or _told(one, other), seconds=seconds, **wanted.fields)
    _make(request, wanted, first, "connected")


@click.command("loop")
@click.argument("clip")
@click.argument("prompt", default="")
@click.option("--length", type=click.Choice(list(tasks.LOOPS)), default="normal", show_default=True)
@shared
def loop_command(*, clip: str, prompt: str, length: str, wanted: Wanted) -> None:
    """Lead from the end of CLIP back to its beginning, so that it can go round for ever: 1, 2 or 4 seconds more."""
    source = _source(clip)
    request = tasks.loop(source, prompt or _told(source), seconds=tasks.LOOPS[length], **wanted.fields)
    _make(request, wanted, clip, "loop")


@click.command("edit")
@click.argument("clip")
@click.argument("prompt", default="")
@click.option("--strength", default="mild", show_default=True, help="subtle, mild, strong, or 0 (nothing) to 1")
@click.option(
    "--region", help="only there: left,top,right,bottom in shares or pixels, or a mask, white where it changes"
)
@shared
def edit_command(*, clip: str, prompt: str, strength: str, region: str | None, wanted: Wanted) -> None:
    """Change CLIP to what PROMPT says, or, without one, make near variations of it."""
    source = _source(clip)
    request = tasks.edit(
        source,
        prompt or _told(source),
        strength=_strength(strength),
        region=None if region is None else _region(region, source),
        **wanted.fields,
    )
    _make(request, wanted, clip, "edited")


@click.command("blend")
@click.argument("first")
@click.argument("second")
@click.argument("prompt", default="")
@click.option(
    "--curve", default="", help="SECOND's influence over time, such as 0:0,2:1,5:0; from 0 to 1 when not given"
)
@shared
def blend_command(*, first: str, second: str, prompt: str, curve: str, wanted: Wanted) -> None:
    """Make one clip of FIRST and SECOND, each with more or less influence over time."""
    one, other = _source(first), _source(second)
    request = tasks.blend(one, other, prompt or _told(one, other), curve=_curve(curve), **wanted.fields)
    _make(request, wanted, first, "blended")


@click.command("recut")
@click.argument("clip")
@click.argument("prompt", default="")
@click.option("--keep", required=True, help="which seconds, such as 0-2,4-5; with @, to where: 0-2,4-5@3")
@shared
def recut_command(*, clip: str, prompt: str, keep: str, wanted: Wanted) -> None:
    """Keep pieces of CLIP, moved or not, and let the model fill what lies between them."""
    source = _source(clip)
    request = tasks.recut(source, _kept(keep), prompt or _told(source), **wanted.fields)
    _make(request, wanted, clip, "recut")


@click.command("score")
@click.argument("clip")
@click.argument("prompt", default="")
@shared
def score_command(*, clip: str, prompt: str, wanted: Wanted) -> None:
    """Make a sound for CLIP, whose picture stays as it is."""
    source = _source(clip)
    _make(tasks.score(source, prompt or _told(source), **wanted.fields), wanted, clip, "scored")


@click.command("illustrate")
@click.argument("sound")
@click.argument("prompt")
@shared
def illustrate_command(*, sound: str, prompt: str, wanted: Wanted) -> None:
    """Make a picture for SOUND, which stays as it is: any file with a sound track."""
    _make(tasks.illustrate(_source(sound), prompt, **wanted.fields), wanted, sound, "illustrated")


@click.command("picture")
@click.argument("prompt")
@shared
def picture_command(*, prompt: str, wanted: Wanted) -> None:
    """Make a still from PROMPT, of any size to 4096x4096; 256x256 when --size is not given."""
    fields: dict[str, Any] = {"size": Size(256, 256)} | wanted.fields
    _make(Request(prompt=prompt, seconds=0.0, **fields), wanted, "picture.png", "")


@click.command("storyboard")
@click.argument("board")
@shared
def storyboard_command(*, board: str, wanted: Wanted) -> None:
    """Make the clip that the cards of BOARD tell, a JSON file: close cards are cut, gaps are bridged."""
    request = read_board(Path(board), source=_source, **wanted.fields)
    _make(request, wanted, board, "")


@click.command("upscale")
@click.argument("clip", type=click.Path(path_type=Path))
@click.option("--size", help="WIDTHxHEIGHT such as 1920x1080; the clip's own when not given")
@click.option("--fps", type=int, help="1 to 60 frames a second; the clip's own when not given")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="named after the clip when not given")
@click.option("--weights", type=click.Path(path_type=Path), help="a folder of weights, not the built-in one")
@click.option("--device", help="cpu, cuda or mps; the fastest when not given")
@click.option("--json", "as_json", is_flag=True, help="say the result as JSON on standard output")
def upscale_command(
    *,
    clip: Path,
    size: str | None,
    fps: int | None,
    output: Path | None,
    weights: Path | None,
    device: str | None,
    as_json: bool,
) -> None:
    """Make CLIP larger, smoother or both: any movie or picture. Its sound stays as it is."""
    from celaje.cli import bar
    from celaje.enlarging import check_upscale, exact_size, find_enlarger, upscale
    from celaje.media import check_destination

    ending = ".png" if clip.suffix.lower() in PICTURES else ".mp4"
    path = output or Path(f"{clip.stem}-upscaled{ending}")
    wanted = None if size is None else exact_size(size)
    check_upscale(clip, path, size=wanted, frames_per_second=fps)
    check_destination(path, with_sound=False)
    enlarger = find_enlarger(weights, device=device)
    with bar(quiet=as_json) as show:
        made = upscale(clip, path, size=wanted, frames_per_second=fps, enlarger=enlarger, watch=show)
    rate = None if made.frames_per_second is None else round(float(made.frames_per_second), 3)
    if as_json:
        facts = {"path": str(path), "size": str(made.size), "frames_per_second": rate, "num_frames": made.num_frames}
        click.echo(json.dumps(facts | {"time_s": {"enlarging": round(made.seconds_spent, 3)}}, ensure_ascii=False))
        return
    smooth = "" if rate is None else f", {rate:g} frames a second"
    click.echo(f"{path}  {made.size}{smooth}  (enlarging {made.seconds_spent:.1f} s)")


COMMANDS = (
    extend_command,
    connect_command,
    loop_command,
    edit_command,
    blend_command,
    recut_command,
    score_command,
    illustrate_command,
    picture_command,
    storyboard_command,
    upscale_command,
)


def _make(request: Request, wanted: Wanted, named_after: str, done: str) -> None:
    """Make the request, or its variations by seed, as `celaje generate` does."""
    from celaje.cli import make_and_tell

    path = Path(named_after)
    ending = ".png" if request.seconds == 0 else ".mp4"
    output = wanted.output or Path(f"{path.stem}-{done}{ending}" if done else f"{path.stem}{ending}")
    if any(Path(piece.source).resolve() == output.resolve() for piece in request.known):
        raise ValueError(f"{output} is what the clip is made from: give another --output")
    seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
    request = in_style(request, wanted.style)
    requests = [replace(request, seed=seed + index) for index in range(wanted.variations)]
    make_and_tell(requests, output, weights=wanted.weights, device=wanted.device, as_json=wanted.as_json)


def _source(path: str) -> Source:
    from celaje.media import read_facts

    facts = read_facts(Path(path))
    return Source(path=path, seconds=facts.seconds, size=facts.size, has_sound=facts.sound_s > 0)


def _told(*sources: Source) -> str:
    """What the clips were made from, when they say so: without a prompt, a task goes on in the same words, but nothing
    is said aloud a second time.
    """
    from celaje.media import read_request

    prompts = []
    for source in sources:
        try:
            prompts.append(without_quotations(str(read_request(Path(source.path))["celaje"]["prompt"])).strip())
        except (ValueError, KeyError, TypeError):
            continue  # somebody else's clip
    return " ".join(dict.fromkeys(prompts))


def _strength(text: str) -> float:
    if text in tasks.STRENGTHS:
        return tasks.STRENGTHS[text]
    try:
        return float(text)
    except ValueError:
        raise ValueError(f'"{text}" is no strength: give {", ".join(tasks.STRENGTHS)}, or 0 to 1') from None


def _region(text: str, source: Source) -> Region:
    """A box, in shares or in pixels of the clip; anything else is the path of a mask."""
    try:
        left, top, right, bottom = (float(number) for number in text.split(","))
    except ValueError:
        return text
    if max(left, top, right, bottom) > 1 and source.size is not None:
        left, right = left / source.size.width, right / source.size.width
        top, bottom = top / source.size.height, bottom / source.size.height
    return (left, top, right, bottom)


def _curve(text: str) -> tuple[tuple[float, float], ...]:
    try:
        pairs = [point.split(":") for point in text.split(",") if point.strip()]
        return tuple((float(second), float(influence)) for second, influence in pairs)
    except ValueError:
        raise ValueError(f'"{text}" is no curve: give SECOND:INFLUENCE, such as 0:0,2:1,5:0') from None


def _kept(text: str) -> list[tuple[float, float, float]]:
    pieces = []
    try:
        for part in text.split(","):
            span, _, at = part.partition("@")
            begin, _, end = span.partition("-")
            pieces.append((float(begin), float(end), float(at or begin)))
    except ValueError:
        raise ValueError(f'"{text}" says no pieces: give FROM-TO or FROM-TO@SECOND, such as 0-2,4-5@3') from None
    return pieces

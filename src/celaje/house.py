"""The commands of those who run a house: `celaje serve | work | doctor | backup | restore | people`.

They are thin: each opens the database, calls what knows the matter, and says in a few lines what was done. Django is
imported inside, so that `celaje generate` never pays for it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from celaje import settings

Command = Callable[..., Any]


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="where the house keeps its database, files and secrets",
)


@click.command("serve")
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets others on your network in")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--worker/--no-worker", "with_worker", default=True, show_default=True, help="make clips here too")
@click.option("--web", "num_web", type=click.IntRange(1, 64), help="web processes; 2, or 1 on a single core")
def serve_command(*, data: Path | None, host: str, port: int, with_worker: bool, num_web: int | None) -> None:
    """Run the app for your people: database, pages and a worker. Ctrl-C stops everything."""
    _choose(data)
    from celaje.serving import serve

    serve(host=host, port=port, with_worker=with_worker, num_web=num_web or min(2, os.cpu_count() or 1), say=_say)


@click.command("work")
@data_option
@click.option("--weights", type=click.Path(path_type=Path), help="a folder of weights instead of the built-in one")
@click.option("--device", help="cpu, cuda or mps; the fastest when not given")
@click.option("--attended", is_flag=True, help="end when standard input closes; `celaje serve` asks for it")
def work_command(*, data: Path | None, weights: Path | None, device: str | None, attended: bool) -> None:
    """Make the clips that people of the app ask for, on this machine. Any number of these may run, anywhere.

    They share the database and the storage of `celaje serve`: see DATABASE_URL and CELAJE_STORAGE.
    """
    _choose(data)
    from celaje.app import database
    from celaje.app.listening import stop_when_alone

    if attended:
        stop_when_alone()
        os.nice(5)  # on the same machine, pages come first
    with database.running_database():
        from celaje.app import begin

        begin()
        from celaje.worker import run_worker

        run_worker(weights=weights, device=device)


@click.command("doctor")
@data_option
@click.pass_context
def doctor_command(context: click.Context, *, data: Path | None) -> None:
    """Say what is wrong with this installation, and what to do. The exit status is 1 when something is."""
    _choose(data)
    from celaje.doctor import Level, examine

    colours = {Level.OK: "green", Level.WARNING: "yellow", Level.WRONG: "red"}
    wrong = False
    for finding in examine():
        wrong = wrong or finding.level == Level.WRONG
        level = click.style(f"{finding.level.value:<8}", fg=colours[finding.level])
        click.echo(f"{level} {finding.subject:<9} {finding.words}{f': {finding.cure}' if finding.cure else ''}")
    context.exit(int(wrong))


@click.command("backup")
@data_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(*, data: Path | None, file: Path) -> None:
    """Write the whole house to FILE: database, clips and secrets. It may be running meanwhile."""
    with _house(data):
        from celaje.app.backup import back_up

        backup = back_up(file)
    click.echo(f"{file}  {_size(file.stat().st_size)}, the database and {backup.num_files} files. It holds secrets")


@click.command("restore")
@data_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="even though somebody lives here: all that is here now will be gone")
def restore_command(*, data: Path | None, file: Path, replace: bool) -> None:
    """Make this house what FILE holds, whole or not at all."""
    with _house(data):
        from celaje.app.backup import restore

        backup = restore(file, replace=replace)
    click.echo(f"the house is as it was at {backup.made_at}, with {backup.num_files} files")


@click.group("people")
def people_command() -> None:
    """Who lives here, and a way back in for those who lost theirs."""


@people_command.command("list")
@data_option
def people_list_command(*, data: Path | None) -> None:
    """Say who has joined."""
    with _house(data):
        from celaje.app.accounts.models import Person

        for person in Person.objects.select_related("role").order_by("joined_at"):
            notes = ("admin" if person.is_staff else "", "" if person.is_active else "may not log in")
            more = "".join(f", {note}" for note in notes if note)
            click.echo(f"@{person.handle:<30} {person.name}, since {person.joined_at:%Y-%m-%d}{more}")


@people_command.command("reset")
@data_option
@click.argument("handle")
def people_reset_command(*, data: Path | None, handle: str) -> None:
    """Make a link that lets HANDLE set a new password or passkey, once, within a day."""
    with _house(data):
        from django.urls import reverse

        from celaje.app import lock
        from celaje.app.accounts.actions import make_reset_link
        from celaje.app.accounts.models import Person

        person = Person.objects.filter(handle=handle.lower().lstrip("@")).first()
        if person is None:
            raise ValueError(f'nobody here is called "{handle}": celaje people list')
        held = lock.holder(settings.data_folder()) or {}
        address = settings.public_address() or held.get("address", "http://localhost:8000")
        click.echo(f"{address}{reverse('reset', args=[make_reset_link(person)])}")


@contextmanager
def _house(data: Path | None) -> Iterator[None]:
    """The database runs, and Django is ready."""
    _choose(data)
    from celaje.app import database

    with database.running_database():
        from celaje.app import begin

        begin()
        yield


def _choose(data: Path | None) -> None:
    """The data folder of the option, if there was one. Raises ValueError when the app's packages are missing."""
    if data is not None:
        settings.choose(CELAJE_DATA=data.expanduser().resolve())
    try:
        import django
    except ImportError:
        raise ValueError('the app is not installed: pip install "celaje[app]"') from None
    assert django.VERSION >= (5, 2)


def _say(subject: str, words: str) -> None:
    click.echo(f"{subject:<9} {words}".rstrip())


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:.1f} MB" if num_bytes < 1e9 else f"{num_bytes / 1e9:.2f} GB"


COMMANDS = (serve_command, work_command, doctor_command, backup_command, restore_command, people_command)

"""The commands of those who run a house, as far as they are more than the functions that they call."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from celaje import doctor
from celaje.app import database
from celaje.app.accounts.models import Person
from celaje.cli import main
from celaje.doctor import Finding, Level

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `celaje`; the database runs already."""
    monkeypatch.setattr(database, "running_database", lambda: nullcontext("postgresql://"))
    return lambda *arguments: CliRunner().invoke(main, [str(part) for part in arguments], prog_name="celaje")


def test_people_are_listed(run: Run, new_person: Callable[..., Person]) -> None:
    new_person("ana", name="Ana Ñandú", is_staff=True)
    new_person("eva", name="Eva", is_active=False)
    lines = run("people", "list").stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("@ana")
    assert lines[0].endswith(", admin")
    assert "Ana Ñandú, since 20" in lines[0]
    assert lines[1].endswith(", may not log in")


def test_a_link_lets_somebody_in_again(
    run: Run, new_person: Callable[..., Person], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = new_person("ana")
    said = run("people", "reset", "@Ana")
    assert (said.exit_code, said.stderr) == (0, "")
    link = said.stdout.strip()
    assert link.startswith("http://localhost:8000/reset/")
    assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200
    assert person.reset_links.count() == 1
    monkeypatch.setenv("CELAJE_ADDRESS", "https://clips.example")
    assert run("people", "reset", "ana").stdout.startswith("https://clips.example/reset/")


def test_nobody_of_that_name(run: Run) -> None:
    said = run("people", "reset", "nobody")
    assert (said.exit_code, said.stdout) == (2, "")
    assert 'nobody here is called "nobody"' in said.stderr


@pytest.mark.parametrize(("level", "status"), [(Level.OK, 0), (Level.WARNING, 0), (Level.WRONG, 1)])
def test_the_doctor_ends_with_what_it_found(
    run: Run, monkeypatch: pytest.MonkeyPatch, level: Level, status: int
) -> None:
    def examine() -> Iterator[Finding]:
        yield Finding(Level.OK, "python", "3.11")
        yield Finding(level, "disk", "1.0 GB free", "free some space")

    monkeypatch.setattr(doctor, "examine", examine)
    said = run("doctor")
    assert said.exit_code == status
    assert said.stdout.splitlines()[1] == f"{level.value:<8} disk      1.0 GB free: free some space"


def test_secrets_that_others_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELAJE_DATA", str(tmp_path))
    secret = tmp_path / "secret-key"
    secret.write_text("x" * 50)
    secret.chmod(0o644)
    assert [finding.level for finding in doctor._secrets()] == [Level.WRONG]
    secret.chmod(0o600)
    assert [finding.level for finding in doctor._secrets()] == [Level.OK]

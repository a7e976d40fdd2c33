"""What several test files share: a run of the recipe `tiny`, whose weights the engine, the studio and the CLI use.

And a real PostgreSQL for the app.
"""

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

settings.register_profile("celaje", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("celaje")

# A shell that runs the tests in the background ignores Ctrl-C for them; what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

_data = tempfile.TemporaryDirectory(prefix="celaje-")  # before Django reads its settings
os.environ["CELAJE_DATA"] = _data.name
os.environ.pop("DATABASE_URL", None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """pytest-django's hook: the embedded PostgreSQL runs, in the tests' own data folder.

    Nobody's power fails there: it need not wait for the disk.
    """
    import psycopg

    from celaje.app.database import django_database, running_database

    with running_database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {setting} = off".encode())
            connection.execute("select pg_reload_conf()")
        from django.db import connections

        connections["default"].settings_dict.update(django_database(url))
        yield


@pytest.fixture(autouse=True)
def no_job_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that commits, Django empties its own tables; those of the jobs are procrastinate's."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" not in request.fixturenames and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    blocker = request.getfixturevalue("django_db_blocker")
    yield
    from django.db import connection

    with blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs, procrastinate_workers cascade")


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the run of the recipe `tiny`: that of all who run tests side by side, or one of our own."""
    shared = os.environ.get("CELAJE_TINY")
    return Path(shared) if shared else tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="session")
def tiny_seconds(tiny_folder: Path) -> dict[str, float]:
    """The seconds that every stage of the recipe `tiny` takes on a core that has nothing else to do.

    Its data and checkpoints are in `tiny_folder`/run. Who comes first runs it, others wait.
    """
    told = tiny_folder / "seconds.json"
    with FileLock(tiny_folder / "lock"):
        if not told.exists():
            told.write_text(json.dumps(_run_tiny(tiny_folder)))
    seconds: dict[str, float] = json.loads(told.read_text())
    return seconds


def _run_tiny(tiny_folder: Path) -> dict[str, float]:
    from psutil import Process

    from celaje.engine.training.run import Watch, run_recipe
    from celaje.recipes import find_recipe

    def busy_seconds() -> float:
        """Of this process, and of its worker. How long others make them wait says nothing."""
        children = Process().children(recursive=True)
        return sum(os.times()[:2]) + sum(sum(child.cpu_times()[:4]) for child in children)

    begins: list[tuple[str, float]] = []
    watch = Watch(begins=lambda stage: begins.append((stage, busy_seconds())))
    run_recipe(find_recipe("tiny"), tiny_folder / "run", weights=tiny_folder / "weights", workers=1, watch=watch)
    ends = [begin for _, begin in begins[1:]] + [busy_seconds()]
    return {stage: end - begin for (stage, begin), end in zip(begins, ends, strict=True)}


@pytest.fixture(scope="session")
def tiny_weights(tiny_folder: Path, tiny_seconds: dict[str, float]) -> Path:
    """The weights that the recipe `tiny` exports: they load and make clips, which show nothing."""
    return tiny_folder / "weights"

"""The only reader of the environment."""

import os
from pathlib import Path


def choose(**values: str | Path) -> None:
    """An option of a command wins over the environment, for this process and those that it starts."""
    os.environ.update({name: str(value) for name, value in values.items()})


def weights_folder() -> Path:
    """Where the weights are: `CELAJE_WEIGHTS`, or the folder `weights` that comes with the source."""
    given = os.environ.get("CELAJE_WEIGHTS")
    return Path(given) if given else Path(__file__).parents[2] / "weights"


def runs_folder() -> Path:
    """Where training keeps its data and checkpoints: `CELAJE_RUNS`, or `runs` beside the source's folder."""
    given = os.environ.get("CELAJE_RUNS")
    return Path(given) if given else Path(__file__).parents[3] / "runs"


def data_folder() -> Path:
    """Where the app keeps its database, files and secrets: `CELAJE_DATA`, or `celaje` in the user's data folder."""
    given = os.environ.get("CELAJE_DATA")
    if given:
        return Path(given).expanduser().resolve()
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "celaje"


def database_url() -> str | None:
    """Somebody else's PostgreSQL: `DATABASE_URL`. None means the one that comes with Celaje, in the data folder."""
    return os.environ.get("DATABASE_URL") or None


def storage_url() -> str | None:
    """Where clips and pictures are kept: `CELAJE_STORAGE`, such as s3://bucket/folder. None means the data folder.

    The credentials of S3 come from its usual variables, which obstore reads.
    """
    return os.environ.get("CELAJE_STORAGE") or None


def public_address() -> str | None:
    """The address that people type, such as https://clips.example: `CELAJE_ADDRESS`. None means where it listens."""
    given = os.environ.get("CELAJE_ADDRESS")
    return given.rstrip("/") if given else None


def secret_key() -> str | None:
    """What sessions are signed with: `CELAJE_SECRET_KEY`. None means a file in the data folder, made on first use."""
    return os.environ.get("CELAJE_SECRET_KEY") or None


def metrics_token() -> str | None:
    """Who gives it as "Authorization: Bearer TOKEN" may read /metrics from anywhere: `CELAJE_METRICS_TOKEN`."""
    return os.environ.get("CELAJE_METRICS_TOKEN") or None


def metrics_folder() -> str | None:
    """Where web processes add up their numbers; `celaje serve` sets it (the name is prometheus_client's)."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR") or None


def remote_address() -> str | None:
    """Another server that speaks the Videos API and makes the clips of this worker: `CELAJE_REMOTE`."""
    return os.environ.get("CELAJE_REMOTE") or None


def remote_key() -> str | None:
    """The key for that server, and for `celaje generate --remote`: `CELAJE_REMOTE_KEY`."""
    return os.environ.get("CELAJE_REMOTE_KEY") or None


def remote_model() -> str | None:
    """Which of that server's models: `CELAJE_REMOTE_MODEL`. None means its default."""
    return os.environ.get("CELAJE_REMOTE_MODEL") or None


def debug() -> bool:
    """Whether pages show how they failed: `CELAJE_DEBUG` set to 1. Only for those who work on Celaje."""
    return os.environ.get("CELAJE_DEBUG") == "1"

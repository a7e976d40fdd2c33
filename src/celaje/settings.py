"""The only reader of the environment."""

import os
from pathlib import Path


def weights_folder() -> Path:
    """Where the weights are: `CELAJE_WEIGHTS`, or the folder `weights` that comes with the source."""
    given = os.environ.get("CELAJE_WEIGHTS")
    return Path(given) if given else Path(__file__).parents[2] / "weights"


def runs_folder() -> Path:
    """Where training keeps its data and checkpoints: `CELAJE_RUNS`, or `runs` beside the source's folder."""
    given = os.environ.get("CELAJE_RUNS")
    return Path(given) if given else Path(__file__).parents[3] / "runs"

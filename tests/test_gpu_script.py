"""runs/gpu.sh at tiny size, without a GPU: it says what it expects and what it was, measures, leaves what changed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from celaje.engine.generate.weights import read_manifest

ROOT = Path(__file__).parents[1]


def test_it_runs_from_the_shipped_weights_to_better_ones(tiny_weights: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    settings = {"RECIPE": "tiny", "DEVICE": "cpu", "WORKERS": "2", "PYTHON": sys.executable, "LONG": "0"}
    settings |= {"WEIGHTS": str(tiny_weights), "RUNS": str(tmp_path / "runs")}
    subprocess.run(
        ["bash", ROOT / "runs" / "gpu.sh", out, "12", "2", "2", "3"],
        env=os.environ | settings,
        check=True,
        capture_output=True,
    )
    said = (out / "account.txt").read_text()
    facts = r"(\d+) clips made, (\d+) steps, ([\d.e+]+) FLOP of training, ([\d.]+) minutes in all"
    expected, was = (re.search(f"{name}: {facts}", said) for name in ("estimate", "truth"))
    assert expected is not None
    assert was is not None
    assert int(expected[1]) >= int(was[1]) > 0
    assert int(was[2]) > 0
    assert float(was[3]) > 0
    assert {path.name for path in (out / "weights").iterdir()} >= {"manifest.json", "transformer.safetensors"}
    assert read_manifest(out / "weights").parts["transformer"].config["guidance"] > 0
    assert read_manifest(out / "before-guidance").parts["transformer"].config["guidance"] == 0
    assert not (out / "weights" / "tokenizer.json").exists(), "what did not change need not travel"
    assert (out / "log.jsonl").read_text().strip()
    line = json.loads((out / "scores.jsonl").read_text())
    assert line["num_scenes"] == 2
    assert line["judge"], "those that ship have measured"
    assert "clips/generated-en-1.mp4" in (out / "report" / "index.html").read_text()

"""What a run of `gpu.sh` will be, said before it starts, and what it was: clips, minutes, training FLOP.

  python runs/account.py estimate RECIPE RUNS DEVICE WORKERS SECONDS WEIGHTS
  python runs/account.py truth RECIPE RUNS ESTIMATE.json WEIGHTS

The estimate is measured on the machine itself: one still and one clip are recorded, large matrices are multiplied. FLOP
of a step are what PyTorch counts in a forward pass, three times. `truth` reads what is on disk; steps are those that
the weights' manifests tell.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from celaje.engine.data.shards import read_shard
from celaje.engine.generate.weights import read_manifest
from celaje.engine.training.compute import step_flop
from celaje.engine.training.making import draw_scene, latent_jobs
from celaje.engine.training.recipe import Recipe
from celaje.engine.world.record import record
from celaje.recipes import find_recipe

SHARE = {"cuda": 0.15, "cpu": 0.5}  # of a large matrix product's speed that training reaches; cpu: docs/lab.md
ENCODING = 1.5  # a clip's time with its latents, by its recording alone


def estimate(recipe: Recipe, runs: Path, weights: Path, *, device: str, workers: int, minutes: float) -> dict[str, Any]:
    """What is to be expected when it starts from `weights`: clips are made and learned from at the same time."""
    jobs = latent_jobs(recipe, runs / recipe.name)
    missing = sum(job.count for job in jobs if not job.path.exists())
    rate = clips_per_minute(recipe) * workers
    step = step_flop(recipe)
    speed = SHARE.get(device.partition(":")[0], 0.15) * matrix_speed(device)
    return {
        "begun_s": time.time(),
        "had_clips": sum(job.count for job in jobs) - missing,
        "had_steps": trained_steps(weights),
        "clips": round(min(missing, rate * minutes)),
        "steps": round(60 * minutes * speed / step),
        "flop": 60 * minutes * speed,
        "minutes": minutes,
    }


def truth(recipe: Recipe, runs: Path, weights: Path, expected: dict[str, Any]) -> dict[str, Any]:
    """What came of it, in the new `weights`."""
    clips = sum(len(read_shard(job.path)[1]) for job in latent_jobs(recipe, runs / recipe.name) if job.path.exists())
    steps = trained_steps(weights) - expected["had_steps"]
    return {
        "clips": clips - expected["had_clips"],
        "steps": steps,
        "flop": steps * step_flop(recipe),
        "minutes": (time.time() - expected["begun_s"]) / 60,
    }


def clips_per_minute(recipe: Recipe) -> float:
    """How many clips of the recipe's mix of lengths one core records and encodes in a minute."""
    spent, total = 0.0, 0
    for num_latents, count in recipe.latents.num_clips:
        seconds = []
        for seed in (1, 2):  # the first one compiles
            frames = 1 if num_latents == 1 else 4 * num_latents
            begin = time.perf_counter()
            record(draw_scene(recipe.world, seed, None, num_frames=frames, size_index=0), sound=num_latents > 1)
            seconds.append(time.perf_counter() - begin)
        spent, total = spent + ENCODING * count * seconds[1], total + count
    return 60 * total / spent


def matrix_speed(device: str) -> float:
    """FLOP a second of large products of bfloat16 matrices."""
    side = 4096 if device.startswith("cuda") else 512
    one = torch.randn(side, side, device=device, dtype=torch.bfloat16)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        float((one @ one).sum())  # waits for the device
        times.append(time.perf_counter() - begin)
    return 2 * side**3 / min(times)


def trained_steps(weights: Path) -> int:
    """How long the transformer of these weights was trained."""
    return int(read_manifest(weights).scores["trained"]["transformer"]["steps"])


def said(facts: dict[str, Any]) -> str:
    """A line for people."""
    return (
        f"{facts['clips']} clips made, {facts['steps']} steps, {facts['flop']:.2g} FLOP of training, "
        f"{facts['minutes']:.1f} minutes in all"
    )


def main() -> None:
    """See the top of this file."""
    what, name, runs, *rest = sys.argv[1:]
    recipe, folder = find_recipe(name), Path(runs)
    if what == "estimate":
        device, workers, seconds, weights = rest
        minutes = float(seconds) / 60
        expected = estimate(recipe, folder, Path(weights), device=device, workers=int(workers), minutes=minutes)
        print(f"estimate: {said(expected)}", file=sys.stderr)
        print(json.dumps(expected))
    else:
        expected = json.loads(Path(rest[0]).read_text())
        print(f"truth: {said(truth(recipe, folder, Path(rest[1]), expected))}")


if __name__ == "__main__":
    main()

"""How long a clip takes from its sentence to frames and samples: `python -m benchmarks.generate_speed`.

One clip of 5 s at 256x256, after loading, by number of steps and by attention path; then what a fresh process needs to
load and how much memory a clip takes. Of several runs the fastest counts, since other work on the machine only slows
them down. Without weights it measures untrained ones of the recipe `small`, which cost the same.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from benchmarks.machine import processor
from celaje.clip import Request
from celaje.engine.codec.audio import AudioCodec
from celaje.engine.codec.video import VideoCodec
from celaje.engine.generate import Engine, Made, Sampling, generate, load_engine
from celaje.engine.generate.export import export
from celaje.engine.generate.weights import MANIFEST
from celaje.engine.model import Transformer
from celaje.engine.model.attention import Attention, attend_fused, attend_plainly
from celaje.engine.text.tokenizer import train_tokenizer
from celaje.engine.training.text_task import build_encoder, slot_names
from celaje.engine.world.captions.caption import caption
from celaje.engine.world.sample import sample
from celaje.recipes.small import small
from celaje.settings import weights_folder

REQUEST = Request(prompt="a white and orange tabby cat runs through an alley in heavy rain", seconds=5.0, seed=7)
STEPS = (8, 12, 25)
RUNS = 2
FASTEST_FACTOR, COLD_START_S, MEMORY_GB, WEIGHTS_MB = 1.0, 4.0, 2.0, 56.0
COLD_START = "from celaje import load; load()"
ONE_CLIP = """
import resource, sys
from celaje import load
load().generate("a cat", seconds=5.0)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak * (1 if sys.platform == "darwin" else 1024) / 1e9)
"""


def main() -> None:
    """Print the tables."""
    print(
        f"{processor()}, {torch.get_num_threads()} threads, torch {torch.__version__}; {REQUEST.seconds:g} s, 256x256"
    )
    with _weights() as folder:
        engine = load_engine(folder)
        generate(engine, replace(REQUEST, steps=1))  # the first clip pays for what is set up once
        _print_steps(engine)
        _print_attention(engine)
        _print_fresh_process(folder)


def _print_steps(engine: Engine) -> None:
    print(f"\n{'steps':<14}{'s':>8}{'real-time factor':>18}{'target':>8}{'imagining s':>13}{'drawing s':>11}")
    for steps in STEPS:
        seconds, made = _fastest(engine, steps)
        times = made.seconds_by_stage
        name = f"{steps}{' (default)' if steps == engine.sampling.steps else ''}"
        print(
            f"{name:<14}{seconds:>8.2f}{seconds / REQUEST.seconds:>18.2f}{FASTEST_FACTOR:>8.1f}"
            f"{times['imagining']:>13.2f}{times['drawing']:>11.2f}"
        )


def _print_attention(engine: Engine) -> None:
    chosen = engine.transformer.attention
    paths: dict[str, Attention] = {"plain": attend_plainly, "fused": attend_fused}
    best = dict.fromkeys(paths, float("inf"))
    for _ in range(RUNS):  # by turns, so that both meet the same machine
        for name, attention in paths.items():
            engine.transformer.attention = attention
            best[name] = min(best[name], _timed(engine, engine.sampling.steps)[0])
    engine.transformer.attention = chosen
    print(f"\n{'attention':<14}{'s':>8}{'to plain':>18}")
    for name, seconds in best.items():
        mark = f"{name}{' (chosen)' if paths[name] is chosen else ''}"
        print(f"{mark:<14}{seconds:>8.2f}{seconds / best['plain']:>18.2f}")


def _print_fresh_process(folder: Path) -> None:
    environment = os.environ | {"CELAJE_WEIGHTS": str(folder)}
    cold_s = float("inf")
    for _ in range(RUNS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", COLD_START], check=True, env=environment)
        cold_s = min(cold_s, time.perf_counter() - begin)
    told = subprocess.run([sys.executable, "-c", ONE_CLIP], check=True, env=environment, capture_output=True, text=True)
    size_mb = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"\n{'a fresh process':<24}{'':>8}{'target':>8}")
    print(f"{'cold start, s':<24}{cold_s:>8.2f}{COLD_START_S:>8.1f}")
    print(f"{'peak memory, GB':<24}{float(told.stdout):>8.2f}{MEMORY_GB:>8.1f}")
    print(f"{'weights on disk, MB':<24}{size_mb:>8.1f}{WEIGHTS_MB:>8.1f}")


def _fastest(engine: Engine, steps: int) -> tuple[float, Made]:
    return min((_timed(engine, steps) for _ in range(RUNS)), key=lambda run: run[0])


def _timed(engine: Engine, steps: int) -> tuple[float, Made]:
    begin = time.perf_counter()
    made = generate(engine, replace(REQUEST, steps=steps))
    return time.perf_counter() - begin, made


@contextmanager
def _weights() -> Iterator[Path]:
    """The folder of the built-in weights, or of untrained ones for as long as the measuring takes."""
    built_in = weights_folder()
    if (built_in / MANIFEST).exists():
        yield built_in
        return
    print(f"no weights in {built_in}: untrained ones are measured")
    with TemporaryDirectory() as temporary:
        _export_untrained(Path(temporary))
        yield Path(temporary)


def _export_untrained(folder: Path) -> None:
    recipe = small()
    captions = [caption(sample(seed), "en", np.random.default_rng(seed)).text for seed in range(500)]
    export(
        folder,
        recipe="untrained",
        networks={
            "video": VideoCodec(recipe.video),
            "audio": AudioCodec(recipe.audio),
            "text": build_encoder(recipe),
            "transformer": Transformer(recipe.transformer),
        },
        tokenizer=train_tokenizer(captions, size=1000),
        known_words=frozenset(" ".join(captions).lower().split()),
        slots=slot_names(),
        sampling=Sampling(),
        scores={},
    )


if __name__ == "__main__":
    main()

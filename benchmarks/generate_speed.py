"""How long a clip takes from its sentence to frames and samples: `python -m benchmarks.generate_speed`.

One clip of 5 s at 256x256, after loading, by number of steps, attention path and precision; then against their
targets: that clip, one that goes on for as long, what a fresh process needs to load and how much memory a clip takes,
and a minute that is watched while it is made. Of several runs the fastest counts, since other work on the machine only
slows them down. Without weights it measures untrained ones of the recipe `small`, which cost the same. Targets are kept
beside what was measured in `benchmarks/results/generate.md`, or `generate-float32.md` where a machine has no bfloat16.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from benchmarks.machine import processor
from celaje.clip import Request, tasks
from celaje.engine.codec.audio import AudioCodec
from celaje.engine.codec.video import VideoCodec
from celaje.engine.generate import Engine, Made, Sampling, generate, load_engine
from celaje.engine.generate.engine import choose_device
from celaje.engine.generate.export import export
from celaje.engine.generate.weights import MANIFEST
from celaje.engine.model import Transformer
from celaje.engine.model.attention import Attention, attend_fused, attend_plainly
from celaje.engine.precision import fast_dtype
from celaje.engine.text.tokenizer import train_tokenizer
from celaje.engine.training.text_task import build_encoder, slot_names
from celaje.engine.world.captions.caption import caption
from celaje.engine.world.sample import sample
from celaje.recipes.small import small
from celaje.settings import weights_folder
from celaje.studio import Studio

REQUEST = Request(prompt="a white and orange tabby cat runs through an alley in heavy rain", seconds=5.0, seed=7)
STEPS = (8, 12, 25)
RUNS = 2
FASTEST_FACTOR, COLD_START_S, MEMORY_GB, WEIGHTS_MB = 1.0, 4.0, 2.0, 56.0
EXTENSION_FACTOR, FIRST_SECOND_S, LONG_MEMORY_GB = 1.3, 4.0, 2.5
#: What is measured, the number, and what it must not exceed.
Row = tuple[str, float, float]
RESULTS = Path(__file__).parent / "results"
COLD_START = "from celaje import load; load()"
ONE_CLIP = """
import resource, sys
from celaje import load
load().generate("a cat", seconds=5.0)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak * (1 if sys.platform == "darwin" else 1024) / 1e9)
"""
A_MINUTE = """
import resource, sys, threading, time
from pathlib import Path
import av
from celaje import load
from celaje.clip import Request
from celaje.media import so_far

def num_frames(path):
    try:
        with av.open(str(path)) as file:
            return sum(1 for _ in file.decode(video=0))
    except (av.FFmpegError, OSError):
        return 0

def watch():
    while num_frames(so_far(path)) < 12:
        time.sleep(0.05)
    seen.append(time.perf_counter() - begin)

path, seen, studio = Path(sys.argv[1]), [], load()
studio.generate("a cat", seconds=1.0, steps=1)
begin = time.perf_counter()
watcher = threading.Thread(target=watch, daemon=True)
watcher.start()
studio.film(Request(prompt="a cat walks along the beach", seconds=60.0, seed=7)).save(path)
spent = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(spent, seen[0], peak * (1 if sys.platform == "darwin" else 1024) / 1e9)
"""


def main() -> None:
    """Print the tables, and keep what has a target."""
    precision = str(fast_dtype(choose_device(None))).removeprefix("torch.")
    machine = f"{processor()}, {os.cpu_count()} cores, torch {torch.__version__}, {precision}"
    print(f"{machine}, {torch.get_num_threads()} threads; {REQUEST.seconds:g} s, 256x256")
    with _weights() as folder:
        studio = Studio(load_engine(folder))
        generate(studio.engine, replace(REQUEST, steps=1))  # the first clip pays for what is set up once
        _print_steps(studio.engine)
        _print_attention(studio.engine)
        _print_precision(studio.engine)
        rows = [*_against_each_other(studio), *_fresh_processes(folder)]
    print(f"\n{'what':<56}{'measured':>10}{'target':>10}")
    for what, measured, target in rows:
        print(f"{what:<56}{measured:>10.2f}{target:>10.1f}")
    lines = [
        "# A clip in numbers",
        "",
        f"`make bench`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {machine}. The best of {RUNS} runs.",
        "",
        "| what | measured | target |",
        "|---|---:|---:|",
        *(f"| {what} | {measured:.2f} | {target:g} |" for what, measured, target in rows),
    ]
    name = "generate.md" if precision == "bfloat16" else f"generate-{precision}.md"
    (RESULTS / name).write_text("\n".join(lines) + "\n")


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


def _print_precision(engine: Engine) -> None:
    """A window of one step in each type; what is slow may be a hundred times slower."""
    chosen, best = engine.transformer.video_in.weight.dtype, {}
    for dtype in (torch.float32, torch.bfloat16):
        network = deepcopy(engine.transformer).to(dtype)
        network.use_fastest_attention()
        one = replace(engine, transformer=network, critic=None, sampling=replace(engine.sampling, picture_takes=1))
        best[dtype] = min(_timed(one, 1)[1].seconds_by_stage["imagining"] for _ in range(RUNS))
    print(f"\n{'precision':<20}{'s':>8}{'to float32':>12}")
    for dtype, seconds in best.items():
        mark = f"{str(dtype).removeprefix('torch.')}{' (chosen)' if dtype == chosen else ''}"
        print(f"{mark:<20}{seconds:>8.2f}{seconds / best[torch.float32]:>12.2f}")


def _against_each_other(studio: Studio) -> list[Row]:
    """A clip, and one that goes on from it for as long; by turns, so that both meet the same machine."""
    made_s = longer_s = float("inf")
    with TemporaryDirectory() as temporary:
        for _ in range(RUNS):
            begin = time.perf_counter()
            clip = studio.make(REQUEST)
            made_s = min(made_s, time.perf_counter() - begin)
            source = studio.source(clip.save(Path(temporary) / "clip.mp4"))
            begin = time.perf_counter()
            studio.make(tasks.extend(source, REQUEST.prompt, seconds=REQUEST.seconds, seed=7))
            longer_s = min(longer_s, time.perf_counter() - begin)
    return [
        (f"{REQUEST.seconds:g} s after loading, real-time factor", made_s / REQUEST.seconds, FASTEST_FACTOR),
        (f"{REQUEST.seconds:g} s more, as a multiple of {REQUEST.seconds:g} s", longer_s / made_s, EXTENSION_FACTOR),
    ]


def _fresh_processes(folder: Path) -> list[Row]:
    environment = os.environ | {"CELAJE_WEIGHTS": str(folder)}

    def told(script: str, *arguments: str) -> list[float]:
        run = [sys.executable, "-c", script, *arguments]
        return [
            float(word) for word in subprocess.run(run, check=True, env=environment, capture_output=True).stdout.split()
        ]

    cold_s = float("inf")
    for _ in range(RUNS):
        begin = time.perf_counter()
        told(COLD_START)
        cold_s = min(cold_s, time.perf_counter() - begin)
    (memory_gb,) = told(ONE_CLIP)
    with TemporaryDirectory() as temporary:
        minute_s, first_s, minute_gb = told(A_MINUTE, str(Path(temporary) / "minute.mp4"))
    return [
        ("cold start, s", cold_s, COLD_START_S),
        ("5 s: peak memory, GB", memory_gb, MEMORY_GB),
        ("a minute: real-time factor", minute_s / 60, FASTEST_FACTOR),
        ("a minute: its first second can be watched after, s", first_s, FIRST_SECOND_S),
        ("a minute: peak memory, GB", minute_gb, LONG_MEMORY_GB),
        ("weights on disk, MB", sum(path.stat().st_size for path in folder.iterdir()) / 1e6, WEIGHTS_MB),
    ]


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

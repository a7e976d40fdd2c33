"""How many frames a second are rendered, and where the time goes: `python benchmarks/world_speed.py`.

Each scene is drawn until `SECONDS` have passed, after one unmeasured chunk that pays for compilation. The fastest chunk
counts, since other work on the machine only ever slows it down. On one core, times are the process's own. With the word
`cuda` behind it a GPU draws, and times are the wall clock's; stages are not told there, since they are only queued.
"""

import os
import platform
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from celaje.clip import FRAMES_PER_SECOND, Size
from celaje.engine.world import render as renderer
from celaje.engine.world.camera import shoot
from celaje.engine.world.kernels import cpu, drops, solids
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.light import light_for
from celaje.engine.world.places import PLACES
from celaje.engine.world.pose import Pose
from celaje.engine.world.shapes import Shapes

SECONDS = 2.0
FRAMES, SIZE = 16, Size(256, 256)
SCENES = (
    ("countryside", "day", "clear", "dog"),
    ("forest", "sunset", "clear", "woman"),
    ("beach", "day", "clear", "horse"),
    ("snowy meadow", "dawn", "snow", "mammoth"),
    ("city", "night", "heavy rain", "man"),
    ("underwater", "day", "clear", "diver"),
    ("club", "night", "clear", "cat"),
)
STAGES = (
    (solids, "stand"), (cpu, "aim"), (cpu, "see"), (cpu, "cast"), (cpu, "shade_mirror"), (cpu, "blur"), (cpu, "shade"),
    (cpu, "smooth_edges"), (drops, "place_lines"), (cpu, "draw_lines"), (cpu, "spread"), (cpu, "develop"),
    (cpu, "tell"), (cpu, "flow_to"),
)  # fmt: skip
DEVICE = sys.argv[1] if len(sys.argv) > 1 else "cpu"
now_s = time.process_time if DEVICE == "cpu" else time.perf_counter


def main() -> None:
    """Print a table: frames a second with and without ground truth, solids, and milliseconds per frame by stage."""
    print(f"{platform.processor() or platform.machine()}, {DEVICE}, one core, {SIZE}, {FRAMES} frames a chunk")
    spent: dict[str, float] = {}
    for module, name in STAGES:
        setattr(module, name, _timed(getattr(module, name), name, spent))
    for place, hour, weather, kind in SCENES:
        shapes, view = _scene(place, hour, weather, kind)
        picture_s, _ = _fastest(shapes, view, spent, truth=False)
        whole_s, stages = _fastest(shapes, view, spent, truth=True)
        print(f"\n{kind}, {place}, {hour}, {weather}: {len(shapes.solids)} solids")
        print(f"  {FRAMES / picture_s:.0f} frames/s without truth, {FRAMES / whole_s:.0f} frames/s with truth")
        if DEVICE == "cpu":
            print("  ms:", ", ".join(f"{name} {seconds / FRAMES * 1e3:.2f}" for name, seconds in stages.items()))


def _scene(place_name: str, hour: str, weather: str, kind_name: str) -> tuple[Shapes, renderer.View]:
    place, kind = PLACES[place_name], KINDS[kind_name]
    time_s = np.arange(FRAMES) / FRAMES_PER_SECOND
    things = Shapes(FRAMES)
    lamps = place.build(things, np.random.default_rng(7), hour)
    body, pose = Shapes(FRAMES, 1), _walk(time_s)
    kind.draw(body, {}, pose)
    camera = shoot(
        "tracking", np.random.default_rng(1), time_s, pose.position[None], [kind.height_m], SIZE, place, [kind.length_m]
    )
    view = renderer.View(
        camera=camera, light=light_for(hour, weather, place), ground=place.ground, options=place.options, lamps=lamps,
        place=place, weather=weather, time_s=time_s, beat=2 * time_s, flash=0 * time_s, burst=0 * time_s, seed=7,
    )  # fmt: skip
    return renderer.merge(things, renderer.place_body(body, pose)), view


def _walk(time_s: np.ndarray[Any, np.dtype[np.float64]]) -> Pose:
    still = np.zeros_like(time_s)
    tracks = dict.fromkeys(Pose.__dataclass_fields__, still)
    position = np.stack([0.8 * time_s - 0.5, still, still], axis=1)
    return Pose(**tracks | {"time": time_s, "position": position, "phase": 6 * time_s, "gait": still + 1})


def _timed(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def measured(*arguments: Any) -> Any:
        start = now_s()
        result = function(*arguments)
        spent[name] = spent.get(name, 0.0) + now_s() - start
        return result

    return measured


def _fastest(
    shapes: Shapes, view: renderer.View, spent: dict[str, float], *, truth: bool
) -> tuple[float, dict[str, float]]:
    renderer.render(shapes, view, SIZE, truth=truth, device=DEVICE)
    best, stages, end = float("inf"), dict[str, float](), time.monotonic() + SECONDS / 2
    while time.monotonic() < end or best == float("inf"):
        spent.clear()
        start = now_s()
        renderer.render(shapes, view, SIZE, truth=truth, device=DEVICE)
        seconds = now_s() - start
        if seconds < best:
            best, stages = seconds, dict(spent)
    return best, stages


if __name__ == "__main__":
    main()

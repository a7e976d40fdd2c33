"""How long a frame takes to be made larger, and one between two others: `python -m benchmarks.enlarge_speed`.

Each beside the simplest way: Lanczos' filter, and the mean of two frames. Seconds are of one core's work, the fastest
of several runs, so that other work on the machine counts little. The network that the weights hold is measured.
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from benchmarks.machine import processor
from celaje.clip import Size
from celaje.enlarging import find_enlarger
from celaje.media.fit import fit

GIVEN = (Size(256, 256), Size(320, 192), Size(320, 192), Size(640, 360))
WANTED = (Size(512, 512), Size(1280, 720), Size(1920, 1080), Size(1280, 720))
BETWEEN = (Size(320, 192), Size(1280, 720), Size(1920, 1080))
RUNS = 5


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    enlarger = find_enlarger()
    rng = np.random.default_rng(0)
    print(f"{processor()}, one thread, torch {torch.__version__}")
    print(f"\n{'larger':<26}{'s':>8}{'Lanczos s':>12}{'times as long':>16}")
    for given, wanted in zip(GIVEN, WANTED, strict=True):
        frame = rng.integers(0, 255, (given.height, given.width, 3), np.uint8)
        made = _fastest(lambda frame=frame, wanted=wanted: fit(enlarger.grow(frame, wanted)[None], wanted))  # type: ignore[misc]
        plain = _fastest(lambda frame=frame, wanted=wanted: fit(frame[None], wanted))  # type: ignore[misc]
        print(f"{f'{given} to {wanted}':<26}{made:>8.3f}{plain:>12.3f}{made / plain:>16.1f}")
    print(f"\n{'a frame between':<26}{'s':>8}{'blend s':>12}{'times as long':>16}")
    for size in BETWEEN:
        before = rng.integers(0, 255, (size.height // 8, size.width // 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
        after = np.roll(before, 3, axis=1)
        made = _fastest(lambda before=before, after=after: enlarger.between(before, after, [0.5]))  # type: ignore[misc]
        plain = _fastest(lambda before=before, after=after: (before.astype(np.uint16) + after + 1) // 2)  # type: ignore[misc]
        print(f"{f'{size}':<26}{made:>8.3f}{plain:>12.3f}{made / plain:>16.1f}")


def _fastest(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _ in range(RUNS):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return min(spent)


if __name__ == "__main__":
    main()

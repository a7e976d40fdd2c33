"""Run every benchmark, one after the other, each in a process of its own: `python -m benchmarks`."""

import subprocess
import sys

BENCHMARKS = ("world_speed", "generate_speed", "enlarge_speed")


def main() -> None:
    """Run them in this order; the first that fails ends it."""
    for name in BENCHMARKS:
        print(f"\n== {name} ==\n", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()

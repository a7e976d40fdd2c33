"""A process that has imported all that a worker needs, and forks a worker for each line that it reads.

A line is "ACTION POINT" in JSON: "kill" or "freeze" the worker at that named point the first time that it comes by with
a clip begun ("publishing" is in the transaction that publishes it), or "kill while tidying": the same, and until then
it is tidying up, or "small disk": no file may grow beyond some KB. It answers with the worker's process id.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

SMALL_BYTES = 4096


def work(weights: Path, action: str, fatal: str) -> NoReturn:
    """Be a worker that has an accident."""
    from celaje import worker
    from celaje.app import storage
    from celaje.app.videos import making

    signals = {"kill": signal.SIGKILL, "kill while tidying": signal.SIGKILL, "freeze": signal.SIGSTOP}
    usual = worker.at
    seen = set()

    def at(point: str) -> None:
        seen.add(point)
        if point == fatal and action in signals and "fetched" in seen:
            worker.at = usual
            os.kill(os.getpid(), signals[action])
            time.sleep(0.2)  # a signal may come a moment later

    worker.at = at
    making.ended.connect(lambda **_: worker.at("publishing"), weak=False)
    if action == "kill while tidying":
        storage.sweep_unfinished = lambda: time.sleep(3600)
    if action == "small disk":
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_BYTES, SMALL_BYTES))
    worker.run_worker(weights=weights, device="cpu", heartbeat_s=0.25, stalled_after_s=1.5)
    os._exit(0)


def main() -> None:
    """Fork until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are forgotten
    import celaje.studio
    import celaje.worker  # noqa: F401 - all that is slow, once

    print("ready", flush=True)
    for line in sys.stdin:
        action, point = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(Path(sys.argv[1]), action, point)
        print(pid, flush=True)


main()

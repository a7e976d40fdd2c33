"""One web process: the socket that `celaje serve` opened, and the app behind it. `python -m celaje.app.listening FD`.

Several of these may share the socket. It ends on SIGTERM, after the answers that are on their way; and by itself when
its standard input closes, which is how it learns that who started it was killed.
"""

import os
import signal
import socket
import sys
import threading

import uvicorn

LAST_ANSWERS_S = 2


def main(fd: int) -> None:
    """Answer until told to stop."""
    stop_when_alone()
    from celaje.app import asgi  # this is most of the start

    config = uvicorn.Config(
        asgi.application,
        log_config=None,  # Django's LOGGING holds
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_ANSWERS_S,
        timeout_keep_alive=30,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=fd)])


def stop_when_alone() -> None:
    """From now on, this process gets SIGTERM when its standard input closes."""

    def wait() -> None:
        while os.read(0, 1024):  # not sys.stdin: its lock would be held when the interpreter ends
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]))

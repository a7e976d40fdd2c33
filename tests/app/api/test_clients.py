"""The official clients, unchanged, against a running house: newest and one major before, in Python and Node.

They are installed once into `.clients`, by pip and npm; without a registry the test is skipped.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from celaje.app.accounts.models import Person, Role
from celaje.app.developers import actions
from celaje.app.developers.models import Scope

NewPerson = Callable[..., Person]
ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent / "clients"
INSTALLED = ROOT / ".clients"
TABLE = ROOT / "docs" / "compatibility.md"

CLIENTS = ("openai-py-3.54.0", "openai-py-2.36.0", "openai-node-7.57.0", "openai-node-6.49.0", "litellm-1.110.2")
NEEDS_ENGINE = "refused: unsupported_by_model"
REFUSED = {
    "create with characters": NEEDS_ENGINE,
    "create a character": NEEDS_ENGINE,
    "get a character": "refused: not_found",
    "retrieve what was deleted": "refused: not_found",
    "a wrong value": "refused: invalid_value",
    "a wrong key": "refused: invalid_api_key",
}


def install(client: str) -> Path:
    """The folder of a client, installed when it is not there yet."""
    folder, done = INSTALLED / client, INSTALLED / client / "installed"
    if done.exists():
        return folder
    kind, _, version = client.rpartition("-")
    if kind == "openai-node":
        if shutil.which("npm") is None:
            pytest.skip("there is no Node here: its client is not tried")
        command = [
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(folder),
            f"openai@{version}",
        ]
    else:
        name = kind.removesuffix("-py")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), f"{name}=={version}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"{client} could not be installed, so it is not tried: {error}")
    done.touch()
    return folder


class Hook(BaseHTTPRequestHandler):
    """Receives webhooks; GET ?about=ID gives back the one about that video, or null."""

    heard: dict[str, dict[str, Any]]

    def do_POST(self) -> None:
        payload = self.rfile.read(int(self.headers["content-length"])).decode()
        about = json.loads(payload)["data"]["id"]
        self.heard[about] = {
            "payload": payload,
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        self._answer(b"{}")

    def do_GET(self) -> None:
        about = parse_qs(urlsplit(self.path).query)["about"][0]
        self._answer(json.dumps(self.heard.get(about)).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: object) -> None:
        """Quietly."""


@pytest.fixture
def hook() -> Iterator[str]:
    """The address of a receiver of webhooks."""
    handler = type("Handler", (Hook,), {"heard": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
        server.shutdown()


def walk(client: str, house: str, key: str, hook: str) -> dict[str, str]:
    """What happened in each step."""
    folder = install(client)
    if "-node-" in client:
        command = ["node", str(HERE / "walk.mjs"), str(folder), house, key, hook]
    else:
        script = "walk_litellm.py" if client.startswith("litellm") else "walk.py"
        command = [sys.executable, str(HERE / script), house, key, hook]
    environment = os.environ | {"PYTHONPATH": str(folder), "NODE_OPTIONS": "--no-deprecation"}
    environment["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the internet for prices
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    results: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return results


def test_every_operation(house: str, new_person: NewPerson, hook: str) -> None:
    for client in CLIENTS:
        install(client)
    scopes, role = Scope.values, Role.of_admins()  # many of whose clips may wait: the machine may be busy
    keys = [actions.make_key(new_person(role=role), name=client, scopes=scopes)[1] for client in CLIENTS]
    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        walks = [pool.submit(walk, client, house, key, hook) for client, key in zip(CLIENTS, keys, strict=True)]
    table = {client: done.result() for client, done in zip(CLIENTS, walks, strict=True)}
    for client, results in table.items():
        assert results == {name: REFUSED.get(name, "works") for name in results}, client
    new = INSTALLED / TABLE.name
    new.write_text(TABLE.read_text().split("| operation |")[0] + written(table))
    assert TABLE.read_text() == new.read_text(), f"look at it, then: cp {new} {TABLE}"


def written(table: dict[str, dict[str, str]]) -> str:
    """The table of the docs: operation x client x result."""
    operations = dict.fromkeys(name for client in reversed(CLIENTS) for name in table[client])
    lines = [f"| operation | {' | '.join(CLIENTS)} |", f"|---|{'---|' * len(CLIENTS)}"]
    for name in sorted(operations):
        cells = [table[client].get(name, "no such call") for client in CLIENTS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"

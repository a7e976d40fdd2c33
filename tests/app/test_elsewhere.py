"""Clips from another server: by the command line, and for people through a worker that hands its jobs on."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from celaje import remote
from celaje.app.accounts.models import Person
from celaje.app.videos import actions, tasks
from celaje.app.videos.models import Kind, Status, Video
from celaje.cli import main
from celaje.clip import Request, Size
from celaje.media import write_clip
from celaje.media.read import read_frames

Ask = Callable[[], list[Video]]


class Stranger(BaseHTTPRequestHandler):
    """A server of somebody else's: it knows the original's fields and nothing more."""

    asked: list[tuple[str, str, Any]]
    answers: dict[str, Any]
    movie: bytes

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or "{}")
        self.asked.append(("POST", self.path, body))
        if set(body) - {"prompt", "seconds", "size", "model"}:
            return self._say(400, {"error": {"message": f"Unknown parameter: {sorted(body)}"}})
        return self._say(200, {"id": "v1", "status": "queued", "progress": 0})

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, self.headers.get("authorization")))
        if self.path.endswith("/content"):
            self.send_response(200)
            self.send_header("content-length", str(len(self.movie)))
            self.end_headers()
            self.wfile.write(self.movie)
        else:
            self._say(200, {"id": "v1", "model": "stranger-1", "size": "64x96", "seconds": "2"} | self.answers)

    def _say(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.send_header("openai-poll-after-ms", "200")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *parts: object) -> None:
        pass


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[tuple[str, type[Stranger]]]:
    """Its address, and what it was asked."""
    frames = np.zeros((24, 96, 64, 3), np.uint8)
    frames[:, :48] = 200
    write_clip(tmp_path / "made.mp4", frames, None, {})
    movie = (tmp_path / "made.mp4").read_bytes()
    kind = type("Kind", (Stranger,), {"asked": [], "answers": {"status": "completed", "progress": 100}, "movie": movie})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", kind
        server.shutdown()


def test_the_command_line_asks_and_downloads(stranger: tuple[str, type[Stranger]], tmp_path: Path) -> None:
    address, kind = stranger
    path = tmp_path / "cat.mp4"
    arguments = ["generate", "a cat", "-o", str(path), "--seconds", "2", "--size", "64x96", "--remote", address]
    result = CliRunner().invoke(main, [*arguments, "--key", "sk-1"])
    assert result.exit_code == 0, result.output
    assert path.read_bytes() == kind.movie
    assert "by stranger-1" in result.output
    assert kind.asked[0] == ("POST", "/v1/videos", {"prompt": "a cat", "seconds": "2", "size": "64x96"})
    assert kind.asked[1] == ("GET", "/v1/videos/v1", "Bearer sk-1")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--seed", "7"], "refused (400): Unknown parameter"),
        (["-o", "cat.gif"], "end it with .mp4"),
        (["--seconds", "0.5"], "1 to 60 seconds"),
        (["--remote", "nowhere"], "is no address"),
        (["--remote", "http://127.0.0.1:9"], "does not answer"),
    ],
)
def test_what_it_cannot_do_is_one_line(
    stranger: tuple[str, type[Stranger]], tmp_path: Path, more: list[str], words: str
) -> None:
    arguments = ["generate", "a cat", "-o", str(tmp_path / "cat.mp4"), "--remote", stranger[0]]
    result = CliRunner().invoke(main, [*arguments, *more])
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())
    assert not list(tmp_path.glob("cat*"))


def test_a_stop_cancels_it_there_too(stranger: tuple[str, type[Stranger]], tmp_path: Path) -> None:
    address, kind = stranger

    def stop(status: str, percent: int) -> None:
        raise KeyboardInterrupt

    request = Request(prompt="a cat", seconds=2, size=Size(64, 96))
    with pytest.raises(KeyboardInterrupt):
        remote.make(remote.Server(address=address), request, tmp_path / "x.mp4", with_seed=False, watch=stop)
    assert kind.asked[-1][:2] == ("POST", "/v1/videos/v1/cancel")


def test_frames_come_at_our_rate_and_no_larger(stranger: tuple[str, type[Stranger]], tmp_path: Path) -> None:
    frames, size = read_frames(tmp_path / "made.mp4", longest_side=48)
    assert (frames.shape, size) == ((24, 48, 32, 3), Size(64, 96))
    assert frames[0, 5].mean() > 150 > frames[0, 40].mean()
    (tmp_path / "no.mp4").write_bytes(b"no movie")
    with pytest.raises(ValueError, match="no movie"):
        read_frames(tmp_path / "no.mp4", longest_side=48)


class Context:
    """What a job may ask of its worker."""

    def abort_reason(self) -> None:
        """Nobody stops it."""


def make(person: Person, address: str, monkeypatch: pytest.MonkeyPatch, ask: Ask | None = None) -> Any:
    """A clip of a worker that hands its jobs on."""
    from celaje import worker

    monkeypatch.setenv("CELAJE_REMOTE", address)
    [video] = ask() if ask else actions.create(person, prompt="a cat", seconds=2, size=Size(64, 96))
    body: Callable[..., None] = worker.make.func
    body(Context(), video.pk)
    video.refresh_from_db()
    return video


def test_a_worker_hands_its_jobs_on(
    person: Person, stranger: tuple[str, type[Stranger]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, kind = stranger
    video = make(person, address, monkeypatch)
    assert (video.status, video.model) == (Status.COMPLETED, "stranger-1")
    assert [set(body) - {"prompt", "seconds", "size"} for _, _, body in kind.asked[:2]] == [{"seed"}, set()]
    assert set(video.assets.values_list("kind", flat=True)) == set(Kind)
    assert video.assets.get(kind=Kind.VIDEO).num_bytes == len(kind.movie)


def test_there_an_edit_is_drawn_from_its_words_and_an_extension_is_not_possible(
    person: Person, stranger: tuple[str, type[Stranger]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, kind = stranger
    clip = make(person, address, monkeypatch)
    edited = make(person, address, monkeypatch, lambda: tasks.edit(person, clip, change="make it winter", strength=0.5))
    assert edited.status == Status.COMPLETED
    assert [body["prompt"] for verb, _, body in kind.asked if verb == "POST"][-1] == "Make it winter. A cat."
    longer = make(person, address, monkeypatch, lambda: tasks.extend(person, clip, prompt="", seconds=2))
    assert (longer.status, longer.error_code, longer.charged_s) == (Status.FAILED, "not_possible", 0)


def test_a_clip_that_fails_there_fails_here_with_words(
    person: Person, stranger: tuple[str, type[Stranger]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, kind = stranger
    kind.answers = {"status": "failed", "error": {"code": "moderation_blocked", "message": "no"}}
    video = make(person, address, monkeypatch)
    assert (video.status, video.error_code, video.charged_s) == (Status.FAILED, "not_possible", 0)
    video = make(person, "http://127.0.0.1:9", monkeypatch)
    assert (video.status, video.error_code) == (Status.FAILED, "server_away")

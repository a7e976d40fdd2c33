"""Clips from another server that speaks the OpenAI Videos API: ours, or somebody else's.

Fields that the original did not have are sent only when they were asked for: a stranger may refuse what it does not
know. This module knows neither tensors nor rows.
"""

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celaje.clip import Request
from celaje.media import whole

ANSWER_S = 60.0
POLL_S = 1.0
LOOK_EVERY_S = 0.2
ORIGINAL_FIELDS = ("prompt", "seconds", "size", "model")
MAX_BROKEN = 5  # answers in a row that do not come, while a clip is made


class AwayError(Exception):
    """The server does not answer, or answers that it is broken."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where it is, such as https://clips.example or https://clips.example/v1, and a key for it."""

    address: str
    key: str = ""
    model: str = ""  # a name that it knows; its default when empty

    def url(self, path: str) -> str:
        """The address of `path`. Raises ValueError when the server's own is none."""
        base = self.address.rstrip("/")
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f'"{self.address}" is no address: give one such as https://clips.example')
        return f"{base if parts.path else base + '/v1'}{path}"


@dataclass(frozen=True, kw_only=True)
class Made:
    """What the server said of a finished clip."""

    model: str
    seed: int | None
    size: str
    seconds: float


def make(
    server: Server,
    request: Request,
    output: Path,
    *,
    with_seed: bool = True,
    lenient: bool = False,
    watch: Callable[[str, int], None] = lambda status, percent: None,
) -> Made:
    """Ask for a clip and write it to `output`, an MP4. `watch` hears the status and percent several times a second.

    `with_seed` sends the request's seed. `lenient` leaves out what the original did not have, if the
    server refuses it.
    An exception raised in `watch` cancels the clip there too. Raises ValueError when the server refuses or the clip
    fails, with its words, and AwayError.
    """
    if request.seconds < 1 or request.known:
        raise ValueError("another server makes clips of 1 to 60 seconds from a prompt alone")
    body = _body(server, request, with_seed=with_seed)
    try:
        video = _ask(server, "POST", "/videos", body)[0]
    except ValueError:
        plain = {name: value for name, value in body.items() if name in ORIGINAL_FIELDS}
        if not lenient or plain == body:
            raise
        video = _ask(server, "POST", "/videos", plain)[0]
    try:
        video = _wait(server, video, watch)
    except BaseException:
        with suppress(AwayError, ValueError):
            _ask(server, "POST", f"/videos/{video['id']}/cancel")
        raise
    if video["status"] != "completed":
        reason = (video.get("error") or {}).get("message") or "it did not say why"
        raise ValueError(f"{server.address} could not make the clip: {reason}")
    content = f"/videos/{video['id']}/content"
    with whole(output) as partial, _open(server, "GET", content) as answer, partial.open("wb") as file:
        shutil.copyfileobj(answer, file)
    return Made(
        model=str(video.get("model") or "unknown"),
        seed=video.get("seed"),
        size=str(video.get("size") or request.size),
        seconds=float(video.get("seconds") or request.seconds),
    )


def _body(server: Server, request: Request, *, with_seed: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "prompt": request.prompt,
        "seconds": f"{request.seconds:g}",
        "size": str(request.size),
    }
    more: dict[str, Any] = {
        "model": server.model or None,
        "seed": request.seed if with_seed else None,
        "negative_prompt": request.negative_prompt or None,
        "audio": None if request.audio else False,
        "steps": request.steps,
        "guidance": request.guidance,
    }
    return body | {name: value for name, value in more.items() if value is not None}


def _wait(server: Server, video: dict[str, Any], watch: Callable[[str, int], None]) -> dict[str, Any]:
    """The video when it is ready or failed."""
    broken, pause_s = 0, POLL_S
    while video.get("status") not in ("completed", "failed", "cancelled", "expired"):
        until = time.monotonic() + pause_s
        while time.monotonic() < until:
            watch(str(video.get("status")), int(video.get("progress") or 0))
            time.sleep(LOOK_EVERY_S)
        try:
            video, headers = _ask(server, "GET", f"/videos/{video['id']}")
            broken, pause_s = 0, _pause_s(headers)
        except AwayError:
            broken += 1
            if broken == MAX_BROKEN:
                raise
    return video


def _pause_s(headers: Any) -> float:
    """How long the server wants us to wait."""
    given = headers.get("openai-poll-after-ms", "")
    return min(30.0, max(LOOK_EVERY_S, int(given) / 1000)) if given.isascii() and given.isdigit() else POLL_S


def _ask(server: Server, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[dict[str, Any], Any]:
    """The answer as JSON, and its headers."""
    with _open(server, method, path, body) as answer:
        try:
            values = json.load(answer)
        except ValueError as error:
            raise AwayError(f"{server.address} does not speak the Videos API: its answer is no JSON") from error
        if not isinstance(values, dict) or "id" not in values:
            raise AwayError(f"{server.address} does not speak the Videos API: its answer is no video")
        return values, answer.headers


class _Elsewhere(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but takes the key to no other host."""

    def redirect_request(self, req: urllib.request.Request, *parts: Any) -> urllib.request.Request | None:
        """The request to follow with."""
        new = super().redirect_request(req, *parts)
        if new is not None and new.host != req.host:
            new.remove_header("Authorization")
        return new


_opener = urllib.request.build_opener(_Elsewhere)


def _open(server: Server, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The open answer. Raises ValueError for refusals, AwayError when nothing usable comes."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"User-Agent": "celaje"} | ({"Content-Type": "application/json"} if body is not None else {})
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    request = urllib.request.Request(server.url(path), data, headers, method=method)
    try:
        return _opener.open(request, timeout=ANSWER_S)
    except urllib.error.HTTPError as error:
        words = _words(error)
        if error.code >= 500:
            raise AwayError(f"{server.address} is broken ({error.code}): {words}") from error
        raise ValueError(f"{server.address} refused ({error.code}): {words}") from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise AwayError(f"{server.address} does not answer: {reason}") from error


def _words(error: urllib.error.HTTPError) -> str:
    """What the server says is wrong."""
    try:
        said = json.load(error)["error"]["message"]
    except (ValueError, KeyError, TypeError, OSError):
        said = error.reason
    return str(said)[:500]

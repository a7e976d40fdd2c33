"""What only a real server shows: events that come as they happen, and bytes in ranges."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from celaje.app.accounts.models import Person
from celaje.app.videos import actions, making
from celaje.app.videos.models import Video
from celaje.cli import main
from celaje.clip import Size
from celaje.media.read import read_frames
from tests.app.api.live import VIDEO, make_clip


def ask(address: str, key: str, **headers: str) -> Any:
    """The open answer to a GET."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(
        urllib.request.Request(address, headers=named | {"Authorization": f"Bearer {key}"}), timeout=60
    )


def events(answer: Any) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Version, name and video of each event, as they come."""
    fields: dict[str, str] = {}
    for line in answer:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name and not line.startswith(b":"):
            fields[name] = value
        elif fields:
            yield int(fields["id"]), fields["event"], json.loads(fields["data"])
            fields = {}


def test_events_and_ranges(web_process: str, key: str, person: Person) -> None:
    [video] = actions.create(person, prompt="a cat", seconds=4, size=Size(64, 64))
    address = f"{web_process}/v1/videos/{video.pk}"
    with ask(f"{address}/events", key) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        coming = events(answer)
        version, name, told = next(coming)
        assert (name, told["status"], told["id"]) == ("video.queued", "queued", video.pk)
        run = making.begin(video.pk)
        assert run is not None
        making.report(run, stage="imagining", progress=40)
        seen = []
        for version, _, told in coming:
            seen.append(version)
            if told["progress"] == 40:
                break
        making.hand_back(run)
        make_clip(video.pk)
        rest = list(coming)
    assert [name for _, name, _ in rest][-1] == "video.completed"
    versions = seen + [number for number, _, _ in rest]
    assert versions == sorted(set(versions))
    with ask(f"{address}/events", key, Last_Event_ID=str(version)) as answer:
        assert [number for number, _, _ in events(answer)] == versions[-1:]
    with ask(f"{address}/events", key, Last_Event_ID=str(versions[-1])) as answer:
        assert answer.status == 204

    content = f"{address}/content"
    with ask(content, key) as answer:
        etag = answer.headers["ETag"]
        assert answer.read() == VIDEO
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{video.pk}.mp4"'
    whole = len(VIDEO)
    for wanted, begin, end in (("bytes=0-9", 0, 10), ("bytes=100-", 100, whole), ("bytes=-7", whole - 7, whole)):
        with ask(content, key, Range=wanted) as answer:
            assert (answer.status, answer.read()) == (206, VIDEO[begin:end])
            assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{whole}"
    with ask(content, key, Range="bytes=0-9", If_Range='"another"') as answer:
        assert (answer.status, len(answer.read())) == (200, whole)
    for headers, status in (({"Range": f"bytes={whole}-"}, 416), ({"If_None_Match": etag}, 304)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(content, key, **headers)
        assert refused.value.code == status
        refused.value.close()
    assert Video.objects.get(pk=video.pk).status == "completed"


def test_a_clip_from_the_real_worker(real_house: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "cat.mp4"
    arguments = ["generate", "a cat runs", "-o", str(path), "--seconds", "1", "--size", "128x64", "--seed", "7"]
    result = CliRunner().invoke(main, [*arguments, "--remote", real_house, "--key", key, "--json"])
    assert result.exit_code == 0, result.output
    [clip] = json.loads(result.output)["clips"]
    assert (clip["size"], clip["seconds"], clip["seed"]) == ("128x64", 1.0, 7)
    frames, size = read_frames(path, longest_side=64)
    assert (len(frames), size) == (12, Size(128, 64))
    assert Video.objects.get().source == "api"

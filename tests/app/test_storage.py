"""Files in the data folder and on S3 behave the same."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse
from django.test import AsyncClient

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.videos.models import Kind, Video
from tests.app import s3_server

LONG = bytes(range(256)) * 50_000  # 12.8 MB: more than one part, and more than one chunk


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """The storage is the folder "house" of a bucket; what the bucket holds."""
    with s3_server.serving("clips") as (address, held):
        monkeypatch.setenv("CELAJE_STORAGE", "s3://clips/house")
        monkeypatch.setenv("AWS_ENDPOINT", address)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_REGION", "eu-south-2")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        storage._store.cache_clear()
        yield held
        storage._store.cache_clear()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The storage is an empty data folder."""
    monkeypatch.setenv("CELAJE_DATA", str(tmp_path))
    monkeypatch.delenv("CELAJE_STORAGE", raising=False)
    storage._store.cache_clear()
    yield
    storage._store.cache_clear()


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_files_come_back_as_they_were_put(place: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    request.getfixturevalue(place)
    (tmp_path / "long").write_bytes(LONG)
    assert storage.put("ab/short.mp4", b"short") == 5
    assert storage.put("ab/long.mp4", tmp_path / "long") == len(LONG)
    assert (storage.get("ab/short.mp4"), storage.size("ab/short.mp4")) == (b"short", 5)
    assert (storage.get("ab/long.mp4"), storage.size("ab/long.mp4")) == (LONG, len(LONG))
    begin, end = 777, 3 * storage.CHUNK_BYTES + 5
    assert read("ab/long.mp4", begin, end) == LONG[begin:end]
    assert read("ab/short.mp4", 0, 0) == b""
    storage.put("ab/short.mp4", b"other")
    assert storage.get("ab/short.mp4") == b"other"


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_all_names_are_listed_and_deleted_ones_are_gone(place: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(place)
    every = [f"{number % 3}x/{number}.mp4" for number in range(10)]
    for name in every:
        storage.put(name, b"x")
    assert sorted(storage.names()) == sorted(every)
    assert sorted(storage.names("1x")) == ["1x/1.mp4", "1x/4.mp4", "1x/7.mp4"]
    assert list(storage.names("nothing")) == []
    storage.check()
    storage.sweep_unfinished()
    storage.delete([*every[1:], "was/never.mp4"])
    assert list(storage.names()) == every[:1]
    for ask in (storage.get, storage.size):
        with pytest.raises(FileNotFoundError):
            ask(every[1])


def test_a_bucket_may_hold_other_things(s3: dict[str, bytes]) -> None:
    s3["elsewhere/a.mp4"] = b"not ours"
    storage.put("ab/a.mp4", b"ours")
    assert s3 == {"elsewhere/a.mp4": b"not ours", "house/ab/a.mp4": b"ours"}
    assert list(storage.names()) == ["ab/a.mp4"]


@pytest.mark.parametrize(
    ("name", "wrong", "reason"),
    [("AWS_ACCESS_KEY_ID", "somebody", "403 Forbidden"), ("CELAJE_STORAGE", "s3://nowhere/house", "404 Not Found")],
)
def test_what_s3_refuses_to_keep_is_an_oserror(
    s3: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, name: str, wrong: str, reason: str
) -> None:
    monkeypatch.setenv(name, wrong)
    storage._store.cache_clear()
    with pytest.raises(OSError, match=reason):
        storage.put("ab/a.mp4", b"x")
    assert s3 == {}


@pytest.mark.parametrize(
    ("wanted", "status", "begin", "end"),
    [("", 200, 0, len(LONG)), ("bytes=5-2000004", 206, 5, 2_000_005), ("bytes=-7", 206, len(LONG) - 7, len(LONG))],
)
def test_a_clip_on_s3_is_served_in_ranges(
    s3: dict[str, bytes],
    person: Person,
    new_video: Callable[..., Video],
    wanted: str,
    status: int,
    begin: int,
    end: int,
) -> None:
    asset = new_video(person).assets.get(kind=Kind.VIDEO)
    asset.num_bytes = storage.put(asset.name, LONG)
    asset.save()
    given, headers, body = fetch(person, asset.get_absolute_url(), wanted)
    assert given == status
    assert body == LONG[begin:end]
    assert headers["Content-Length"] == str(end - begin)
    assert headers.get("Content-Range") == (f"bytes {begin}-{end - 1}/{len(LONG)}" if wanted else None)


@async_to_sync
async def read(name: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in storage.read(name, start, end)])


@async_to_sync
async def fetch(person: Person, address: str, wanted: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a file, as uvicorn would send it."""
    client = AsyncClient()
    await client.aforce_login(person)
    response = await client.get(address, headers={"Range": wanted} if wanted else {})
    assert isinstance(response, StreamingHttpResponse)
    return response.status_code, dict(response.headers), b"".join([piece async for piece in response])

"""The stream of events of a video, with the database's own messages and without, and its preview."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from celaje.app.accounts.models import Person
from celaje.app.videos import actions, making
from celaje.app.videos.live import bell
from celaje.app.videos.making import Run
from celaje.app.videos.models import Video
from celaje.app.web.views import live
from celaje.clip import Size

NewPerson = Callable[..., Person]
PATIENCE_S = 30.0


def ask(person: Person) -> Video:
    [video] = actions.create(person, prompt="a cat", seconds=1, size=Size(256, 256))
    return video


def begun(video: Video) -> Run:
    run = making.begin(video.pk)
    assert run is not None
    return run


async def stream(person: Person, video: Video, **headers: str) -> AsyncIterator[dict[str, Any]]:
    """What a browser hears, each event as its id and its data."""
    client = AsyncClient()
    await client.aforce_login(person)
    response = await client.get(f"/videos/{video.pk}/events", headers=headers)
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "text/event-stream"
    pieces = aiter(response)
    while True:
        try:
            piece = await asyncio.wait_for(anext(pieces), PATIENCE_S)
        except StopAsyncIteration:
            return
        lines = dict(line.split(": ", 1) for line in piece.decode().strip().split("\n"))
        if "data" in lines:
            yield {"event_id": lines["id"]} | json.loads(lines["data"])


async def follow(video: Video) -> list[dict[str, Any]]:
    """All events of a video that is made while somebody watches."""
    heard = []
    steps: list[Callable[[Run], object]] = [
        lambda run: making.report(run, stage="imagining", progress=10, preview=b"blurred"),
        lambda run: making.report(run, stage="drawing", progress=90),
        lambda run: making.fail(run, "disk_full"),
    ]
    run: Run | None = None
    async for event in stream(video.owner, video):
        heard.append(event)
        if run is None:
            run = await sync_to_async(begun)(video)
        elif steps:
            await sync_to_async(steps.pop(0))(run)
    return heard


def assert_all_was_heard(heard: list[dict[str, Any]], video: Video) -> None:
    assert [event["status"] for event in heard] == ["queued", "in_progress", "in_progress", "in_progress", "failed"]
    assert [event["stage"] for event in heard] == ["", "", "imagining", "drawing", ""]
    assert [event["percent"] for event in heard][:4] == [0, 0, 10, 90]
    assert [event["preview"] is not None for event in heard] == [False, False, True, True, False]
    assert heard[2]["preview"] == f"/videos/{video.pk}/preview?v={heard[2]['version']}"
    assert [event["event_id"] for event in heard] == [str(event["version"]) for event in heard]
    assert "no space" in heard[-1]["error"]
    assert heard[0]["seconds_left"] > 0
    assert heard[-1]["seconds_left"] is None


def test_a_stream_without_the_databases_messages_looks_again(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_S", 0.02)
    video = ask(person)
    assert_all_was_heard(async_to_sync(follow)(video), video)


def test_a_stream_hears_each_message_of_the_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_S", 1000)
    monkeypatch.setattr(live, "HEARTBEAT_S", 1000)
    person = Person.objects.create_user("watcher", "correct horse battery")
    video = ask(person)

    async def listen() -> list[dict[str, Any]]:
        async with bell.listening():
            while not bell.is_listening:
                await asyncio.sleep(0.01)
            return await follow(video)

    assert_all_was_heard(async_to_sync(listen)(), video)
    assert not bell.is_listening


def test_a_stream_resumes_and_ends(person: Person) -> None:
    video = ask(person)
    actions.cancel(person, video)

    async def listen(**headers: str) -> list[dict[str, Any]]:
        return [event async for event in stream(person, video, **headers)]

    [event] = async_to_sync(listen)()
    assert event["status"] == "cancelled"
    [again] = async_to_sync(listen)(**{"Last-Event-ID": "0"})
    assert again == event
    client = Client()
    client.force_login(person)
    done = client.get(f"/videos/{video.pk}/events", headers={"Last-Event-ID": event["event_id"]})
    assert done.status_code == 204  # and the browser does not come back


def test_a_stream_beats_while_nothing_happens(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_S", 0.01)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.02)
    video = ask(person)

    async def listen() -> list[bytes]:
        pieces = live._stream(person, video.pk, str(video.version))
        heard = [await asyncio.wait_for(anext(pieces), PATIENCE_S) for _ in range(3)]
        await pieces.aclose()  # type: ignore[attr-defined]
        return heard

    assert async_to_sync(listen)() == [b"retry: 1500\n\n", b": still here\n\n", b": still here\n\n"]


def test_nobody_else_watches(person: Person, new_person: NewPerson) -> None:
    video = ask(person)
    assert making.report(begun(video), stage="imagining", progress=5, preview=b"blurred")
    for stranger, status in ((None, 403), (new_person(), 404), (new_person(is_staff=True), 404)):
        client = Client()
        if stranger is not None:
            client.force_login(stranger)
        assert client.get(f"/videos/{video.pk}/events").status_code == status
        assert client.get(f"/videos/{video.pk}/preview").status_code == 404
    client.force_login(person)
    shown = client.get(f"/videos/{video.pk}/preview?v=3")
    assert (shown.content, shown["Content-Type"]) == (b"blurred", "image/webp")
    actions.cancel(person, video)
    assert client.get(f"/videos/{video.pk}/preview").status_code == 404

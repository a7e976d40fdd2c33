"""Files of clips: who gets them, and in which pieces."""

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.videos.models import Asset, Kind, Video

NewVideo = Callable[..., Video]
CONTENT = bytes(range(256)) * 5


@pytest.fixture
def asset(person: Person, new_video: NewVideo) -> Asset:
    """The video file of somebody's private clip."""
    video = new_video(person, prompt="Una gata corrió por la playa, ¡de noche!")
    asset = video.assets.get(kind=Kind.VIDEO)
    storage.put(asset.name, CONTENT)
    asset.num_bytes = len(CONTENT)
    asset.save()
    return asset


@async_to_sync
async def get(
    person: Person | None, address: str, *, method: str = "GET", **headers: str
) -> tuple[int, bytes, HttpResponseBase]:
    """Status, body and the whole answer, as uvicorn would send it."""
    client = AsyncClient()
    if person is not None:
        await client.aforce_login(person)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = await client.generic(method, address, headers=named)
    if isinstance(response, StreamingHttpResponse):
        body = b"".join([piece async for piece in response])
    else:
        body = response.content
    return response.status_code, body, response


def test_only_the_owner_gets_a_private_file(asset: Asset, person: Person, new_person: Callable[..., Person]) -> None:
    address = asset.get_absolute_url()
    assert get(person, address)[:2] == (200, CONTENT)
    for stranger in (None, new_person(), new_person(is_staff=True)):
        for url in (
            address,
            f"{address}?download",
            "/media/zz/nothing.mp4",
            "/media/../secret-key",
            "/media/people/x.webp",
        ):
            status, body, _ = get(stranger, url)
            assert status == 404, url
            assert CONTENT not in body


def test_a_file_says_what_it_is(asset: Asset, person: Person) -> None:
    status, _, response = get(person, asset.get_absolute_url())
    assert status == 200
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Content-Disposition" not in response
    assert get(person, asset.get_absolute_url(), If_None_Match=response["ETag"])[:2] == (304, b"")
    status, body, head = get(person, asset.get_absolute_url(), method="HEAD")
    assert (status, body, head["Content-Length"]) == (200, b"", str(len(CONTENT)))
    _, _, download = get(person, f"{asset.get_absolute_url()}?download")
    assert download["Content-Disposition"] == 'attachment; filename="una-gata-corrio-por-la-playa-de-noche.mp4"'
    assert get(person, asset.get_absolute_url(), method="POST")[0] == 405


def test_a_range_of_an_older_file_is_answered_whole(asset: Asset, person: Person) -> None:
    _, _, response = get(person, asset.get_absolute_url())
    for tag, status in ((response["ETag"], 206), ('"another"', 200)):
        assert get(person, asset.get_absolute_url(), Range="bytes=0-9", If_Range=tag)[0] == status


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=st.none() | st.integers(0, 1400), last=st.none() | st.integers(0, 1400))
def test_any_range_gives_these_bytes(asset: Asset, person: Person, first: int | None, last: int | None) -> None:
    wanted = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    status, body, response = get(person, asset.get_absolute_url(), Range=wanted)
    size = len(CONTENT)
    if first is None and last is None:
        assert (status, body) == (200, CONTENT)
    elif first is None:
        assert last is not None
        assert (status, body) == ((206, CONTENT[-last:]) if last else (416, b""))
    elif first >= size or (last is not None and last < first):
        assert status in (416, 200)  # a range that ends before it begins may be ignored
    else:
        assert (status, body) == (206, CONTENT[first : size if last is None else last + 1])
        assert response["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{size}"


def test_the_picture_of_a_person_is_for_those_who_see_them(new_person: Callable[..., Person]) -> None:
    person = new_person(picture="people/abc.webp")
    storage.put("people/abc.webp", b"picture")
    assert get(new_person(), "/media/people/abc.webp")[:2] == (200, b"picture")
    person.is_active = False
    person.save()
    assert get(new_person(), "/media/people/abc.webp")[0] == 404

"""Bring a clip: the form, what it refuses, and that such a clip stays its owner's alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from celaje.app import storage, uploads
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.posts.actions import publish
from celaje.app.videos import bringing
from celaje.app.videos.models import DoomedFile, Relation, Status, Video
from celaje.app.videos.queries import quota
from celaje.clip import Request

MP4 = b"\x00\x00\x00\x18ftypmp42 and so on"


def form(content: bytes = MP4, **more: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("mine.mp4", content, "video/mp4")
    return {"file": file, "prompt": "a dog on a lawn", "agreed": "on"} | more


def test_a_file_waits_for_its_turn_and_costs_nothing(signed_in: Client, person: Person) -> None:
    assert "/uploads/new" in signed_in.get("/new").content.decode()
    assert 'enctype="multipart/form-data"' in signed_in.get("/uploads/new").content.decode()
    answer = signed_in.post("/uploads", form())
    [video] = Video.objects.all()
    assert answer.headers["Location"] == video.get_absolute_url()
    assert (video.relation, video.prompt, video.charged_s) == (Relation.BROUGHT, "a dog on a lawn", 0)
    [piece] = Request.from_dict(video.request).known
    assert storage.get(piece.source) == MP4
    assert not DoomedFile.objects.exists()
    assert (quota(person).used_s, quota(person).waiting) == (0, 1)
    assert signed_in.get(video.get_absolute_url()).status_code == 200
    Video.objects.update(status=Status.FAILED, error_code="unreadable_clip")
    page = signed_in.get(video.get_absolute_url()).content.decode()
    assert "cannot be read as a clip" in page
    again = signed_in.post(f"/videos/{video.pk}/retry").headers["Location"]
    assert Video.objects.get(pk=again.rpartition("/")[2]).relation == Relation.BROUGHT


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"file": ""}, "Choose an MP4 from this device."),
        ({"content": b"GIF89a"}, "This is no MP4"),
        ({"content": b""}, "This is no MP4"),
        ({"content": MP4 + bytes(200)}, "A clip may have 0 MB."),
        ({"prompt": " "}, "Say in a sentence what is seen in it."),
        ({"agreed": ""}, "Bring only what you may use"),
    ],
)
def test_what_is_wrong_is_said(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], why: str
) -> None:
    monkeypatch.setattr(bringing, "MAX_BYTES", 100)
    answer = signed_in.post("/uploads", form(**wrong))
    assert (answer.status_code, why in answer.content.decode()) == (400, True)
    assert not Video.objects.exists()


def test_a_request_that_is_too_long_is_not_read(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 300)
    assert signed_in.post("/uploads", form(MP4 + bytes(1000))).status_code == 400
    assert not Video.objects.exists()


def test_it_is_not_posted_itself(signed_in: Client, person: Person) -> None:
    signed_in.post("/uploads", form())
    Video.objects.update(status=Status.COMPLETED)
    video = Video.objects.get()
    assert f"/videos/{video.pk}/publication" not in signed_in.get(video.get_absolute_url()).content.decode()
    with pytest.raises(InvalidError, match="stays yours alone"):
        publish(person, video, caption="", audience="everyone", may_remix=True)

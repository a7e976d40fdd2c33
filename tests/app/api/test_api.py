"""The API as a program meets it: what it answers, and how it refuses."""

import base64
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from celaje.app import storage
from celaje.app.accounts.models import House, Person
from celaje.app.api import keys
from celaje.app.consistency import compare
from celaje.app.developers import actions
from celaje.app.developers.models import Allowance, ApiKey, KeptAnswer, Scope
from celaje.app.posts import actions as posts
from celaje.app.videos import actions as making
from celaje.app.videos import boards, pictures
from celaje.app.videos.jobs import tidy
from celaje.app.videos.models import Asset, DoomedFile, Kind, Picture, Status, Video
from celaje.app.videos.queries import quota
from celaje.clip import Known

Ask = Callable[..., Any]
NewVideo = Callable[..., Video]
NewPerson = Callable[..., Person]
PNG = b"\x89PNG\r\n\x1a\n and so on"  # nobody draws it here
DATA = "data:image/png;base64,"
PICTURE = {"image_url": DATA + base64.b64encode(PNG).decode()}
IMAGE_URL, KEYFRAME = "input_reference.image_url", "keyframes[0].image.file_id"


def refused(response: Any) -> tuple[int, str, str | None]:
    """Status, code and field of a refusal, whose shape and words are checked."""
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"][-1] in ".)?"
    return response.status_code, error["code"], error["param"]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_required_parameter", "prompt"),
        ({"prompt": "  "}, "invalid_value", "prompt"),
        ({"prompt": 7}, "invalid_type", "prompt"),
        ({"prompt": "a\0b"}, "invalid_value", "prompt"),
        ({"prompt": "x" * 40_000}, "invalid_value", "prompt"),
        ({"prompt": "x", "seconds": "90"}, "invalid_value", "seconds"),
        ({"prompt": "x", "seconds": "four"}, "invalid_type", "seconds"),
        ({"prompt": "x", "seconds": 0}, "invalid_value", "seconds"),
        ({"prompt": "x", "size": "big"}, "invalid_value", "size"),
        ({"prompt": "x", "size": "10x10"}, "invalid_value", "size"),
        ({"prompt": "x", "model": "other-9"}, "model_not_found", "model"),
        ({"prompt": "x", "n": 5}, "invalid_value", "n"),
        ({"prompt": "x", "seed": -1}, "invalid_value", "seed"),
        ({"prompt": "x", "audio": "loud"}, "invalid_type", "audio"),
        ({"prompt": "x", "style": "oils"}, "invalid_value", "style"),
        ({"prompt": "x", "fps": 30}, "unknown_parameter", "fps"),
        ({"prompt": "x", "input_reference": "cat.png"}, "invalid_value", "input_reference"),
        ({"prompt": "x", "input_reference": {}}, "invalid_value", "input_reference"),
        ({"prompt": "x", "input_reference": {"file_id": "file-0"}}, "file_not_found", "input_reference.file_id"),
        ({"prompt": "x", "input_reference": {"image_url": "ftp://x"}}, "invalid_value", "input_reference"),
        ({"prompt": "x", "characters": [{}]}, "missing_required_parameter", "characters[0].id"),
        ({"prompt": "x", "storyboard": [{"at": 3, "prompt": "a"}, {"at": 1, "prompt": "b"}]}, "invalid_value", None),
        ({"prompt": "x", "input_reference": {"image_url": "data:image/png,x"}}, "invalid_value", IMAGE_URL),
        ({"prompt": "x", "input_reference": {"image_url": "data:image/png;base64,%"}}, "invalid_value", IMAGE_URL),
        ({"prompt": "x", "input_reference": {"image_url": f"{DATA}aGk="}}, "invalid_value", "input_reference"),
        ({"prompt": "x", "input_reference": {"image_url": "https://127.0.0.1/y"}}, "invalid_image_url", IMAGE_URL),
        ({"prompt": "x", "input_reference": {"image_url": "http://1.1.1.1/y"}}, "invalid_image_url", IMAGE_URL),
        (
            {"prompt": "x", "input_reference": {"image_url": DATA}, "keyframes": [{"at": 0, "image": PICTURE}]},
            "invalid_value",
            None,
        ),
        ({"prompt": "x", "keyframes": [{"at": 5, "image": PICTURE}]}, "invalid_value", None),
        ({"prompt": "x", "keyframes": [{"at": 1, "image": {"file_id": "f"}}]}, "file_not_found", KEYFRAME),
        ({"prompt": "x", "characters": [{"id": "char_1"}]}, "unsupported_by_model", "characters"),
    ],
)
def test_what_is_wrong_with_a_clip_is_said(ask: Ask, body: dict[str, Any], code: str, param: str | None) -> None:
    assert refused(ask("POST", "/videos", body)) == (400, code, param)
    assert not Video.objects.exists()


def given(video_id: str) -> list[tuple[bytes, float]]:
    """The pictures of a video: the files, and their seconds."""
    video = Video.objects.get(pk=video_id)
    known = [Known(**piece) for piece in video.request["known"]]
    assert {piece.source for piece in known} == set(video.pictures.values_list("name", flat=True))
    return [(storage.get(piece.source), piece.at_s) for piece in known]


def test_a_clip_begins_with_a_picture(ask: Ask, person: Person) -> None:
    upload = SimpleUploadedFile("start.png", PNG, "image/png")
    file = actions.keep_file(person, SimpleUploadedFile("start.png", PNG), purpose="vision")
    answers = [
        ask("POST", "/videos", form={"prompt": "x", "input_reference": upload}),
        ask("POST", "/videos", form={"prompt": "x", "input_reference[file_id]": file.pk}),
        ask("POST", "/videos", {"prompt": "x", "input_reference": PICTURE}),
        ask("POST", "/videos", {"prompt": "x", "input_reference": {"file_id": file.pk}}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.content
        assert given(answer.json()["id"]) == [(PNG, 0)]
    assert not DoomedFile.objects.exists()


def test_a_clip_goes_through_keyframes(ask: Ask) -> None:
    frames = [{"at": 0, "image": PICTURE}, {"at": "2.5", "image": PICTURE}]
    video = ask("POST", "/videos", {"prompt": "x", "keyframes": frames, "n": 2}).json()
    assert [given(take) for take in video["takes"]] == [[(PNG, 0), (PNG, 2.5)]] * 2
    upload = SimpleUploadedFile("end.png", PNG, "image/png")
    form = {"prompt": "x", "keyframes[0][at]": "4", "keyframes[0][image]": upload}
    assert given(ask("POST", "/videos", form=form).json()["id"]) == [(PNG, 4)]


def test_a_retry_keeps_the_picture_and_a_remix_the_clip(ask: Ask, person: Person) -> None:
    video = Video.objects.get(pk=ask("POST", "/videos", {"prompt": "x", "input_reference": PICTURE}).json()["id"])
    Video.objects.update(status=Status.COMPLETED)
    file = {"name": "te/clip.mp4", "content_type": "video/mp4", "num_bytes": 1, "width": 1, "height": 1}
    Asset.objects.create(video=video, kind=Kind.VIDEO, **file)
    remix = ask("POST", f"/videos/{video.pk}/remix", {"prompt": "make it winter"}).json()
    assert {piece["source"] for piece in Video.objects.get(pk=remix["id"]).request["known"]} == {"te/clip.mp4"}
    again = making.retry(person, video)
    [name] = set(Picture.objects.values_list("name", flat=True))
    making.forget([video])
    tidy.func(0)
    assert given(again.pk) == [(PNG, 0)], "it is shared"
    making.forget([again])
    tidy.func(0)
    with pytest.raises(FileNotFoundError):
        storage.get(name)


def test_a_picture_that_nobody_takes_is_doomed(ask: Ask, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.role.max_waiting_jobs = 0
    person.role.save()
    before = compare()
    assert ask("POST", "/videos", {"prompt": "x", "input_reference": PICTURE}).status_code == 429
    assert DoomedFile.objects.filter(since__lte=timezone.now()).count() == 1
    tidy.func(0)
    assert compare() == before
    monkeypatch.setattr(pictures, "MAX_BYTES", len(PNG) - 1)
    upload = SimpleUploadedFile("start.png", PNG, "image/png")
    for more in (  # sent along, and as a data URL
        {"form": {"prompt": "x", "input_reference": upload}},
        {"body": {"prompt": "x", "input_reference": PICTURE}},
    ):
        assert refused(ask("POST", "/videos", **more)) == (400, "picture_too_large", "input_reference")


def test_an_address_of_a_picture_is_called(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pictures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/moved" else 200)
            self.end_headers()
            self.wfile.write(PNG * 40 if self.path == "/large" else PNG)

        def log_message(self, *parts: object) -> None:
            pass

    monkeypatch.setattr(pictures, "MAX_BYTES", len(PNG) * 2)
    House.objects.update_or_create(pk=1, defaults={"allow_private_addresses": True})
    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        video = ask("POST", "/videos", {"prompt": "x", "input_reference": {"image_url": f"{url}/cat.png"}}).json()
        wrong = [
            refused(ask("POST", "/videos", {"prompt": "x", "input_reference": {"image_url": f"{url}/{name}"}}))
            for name in ("moved", "large")
        ]
        server.shutdown()
    assert given(video["id"]) == [(PNG, 0)]
    assert wrong == [(400, "invalid_image_url", IMAGE_URL)] * 2


def test_forms_and_json_ask_for_the_same(ask: Ask) -> None:
    body = {"prompt": "a cat", "seconds": 8, "size": "1280x720", "audio": False, "seed": 7, "guidance": 3.5}
    form = {name: str(value).lower() for name, value in body.items()}
    first, second = ask("POST", "/videos", body).json(), ask("POST", "/videos", form=form).json()
    assert first["id"] != second["id"]
    one, other = Video.objects.get(pk=first["id"]), Video.objects.get(pk=second["id"])
    assert one.request == other.request
    assert (one.seconds, one.width, one.height, one.source, one.request["audio"]) == (8, 1280, 720, "api", False)


def test_a_storyboard_becomes_time_marks(ask: Ask) -> None:
    cards = [{"at": 0, "prompt": "a dog waits"}, {"at": "2.5", "prompt": "it runs"}]
    body: dict[str, Any] = {"prompt": "At sunset.", "seconds": "5", "storyboard": cards}
    more = {"negative_prompt": "rain", "guidance": 3.5, "voice": "robot", "seed": 7}
    form = body | {"storyboard": json.dumps(cards), "guidance": "3.5", "seed": "7"}
    for answer in (ask("POST", "/videos", body | more), ask("POST", "/videos", form=more | form)):
        assert answer.json()["prompt"] == "At sunset. a dog waits it runs"
        video = Video.objects.get(pk=answer.json()["id"])
        assert video.request["prompt"] == "At sunset. [0s-2.5s] a dog waits [2.5s-5s] it runs"
        assert {name: video.request[name] for name in more} == more
        board = boards.of_video(video)
        assert board is not None  # and a page can open it
        assert [card.second for card in board.cards] == [0, 2.5]


def test_a_card_shows_a_picture_or_a_clip(ask: Ask, new_video: NewVideo, new_person: NewPerson, person: Person) -> None:
    mine, other = new_video(person, seconds=2), new_person()
    theirs, secret = new_video(other, seconds=3), new_video(other)
    posts.publish(other, theirs, caption="", audience="everyone", may_remix=True)
    cards = [
        {"at": 0, "image": PICTURE, "prompt": "a dog waits"},
        {"at": 2, "video": {"id": mine.pk}},
        {"at": 6, "video": {"id": theirs.pk}},
    ]
    body = {"prompt": "At sunset.", "seconds": 12, "storyboard": cards, "keyframes": [{"at": 11, "image": PICTURE}]}
    video = Video.objects.get(pk=ask("POST", "/videos", body).json()["id"])
    known = {piece["at_s"]: piece for piece in video.request["known"] if piece["track"] == "video"}
    assert [storage.get(known[second]["source"]) for second in (0, 11)] == [PNG, PNG]
    names = {clip.pk: clip.assets.get(kind=Kind.VIDEO).name for clip in (mine, theirs)}
    assert [known[second]["source"] for second in (2, 6)] == [names[mine.pk], names[theirs.pk]]
    assert (video.parent_id, list(video.also.all()), video.charged_s) == (mine.pk, [theirs], 12 - 2 - 3)
    assert video.pictures.count() == 2
    assert not DoomedFile.objects.exists()

    upload = SimpleUploadedFile("card.png", PNG, "image/png")
    form = {"prompt": "x", "storyboard[0][at]": "1", "storyboard[0][image]": upload, "storyboard[1][at]": "3"}
    form |= {"storyboard[1][video][id]": mine.pk}
    made = Video.objects.get(pk=ask("POST", "/videos", form=form).json()["id"])
    assert [card.second for card in boards.of_video(made).cards if card.picture] == [1]  # type: ignore[union-attr]

    for card, answer in (
        ({"video": {"id": secret.pk}}, (404, "not_found", "storyboard[0].video.id")),
        ({"video": {"id": "video_0"}}, (404, "not_found", "storyboard[0].video.id")),
        ({"image": {"file_id": "file-0"}}, (400, "file_not_found", "storyboard[0].image.file_id")),
        ({}, (400, "invalid_value", "storyboard[0]")),
        ({"image": PICTURE, "video": {"id": mine.pk}}, (400, "invalid_value", "storyboard[0]")),
    ):
        assert refused(ask("POST", "/videos", {"prompt": "x", "storyboard": [{"at": 0, **card}]})) == answer
    twice = {"storyboard": [{"at": 0, "image": PICTURE}], "input_reference": PICTURE}
    assert refused(ask("POST", "/videos", {"prompt": "x", **twice}))[:2] == (400, "invalid_value")
    assert Video.objects.filter(owner=person).count() == 3


def test_who_speaks_is_said_and_kept(ask: Ask, person: Person) -> None:
    prompt = 'a man says "Hello"'

    def said(path: str, **body: Any) -> tuple[bool, str]:
        answer = ask("POST", path, {"prompt": prompt, **body})
        assert answer.status_code == 200, answer.content
        asked = Video.objects.get(pk=answer.json()["id"]).request
        return asked["speech"], asked["voice"]

    assert said("/videos") == (True, "")
    assert said("/videos", voice="old man") == (True, "old man")
    assert said("/videos", speech=False) == (False, "")
    robot = ask("POST", "/videos", {"prompt": prompt, "voice": "robot"}).json()["id"]
    Video.objects.filter(pk=robot).update(status=Status.COMPLETED)
    file = {"name": "te/clip.mp4", "content_type": "video/mp4", "num_bytes": 1, "width": 1, "height": 1}
    Asset.objects.create(video_id=robot, kind=Kind.VIDEO, **file)
    assert said(f"/videos/{robot}/remix") == (True, "robot")
    assert said("/videos/extensions", video={"id": robot}, seconds=2) == (True, "robot")
    assert said("/videos/extensions", video={"id": robot}, seconds=2, voice="child") == (True, "child")
    assert said("/videos/edits", video={"id": robot}, speech=False) == (False, "robot")
    for path, body in (("/videos", {}), ("/videos/edits", {"video": {"id": robot}})):
        answer = ask("POST", path, {"prompt": prompt, "voice": "nobody", **body})
        assert refused(answer) == (400, "invalid_value", "voice")
        assert "woman, man, child" in answer.json()["error"]["message"]


def test_the_defaults_are_those_of_the_original(ask: Ask) -> None:
    video = ask("POST", "/videos", {"prompt": "a cat"}).json()
    assert (video["seconds"], video["size"], video["status"], video["error"]) == ("4", "720x1280", "queued", None)
    assert video["expires_at"] is None


def test_an_idempotency_key_makes_one_clip(ask: Ask, person: Person) -> None:
    once = {"Idempotency-Key": "first"}
    answers = [ask("POST", "/videos", {"prompt": "a cat"}, **once).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert Video.objects.count() == 1
    assert refused(ask("POST", "/videos", {"prompt": "a dog"}, **once)) == (400, "idempotency_key_reused", None)
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert ask("POST", "/videos", {"prompt": "a dog"}, **once).json()["id"] != answers[0]["id"]
    assert refused(ask("POST", "/videos", {"prompt": ""}, **{"Idempotency-Key": "second"}))[1] == "invalid_value"
    assert ask("POST", "/videos", {"prompt": "a cat"}, **{"Idempotency-Key": "second"}).status_code == 200


def test_the_quota_is_that_of_the_person(ask: Ask, person: Person) -> None:
    person.role.max_waiting_jobs, person.role.video_seconds_per_day = 2, 20
    person.role.save()
    ask("POST", "/videos", {"prompt": "a cat", "n": 2})
    waiting = ask("POST", "/videos", {"prompt": "a cat"})
    assert refused(waiting)[:2] == (429, "too_many_waiting")
    assert (waiting.headers["Retry-After"], waiting.headers["x-should-retry"]) == ("5", "true")
    Video.objects.update(status=Status.COMPLETED)
    used = ask("POST", "/videos", {"prompt": "a cat", "seconds": 20})
    assert refused(used)[:2] == (429, "quota_exceeded")
    assert 80_000 < int(used.headers["Retry-After"]) <= 86_400
    assert used.headers["x-should-retry"] == "false"
    assert refused(ask("POST", "/videos", {"prompt": "a cat", "seconds": 60}))[:2] == (400, "quota_exceeded")


def test_others_and_the_bin_are_out_of_reach(
    ask: Ask, new_person: NewPerson, new_video: NewVideo, person: Person
) -> None:
    theirs, mine = new_video(new_person()), new_video(person)
    assert ask("DELETE", f"/videos/{mine.pk}").json() == {"id": mine.pk, "object": "video.deleted", "deleted": True}
    for video in (theirs, mine):
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/content"), ("GET", "/events")):
            assert ask(method, f"/videos/{video.pk}{path}").status_code == 404, path
        assert ask("POST", f"/videos/{video.pk}/remix", {"prompt": "winter"}).status_code == 404
        edit = {"prompt": "winter", "video": {"id": video.pk}}
        assert refused(ask("POST", "/videos/edits", edit)) == (404, "not_found", "video.id")
    assert ask("GET", "/videos").json()["data"] == []


def test_what_is_being_made_is_cancelled_before_it_is_deleted(ask: Ask) -> None:
    video = ask("POST", "/videos", {"prompt": "a cat"}).json()
    path = f"/videos/{video['id']}"
    assert 500 <= int(ask("GET", path).headers["openai-poll-after-ms"]) <= 5000
    assert refused(ask("DELETE", path)) == (400, "video_not_ready", "video_id")
    assert refused(ask("GET", f"{path}/content")) == (400, "video_not_ready", "video_id")
    cancelled = ask("POST", f"{path}/cancel").json()
    assert (cancelled["status"], cancelled["error"]["code"]) == ("failed", "cancelled")
    assert refused(ask("GET", f"{path}/content")) == (400, "video_failed", "video_id")
    assert ask("DELETE", path).status_code == 200


def test_heads_say_what_would_come(ask: Ask, new_video: NewVideo, person: Person) -> None:
    path = f"/videos/{new_video(person).pk}/content"
    answer = ask("HEAD", f"{path}?variant=thumbnail", Range="bytes=2-5")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (206, "image/webp", b"")
    assert (answer.headers["Content-Length"], answer.headers["Content-Range"]) == ("4", "bytes 2-5/10")
    assert refused(ask("GET", f"{path}?variant=gif")) == (400, "invalid_value", "variant")


def test_lists_page_both_ways(ask: Ask, new_video: NewVideo, person: Person) -> None:
    ids = [new_video(person).pk for _ in range(5)]
    for order, wanted in (("asc", ids), ("desc", ids[::-1])):
        seen: list[str] = []
        after = ""
        while True:
            page = ask("GET", f"/videos?limit=2&order={order}&after={after}").json()
            seen += [video["id"] for video in page["data"]]
            assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])
            after = page["last_id"]
            if not page["has_more"]:
                break
        assert seen == wanted
    assert refused(ask("GET", "/videos?limit=101")) == (400, "invalid_value", "limit")
    assert refused(ask("GET", "/videos?after=video_0")) == (404, "not_found", "after")
    assert refused(ask("GET", "/videos?order=up")) == (400, "invalid_value", "order")


def test_a_remix_is_the_clip_changed_by_both_sentences(ask: Ask, new_video: NewVideo, person: Person) -> None:
    original = new_video(person)
    video = ask("POST", f"/videos/{original.pk}/remix", {"prompt": "make it winter", "seed": 3}).json()
    assert video["remixed_from_video_id"] == original.pk
    assert video["prompt"] == "Make it winter. A cat runs on the beach."
    assert (video["seconds"], video["size"], video["seed"]) == ("5", "256x256", 3)
    assert video["made_from"] == {"video_id": original.pk, "relation": "remix"}


def test_edits_and_extensions_are_made(ask: Ask, new_video: NewVideo, person: Person) -> None:
    clip = new_video(person)
    source = {"video": {"id": clip.pk}}
    edited = ask("POST", "/videos/edits", source | {"prompt": "make it winter", "strength": 0.3, "n": 2}).json()
    assert (edited["status"], edited["seconds"], len(edited["takes"])) == ("queued", "5", 2)
    assert edited["made_from"] == {"video_id": clip.pk, "relation": "edit"}
    assert edited["remixed_from_video_id"] is None
    longer = ask("POST", "/videos/extensions", form={"prompt": "it jumps", "seconds": "4", "video[id]": clip.pk})
    assert (longer.json()["seconds"], longer.json()["prompt"]) == (
        "9",
        "it jumps",
    )  # the whole, as the original said it
    once = {"Idempotency-Key": "longer"}
    body = source | {"prompt": "it jumps", "seconds": 4, "backwards": True}
    answers = [ask("POST", "/videos/extensions", body, **once).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert quota(person).used_s == 5 + 5 + 4 + 4


def test_our_own_tasks_are_made(ask: Ask, new_video: NewVideo, person: Person) -> None:
    one, other = new_video(person, prompt="a cat"), new_video(person, prompt="a dog")
    both = {"videos": [{"id": one.pk}, {"id": other.pk}]}
    source = {"video": {"id": one.pk}}
    asked: dict[str, tuple[dict[str, Any], str, str]] = {
        "connections": (both, "connection", "13"),
        "blends": (both | {"curve": [{"at": 0, "influence": 0}, {"at": "2.5", "influence": 1}]}, "blend", "5"),
        "recuts": (source | {"keep": [{"from": 0, "to": 2}, {"from": 4, "to": 5, "at": 3}]}, "recut", "4"),
        "scores": (source | {"prompt": "rain", "n": 2}, "score", "5"),
        "loops": (source | {"length": "short"}, "loop", "6"),
        "edits": (source | {"prompt": "red", "region": [0.5, 0, 1, 1]}, "edit", "5"),
    }
    for path, (body, relation, seconds) in asked.items():
        video = ask("POST", f"/videos/{path}", body).json()
        assert (video["made_from"], video["seconds"]) == ({"video_id": one.pk, "relation": relation}, seconds), path
    form = {"videos[][id]": [one.pk, other.pk], "seconds": "2"}
    assert ask("POST", "/videos/connections", form=form).json()["seconds"] == "12"
    for path, body, what in (
        ("connections", {"videos": [{"id": one.pk}]}, "videos"),
        ("connections", {"videos": [{"id": one.pk}, {"id": "video_none"}]}, "videos[1].id"),
        ("blends", both | {"curve": [{"at": 0, "influence": 2}]}, "curve[0].influence"),
        ("recuts", source | {"keep": [{"from": 0, "to": 9}]}, "keep"),
        ("edits", source | {"prompt": "red", "region": [0.5, 0, 1]}, "region"),
        ("edits", source | {"prompt": "red", "region": [0.5, 0, 0.2, 1]}, "region"),
        ("loops", source | {"prompt": "x"}, "prompt"),
    ):
        assert (refused(ask("POST", f"/videos/{path}", body))[2] or "").startswith(what), path


def test_a_file_that_is_sent_along_is_made_from_when_it_was_opened(ask: Ask, person: Person) -> None:
    content = b"\0\0\0\x18ftypmp42 and so on"
    for path, more, seconds in (("edits", {"strength": "0.3"}, "1"), ("extensions", {"seconds": "4"}, "4")):
        sent = SimpleUploadedFile("clip.mp4", content, content_type="video/mp4")
        form = {"prompt": "make it winter", "model": "sora-2", "video": sent} | more
        video = ask("POST", f"/videos/{path}", form=form).json()
        brought = Video.objects.get(pk=video["made_from"]["video_id"])
        assert (brought.relation, video["seconds"]) == ("brought", seconds)
        assert brought.turn < Video.objects.get(pk=video["id"]).turn
    assert quota(person).used_s == 0.5 + 0.5 + 4  # what the edits cost is known later


def test_an_extension_ends_at_120_seconds_in_all(ask: Ask, new_video: NewVideo, person: Person) -> None:
    clip = new_video(person, seconds=60.0)
    Video.objects.update(seconds=70.0)  # it was extended before
    source = {"prompt": "on", "video": {"id": clip.pk}}
    assert ask("POST", "/videos/extensions", source | {"seconds": "50"}).json()["seconds"] == "120"
    assert refused(ask("POST", "/videos/extensions", source | {"seconds": "51"})) == (400, "too_long", "seconds")
    assert refused(ask("POST", "/videos/extensions", source | {"seconds": "61"})) == (400, "invalid_value", "seconds")
    assert refused(ask("POST", "/videos/extensions", source))[1] == "missing_required_parameter"
    still = new_video(person, seconds=0.0)
    for path, more in (("/videos/edits", {"model": "other-9"}), ("/videos/extensions", {"seconds": 4})):
        body = {"prompt": "on", "video": {"id": still.pk}} | more
        assert refused(ask("POST", path, body))[1] == ("model_not_found" if "model" in more else "no_seconds")


def test_bad_sources_are_named(ask: Ask, new_video: NewVideo, person: Person) -> None:
    waiting = new_video(person, status=Status.QUEUED, progress=0)
    for path, more in (("/videos/edits", {}), ("/videos/extensions", {"seconds": "4"})):
        body = {"prompt": "x", "video": {"id": waiting.pk}} | more
        assert refused(ask("POST", path, body)) == (400, "video_not_ready", "video.id")
        assert refused(ask("POST", path, {"prompt": "x", "video": "clip"} | more))[1] == "invalid_value"
        sent = SimpleUploadedFile("clip.mp4", b"clip", content_type="video/mp4")
        answer = ask("POST", path, form={"prompt": "x", "video": sent} | more)
        assert refused(answer) == (400, "invalid_value", "video")
    text = SimpleUploadedFile("notes.txt", b"x", content_type="text/plain")
    assert refused(ask("POST", "/videos/characters", form={"name": "Tilo", "video": text}))[1] == "invalid_value"
    assert refused(ask("POST", "/videos/characters", form={"video": text}))[2] == "name"


def test_keys_open_what_they_may(ask: Ask, person: Person) -> None:
    key, secret = actions.make_key(person, name="reader", scopes=["read"])
    assert ask("GET", "/videos", key=secret).status_code == 200
    assert refused(ask("POST", "/videos", {"prompt": "x"}, key=secret))[:2] == (403, "insufficient_scope")
    assert refused(ask("GET", "/webhook_endpoints", key=secret))[:2] == (403, "insufficient_scope")
    used = ApiKey.objects.get(pk=key.pk)
    assert used.last_used_at is not None
    assert secret not in (used.key_hash, used.hint)
    actions.revoke_key(person, key.pk)
    assert refused(ask("GET", "/videos", key=secret))[:2] == (401, "invalid_api_key")
    assert refused(ask("GET", "/videos", key="sk-wrong"))[:2] == (401, "invalid_api_key")


def test_without_a_key_nobody_comes_in(client: Any, db: None) -> None:
    assert refused(client.get("/v1/videos"))[:2] == (401, "missing_api_key")
    assert client.get("/v1/videos").headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/v1/openapi.json").status_code == 200


def test_who_left_has_no_key(ask: Ask, person: Person) -> None:
    Person.objects.update(is_active=False)
    assert ask("GET", "/videos").status_code == 401


def test_too_often_is_429_with_a_time(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(keys.RATES, Scope.MAKE, keys.Rate(per_s=0.01, burst=2))
    answers = [ask("POST", "/videos/edits", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert refused(answers[2])[1] == "rate_limit_exceeded"
    assert 60 < int(answers[2].headers["Retry-After"]) <= 100
    assert ask("GET", "/videos").status_code == 200


@pytest.mark.parametrize("ahead", [1, 4, 100])
def test_a_limit_holds_for_all_web_processes_together(
    ask: Ask, key: str, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    monkeypatch.setitem(keys.RATES, Scope.READ, keys.Rate(per_s=0.001, burst=10, ahead=ahead))
    monkeypatch.setattr(keys, "LEASE_S", 1000.0)
    processes: list[dict[tuple[int, Scope], keys.Lease]] = [{}, {}, {}]  # what each of them remembers
    answered = []
    for number in range(30):
        monkeypatch.setattr(keys, "_leases", processes[number % 3])
        answered.append(ask("GET", "/models").status_code)
    assert answered.count(200) == 10
    monkeypatch.setattr(keys, "_leases", {})
    again = ask("GET", "/models")
    assert (again.status_code, again.headers["x-should-retry"]) == (429, "false")
    Allowance.objects.update(at=timezone.now() - timedelta(seconds=2000))
    assert [ask("GET", "/models").status_code for _ in range(2)] == [429, 429]  # known here until the time is over
    monkeypatch.setattr(keys, "_leases", {})
    assert [ask("GET", "/models").status_code for _ in range(3)] == [200, 200, 429]


def test_odd_addresses_and_methods_answer_in_the_same_shape(ask: Ask) -> None:
    assert refused(ask("GET", "/nowhere"))[:2] == (404, "unknown_url")
    assert refused(ask("PUT", "/videos"))[:2] == (405, "method_not_allowed")
    assert refused(ask("GET", "/videos/edits"))[:2] == (405, "method_not_allowed")
    assert refused(ask("GET", "/videos/characters/char_0"))[:2] == (404, "not_found")


def test_models_answer_to_their_old_names(ask: Ask) -> None:
    names = [model["id"] for model in ask("GET", "/models").json()["data"]]
    assert names[0] not in ("sora-2", "sora-2-pro")
    for name in names:
        assert ask("GET", f"/models/{name}").json()["id"] == name
        assert ask("POST", "/videos", {"prompt": "x", "model": name}).json()["model"] == names[0]
    assert refused(ask("GET", "/models/other-9"))[:2] == (404, "model_not_found")


def test_files_are_kept_listed_and_forgotten(ask: Ask) -> None:
    upload = SimpleUploadedFile("lines.jsonl", b"{}\n", content_type="application/jsonl")
    form = {"purpose": "batch", "file": upload, "expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    file = ask("POST", "/files", form=form).json()
    assert (file["bytes"], file["filename"], file["purpose"]) == (3, "lines.jsonl", "batch")
    assert file["expires_at"] == file["created_at"] + 3600
    assert ask("GET", f"/files/{file['id']}").json() == file
    assert ask("GET", "/files?purpose=batch").json()["data"] == [file]
    assert ask("GET", "/files?purpose=vision").json()["data"] == []
    assert ask("DELETE", f"/files/{file['id']}").json()["deleted"]
    assert refused(ask("GET", f"/files/{file['id']}"))[:2] == (404, "not_found")
    empty = SimpleUploadedFile("empty", b"")
    assert refused(ask("POST", "/files", form={"purpose": "batch", "file": empty}))[2] == "file"
    assert refused(ask("POST", "/files", form={"purpose": "fun", "file": SimpleUploadedFile("a", PNG)}))[2] == "purpose"
    assert refused(ask("POST", "/files", {"purpose": "batch", "file": "text"}))[2] == "file"


def test_our_own_mistakes_are_said_without_their_insides(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*parts: object, **more: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("celaje.app.developers.queries.videos", fail)
    response = ask("GET", "/videos")
    assert refused(response)[:2] == (500, "internal_error")
    assert "secret" not in response.content.decode()
    assert "a secret of the inside" in caplog.text

"""The composer and a clip's own page: what is asked for, what comes back beside its field, and what it costs."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from django.contrib.staticfiles.finders import find
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from celaje import settings as celaje_settings
from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.posts import actions as posts
from celaje.app.videos import pictures
from celaje.app.videos.jobs import tidy
from celaje.app.videos.models import Asset, DoomedFile, Kind, Picture, Relation, Status, Video
from celaje.app.videos.styles import STYLES
from celaje.app.web.surprises import SURPRISES
from celaje.app.web.views.composer import SHAPES, ComposerForm, shape_of_size
from celaje.clip import Size, parse_size

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
PNG = b"\x89PNG\r\n\x1a\n and its pixels"
JPEG = b"\xff\xd8\xff and its pixels"
ASKED = {"prompt": "a cat runs on the beach", "shape": "16:9", "length": "4", "takes": "1", "audio": "on"}


@pytest.fixture
def client_of(new_person: NewPerson) -> Callable[[], Client]:
    """Opens a browser in which somebody else is logged in."""

    def begin() -> Client:
        client = Client()
        client.force_login(new_person())
        return client

    return begin


def waiting(new_video: NewVideo, owner: Person, **fields: Any) -> Video:
    return new_video(owner, **{"status": Status.QUEUED, "progress": 0, **fields})


# The composer


def test_asking_makes_one_clip_and_leads_to_it(signed_in: Client, person: Person) -> None:
    more = {"seed": "12", "style": "snow", "negative_prompt": "cars"}
    answer = signed_in.post("/videos", ASKED | more)
    video = Video.objects.get(owner=person)
    assert answer.headers["Location"] == f"/videos/{video.pk}"
    assert (video.seconds, video.seed, video.style) == (4.0, 12, "snow")
    assert (video.width, video.height) == (320, 192)
    assert video.request["negative_prompt"] == "cars"
    assert video.request["audio"] is True


def test_takes_are_made_together(signed_in: Client, person: Person) -> None:
    signed_in.post("/videos", ASKED | {"takes": "4"})
    assert Video.objects.filter(owner=person).values("takes").distinct().count() == 1
    assert sorted(Video.objects.values_list("take", flat=True)) == [0, 1, 2, 3]


@pytest.mark.parametrize(("given", "seconds"), [("0", 0.0), ("12.5", 12.5), ("60", 60.0), ("", 4.0)])
def test_a_length_of_ones_own_goes_before_the_three_at_hand(
    signed_in: Client, person: Person, given: str, seconds: float
) -> None:
    signed_in.post("/videos", ASKED | {"other_length": given})
    assert Video.objects.get(owner=person).seconds == seconds


@pytest.mark.parametrize(
    ("chosen", "speech", "voice"), [("robot", True, "robot"), ("", True, ""), ("nobody", False, "")]
)
def test_who_speaks_is_chosen_and_kept(
    signed_in: Client, person: Person, chosen: str, speech: bool, voice: str
) -> None:
    signed_in.post("/videos", ASKED | {"voice": chosen})
    video = Video.objects.get(owner=person)
    assert (video.request["speech"], video.request["voice"]) == (speech, voice)
    page = signed_in.get(f"/new?from={video.pk}").content.decode()
    assert f'<option value="{chosen}" selected>' in page


def test_sound_can_be_left_out(signed_in: Client, person: Person) -> None:
    signed_in.post("/videos", ASKED | {"audio": ""})
    assert Video.objects.get(owner=person).request["audio"] is False


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"prompt": "   "}, "prompt-error"),
        ({"prompt": "x" * 32_001}, "prompt-error"),
        ({"other_length": "61"}, "length-error"),
        ({"other_length": "long"}, "length-error"),
        ({"seed": "-1"}, "seed-error"),
        ({"seed": str(2**63)}, "seed-error"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    signed_in: Client, wrong: dict[str, str], beside: str
) -> None:
    typed = ASKED | {"negative_prompt": "fog & cars", "style": "night", "takes": "2"} | wrong
    answer = signed_in.post("/videos", typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="{beside}"' in page
    assert f'aria-describedby="{beside}"' in page
    assert 'value="fog &amp; cars"' in page
    for name, value in (("style", "night"), ("shape", "16:9"), ("takes", "2")):
        assert re.search(rf'name="{name}" value="{value}" checked', page)
    if wrong.get("prompt", "").strip() != "" or "prompt" not in wrong:
        assert typed["prompt"] in page
    for name in ("other_length", "seed"):
        if name in wrong:
            assert f'value="{wrong[name]}"' in page
    assert not Video.objects.exists()


def test_over_the_quota_says_so_and_keeps_the_prompt(signed_in: Client, person: Person) -> None:
    person.role.video_seconds_per_day = 5
    person.role.save()
    page = signed_in.get("/new").content.decode()
    assert re.search(r"<button[^>]*class=\"btn sun\"[^>]* disabled", page)
    answer = signed_in.post("/videos", ASKED | {"length": "8"})
    assert answer.status_code == 429
    assert "you may make 5 s in a day" in answer.content.decode()
    assert ASKED["prompt"] in answer.content.decode()


def test_the_button_reads_when_there_is_enough_again(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    new_video(person, charged_s=person.role.video_seconds_per_day)
    assert "Enough again in 24 h" in signed_in.get("/new/estimate?length=6&takes=1").content.decode()


def test_the_promise_follows_what_is_chosen(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    short = signed_in.get("/new/estimate?length=4&takes=1").content.decode()
    long = signed_in.get("/new/estimate?other_length=60&takes=2").content.decode()
    assert "About 8 s" in short
    assert "nobody before you" in short
    assert "About 3 min" in long
    waiting(new_video, person)
    assert "1 before you" in signed_in.get("/new/estimate?length=4&takes=1").content.decode()
    assert signed_in.get("/new/estimate?other_length=x&takes=9").status_code == 200  # half-typed


def test_text_from_elsewhere_and_earlier_clips_fill_the_form(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo
) -> None:
    assert ">two dogs &lt;b&gt;<" in signed_in.get("/new?text=two+dogs+%3Cb%3E").content.decode()
    earlier = new_video(person, prompt="a red car", seconds=5)
    page = signed_in.get(f"/new?from={earlier.pk}").content.decode()
    assert "a red car" in page
    assert 'name="other_length"' in page
    assert re.search(r'name="other_length"[^>]*value="5"', page)
    assert re.search(r'name="shape" value="1:1" checked', page)
    signed_in.post("/videos", ASKED | {"from": earlier.pk})
    again = Video.objects.exclude(pk=earlier.pk).get()
    assert (again.parent, again.relation) == (earlier, Relation.RETRY)
    theirs = new_video(new_person())
    assert signed_in.get(f"/new?from={theirs.pk}").status_code == 404
    assert signed_in.post("/videos", ASKED | {"from": theirs.pk}).status_code == 404


# Its pictures


def known(video: Video) -> list[tuple[bytes, float]]:
    """The files that a clip shall show, and when."""
    return [(storage.get(piece["source"]), piece["at_s"]) for piece in video.request["known"]]


async def whole(answer: Any) -> bytes:
    return b"".join([part async for part in answer.streaming_content])


def kept(page: str) -> list[str]:
    """What a form that came back names of pictures."""
    return re.findall(r'name="kept" value="([^"]+)"', page)


def test_a_clip_begins_and_ends_with_pictures(signed_in: Client, person: Person) -> None:
    files = {"start": SimpleUploadedFile("a.png", PNG), "end": SimpleUploadedFile("b.jpg", JPEG)}
    signed_in.post("/videos", ASKED | files | {"takes": "2"})
    for video in Video.objects.all():
        assert known(video) == [(PNG, 0.0), (JPEG, 4.0)]
        assert set(video.pictures.values_list("giver", flat=True)) == {person.pk}
    tidy(0)
    assert len(list(storage.names())) == 2


def test_a_picture_stays_when_something_else_is_wrong(
    signed_in: Client, client_of: Callable[[], Client], person: Person
) -> None:
    answer = signed_in.post("/videos", ASKED | {"prompt": " ", "start": SimpleUploadedFile("a.png", PNG)})
    page = answer.content.decode()
    [token] = kept(page)
    assert "First picture" in page
    [address] = re.findall(r'<img src="(/pictures/[^"]+)"', page)
    shown = signed_in.get(address)
    assert (async_to_sync(whole)(shown), shown.headers["Content-Type"]) == (PNG, "image/png")
    other = client_of()
    assert other.get(address).status_code == 404
    assert other.get("/pictures/none").status_code == 404
    other.post("/videos", ASKED | {"kept": token})
    assert Video.objects.get().request["known"] == []  # it is not theirs to give
    Video.objects.all().delete()
    signed_in.post("/videos", ASKED | {"kept": token, "end": SimpleUploadedFile("b.jpg", JPEG)})
    assert known(Video.objects.get()) == [(PNG, 0.0), (JPEG, 4.0)]
    signed_in.post("/videos", ASKED | {"kept": token, "start": SimpleUploadedFile("b.jpg", JPEG)})
    assert known(Video.objects.latest("created_at")) == [(JPEG, 0.0)]


def test_a_picture_that_waited_too_long_is_asked_for_again(signed_in: Client) -> None:
    page = signed_in.post("/videos", ASKED | {"prompt": "", "start": SimpleUploadedFile("a.png", PNG)}).content.decode()
    DoomedFile.objects.update(since=timezone.now())
    tidy(0)
    answer = signed_in.post("/videos", ASKED | {"kept": kept(page)})
    assert answer.status_code == 400
    assert kept(answer.content.decode()) == []
    assert 'id="start-error">The picture is no longer here' in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"start": SimpleUploadedFile("a.gif", b"GIF89a")}, 'id="start-error">This is no picture'),
        ({"end": SimpleUploadedFile("a.png", b"")}, 'id="end-error">This is no picture'),
        ({"end": SimpleUploadedFile("a.png", PNG + bytes(100))}, 'id="end-error">A picture may have'),
        ({"start": SimpleUploadedFile("a.png", PNG), "other_length": "0"}, 'id="start-error">A still shows no'),
    ],
)
def test_what_is_wrong_with_a_picture_is_said_beside_it(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", len(PNG) + 50)
    for file in more.values():
        if not isinstance(file, str):
            file.seek(0)
    answer = signed_in.post("/videos", ASKED | more)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert ASKED["prompt"] in page
    assert not Video.objects.exists()


def test_an_earlier_clip_brings_its_pictures(signed_in: Client, person: Person) -> None:
    files = {"start": SimpleUploadedFile("a.png", PNG), "end": SimpleUploadedFile("b.jpg", JPEG)}
    signed_in.post("/videos", ASKED | files)
    earlier = Video.objects.get()
    tokens = kept(signed_in.get(f"/new?from={earlier.pk}").content.decode())
    signed_in.post("/videos", ASKED | {"from": earlier.pk, "kept": tokens, "length": "8"})
    assert known(Video.objects.latest("created_at")) == [(PNG, 0.0), (JPEG, 8.0)]  # the end moves along
    signed_in.post("/videos", ASKED | {"from": earlier.pk, "kept": tokens[1:]})
    assert known(Video.objects.latest("created_at")) == [(JPEG, 4.0)]
    signed_in.post(f"/videos/{earlier.pk}/retry")
    assert known(Video.objects.latest("created_at")) == [(PNG, 0.0), (JPEG, 4.0)]
    assert Picture.objects.values("name").distinct().count() == 2


def test_a_picture_is_its_givers_alone(
    signed_in: Client, client_of: Callable[[], Client], person: Person, new_video: NewVideo
) -> None:
    signed_in.post("/videos", ASKED | {"start": SimpleUploadedFile("a.png", PNG)})
    original = Video.objects.get()
    Video.objects.update(status=Status.COMPLETED)
    [address] = re.findall(r'<a class="chip line" href="(/pictures/[^"]+)"', body(signed_in, original))
    assert signed_in.get(address).status_code == 200
    file = {"name": "te/clip.mp4", "content_type": "video/mp4", "num_bytes": 1, "width": 1, "height": 1}
    Asset.objects.create(video=original, kind=Kind.VIDEO, **file)
    post = posts.publish(person, original, caption="", audience="everyone", may_remix=True)
    other = client_of()
    other.post(f"/p/{post.id}/remixes", {"change": "make it winter", "how": "mild"})
    remix = Video.objects.exclude(pk=original.pk).get()
    assert not remix.pictures.exists()  # it is made of what the clip shows, and the picture may show more
    Video.objects.update(status=Status.COMPLETED)
    assert "/pictures/" not in body(other, remix)
    page = other.get(f"/new?from={remix.pk}").content.decode()
    assert "/pictures/" not in page
    assert kept(page) == []
    assert other.get(address).status_code == 404


def body(client: Client, video: Video) -> str:
    return client.get(f"/videos/{video.pk}").content.decode()


def test_earlier_prompts_are_at_hand(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    new_video(person, prompt='a "quoted" cat')
    page = signed_in.get("/new").content.decode()
    assert "a &quot;quoted&quot; cat</a>" in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_surprise_speaks_the_persons_language(signed_in: Client, person: Person, language: str) -> None:
    person.language = language
    person.save()
    assert signed_in.get("/new/surprise").content.decode() in SURPRISES[language]
    assert re.search(r"<textarea[^>]*>[^<]{15,}</textarea>", signed_in.get("/new?surprise").content.decode())


@pytest.mark.parametrize("language", ["en", "es"])
def test_surprises_use_only_words_that_the_shipped_model_knows(language: str) -> None:
    from celaje.engine.text.understand import load_known_words, unknown_words

    known = load_known_words(celaje_settings.weights_folder() / "words.json")
    assert len(set(SURPRISES[language])) >= 60
    assert {
        prompt: unknown_words(prompt, known) for prompt in SURPRISES[language] if unknown_words(prompt, known)
    } == {}


def test_every_style_has_a_frame_and_they_are_small(settings: LazySettings) -> None:
    for style in STYLES:
        frame = find(f"styles/{style.slug}.webp")
        assert isinstance(frame, str), style.slug
        assert Path(frame).stat().st_size < 3000


@given(st.integers(64, 1024), st.integers(64, 1024))
def test_the_shape_on_offer_is_the_one_that_was_made(width: int, height: int) -> None:
    assert all(shape_of_size(parse_size(shape)) == shape for shape in SHAPES)
    assert shape_of_size(Size(width, height)) in dict(ComposerForm.base_fields["shape"].choices)  # type: ignore[attr-defined]


# A clip's page


def test_others_and_guests_do_not_see_it(client: Client, new_person: NewPerson, new_video: NewVideo) -> None:
    video = new_video(new_person())
    assert client.get(f"/videos/{video.pk}").headers["Location"].startswith("/accounts/login/")
    client.force_login(new_person())
    for path in ("", "/progress", "/publication"):
        assert client.get(f"/videos/{video.pk}{path}").status_code == 404
    for path in ("cancellation", "retry", "favourite", "deletion", "restoration", "publication", "withdrawal"):
        assert client.post(f"/videos/{video.pk}/{path}").status_code == 404
    video.refresh_from_db()
    assert video.deleted_at is None


def test_while_it_is_made_it_shows_how_far_it_is(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    before = waiting(new_video, person, turn=0, job_id=1)
    video = waiting(new_video, person, turn=1, job_id=2)
    page = signed_in.get(f"/videos/{video.pk}").content.decode()
    assert "1 before you" in page
    assert "Waiting" in page
    assert f'data-heard="/videos/{video.pk}/events"' in page
    assert f'action="/videos/{video.pk}/cancellation"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    Video.objects.filter(pk=before.pk).update(status=Status.COMPLETED)
    Video.objects.filter(pk=video.pk).update(
        status=Status.IN_PROGRESS, stage="imagining", progress=62, preview=b"webp", version=9
    )
    piece = signed_in.get(f"/videos/{video.pk}/progress?as=making").content.decode()
    assert "Clearing up" in piece
    assert "62<small>%" in piece
    assert "/preview?v=9" in piece
    assert re.search(r'class="frame soft h2"', piece)
    assert re.search(r"about \d+ s to go", piece)


def test_the_time_to_go_is_that_of_this_machine(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    begun = timezone.now() - timedelta(minutes=10)
    video = new_video(person, status=Status.IN_PROGRESS, progress=50, started_at=begun)
    assert "about 10 min to go" in signed_in.get(f"/videos/{video.pk}").content.decode()


@pytest.mark.parametrize(("shown_as", "status", "code"), [
    ("making", Status.IN_PROGRESS, 200), ("making", Status.COMPLETED, 205), ("making", Status.FAILED, 205),
    ("draft", Status.COMPLETED, 200), ("draft", Status.QUEUED, 205),
])  # fmt: skip
def test_a_page_that_shows_what_is_no_more_is_told_to_load_anew(
    signed_in: Client, person: Person, new_video: NewVideo, shown_as: str, status: Status, code: int
) -> None:
    video = new_video(person, status=status)
    assert signed_in.get(f"/videos/{video.pk}/progress?as={shown_as}").status_code == code


def test_all_takes_are_side_by_side_and_at_most_two_are_listened_to(
    signed_in: Client, person: Person, new_video: NewVideo
) -> None:
    together = uuid.uuid4()
    done = new_video(person, takes=together, take=0)
    others = [waiting(new_video, person, takes=together, take=take) for take in (1, 2, 3)]
    Video.objects.filter(pk=others[1].pk).update(status=Status.IN_PROGRESS, progress=40)
    page = signed_in.get(f"/videos/{others[0].pk}").content.decode()
    assert page.count('<li><a class="tile') == 4
    heard = re.search(r'data-heard="([^"]*)"', page)
    assert heard is not None
    assert heard[1].split() == [f"/videos/{others[1].pk}/events", f"/videos/{others[0].pk}/events"]
    assert "35<small>%" in page  # (100 + 0 + 40 + 0) / 4
    assert "40%" in signed_in.get(f"/videos/{done.pk}").content.decode()
    signed_in.post(f"/videos/{done.pk}/cancellation")
    assert sorted(Video.objects.values_list("status", flat=True)) == ["cancelled"] * 3 + ["completed"]


def test_a_failure_says_why_in_the_persons_language_and_offers_more(
    signed_in: Client, person: Person, new_video: NewVideo
) -> None:
    video = new_video(person, status=Status.FAILED, error_code="out_of_memory", error_message="noted in English")
    page = signed_in.get(f"/videos/{video.pk}").content.decode()
    assert "The machine ran out of memory." in page
    assert "It cost nothing of your day." in page
    assert f"/videos/{video.pk}/retry" in page
    assert f"/new?from={video.pk}" in page
    answer = signed_in.post(f"/videos/{video.pk}/retry")
    again = Video.objects.exclude(pk=video.pk).get()
    assert answer.headers["Location"] == f"/videos/{again.pk}"
    assert again.seed == video.seed


def test_a_draft_tells_all_and_is_new_once(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    read = {"unknown": ["violin", "lion"], "instead": {"lion": "cat"}, "taken": {}, "shortened": True}
    read["notes"] = [{"why": "left out", "text": "Good morning", "said": ""}]
    video = new_video(person, understanding=read, making_s=6.4)
    page = signed_in.get(f"/videos/{video.pk}").content.decode()
    assert "<b>violin, lion (taken as: cat)</b>" in page
    assert "“Good morning” does not fit, and is not said" in page
    assert "its end was left out" in page
    assert "small 1" in page
    assert ">6 s<" in page
    assert 'download="a-cat-runs-on-the-beach.mp4"' in page
    assert f'href="/videos/{video.pk}/publication"' in page
    video.refresh_from_db()
    assert not video.is_new


def test_a_picture_is_shown_as_one(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    page = signed_in.get(f"/videos/{new_video(person, seconds=0).pk}").content.decode()
    assert "<video" not in page
    assert ".png" in page


def test_where_it_comes_from_is_a_tree(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo, new_post: Callable[..., Any]
) -> None:
    parent = new_video(person, prompt="the parent")
    child = new_video(person, prompt="the child", parent=parent, relation=Relation.RETRY)
    assert "the child" in signed_in.get(f"/videos/{parent.pk}").content.decode()
    assert f'href="/videos/{parent.pk}"' in signed_in.get(f"/videos/{child.pk}").content.decode()
    post = new_post(new_person("nube7"), caption="seen by all")
    remix = new_video(person, parent=post.video, relation=Relation.REMIX, change="make it winter")
    page = signed_in.get(f"/videos/{remix.pk}").content.decode()
    assert f'href="/p/{post.pk}"' in page
    assert "@nube7" in page
    post.delete()
    page = signed_in.get(f"/videos/{remix.pk}").content.decode()
    assert "No longer here" in page
    assert "nube7" not in page


def test_a_favourite_is_one_until_it_is_not(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    video = new_video(person)
    piece = signed_in.post(f"/videos/{video.pk}/favourite", {"on": "1"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in piece.content.decode()
    assert 'value="0"' in piece.content.decode()
    signed_in.post(f"/videos/{video.pk}/favourite", {"on": "0"})
    video.refresh_from_db()
    assert not video.is_favourite


def test_deleting_can_be_undone(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    video = new_video(person)
    answer = signed_in.post(f"/videos/{video.pk}/deletion", follow=True)
    assert "1 clip is in the bin." in answer.content.decode()
    assert "In the bin" in signed_in.get(f"/videos/{video.pk}").content.decode()
    signed_in.post(f"/videos/{video.pk}/restoration")
    video.refresh_from_db()
    assert video.deleted_at is None


def test_pages_cost_the_same_however_much_there_is(signed_in: Client, person: Person, new_video: NewVideo) -> None:
    parent = new_video(person)
    making = waiting(new_video, person)
    new_video(person, parent=parent, takes=parent.takes)
    paths = ("/new", "/new/estimate?length=6&takes=1", f"/videos/{parent.pk}", f"/videos/{making.pk}",
             f"/videos/{making.pk}/progress?as=making")  # fmt: skip
    for path in paths:
        signed_in.get(path)
    before = {path: num_queries(signed_in, path) for path in paths}
    for _ in range(5):
        new_video(person, parent=parent, takes=parent.takes)
        waiting(new_video, person, takes=making.takes)
    assert {path: num_queries(signed_in, path) for path in paths} == before
    assert max(before.values()) <= 18, json.dumps(before)


def num_queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)

"""Taking everything along, and leaving nothing behind."""

import json
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from celaje.app import storage
from celaje.app.accounts import actions as accounts
from celaje.app.accounts import queries as people
from celaje.app.accounts.models import Invitation, Person
from celaje.app.developers.actions import make_key
from celaje.app.developers.models import ApiKey, WebhookEndpoint
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError
from celaje.app.leaving import actions, jobs, queries
from celaje.app.leaving.models import Export, ExportStatus
from celaje.app.moderation import actions as moderation
from celaje.app.moderation.models import Report
from celaje.app.posts import actions as posts
from celaje.app.posts import queries as post_queries
from celaje.app.posts.models import Audience, Comment
from celaje.app.videos import actions as videos
from celaje.app.videos import jobs as video_jobs
from celaje.app.videos import pictures
from celaje.app.videos import queries as video_queries
from celaje.app.videos.models import DoomedFile, Picture, Status, Video
from celaje.clip import Size

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]

HANDLE = "nube7_leaves"
REMIX = "a remix of theirs"


@pytest.fixture
def busy_person(new_person: NewPerson, new_video: NewVideo) -> Person:
    """Somebody who has done everything that one can do here."""
    inviter, friend = new_person("inviter"), new_person("friend")
    code = accounts.invite(inviter).code
    person = accounts.join(code=code, handle=HANDLE, name=f"The {HANDLE}", password="a sky full of kites")
    clip = new_video(person, prompt="a whale over the city")
    draft = new_video(person, prompt="a cat asleep")
    new_video(person, prompt="waits", status=Status.QUEUED, progress=0)
    for video in (clip, draft):
        for asset in video.assets.all():
            storage.put(asset.name, b"bytes of " + asset.kind.encode())
    post = posts.publish(person, clip, caption="Over the roofs", audience=Audience.EVERYONE, may_remix=True)
    theirs = posts.publish(friend, new_video(friend), caption="", audience=Audience.EVERYONE, may_remix=True)
    posts.like(person, theirs)
    posts.like(friend, post)
    posts.comment(person, theirs, "What a fog")
    posts.comment(friend, post, "What a whale")
    accounts.follow(person, friend)
    accounts.follow(friend, person)
    accounts.mute(person, inviter)
    guest = accounts.join(code=accounts.invite(person).code, handle="guest", name="", password="a sky full of kites")
    accounts.join(code=accounts.invite(guest).code, handle="guests_guest", name="", password="a sky full of kites")
    accounts.invite(person)
    accounts.make_reset_link(person)
    make_key(person, name="My film machine", scopes=["read"])
    WebhookEndpoint.objects.create(owner=person, name="Lamp", url="https://lamp.example/", event_types=["video.failed"])
    mine = pictures.keep(b"\x89PNG\r\n\x1a\nmine", field="start")
    asked: dict[str, Any] = {"prompt": "begins with a picture", "seconds": 1.0, "size": Size(256, 256)}
    [begun] = videos.create(person, **asked, pictures=[(mine, 0.0)])
    videos.cancel(person, begun)
    theirs_too = pictures.keep(b"\x89PNG\r\n\x1a\ntheirs", field="start")
    [original] = videos.create(friend, **asked, pictures=[(theirs_too, 0.5)])
    [remix] = videos.create(
        person, **asked | {"prompt": "a remix"}, pictures=video_queries.given_pictures(original, 1.0)
    )
    videos.cancel(person, remix)
    videos.create(friend, **asked | {"prompt": REMIX}, pictures=video_queries.given_pictures(begun, 1.0))
    person.picture = "people/portrait.webp"
    person.save()
    storage.put(person.picture, b"portrait")
    kind = ContentType.objects.get_for_model(Person)
    LogEntry.objects.create(
        user=inviter, content_type=kind, object_id=str(person.pk), object_repr=str(person), action_flag=CHANGE
    )
    return person


def test_an_export_holds_everything(busy_person: Person, tmp_path: Path) -> None:
    export = actions.ask_for_export(busy_person)
    assert actions.ask_for_export(busy_person) == export  # one at a time
    jobs.make_export(export.pk)
    jobs.make_export(export.pk)  # once more, by a worker that took over
    ready = queries.ready_export(busy_person, export.pk)
    content = storage.get(ready.name)
    assert len(content) == ready.num_bytes
    (tmp_path / "export.zip").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        assert archive.testzip() is None
        things = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
        html = archive.read("index.html").decode()
        names = set(archive.namelist())
        clips = things["clips.json"]
        for clip in clips:
            for file in clip["files"]:
                assert archive.read(file).startswith(b"bytes of")
        given = {clip["prompt"]: clip["pictures"] for clip in clips if clip["pictures"]}
        [(mine, at_s)] = [
            (archive.read(picture["file"]), picture["at_s"]) for picture in given.pop("begins with a picture")
        ]
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert (mine, at_s) == (b"\x89PNG\r\n\x1a\nmine", 0.0)
    assert given == {}  # the friend's picture, in a remix, is the friend's
    assert things["profile.json"]["handle"] == HANDLE
    assert things["profile.json"]["invited_by"] == "inviter"
    assert {clip["prompt"] for clip in clips} == {
        "a whale over the city",
        "a cat asleep",
        "waits",
        "begins with a picture",
        "a remix",
    }
    assert sum(file.endswith(".mp4") for clip in clips for file in clip["files"]) == 2
    assert clips[0]["request"]["seed"] == 7
    assert [post["caption"] for post in things["posts.json"]] == ["Over the roofs"]
    assert [comment["text"] for comment in things["comments.json"]] == ["What a fog"]
    assert len(things["likes.json"]) == 1
    assert things["people.json"] == {
        "following": ["friend"],
        "followers": ["friend"],
        "blocked": [],
        "muted": ["inviter"],
    }
    assert [one["guest__handle"] for one in things["invitations.json"]] == ["guest", None]
    [key], [webhook] = things["programs.json"]["keys"], things["programs.json"]["webhooks"]
    assert (key["name"], webhook["url"]) == ("My film machine", "https://lamp.example/")
    for secret in (ApiKey.objects.get().hint, ApiKey.objects.get().key_hash, WebhookEndpoint.objects.get().secret):
        assert secret.encode() not in everything
    assert "picture.webp" in names
    assert "a whale over the city" in html
    assert not DoomedFile.objects.filter(name=ready.name).exists()


def test_an_export_lives_for_a_week_and_is_its_owners_alone(busy_person: Person, person: Person) -> None:
    export = actions.ask_for_export(busy_person)
    with pytest.raises(NotFoundError):
        queries.ready_export(busy_person, export.pk)  # not yet
    jobs.make_export(export.pk)
    name = queries.ready_export(busy_person, export.pk).name
    with pytest.raises(NotFoundError):
        queries.ready_export(person, export.pk)
    mine, other = Client(), Client()
    mine.force_login(busy_person)
    other.force_login(person)
    assert other.get(f"/settings/export/{export.pk}").status_code == 404
    assert Client().get(f"/settings/export/{export.pk}").status_code == 302
    Export.objects.update(created_at=timezone.now() - timedelta(days=8), ready_at=timezone.now() - timedelta(days=8))
    assert mine.get(f"/settings/export/{export.pk}").status_code == 404
    jobs.forget_exports(0)
    video_jobs.tidy(0)
    assert not Export.objects.exists()
    assert name not in set(storage.names())


def test_the_download_is_the_zip(busy_person: Person, client: Client) -> None:
    export = actions.ask_for_export(busy_person)
    jobs.make_export(export.pk)
    client.force_login(busy_person)
    assert "Download" in client.get("/settings/export").content.decode()
    response = client.get(f"/settings/export/{export.pk}")

    async def body() -> bytes:
        parts: AsyncIterator[bytes] = cast(Any, response).streaming_content
        return b"".join([part async for part in parts])

    content = async_to_sync(body)()
    assert content == storage.get(queries.ready_export(busy_person, export.pk).name)
    assert response.headers["Content-Disposition"].startswith(f'attachment; filename="celaje-{HANDLE}-')
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    export = actions.ask_for_export(person)

    def no_space(*_arguments: object) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(storage, "put", no_space)
    with pytest.raises(OSError, match="No space"):
        jobs.make_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    client = Client()
    client.force_login(person)
    assert "That did not work" in client.get("/settings/export").content.decode()
    assert actions.ask_for_export(person).status == ExportStatus.QUEUED


def _where(words: str) -> list[str]:
    """Every column of every table in which a row's text has `words`."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" as row where row::text ilike %s', [f"%{words}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def _pointing_at(person_id: int) -> list[str]:
    """Every foreign key to a person, of every model, that holds the id."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model is Person
        and model._default_manager.filter(**{field.attname: person_id}).exists()
    ]


def test_leaving_leaves_no_row_and_no_file(busy_person: Person) -> None:
    client = Client()
    client.force_login(busy_person)
    assert client.get("/settings").status_code == 200
    export = actions.ask_for_export(busy_person)
    jobs.make_export(export.pk)
    pk = busy_person.pk
    assert "accounts_person" in _where(HANDLE)
    assert len(_pointing_at(pk)) > 8
    theirs = set(Picture.objects.exclude(giver=busy_person).values_list("name", flat=True))
    files = set(storage.names()) - theirs
    assert len(files) >= 9

    actions.leave(busy_person, typed_handle=f"@{HANDLE.upper()}")

    assert _where(HANDLE) == []
    assert _where("a whale over the city") == []
    assert _where("What a fog") == []
    assert _pointing_at(pk) == []
    assert not any(str(pk) == session.get_decoded().get("_auth_user_id") for session in Session.objects.all())
    video_jobs.tidy(0)
    assert set(storage.names()) == theirs
    remix = Video.objects.get(prompt=REMIX)
    assert len(remix.request["known"]) == 1
    assert video_queries.given_pictures(remix, 1.0) == []  # it can be asked for again, without what is gone
    assert client.get("/settings").status_code == 302


def test_guests_of_who_left_stay_with_their_own(busy_person: Person) -> None:
    actions.leave(busy_person, typed_handle=HANDLE)
    tree = {guest.person.handle: guest for guest in people.invitation_tree()}
    assert [one.person.handle for one in tree["guest"].guests] == ["guests_guest"]
    inviter = Person.objects.get(handle="inviter")
    assert Invitation.objects.get(inviter=inviter).used_at is not None  # it stays spent
    assert not Invitation.objects.filter(inviter=None, used_at=None).exists()


def test_what_others_replied_to_who_left_stays(new_person: NewPerson, new_video: NewVideo) -> None:
    leaver, friend = new_person("leaver"), new_person("friend")
    post = posts.publish(friend, new_video(friend), caption="", audience=Audience.EVERYONE, may_remix=True)
    replied = posts.comment(leaver, post, "What a fog")
    posts.comment(leaver, post, "And the light")
    posts.comment(leaver, post, "It is early", replied)
    reply = posts.comment(friend, post, "At six", replied)
    under_friends = posts.comment(leaver, post, "Which camera?", posts.comment(friend, post, "Thanks, all"))
    for comment in (replied, under_friends):
        moderation.report(friend, comment=comment, reason="other")
    actions.leave(leaver, typed_handle="leaver")
    talk = post_queries.comments(friend, post).comments
    assert [(one.author, one.text, one.shown_replies) for one in talk] == [
        (None, "", [reply]),
        (friend, "Thanks, all", []),
    ]
    assert Comment.objects.count() == 3  # nothing else of who left
    assert not Report.objects.exists()
    post.refresh_from_db()
    assert post.num_comments == 2
    client = Client()
    client.force_login(friend)
    page = client.get(f"/p/{post.pk}").content.decode()
    assert page.index("Removed") < page.index("At six")
    posts.delete_comment(friend, reply)
    assert not Comment.objects.filter(author=None).exists()  # the place goes with the last reply


def test_leaving_needs_the_handle_and_somebody_who_keeps_the_keys(new_person: NewPerson) -> None:
    admin = new_person("admin1", is_staff=True, is_superuser=True)
    with pytest.raises(InvalidError):
        actions.leave(admin, typed_handle="somebody")
    with pytest.raises(NotAllowedError, match="only admin"):
        actions.leave(admin, typed_handle="admin1")
    inactive = new_person("admin2", is_staff=True, is_active=False)
    with pytest.raises(NotAllowedError):
        actions.leave(admin, typed_handle="admin1")
    inactive.is_active = True
    inactive.save()
    actions.leave(admin, typed_handle="admin1")
    assert set(Person.objects.all()) == {inactive}


def test_whoever_leaves_while_an_export_is_made_leaves_nothing(
    busy_person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = actions.ask_for_export(busy_person)
    before, put = set(storage.names()), storage.put

    def leave_meanwhile(name: str, content: bytes | Path) -> int:
        actions.leave(busy_person, typed_handle=HANDLE)
        return put(name, content)

    monkeypatch.setattr(storage, "put", leave_meanwhile)
    jobs.make_export(export.pk)
    video_jobs.tidy(0)
    assert not set(storage.names()) - before

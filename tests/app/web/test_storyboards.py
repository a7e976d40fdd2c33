"""The storyboard's page: a form whose buttons lay cards, what it asks for, and how a clip's board is opened again."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post
from celaje.app.videos.models import Relation, Status, Video
from celaje.clip import Request

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
NewPost = Callable[..., Post]
PNG = b"\x89PNG\r\n\x1a\n and so on"


def board(*cards: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A form with these cards."""
    values: dict[str, Any] = {"prompt": "a cat", "other_length": "8", "shape": "1:1", "takes": "1", "audio": "on"}
    for number, card in enumerate(cards):
        values |= {f"card-{number}-{name}": value for name, value in card.items()}
    return values | more


TWO = ({"second": "0", "text": "it sleeps"}, {"second": "3", "text": "it runs"})


def made(answer: Any) -> Video:
    return Video.objects.get(pk=answer.headers["Location"].rpartition("/")[2])


def test_cards_become_a_clip_and_are_opened_again(signed_in: Client) -> None:
    picture = SimpleUploadedFile("c.png", PNG, "image/png")
    last = {"second": "7", "text": "", "picture": picture}
    video = made(signed_in.post("/storyboards", board(*TWO, last, style="snow")))
    asked = Request.from_dict(video.request)
    assert asked.prompt == "a cat, in the snow. [0s-3s] it sleeps [3s-6s] it runs"  # four seconds before the picture
    assert [(piece.at_s, piece.is_picture) for piece in asked.known] == [(7.0, True)]
    assert (video.prompt, video.seconds, video.relation, video.charged_s) == ("a cat it sleeps it runs", 8.0, "", 8.0)
    Video.objects.update(status=Status.COMPLETED)
    assert f"/storyboards/new?from={video.pk}" in signed_in.get(video.get_absolute_url()).content.decode()
    page = signed_in.get(f"/storyboards/new?from={video.pk}").content.decode()
    for shown in ('value="3"', ">it runs</textarea>", 'name="card-2-kept"', 'value="a cat"', 'value="8"'):
        assert shown in page
    again = signed_in.post(f"/videos/{video.pk}/retry")
    assert made(again).plan == video.plan


def test_without_scripts_buttons_lay_cards_and_nothing_is_lost(signed_in: Client) -> None:
    fields = board(*TWO)
    page = signed_in.post("/storyboards", fields | {"do": "add"}).content.decode()
    assert page.count("data-card=") == 3
    assert 'name="card-2-second"' in page
    assert 'value="6"' in page
    for shown in ("it sleeps", "it runs", "3 s, then a cut", "3 s, then a cut", "2 s, to the end"):
        assert shown in page
    page = signed_in.post("/storyboards", fields | {"do": "repeat-0"}).content.decode()
    assert page.count("it sleeps</textarea>") == 2
    page = signed_in.post("/storyboards", fields | {"do": "remove-0"}).content.decode()
    assert page.count("data-card=") == 1
    assert "it sleeps" not in page
    fragment = signed_in.post("/storyboards", fields | {"do": "look"}, headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith("<form")
    assert not Video.objects.exists()


@pytest.mark.parametrize(
    ("cards", "more", "why"),
    [
        ([], {}, "Lay at least one card."),
        ([{"second": "0", "text": " "}], {}, "Write what is seen, or take the card away."),
        ([{"second": "", "text": "x"}], {}, "Say at which second it begins."),
        ([{"second": "9", "text": "x"}], {}, "outside the clip, which has 8 s"),
        ([{"second": "2", "text": "x"}, {"second": "2.0", "text": "y"}], {}, "begins at the same second"),
        (TWO, {"other_length": "61"}, "less than or equal to 60"),
        ([{"second": "0", "clip": "video_none"}], {}, "This clip is not here, or not for you."),
        ([{"second": "0", "picture": SimpleUploadedFile("c.png", b"GIF89a", "image/png")}], {}, "This is no picture"),
    ],
)
def test_what_is_wrong_is_said_beside_its_card(signed_in: Client, cards: Any, more: Any, why: str) -> None:
    answer = signed_in.post("/storyboards", board(*cards, **more))
    assert answer.status_code in (400, 404)
    assert why in unescape(answer.content.decode())
    assert not Video.objects.exists()


def test_a_card_may_have_a_clip_that_may_be_used(
    signed_in: Client, person: Person, new_person: NewPerson, new_video: NewVideo, new_post: NewPost
) -> None:
    mine, author = new_video(person, seconds=2.0), new_person("nube7")
    opened, closed = new_post(author), new_post(author, may_remix=False)
    page = signed_in.get(f"/storyboards/new?clip={mine.pk}").content.decode()
    assert f'value="{opened.video_id}"' in page
    assert closed.video_id not in page
    cards = [{"second": "0", "clip": mine.pk}, {"second": "4", "clip": opened.video_id, "text": "it runs"}]
    video = made(signed_in.post("/storyboards", board(*cards)))
    assert (video.relation, video.parent, list(video.also.all())) == (Relation.STORYBOARD, mine, [opened.video])
    assert [(piece.at_s, piece.to_s, piece.track) for piece in Request.from_dict(video.request).known] == [
        (0.0, 2.0, "video"),
        (0.0, 2.0, "audio"),
        (4.0, 4.0, "video"),
        (4.0, 4.0, "audio"),
    ]
    assert video.charged_s == 2.0  # what lies between them
    answer = signed_in.post("/storyboards", board({"second": "0", "clip": closed.video_id}))
    assert (answer.status_code, "not open for remixes" in answer.content.decode()) == (403, True)
    Video.objects.filter(pk=video.pk).update(status=Status.COMPLETED)
    page = signed_in.get(video.get_absolute_url()).content.decode()
    assert "Storyboard with" in page
    assert "<b>@nube7</b>" in page


def test_another_ones_picture_is_not_shown_again(
    signed_in: Client, client: Client, new_person: NewPerson, person: Person
) -> None:
    picture = SimpleUploadedFile("c.png", PNG, "image/png")
    video = made(signed_in.post("/storyboards", board({"second": "0", "picture": picture})))
    other = Client()
    other.force_login(new_person("lluvia"))
    assert other.get(f"/storyboards/new?from={video.pk}").status_code == 404

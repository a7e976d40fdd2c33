"""A clip's own page: who opens it, what it says elsewhere, its talk, its tree, its remixes."""

from collections.abc import Callable

import pytest
from django.test import Client

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.posts import actions
from celaje.app.posts.models import Comment, Like, Post
from celaje.app.videos.models import Relation, Video

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]
NewPost = Callable[..., Post]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def post(new_person: NewPerson, new_post: NewPost) -> Post:
    return new_post(new_person("nube7"), caption="Mammoth on the shore", prompt="a mammoth walks on a beach")


def test_the_page_shows_the_clip_and_what_was_asked(signed_in: Client, post: Post) -> None:
    page = signed_in.get(post.get_absolute_url()).content.decode()
    assert "<h1>Mammoth on the shore</h1>" in page
    assert "“a mammoth walks on a beach”" in page
    assert f'src="{post.files["video"].get_absolute_url()}"' in page


def test_guests_open_only_what_is_shared_by_link(
    client: Client, post: Post, new_person: NewPerson, new_post: NewPost
) -> None:
    shared = new_post(new_person(), audience="link", caption="For my aunt")
    assert "For my aunt" in client.get(shared.get_absolute_url()).content.decode()
    for address in (post.get_absolute_url(), "/p/00000000000000000000"):
        answer = client.get(address)  # what is not for guests looks like what is not there
        assert answer.headers["Location"] == f"/accounts/login/?next={address}"


def test_of_the_blocked_nothing_is_seen(signed_in: Client, person: Person, post: Post) -> None:
    people.block(post.author, person)
    for address in (post.get_absolute_url(), f"/p/{post.id}/comments", f"/p/{post.id}/menu"):
        assert signed_in.get(address).status_code == 404


def test_a_card_for_other_places(client: Client, new_person: NewPerson, new_post: NewPost) -> None:
    shared = new_post(new_person("tilo"), audience="link", caption="<b>Snow</b>")
    page = client.get(shared.get_absolute_url()).content.decode()
    address = f"http://testserver{shared.get_absolute_url()}"
    assert '<meta property="og:title" content="&lt;b&gt;Snow&lt;/b&gt;">' in page
    assert f'<meta property="og:url" content="{address}">' in page
    card = client.get("/oembed", {"url": address}).json()
    assert card["type"] == "video"
    assert card["author_name"] == "@tilo"
    assert f'src="http://testserver{shared.files["video"].get_absolute_url()}"' in card["html"]


def test_no_card_for_what_guests_may_not_see(client: Client, post: Post) -> None:
    for url in (f"http://testserver{post.get_absolute_url()}", "http://testserver/", "", "http://[/p/x"):
        assert client.get("/oembed", {"url": url}, headers={"Accept": "application/json"}).status_code == 404


def test_liking_with_htmx_gives_the_new_button_and_without_it_the_page(
    signed_in: Client, person: Person, post: Post
) -> None:
    answer = signed_in.post(f"/p/{post.id}/like", {"on": "1", "as": "act"}, headers=HTMX)
    assert 'aria-pressed="true"' in answer.content.decode()
    assert Like.objects.filter(post=post, person=person).count() == 1
    answer = signed_in.post(f"/p/{post.id}/like", {"on": ""})
    assert answer.headers["Location"] == post.get_absolute_url()
    assert not Like.objects.exists()


def test_a_comment_stands_under_its_clip(signed_in: Client, post: Post) -> None:
    answer = signed_in.post(f"/p/{post.id}/comments", {"text": "Lovely <3"})
    assert answer.headers["Location"] == f"{post.get_absolute_url()}#talk"
    first = Comment.objects.get()
    talk = signed_in.post(f"/p/{post.id}/comments", {"text": "Yes", "parent": first.pk}, headers=HTMX)
    page = talk.content.decode()
    assert "2 comments" in page
    assert page.index("Lovely &lt;3") < page.index("Yes")
    assert Comment.objects.get(text="Yes").parent == first


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_was_typed_is_not_lost(signed_in: Client, post: Post, headers: dict[str, str]) -> None:
    answer = signed_in.post(f"/p/{post.id}/comments", {"text": "a" * 501}, headers=headers)
    page = answer.content.decode()
    assert "This has 501 characters; at most 500 are possible." in page
    assert f'value="{"a" * 501}"' in page


def test_one_removes_what_one_said_but_not_what_others_said(
    signed_in: Client, person: Person, post: Post, new_person: NewPerson
) -> None:
    mine = actions.comment(person, post, "mine")
    theirs = actions.comment(new_person(), post, "theirs")
    assert "theirs" in signed_in.post(f"/comments/{mine.pk}/deletion", headers=HTMX).content.decode()
    assert signed_in.post(f"/comments/{theirs.pk}/deletion").status_code == 404
    assert list(Comment.objects.values_list("text", flat=True)) == ["theirs"]


def test_the_tree_can_be_walked(signed_in: Client, post: Post, new_person: NewPerson, new_video: NewVideo) -> None:
    remixes = []
    for number in range(7):
        video = new_video(new_person(), parent=post.video, relation=Relation.REMIX, change=f"number {number}")
        remixes.append(actions.publish(video.owner, video, caption="", audience="everyone", may_remix=True))
    page = signed_in.get(post.get_absolute_url()).content.decode()
    assert page.count('<a class="node" href="/p/') == 5
    assert "2 more" in page
    assert (
        signed_in.get(f"{post.get_absolute_url()}?tree=whole").content.decode().count('<a class="node" href="/p/') == 7
    )
    page = signed_in.get(remixes[-1].get_absolute_url()).content.decode()  # the seventh is here: it is shown
    assert f'<a class="node" href="{post.get_absolute_url()}"' in page
    assert 'aria-current="true"' in page


@pytest.mark.parametrize(("how", "strength"), [("subtle", 0.3), ("strong", 0.75), ("custom", 0.35)])
def test_a_remix_leads_to_where_it_is_made(
    signed_in: Client, person: Person, post: Post, how: str, strength: float
) -> None:
    asked = {"change": "make it winter", "how": how, "strength": "35"}
    answer = signed_in.post(f"/p/{post.id}/remixes", asked, headers=HTMX)
    made = Video.objects.get(owner=person)
    assert answer.headers["HX-Redirect"] == made.get_absolute_url()
    assert (made.parent, made.change, made.strength) == (post.video, "make it winter", strength)


def test_a_remix_of_nothing_says_so_and_keeps_the_choice(signed_in: Client, post: Post) -> None:
    answer = signed_in.post(f"/p/{post.id}/remixes", {"change": " ", "how": "strong"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Write something first." in page
    assert 'value="strong" checked' in page


def test_a_closed_clip_is_not_remixed(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    closed = new_post(new_person(), may_remix=False)
    assert "/remixes/new" not in signed_in.get(closed.get_absolute_url()).content.decode()
    page = signed_in.post(f"/p/{closed.id}/remixes", {"change": "rain"}).content.decode()
    assert "This clip is not open for remixes." in page

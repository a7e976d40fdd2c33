"""People's pages, and what one does about somebody."""

from collections.abc import Callable

import pytest
from django.test import Client

from celaje.app.accounts import actions, queries
from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post

NewPerson = Callable[..., Person]
NewPost = Callable[..., Post]

HTMX = {"HX-Request": "true"}


def test_a_profile_shows_what_one_may_see(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    author = new_person("nube7", name="Nube", about="I like mornings.")
    open_post, private = new_post(author, caption="open"), new_post(author, caption="shy", audience="followers")
    page = signed_in.get("/@Nube7").content.decode()
    assert "I like mornings." in page
    assert open_post.get_absolute_url() in page
    assert private.get_absolute_url() not in page
    assert "<b>1</b> <small>clip</small>" in page


def test_ones_own_profile_leads_to_settings_and_invitations(signed_in: Client, person: Person) -> None:
    page = signed_in.get(person.get_absolute_url()).content.decode()
    assert 'href="/settings/profile"' in page
    assert 'href="/invitations"' in page
    assert "/follow" not in page.replace("/followers", "").replace("/following", "")


def test_following_and_back(signed_in: Client, person: Person, new_person: NewPerson) -> None:
    other = new_person()
    button = signed_in.post(f"/@{other.handle}/follow", {"on": "1", "as": "s"}, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in button
    assert queries.is_following(person, other)
    assert f"/@{person.handle}" in signed_in.get(f"/@{other.handle}/followers").content.decode()
    assert f"/@{other.handle}" in signed_in.get(f"/@{person.handle}/following").content.decode()
    signed_in.post(f"/@{other.handle}/follow", {"on": ""})
    assert not queries.is_following(person, other)


def test_blocking_takes_both_out_of_sight(signed_in: Client, person: Person, new_person: NewPerson) -> None:
    other = new_person()
    assert "You blocked" in signed_in.post(f"/@{other.handle}/block", {"on": "1"}, follow=True).content.decode()
    assert signed_in.get(f"/@{other.handle}").status_code == 404
    signed_in.post(f"/@{other.handle}/block", {"on": ""})
    assert signed_in.get(f"/@{other.handle}").status_code == 200
    assert not queries.blocked_people(person).exists()


def test_muting_keeps_the_page(signed_in: Client, person: Person, new_person: NewPerson) -> None:
    other = new_person()
    page = signed_in.post(f"/@{other.handle}/mute", {"on": "1"}, follow=True).content.decode()
    assert "You muted" in page
    assert "Unmute" in page
    assert list(queries.muted_people(person)) == [other]


@pytest.mark.parametrize("next_path", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_form_leads_nowhere_else(signed_in: Client, new_person: NewPerson, next_path: str) -> None:
    other = new_person()
    answer = signed_in.post(f"/@{other.handle}/mute", {"on": "1", "next": next_path})
    assert answer.headers["Location"] == f"/@{other.handle}"


def test_who_blocks_is_not_there(signed_in: Client, person: Person, new_person: NewPerson) -> None:
    other = new_person()
    actions.block(other, person)
    for address in ("", "/followers", "/following"):
        assert signed_in.get(f"/@{other.handle}{address}").status_code == 404
    assert signed_in.post(f"/@{other.handle}/follow", {"on": "1"}).status_code == 404


@pytest.mark.parametrize("what", ["follow", "mute", "block"])
def test_nobody_does_it_to_themselves(signed_in: Client, person: Person, what: str) -> None:
    if what != "follow":
        assert signed_in.post(f"/@{person.handle}/{what}", {"on": "1"}).status_code == 400
        return
    assert "Nobody follows themselves." in signed_in.post(f"/@{person.handle}/follow", {"on": "1"}).content.decode()

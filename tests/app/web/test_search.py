"""Exploring: with words, and without."""

from collections.abc import Callable

from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Post

NewPerson = Callable[..., Person]
NewPost = Callable[..., Post]


def test_without_words_there_is_something_to_see(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    post = new_post(new_person("nube7"))
    page = signed_in.get("/search").content.decode()
    assert post.get_absolute_url() in page
    assert "@nube7" in page


def test_words_in_either_language_find_people_and_clips(
    signed_in: Client, new_person: NewPerson, new_post: NewPost
) -> None:
    cat = new_post(new_person("gatuna"), prompt="una gata corre por la playa")
    dog = new_post(new_person(), caption="Two dogs and a ball")
    spanish = signed_in.get("/search", {"q": "gatas"}).content.decode()
    assert cat.get_absolute_url() in spanish
    assert dog.get_absolute_url() not in spanish
    assert dog.get_absolute_url() in signed_in.get("/search", {"q": "dog"}).content.decode()
    assert "@gatuna" in signed_in.get("/search", {"q": "gatun"}).content.decode()


def test_nothing_found_offers_to_make_it(signed_in: Client, new_person: NewPerson) -> None:
    page = signed_in.get("/search", {"q": "<zebra> & co"}).content.decode()
    assert "Nothing for “&lt;zebra&gt; &amp; co”" in page
    assert 'href="/new?text=%3Czebra%3E%20%26%20co"' in page


def test_htmx_gets_only_what_was_found(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    new_post(new_person(), prompt="a red boat")
    page = signed_in.get("/search", {"q": "boat"}, headers={"HX-Request": "true"}).content.decode()
    assert "/p/" in page
    assert "<html" not in page


def test_odd_words_break_nothing(signed_in: Client) -> None:
    for words in ("\0", "'", '"', "(((", "a" * 5000, "%", "\\", "!!! & |", "🦣"):
        assert signed_in.get("/search", {"q": words}).status_code == 200


def test_going_back_shows_the_whole_page(signed_in: Client, new_person: NewPerson, new_post: NewPost) -> None:
    new_post(new_person(), prompt="a red boat")
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    answer = signed_in.get("/search", {"q": "boat"}, headers=back)
    assert "<html" in answer.content.decode()
    assert "HX-Request" in answer.headers["Vary"]

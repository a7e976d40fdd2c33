"""Notices: told, grouped, seen once; and the browsers that are told too."""

import json
from collections.abc import Callable

from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.posts import actions
from celaje.app.posts.models import Post, PushSubscription

NewPerson = Callable[..., Person]
NewPost = Callable[..., Post]

# A key and a secret as a browser makes them.
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


def test_likes_of_one_clip_are_one_line_and_new_only_once(
    signed_in: Client, person: Person, new_person: NewPerson, new_post: NewPost
) -> None:
    post = new_post(person)
    for handle in ("nube7", "tilo", "bruma"):
        actions.like(new_person(handle), post)
    assert 'aria-label="Notices, 1 new"' in signed_in.get("/library").content.decode()
    page = signed_in.get("/notices").content.decode()
    assert "@bruma and 2 others like your clip." in page
    assert page.count('class="notice new"') == 1
    assert 'class="notice new"' not in signed_in.get("/notices").content.decode()
    assert 'aria-label="Notices"' in signed_in.get("/library").content.decode()


def test_a_comment_is_quoted_and_leads_to_the_talk(
    signed_in: Client, person: Person, new_person: NewPerson, new_post: NewPost
) -> None:
    post = new_post(person)
    actions.comment(new_person("nube7"), post, "So <calm>")
    page = signed_in.get("/notices").content.decode()
    assert "“So &lt;calm&gt;”" in page
    assert f'href="{post.get_absolute_url()}#talk"' in page


def test_a_quiet_house_says_so(signed_in: Client) -> None:
    assert "All quiet." in signed_in.get("/notices").content.decode()


def test_a_browser_asks_to_be_told_and_no_longer(signed_in: Client, person: Person) -> None:
    given = {"endpoint": "https://push.example.net/abc", "keys": KEYS}
    answer = signed_in.post("/push", json.dumps(given), content_type="application/json")
    if answer.status_code == 400:  # without a network the name cannot be looked up: then it is refused in words
        assert "error" in answer.json() or answer.content
        return
    assert PushSubscription.objects.get(person=person).origin == "http://testserver"
    signed_in.delete("/push", json.dumps(given), content_type="application/json")
    assert not PushSubscription.objects.exists()


def test_what_is_no_subscription_is_refused(signed_in: Client) -> None:
    for body in ("", "[]", "{}", '{"endpoint": 5}', '{"endpoint": "ftp://x", "keys": {}}', "null"):
        answer = signed_in.post("/push", body, content_type="application/json", headers={"Accept": "application/json"})
        assert answer.status_code == 400, body
        assert answer.json()["error"]["message"]


def test_the_page_can_ask_for_push(signed_in: Client) -> None:
    page = signed_in.get("/notices").content.decode()
    box = page[page.index('data-behaviour="push"') :]
    assert 'data-key="B' in box  # an uncompressed point begins with 4
    assert 'name="csrfmiddlewaretoken"' in box[: box.index("</div>")]

"""The pages for those who let programs use the house."""

import pytest
from django.test import Client

from celaje.app.accounts.models import House, Person
from celaje.app.developers import actions, queries
from celaje.app.developers.models import WebhookDelivery


@pytest.fixture
def browser(client: Client, person: Person) -> Client:
    """A browser in which `person` has just logged in."""
    House.objects.update_or_create(pk=1, defaults={"allow_private_addresses": True})
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    return client


def test_a_key_is_shown_once(browser: Client, person: Person) -> None:
    made = browser.post("/developers/keys", {"name": "My script", "scopes": ["read", "make"]})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert queries.key_of(secret) == queries.keys(person).get()
    page = browser.get("/developers/keys").content.decode()
    assert "My script" in page
    assert secret not in page
    key = queries.keys(person).get()
    assert browser.post(f"/developers/keys/{key.pk}/revocation").status_code == 302
    assert queries.key_of(secret) is None


def test_what_is_wrong_stands_beside_the_field(browser: Client, person: Person) -> None:
    page = browser.post("/developers/keys", {"name": "My script"})
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert 'value="My script"' in page.content.decode()
    page = browser.post("/developers/webhooks", {"name": "hook", "url": "ftp://x", "event_types": ["video.failed"]})
    assert page.status_code == 422
    assert "cannot be called" in page.content.decode()
    assert 'value="ftp://x"' in page.content.decode()
    assert not queries.endpoints(person).exists()


def test_keys_want_a_fresh_login(client: Client, person: Person) -> None:
    assert client.get("/developers/keys").status_code == 302
    client.force_login(person)
    assert "reauthenticate" in client.get("/developers/keys").headers["Location"]


def test_webhooks_are_made_tried_and_removed(browser: Client, person: Person) -> None:
    asked = {"name": "My site", "url": "http://127.0.0.1:9/hook", "event_types": ["video.completed"]}
    made = browser.post("/developers/webhooks", asked)
    endpoint = queries.endpoints(person).get()
    assert endpoint.secret in made.content.decode()
    actions.tell(person, "video.completed", "video_1")
    assert browser.post(f"/developers/webhooks/{endpoint.pk}/trial").status_code == 302
    page = browser.get("/developers/webhooks").content.decode()
    assert endpoint.secret not in page
    assert "nobody listens there" in page
    assert page.count("video.completed") >= 3
    assert browser.post(f"/developers/webhooks/{endpoint.pk}/removal").status_code == 302
    assert not WebhookDelivery.objects.exists()


def test_the_page_tells_how_to_call(browser: Client) -> None:
    page = browser.get("/developers").content.decode()
    for words in ("http://testserver/v1", "/v1/videos/{id}/remix", "/v1/openapi.json"):
        assert words in page
    assert "/developers" in browser.get("/settings").content.decode()

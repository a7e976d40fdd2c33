"""The ways in, as a browser without JavaScript walks them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from celaje.app.accounts import actions
from celaje.app.accounts.models import Doors, House, Invitation, Person

PASSWORD = "a sky full of kites"
NewPerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def _fields(**changes: str) -> dict[str, str]:
    return {"handle": "nube7", "name": "Nube", "language": "es", "password": PASSWORD, "credential": ""} | changes


@pytest.mark.django_db
def test_every_page_of_an_empty_house_leads_to_the_wizard(client: Client) -> None:
    for address in ("/", "/settings", "/join/ABC", "/accounts/login/", "/admin/"):
        assert client.get(address).headers["Location"] == "/first"
    for address in ("/healthz", "/offline"):  # a browser keeps the latter with the wizard's page
        assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_the_first_person_founds_the_house_and_is_its_admin(client: Client) -> None:
    assert client.get("/first").status_code == 200
    response = client.post("/first", _fields(house_name="Film club"))
    assert response.headers["Location"] == "/"
    person = Person.objects.get()
    assert (person.handle, person.name, person.language) == ("nube7", "Nube", "es")
    assert person.is_superuser
    assert person.role.name == "admin"
    assert person.check_password(PASSWORD)
    assert House.current().name == "Film club"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert Client().get("/first").headers["Location"] == "/"  # the wizard is gone
    assert Client().post("/first", _fields(house_name="Mine", handle="thief")).headers["Location"] == "/"
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_wrong_words_are_said_beside_their_fields_and_nothing_typed_is_lost(client: Client) -> None:
    for fields, words in [
        ({"handle": "No!"}, "3 to 30 letters"),
        ({"handle": "admin"}, "kept for the house"),
        ({"password": "short"}, "too short"),
        ({"password": "password123"}, "too common"),
        ({"password": ""}, "Choose a passkey or a password"),
        ({"credential": "{", "password": ""}, "did not arrive whole"),
        ({"credential": '{"id": "x"}', "password": ""}, "did not arrive whole"),
        ({"name": "x" * 51}, "at most 50 characters"),
    ]:
        response = client.post("/first", _fields(house_name="Film club") | fields)
        assert response.status_code == 422
        html = response.content.decode()
        assert words in html
        assert "Film club" in html
    assert not Person.objects.exists()


def test_an_invitation_shows_who_invites_and_lets_one_in(client: Client, new_person: NewPerson) -> None:
    invitation = actions.invite(new_person("lluvia"), expires_at=timezone.now() + timedelta(days=3))
    address = f"/join/{invitation.code.lower()}"
    html = client.get(address).content.decode()
    assert "@lluvia keeps a place for you" in html
    assert "Works until" in html
    assert client.post(address, _fields()).headers["Location"] == "/"
    invitation.refresh_from_db()
    assert invitation.guest == Person.objects.get(handle="nube7")
    other = Client()
    assert "already joined" in other.get(address).content.decode()
    assert other.post(address, _fields(handle="other")).status_code == 403
    assert not Person.objects.filter(handle="other").exists()


def test_doors(client: Client, new_person: NewPerson) -> None:
    inviter = new_person()
    code = actions.invite(inviter).code
    assert "People join with an invitation" in client.get("/join").content.decode()
    assert client.get(f"/join?code={code}").headers["Location"] == f"/join/{code}"
    House.objects.update(doors=Doors.CLOSED)
    assert client.post(f"/join/{code}", _fields()).status_code == 403
    House.objects.update(doors=Doors.OPEN)
    assert client.post("/join", _fields()).headers["Location"] == "/"
    assert Invitation.objects.get().works()


def test_a_handle_is_checked_while_one_types(client: Client, person: Person) -> None:
    assert client.get("/handles", {"handle": "@Nube7"}).json()["free"]
    taken = client.get("/handles", {"handle": person.handle.upper()}).json()
    assert taken == {"free": False, "message": "Somebody here already has this handle."}


def test_joining_too_often_is_answered_in_words(client: Client, person: Person) -> None:
    House.current()
    House.objects.update(doors=Doors.OPEN)
    for _ in range(30):
        assert client.post("/join", _fields(password="short")).status_code == 422
    response = client.post("/join", _fields())
    assert response.status_code == 422
    assert "Too many tries" in response.content.decode()
    assert not Person.objects.filter(handle="nube7").exists()


def test_logging_in_with_handle_and_password(client: Client, new_person: NewPerson) -> None:
    new_person("nube7")
    assert "Log in with a passkey" in client.get("/accounts/login/").content.decode()
    wrong = client.post("/accounts/login/", {"login": "nube7", "password": "wrong"})
    assert "No handle and password go together" in wrong.content.decode()
    assert 'value="nube7"' in wrong.content.decode()
    right = client.post("/accounts/login/", {"login": "@Nube7", "password": "correct horse battery"})
    assert right.headers["Location"] == "/"


def test_guessing_passwords_is_answered_in_words(client: Client, new_person: NewPerson) -> None:
    new_person("nube7")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "nube7", "password": "wrong"})
    response = client.post("/accounts/login/", {"login": "nube7", "password": "correct horse battery"})
    assert "Too many tries" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_logging_in_too_often_from_one_address_gets_our_page(client: Client, new_person: NewPerson) -> None:
    new_person("nube7")
    statuses = [client.post("/accounts/login/", {"login": f"x{n}", "password": "wrong"}).status_code for n in range(31)]
    assert statuses[-1] == 429
    assert "A moment, please" in client.post("/accounts/login/", {"login": "x"}).content.decode()


def test_who_is_deactivated_stays_out(client: Client, new_person: NewPerson) -> None:
    new_person("nube7", is_active=False)
    response = client.post("/accounts/login/", {"login": "nube7", "password": "correct horse battery"}, follow=True)
    assert "closed your account" in response.content.decode()


def test_a_reset_link_lets_its_person_in_once(client: Client, new_person: NewPerson) -> None:
    person = new_person("nube7")
    token = actions.make_reset_link(person)
    assert "@nube7" in client.get(f"/reset/{token}").content.decode()
    assert "too short" in client.post(f"/reset/{token}", {"password": "short"}).content.decode()
    assert client.post(f"/reset/{token}", {"password": PASSWORD}).headers["Location"] == "/"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert client.session["_auth_user_id"] == str(person.pk)
    again = Client().get(f"/reset/{token}")
    assert again.status_code == 404
    assert "no longer works" in again.content.decode()


def test_pages_that_this_house_has_no_use_for_are_closed(client: Client, person: Person) -> None:
    for address in ("/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/"):
        assert client.get(address).headers["Location"] == "/accounts/login/"
    assert "Ask an admin" in client.get("/accounts/password/reset/").content.decode()

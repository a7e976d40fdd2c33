"""Settings, the ways to log in, invitations and the admin's pages, as a browser without JavaScript walks them."""

import io
import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from celaje.app.accounts import actions, jobs
from celaje.app.accounts.adapter import is_only_way_in
from celaje.app.accounts.models import Invitation, Person

PASSWORD = "correct horse battery"  # of new_person
NewPerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def person(new_person: NewPerson) -> Person:
    return new_person("nube7")


@pytest.fixture
def client(person: Person) -> Client:
    """Somebody who has just logged in with handle and password."""
    client = Client()
    client.post("/accounts/login/", {"login": "nube7", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def _text(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    return response.content.decode()


PAGES = ("", "/profile", "/look", "/security", "/people", "/export", "/leaving")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_for_who_is_logged_in(client: Client, page: str) -> None:
    assert client.get(f"/settings{page}").status_code == 200
    assert Client().get(f"/settings{page}").headers["Location"].startswith("/accounts/login/")


def test_the_profile_is_changed_and_mistakes_lose_nothing(client: Client, person: Person) -> None:
    wrong = client.post("/settings/profile", {"name": "Nube", "about": "x" * 201})
    assert wrong.status_code == 422
    assert "x" * 201 in wrong.content.decode()
    assert client.post("/settings/profile", {"name": "Nube siete", "about": "Fog."}).headers["Location"] == "/@nube7"
    person.refresh_from_db()
    assert (person.name, person.about) == ("Nube siete", "Fog.")


def test_a_picture_goes_to_a_job(client: Client, person: Person) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200)).save(out, "PNG")
    response = client.post("/settings/picture", {"picture": SimpleUploadedFile("me.png", out.getvalue())})
    assert response.headers["Location"] == "/settings/profile"
    job = ProcrastinateJob.objects.get(task_name=jobs.PORTRAIT)
    assert job.args["person_id"] == person.pk
    wrong = client.post("/settings/picture", {"picture": SimpleUploadedFile("me.png", b"MZ")})
    assert wrong.status_code == 422
    assert "no JPEG, PNG, WebP or GIF" in wrong.content.decode()
    assert "Choose a picture first" in client.post("/settings/picture").content.decode()


def test_language_and_colours(client: Client, person: Person) -> None:
    client.post("/settings/look", {"language": "es", "theme": "dark"})
    html = _text(client, "/settings")
    assert '<html lang="es"' in html
    assert 'data-theme="dark"' in html
    assert client.post("/settings/look", {"language": "tlh", "theme": "dark"}).status_code == 422


def test_invitations_are_made_shown_and_withdrawn(client: Client, person: Person) -> None:
    client.post("/invitations", {"life": "always"})
    invitation = Invitation.objects.get()
    assert invitation.expires_at is None
    assert f"http://testserver/join/{invitation.code}" in _text(client, "/invitations")
    client.post(f"/invitations/{invitation.pk}/withdrawal")
    assert invitation.code not in _text(client, "/invitations")
    for _ in range(4):
        client.post("/invitations", {"life": "week"})
    assert client.post("/invitations", {"life": "week"}).status_code == 403
    assert "New invitation" not in _text(client, "/invitations")
    code = Invitation.objects.filter(withdrawn_at=None)[0].code
    actions.join(code=code, handle="guest", name="Guest", password="a sky full of kites")
    assert "@guest" in _text(client, "/invitations")


def test_blocked_and_muted_people_are_let_near_again(client: Client, person: Person, new_person: NewPerson) -> None:
    other = new_person("other")
    actions.block(person, other)
    actions.mute(person, other)
    assert _text(client, "/settings/people").count("@other") == 2
    client.post("/settings/people/other/closeness")
    assert "@other" not in _text(client, "/settings/people")


def test_logging_out_elsewhere(client: Client) -> None:
    other = Client(headers={"user-agent": "Mozilla/5.0 (Android 15; Mobile) Gecko/135.0 Firefox/135.0"})
    other.post("/accounts/login/", {"login": "nube7", "password": PASSWORD})
    assert other.get("/settings").status_code == 200
    html = _text(client, "/accounts/sessions/")
    assert "Firefox, Android" in html
    assert "This device" in html
    client.post("/accounts/sessions/")
    assert other.get("/settings").status_code == 302
    assert client.get("/settings").status_code == 200


def test_changing_the_password_logs_out_other_devices(client: Client, person: Person) -> None:
    other = Client()
    other.post("/accounts/login/", {"login": "nube7", "password": PASSWORD})
    fields = {"oldpassword": PASSWORD, "password1": "a sky full of kites", "password2": "a sky full of kites"}
    wrong = client.post("/accounts/password/change/", fields | {"oldpassword": "wrong"})
    assert "Please type your current password" in wrong.content.decode()
    client.post("/accounts/password/change/", fields)
    person.refresh_from_db()
    assert person.check_password("a sky full of kites")
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_an_app_with_codes_becomes_the_second_factor(client: Client, person: Person) -> None:
    address = "/accounts/2fa/totp/activate/"
    asked = client.get(address)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")  # is it you?
    assert "Is it you?" in _text(client, asked.headers["Location"])
    assert "not your password" in client.post("/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    html = _text(client, address)
    assert "data:image/svg+xml" in html
    found = re.search(r"<b>([A-Z2-7]{16,})</b>", html)
    assert found is not None
    assert "did not match" in client.post(address, {"code": "000000"}).content.decode()
    done = client.post(address, {"code": _code(found[1])}, follow=True)
    codes = re.findall(r"<li>([0-9]{8})</li>", done.content.decode())
    assert len(codes) == 10
    assert "On" in _text(client, "/settings/security")

    other = Client()
    answer = other.post("/accounts/login/", {"login": "nube7", "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert other.get("/settings").status_code == 302  # not in yet
    assert "One more thing" in _text(other, "/accounts/2fa/authenticate/")
    assert "did not match" in other.post("/accounts/2fa/authenticate/", {"code": "00000000"}).content.decode()
    other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert other.get("/settings").status_code == 200

    assert "Turn off" in _text(client, "/accounts/2fa/totp/deactivate/")
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=person).exists()


def test_the_only_way_in_is_not_removed(client: Client, person: Person) -> None:
    actions.add_passkey(person, {})
    key = Authenticator.objects.get(user=person)
    assert not is_only_way_in(person, key)  # there is the password
    person.set_unusable_password()
    person.save()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/", follow=True)
    assert "only way in" in response.content.decode()
    assert Authenticator.objects.filter(user=person).exists()
    actions.add_passkey(person, {})
    assert not is_only_way_in(person, key)


def test_leaving_asks_for_the_key_again_and_for_the_handle(client: Client, person: Person) -> None:
    asked = client.post("/settings/leaving", {"handle": "nube7"})
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert Person.objects.filter(pk=person.pk).exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    wrong = client.post("/settings/leaving", {"handle": "nube8"})
    assert "This is not your handle" in wrong.content.decode()
    assert "nube8" in wrong.content.decode()
    assert "Goodbye" in client.post("/settings/leaving", {"handle": "@nube7"}).content.decode()
    assert not Person.objects.filter(pk=person.pk).exists()
    assert client.get("/settings").headers["Location"] == "/first"  # nobody is left


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_admin_pages_answer_in_both_languages(person: Person, client: Client, language: str) -> None:
    Person.objects.update(is_staff=True, is_superuser=True, language=language)
    guest = actions.join(code=actions.invite(person).code, handle="guest", name="Guest", password="a sky full of kites")
    actions.invite(person)
    pages = ("", "accounts/house/", "accounts/role/", "accounts/role/add/", "accounts/person/", "accounts/invitation/")
    for page in (*pages, f"accounts/person/{guest.pk}/change/", "accounts/person/tree/"):
        html = _text(client, f"/admin/{page}")
        assert f'lang="{language}"' in html
    assert "@guest" in _text(client, "/admin/accounts/person/tree/")


def test_the_admin_opens_doors_changes_standings_and_hands_out_reset_links(person: Person, client: Client) -> None:
    assert client.get("/admin/").status_code in (302, 403)
    Person.objects.update(is_staff=True, is_superuser=True)
    assert client.get("/admin/accounts/house/").headers["Location"] == "/admin/accounts/house/1/change/"
    client.post("/admin/accounts/house/1/change/", {"name": "Club", "doors": "closed"})
    assert "doors are closed" in Client().get("/join/ABC").content.decode()
    standing = {"role": person.role.pk, "is_active": "on"}
    last = client.post(f"/admin/accounts/person/{person.pk}/change/", standing)
    assert "This is the only admin" in last.content.decode()
    guest = Person.objects.create_user("guest", PASSWORD)
    client.post(f"/admin/accounts/person/{guest.pk}/change/", standing | {"is_staff": "on"})
    guest.refresh_from_db()
    assert guest.is_superuser
    act = {"action": "make_reset_links", "_selected_action": guest.pk}
    html = client.post("/admin/accounts/person/", act, follow=True).content.decode()
    found = re.search(r"http://testserver(/reset/[\w-]+)", html)
    assert found is not None
    assert "@guest" in Client().get(found[1]).content.decode()
    client.post("/admin/accounts/person/", act | {"action": "deactivate"})
    guest.refresh_from_db()
    assert not guest.is_active
    invitation = actions.invite(person)
    client.post("/admin/accounts/invitation/", {"action": "withdraw", "_selected_action": invitation.pk})
    invitation.refresh_from_db()
    assert not invitation.works()
    assert client.post(f"/admin/accounts/person/{guest.pk}/delete/").status_code == 403


def test_guests_of_the_admin_pages_log_in_on_our_page(person: Person) -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")

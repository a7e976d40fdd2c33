"""How long sessions last, and that being logged out elsewhere or deactivated acts at once, in a real web process."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from celaje.app import storage
from celaje.app.accounts import jobs
from celaje.app.accounts.models import Person
from celaje.app.developers.actions import make_key
from celaje.app.developers.models import Scope
from celaje.app.videos.models import Kind, Video
from tests.app.api.live import running_house

NewPerson = Callable[..., Person]
NewVideo = Callable[..., Video]


def test_a_browser_that_may_offer_a_passkey_has_a_session_for_a_day_and_whoever_logs_in_for_long(
    client: Client, new_person: NewPerson
) -> None:
    person = new_person()

    def days() -> int:
        return round((Session.objects.get().expire_date - timezone.now()) / timedelta(days=1))

    def days_of_cookie() -> float:
        return timedelta(seconds=client.cookies["sessionid"]["max-age"]) / timedelta(days=1)

    client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert (days(), days_of_cookie()) == (1, 1)
    client.post(reverse("account_login"), {"login": person.handle, "password": "correct horse battery"})
    assert (days(), days_of_cookie()) == (90, 90)
    client.post(reverse("account_logout"))
    client.force_login(person)  # as with a passkey: allauth says nothing of how long
    assert days() == 90


def test_only_an_answer_that_begins_or_ends_a_session_changes_the_cookie(client: Client, new_person: NewPerson) -> None:
    """Answers overtake each other: one to an earlier request must not take the place of who has logged in since."""
    person = new_person()
    early, offer = Client(), reverse("mfa_login_webauthn")
    early.get(offer, headers={"X-Requested-With": "XMLHttpRequest"})
    assert early.session.session_key is not None
    before = early.session.session_key

    asked_again = early.get(offer, headers={"X-Requested-With": "XMLHttpRequest"})
    assert (asked_again.status_code, "sessionid" in asked_again.cookies) == (200, False)
    early.force_login(person)  # the session without anybody is gone
    assert early.session.session_key != before
    late = Client()
    late.cookies["sessionid"] = before
    for address in ("/handles?handle=nube7", "/sw.js", "/offline"):
        assert "sessionid" not in late.get(address).cookies, address

    client.force_login(person)
    assert client.get("/settings").cookies["sessionid"]["max-age"]  # noted from time to time, it lasts longer
    assert client.post(reverse("account_logout")).cookies["sessionid"].value == ""


def test_sessions_that_have_ended_are_removed(new_person: NewPerson) -> None:
    stays, ended = Client(), Client()
    for client in (stays, ended):
        client.force_login(new_person())
    Session.objects.filter(pk=ended.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    jobs.forget_sessions(timestamp=0)
    assert [session.pk for session in Session.objects.all()] == [stays.session.session_key]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        """A redirect is the answer."""


@dataclass(frozen=True)
class Browser:
    """One in which `person` has logged in, before a real server."""

    address: str
    session: str

    def status(self, path: str, form: dict[str, str] | None = None) -> int:
        token = "c" * 32
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={token}", "User-Agent": "Firefox"}
        body = None if form is None else urlencode(form | {"csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def test_a_session_that_was_ended_and_a_person_who_was_deactivated_are_out_at_once(
    transactional_db: None, new_person: NewPerson, new_video: NewVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELAJE_SECRET_KEY", settings.SECRET_KEY)  # or it would not know our sessions
    monkeypatch.setenv("CELAJE_DEBUG", "1")  # pages that need no collected static files
    person, admin = new_person(), new_person(is_staff=True, is_superuser=True)
    video = new_video(person)
    file = video.assets.get(kind=Kind.POSTER)
    storage.put(file.name, b"x" * 10)
    key = make_key(person, name="mine", scopes=Scope.values)[1]
    with running_house(None) as address:

        def log_in(who: Person) -> Browser:
            client = Client()
            client.force_login(who)
            return Browser(address, str(client.session.session_key))

        def key_status() -> int:
            request = urllib.request.Request(f"{address}/v1/videos", headers={"Authorization": f"Bearer {key}"})
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        def statuses(browser: Browser) -> list[int]:
            paths = ("/settings", f"/videos/{video.pk}", file.get_absolute_url(), f"/videos/{video.pk}/events")
            return [browser.status(path) for path in paths]

        here, elsewhere = log_in(person), log_in(person)
        inside, outside = [200] * 4, [302, 302, 404, 403]
        for _ in range(8):  # every thread has its connection, and each has prepared the queries
            assert (statuses(here), statuses(elsewhere), key_status()) == (inside, inside, 200)
        assert here.status("/accounts/sessions/", {}) == 302
        for _ in range(8):
            assert (statuses(here), statuses(elsewhere)) == (inside, outside)
        chosen = {"action": "deactivate", "_selected_action": str(person.pk)}
        assert log_in(admin).status("/admin/accounts/person/", chosen) == 302
        for _ in range(8):
            assert (statuses(here), key_status()) == (outside, 401)

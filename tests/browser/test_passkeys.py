"""Passkeys in a real browser, with a virtual authenticator: found, log out, log in, join, add, confirm, reset."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from celaje.app.accounts import actions
from celaje.app.accounts.models import Invitation, Person

CHROMIUM = Path("/usr/bin/chromium")
TIMEOUT_MS = 20_000
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's chromium at {CHROMIUM}"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def house(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """A phone whose browser has an authenticator. Whatever its console complains about fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="en")
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield page
        browser.close()
        connection.close()  # under Playwright's loop this thread has another one than outside
    _wait_for_the_server_to_let_go()
    assert [text for text in complaints if "(Unprocessable" not in text and "(Bad Request)" not in text] == []


def _wait_for_the_server_to_let_go() -> None:
    """Its threads close their connections a moment after the browser is gone; before, no database can be dropped."""
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)


def _log_out(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/settings")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")


def test_a_house_is_founded_and_entered_with_a_passkey(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url)
    assert page.url.endswith("/first")
    page.get_by_label("Name of this house").fill("Film club")
    page.get_by_label("Your name").fill("Nube")
    page.get_by_label("Handle").fill("nu")
    page.get_by_label("Handle").press_sequentially("be7")
    page.get_by_text("@nube7 is free.").wait_for()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(f"{live_server.url}/")
    person = Person.objects.get()
    assert not person.has_usable_password()
    assert Authenticator.objects.get(user=person).type == "webauthn"

    _log_out(page, live_server)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")

    page.goto(f"{live_server.url}/settings/security")
    page.get_by_text("Passkey 1").wait_for()
    # Adding a key needs the first one again: the passkey is asked for, then the page that was wanted is there.
    page.get_by_role("link", name="Rename").click()
    page.get_by_role("button", name="Use my passkey").click()
    page.locator("input[name=name]").fill("Phone")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_server.url}/settings/security")
    page.get_by_text("Phone").wait_for()


def test_joining_with_a_passkey_spends_the_invitation(page: Page, live_server: LiveServer) -> None:
    inviter = Person.objects.create_user("lluvia", "correct horse battery")
    code = actions.invite(inviter).code
    page.goto(f"{live_server.url}/join/{code}")
    page.get_by_label("Handle").fill("lluvia")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("Somebody here already has this handle.").first.wait_for()
    page.get_by_label("Handle").fill("nube7")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(f"{live_server.url}/")
    person = Person.objects.get(handle="nube7")
    assert Invitation.objects.get().guest == person
    # A password beside the passkey is a second way in, not a first factor that asks for the passkey too.
    person.set_password("correct horse battery")
    person.save()
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"{live_server.url}/")


def test_a_reset_link_gives_a_new_passkey(page: Page, live_server: LiveServer) -> None:
    person = Person.objects.create_user("nube7", "correct horse battery")
    page.goto(f"{live_server.url}/reset/{actions.make_reset_link(person)}")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    _log_out(page, live_server)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")


def test_a_passkey_is_added_to_a_password(page: Page, live_server: LiveServer) -> None:
    person = Person.objects.create_user("nube7", "correct horse battery")
    page.goto(f"{live_server.url}/accounts/login/?next=/settings/passkeys")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("Password").fill("correct horse battery")  # is it you?
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Ask my device").click()
    page.wait_for_url("**/settings/security")
    assert Authenticator.objects.filter(user=person).count() == 1
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")


def test_a_browser_without_passkeys_gets_the_password(page: Page, live_server: LiveServer) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{live_server.url}/first")
    page.locator("button.sun[data-passkey]").wait_for(state="hidden")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url(f"{live_server.url}/")

"""A house on a free port, served as `celaje serve` serves it, and people who visit it with Debian's Chromium.

The server runs in a thread on the tests' database; one browser serves a module. Somebody is a browser of their own, a
phone with an authenticator for passkeys. What a browser complains of, an error in its console, an exception in a
script or a breach of the Content-Security-Policy, fails the test.
"""

import asyncio
import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.videos.models import Asset, Kind, Status, Video, new_file_name
from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Request, Size

CHROMIUM = Path("/usr/bin/chromium")
TIMEOUT_MS = 60_000  # a busy machine is no reason to fail
expect.set_options(timeout=TIMEOUT_MS)
PHONE = {"width": 390, "height": 844}
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
#: Answers to forms that are refused and pages that are not there, which a console calls errors.
MEANT = ("(Bad Request)", "(Unprocessable", "(Not Found)")
#: The simulated authenticator answers at once, also an offer in a field that nobody has touched.
WITHOUT_AUTOFILL = (
    "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false"
)
TELL_OF_BREACHES = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""

BEHAVIOURS_HAVE_COME = """
[...document.querySelectorAll("[data-behaviour]")].every((element) =>
  element.dataset.behaviour.split(" ").every((name) => element.getAttribute(`behaviour-${name}`) === "ready"))
"""

NewBrowser = Callable[..., Page]
NewClip = Callable[..., Video]


class House:
    """A server. Passkeys are allowed on localhost without https. Closed and opened again it keeps its address."""

    def __init__(self) -> None:
        self._port = 0  # any that is free
        self.open()

    @property
    def address(self) -> str:
        """Where it is, without a last slash."""
        return f"http://localhost:{self._port}"

    def open(self) -> None:
        """Start it, and wait until it answers."""
        from celaje.app import asgi

        wanted: dict[str, Any] = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": 1}
        server = uvicorn.Server(uvicorn.Config(asgi.application, port=self._port, **wanted))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="the house")
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        self._port = server.servers[0].sockets[0].getsockname()[1]
        self._server, self._thread = server, thread

    def close(self) -> None:
        """End it: who comes now is refused."""
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Chromium, once for a module. Its loop runs in this thread, where Django would refuse to ask its database."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs Debian's Chromium at {CHROMIUM}: `make browser` installs it")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()
        connection.close()  # under Playwright's loop this thread has another one than outside


@pytest.fixture(scope="module")
def house(browser: Browser) -> Iterator[House]:
    """The server, with its files for browsers under hashed names."""
    from celaje.app import upgrade

    upgrade.collect_static_files()
    database = connections.settings["default"]
    patch = pytest.MonkeyPatch()
    patch.setitem(database, "CONN_MAX_AGE", 0)  # connections end with their request: none outlives the test database
    house = House()
    yield house
    house.close()
    patch.undo()


@pytest.fixture(autouse=True)
def quick(settings: LazySettings, transactional_db: None) -> Iterator[None]:
    """Passwords are hashed quickly, and nobody comes too often. After a test its files go."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    storage.delete(list(storage.names()))


@pytest.fixture
def new_browser(browser: Browser, house: House, quick: None) -> Iterator[NewBrowser]:
    """Opens somebody's browser: new_browser(), new_browser("es"), new_browser(viewport=...); a page of it.

    With `autofill` it fills in passkeys by itself. Complaints with a word of `meant` are what the test is about.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def begin(language: str = "en", meant: tuple[str, ...] = (), autofill: bool = False, **options: Any) -> Page:
        context = browser.new_context(**({"viewport": PHONE, "base_url": house.address, "locale": language} | options))
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(TELL_OF_BREACHES)
        if not autofill:
            context.add_init_script(WITHOUT_AUTOFILL)
        page = context.new_page()

        def complain(text: str) -> None:
            if not any(word in text for word in (*MEANT, *meant)):
                complaints.append(f"{text} ({page.url})")

        page.on("console", lambda line: complain(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return page

    yield begin
    for context in contexts:
        context.close()
    _wait_for_the_house_to_let_go()
    assert complaints == []


def _wait_for_the_house_to_let_go() -> None:
    """Requests end a moment after their browser is gone; until then their transactions hold the tables."""
    busy = (
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and state <> 'idle' and query not ilike 'listen%'"
    )
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)


@pytest.fixture
def page(new_browser: NewBrowser) -> Page:
    """One visitor's browser."""
    return new_browser()


def until(page: Page, true: str) -> None:
    """Wait for a JavaScript expression. Playwright's own `wait_for_function` needs eval, which our pages forbid."""
    end = time.monotonic() + TIMEOUT_MS / 1000
    while not page.evaluate(true):
        assert time.monotonic() < end, f"never true at {page.url}: {true}"
        page.wait_for_timeout(50)


def ready(page: Page) -> None:
    """Wait until the page's behaviours have come: of what is done before they only hear that a button was pressed."""
    until(page, BEHAVIOURS_HAVE_COME)


def log_in(page: Page, person: Person) -> None:
    """Give a browser somebody's session, without the door."""
    session = importlib.import_module(django_settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    assert session.session_key is not None
    cookie = {"name": "sessionid", "value": session.session_key, "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture(scope="session")
def clip_files(tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, tuple[str, str, bytes]]:
    """What a worker keeps of a clip of one second: for each kind the extension, the type and the bytes."""
    from celaje.media import derive, write_clip

    line = np.linspace(0, 255, 128)
    frames = np.zeros((FRAMES_PER_SECOND, 128, 128, 3), np.uint8)
    frames[..., 0], frames[..., 2] = line, line[:, None]  # colours of an evening, and they move
    frames[..., 1] = np.linspace(40, 160, FRAMES_PER_SECOND)[:, None, None]
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    tone = 0.2 * np.sin(np.arange(SAMPLE_RATE) / SAMPLE_RATE * 440 * 2 * np.pi)
    write_clip(path, frames, tone.astype(np.float32), {})
    return {
        Kind.VIDEO: (".mp4", "video/mp4", path.read_bytes()),
        Kind.POSTER: (".webp", "image/webp", derive.poster(frames)),
        Kind.SPRITE_SHEET: (".jpg", "image/jpeg", derive.sprite_sheet(frames)[0]),
        Kind.SMALL: (".webp", "image/webp", derive.moving_thumbnail(frames)[0]),
    }


@pytest.fixture
def new_clip(quick: None, clip_files: dict[Kind, tuple[str, str, bytes]]) -> NewClip:
    """Makes clips with files that play, without an engine: new_clip(person), new_clip(person, prompt="...")."""

    def make(owner: Person, *, prompt: str = "a red ball rolls down a hill", **fields: Any) -> Video:
        size = Size(256, 256)
        values: dict[str, Any] = {"status": Status.COMPLETED, "progress": 100, "model": "small 1", "is_new": False}
        video = Video.objects.create(
            owner=owner,
            request=Request(prompt=prompt, seconds=1.0, size=size, seed=7).to_dict(),
            prompt=prompt,
            seconds=1.0,
            width=size.width,
            height=size.height,
            seed=7,
            **(values | fields),
        )
        if video.status == Status.COMPLETED:
            for kind, (extension, content_type, content) in clip_files.items():
                name = new_file_name(extension)
                size_of = {"num_bytes": storage.put(name, content), "width": 256, "height": 256}
                Asset.objects.create(video=video, kind=kind, name=name, content_type=content_type, **size_of)
        return video

    return make


@pytest.fixture
def new_person(quick: None) -> Callable[..., Person]:
    """Makes people: new_person("nube7"), new_person("lluvia", language="es", is_staff=True)."""

    def make(handle: str, **fields: Any) -> Person:
        return Person.objects.create_user(handle, "correct horse battery", **fields)

    return make

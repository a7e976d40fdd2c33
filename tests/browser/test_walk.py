"""Two people walk through a house, from the wizard to logging out, with a real worker on the tiny weights.

Ana founded it and reads Spanish, Ben came with an invitation and reads English: each step looks for the words of whose
browser it is in. A browser's complaints fail the test, see conftest.py.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.utils import translation
from playwright.sync_api import Browser, Page

from celaje.app.accounts.models import Person
from celaje.app.posts import actions as posts
from celaje.app.posts.models import Post
from celaje.app.videos.models import Status, Video
from tests.browser.conftest import House, NewBrowser, NewClip, log_in, until

Words = Callable[[str], str]
FRAMES = (
    "(video) => video.getVideoPlaybackQuality().totalVideoFrames > 2 && video.videoWidth > 0 && video.currentTime > 0"
)
NUM_CHOSEN_S = 60  # so long a clip is still being made when it is cancelled


def es(words: str) -> str:
    """What Ana reads there."""
    with translation.override("es"):
        return translation.gettext(words)


def en(words: str) -> str:
    """What Ben reads there."""
    return words


@pytest.fixture(scope="module")
def worker(browser: Browser, tiny_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """`celaje work` on the tests' database. It loads its model while the first pages are walked."""
    database = connections["default"].settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    said = tmp_path_factory.mktemp("worker") / "said"
    with said.open("w") as file:
        command = [sys.executable, "-m", "celaje.cli", "work", "--weights", str(tiny_weights), "--device", "cpu"]
        process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url}, stdout=file, stderr=file)
        yield
        process.terminate()
        process.wait()
    assert "Traceback" not in said.read_text()


def test_two_people_live_in_a_house(new_browser: NewBrowser, worker: None) -> None:
    ana, ben = new_browser("es"), new_browser("en")
    _found(ana)
    link = _invite(ana)
    _join(ben, link)

    prompt = "una pelota roja en la playa"
    _make(ana, es, prompt, length="6")
    _post(ana, es, "Tarde de playa")
    _cancel(ana, es, "un gato en la nieve")

    _watch(ben, "Tarde de playa")
    _like_and_follow(ben)
    _say(ben, "How lovely, Ana")
    _remix(ben, "make it winter")
    _hear(ana)
    _search(ben)
    _take_along(ben)
    _log_out_everywhere(new_browser, ana)


def _found(page: Page) -> None:
    page.goto("/")
    assert page.url.endswith("/first")
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_label(es("Name of this house")).fill("Cineclub")
    page.get_by_label(es("Your name")).fill("Ana")
    page.locator("[name=handle]").fill("ana_luz")
    page.get_by_role("button", name=es("Begin")).first.click()
    page.wait_for_url("/")
    page.get_by_text(es("Clear sky. Write the first one.")).wait_for()


def _invite(page: Page) -> str:
    page.goto("/invitations")
    page.get_by_role("button", name=es("New invitation")).click()
    link = page.locator("input.link-text").input_value()
    assert "/join/" in link
    return link


def _join(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_text("@ana_luz keeps a place for you").wait_for()
    page.get_by_label("Your name").fill("Ben")
    page.locator("[name=handle]").fill("ben_mar")
    page.get_by_role("button", name="Join").first.click()
    page.wait_for_url("/")
    assert page.locator("html").get_attribute("lang") == "en"


def _make(page: Page, words: Words, prompt: str, *, length: str) -> None:
    """Compose, and watch until it is there: the page hears of it by itself."""
    _compose(page, words, prompt, length=length)
    page.get_by_role("status").filter(has_text="%").wait_for()
    page.locator("video").wait_for(timeout=120_000)
    assert Video.objects.get(pk=page.url.rsplit("/", 1)[1]).status == Status.COMPLETED
    until(page, f"({FRAMES})(document.querySelector('video'))")


def _compose(page: Page, words: Words, prompt: str, *, length: str) -> None:
    page.goto("/")
    page.locator("a[href='/new']:visible").first.click()
    page.wait_for_url("**/new")
    page.locator(".foot .sun:disabled").wait_for()
    page.locator("[name=prompt]").fill(prompt)
    page.locator("details.more summary").click()
    page.locator("[name=other_length]").fill(length)
    page.get_by_role("button", name=words("Make it")).click()
    page.wait_for_url(re.compile(r"/videos/video_\w+$"))


def _post(page: Page, words: Words, caption: str, audience: str = "everyone") -> None:
    page.get_by_role("link", name=words("Post it")).click()
    page.locator("[name=caption]").fill(caption)
    page.locator("label.opt").filter(has=page.locator(f"[value={audience}]")).click()
    page.locator("main .foot button").click()
    page.wait_for_url("**/p/*")
    page.get_by_role("heading", name=caption).wait_for()


def _cancel(page: Page, words: Words, prompt: str) -> None:
    _compose(page, words, prompt, length=str(NUM_CHOSEN_S))
    page.get_by_role("button", name=words("Cancel")).click()
    page.get_by_role("heading", name=words("Cancelled")).wait_for()
    assert Video.objects.filter(status=Status.CANCELLED, charged_s=0).count() == 1


def _watch(page: Page, caption: str) -> None:
    """It is in the feed, and plays there."""
    page.goto("/?view=latest")
    page.get_by_role("heading", name=caption).wait_for()
    until(page, f"[...document.querySelectorAll('article video')].some({FRAMES})")
    page.locator("article .snd").first.click()
    page.locator("article .snd[aria-pressed=true]").first.wait_for()


def _like_and_follow(page: Page) -> None:
    page.locator("article [data-key=l]").first.click()
    page.locator("article [data-key=l][aria-pressed=true]").wait_for()
    page.get_by_role("button", name="Follow", exact=True).click()
    page.get_by_role("button", name="Following", exact=True).first.wait_for()


def _say(page: Page, text: str) -> None:
    page.locator("[data-open=talk]").first.click()
    page.locator("#talk [name=text]").fill(text)
    page.locator("#talk [name=text]").press("Enter")
    page.locator("#talk").get_by_text(text).wait_for()


def _remix(page: Page, change: str) -> None:
    page.goto("/?view=latest")
    page.locator("article .act.sun").first.click()
    page.locator("#sheet [name=change]").fill(change)
    page.locator("#sheet").get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile(r"/videos/video_\w+$"))
    page.locator("video").wait_for(timeout=120_000)
    _post(page, en, "Winter beach")
    page.get_by_role("link", name="Remix of @ana_luz").wait_for()
    assert Post.objects.get(is_remix=True).parent == Post.objects.get(is_remix=False)


def _hear(page: Page) -> None:
    """The author hears of all of it, in her language, and sees what was made from hers."""
    page.goto("/notices")
    assert page.locator("html").get_attribute("lang") == "es"
    for happening in ("Ben", "How lovely, Ana"):
        page.locator(".notice").filter(has_text=happening).first.wait_for()
    page.goto(Post.objects.get(is_remix=False).get_absolute_url())
    page.locator("#tree").get_by_text("Winter beach").wait_for()


def _search(page: Page) -> None:
    page.goto("/search")
    page.locator("#q").press_sequentially("tarde playa")
    page.locator("#found .tile").first.wait_for()
    page.wait_for_url(re.compile("q=tarde"))
    page.goto("/search?q=ana_luz")
    page.locator("#found .people").get_by_text("@ana_luz").wait_for()


def _take_along(page: Page) -> None:
    page.goto("/settings/export")
    page.get_by_role("button", name="Pack it").click()
    ready = page.get_by_role("link", name="Download")
    while not ready.is_visible():
        page.wait_for_timeout(200)
        page.reload()
    with page.expect_download() as download:
        ready.click()
    path = download.value.path()
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
        names = packed.namelist()
        assert any(name.endswith(".mp4") for name in names), names
        assert any("make it winter" in packed.read(name).decode() for name in names if name.endswith(".json"))


def _log_out_everywhere(new_browser: NewBrowser, page: Page) -> None:
    """Ana is logged in on a second device. The first one ends that session, then its own."""
    other = new_browser("es")
    log_in(other, Person.objects.get(handle="ana_luz"))
    other.goto("/library")
    page.goto("/accounts/sessions/")
    page.get_by_role("button", name=es("Log out elsewhere")).click()
    page.get_by_text(es("You are logged in nowhere else.")).wait_for()
    other.goto("/library")
    assert "/accounts/login/" in other.url
    page.goto("/settings")
    page.get_by_role("button", name=es("Log out"), exact=True).click()
    page.wait_for_url("**/accounts/login/**")


def test_it_installs_and_bears_being_offline(new_browser: NewBrowser, new_clip: NewClip, house: House) -> None:
    page = new_browser(meant=("net::ERR_", "dynamically imported"))
    person = Person.objects.create_user("ana_luz")
    posts.publish(person, new_clip(person), caption="Kept for the train", audience="everyone", may_remix=True)
    log_in(page, person)
    page.goto("/?view=latest")
    session = page.context.new_cdp_session(page)
    manifest = json.loads(session.send("Page.getAppManifest")["data"])
    assert {"name", "icons", "start_url", "display", "share_target"} <= manifest.keys()
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in manifest["icons"]:
        assert page.request.get(icon["src"]).headers["content-type"] == "image/png"
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "navigator.serviceWorker.controller !== null")
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}  # as every browser of a test is

    page.goto("/?view=latest")
    until(page, "caches.open('celaje-last').then((kept) => kept.keys()).then((keys) => keys.length > 1)")
    house.close()  # so that nobody reaches it, neither page nor service worker
    page.goto("/library")
    page.get_by_role("heading", name="No connection").wait_for()
    assert page.locator(".hush").evaluate("(box) => getComputedStyle(box).display") != "block"  # its styles are there
    page.goto("/")
    page.get_by_role("heading", name="Kept for the train").wait_for()
    house.open()
    page.goto("/library")
    page.get_by_role("heading", name="Library").wait_for()

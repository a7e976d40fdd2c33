"""The foot of the composer and of the storyboard: what it promises is said anew, and its button stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from celaje.app.accounts.models import Person, Role
from celaje.app.videos.models import Video
from tests.browser.conftest import log_in, ready

NewPerson = Callable[..., Person]
PAGES = pytest.mark.parametrize(
    ("path", "text"), [("/new", "[name=prompt]"), ("/storyboards/new", "[name=card-0-text]")]
)


def begin(page: Page, person: Person, path: str, text: str) -> None:
    log_in(page, person)
    page.goto(path)
    ready(page)
    page.locator(text).fill("a cat runs on the beach")
    if path == "/new":
        page.locator("summary", has_text="More").click()
    else:
        page.locator("[name=card-1-text]").fill("it sleeps")


@PAGES
def test_a_press_counts_though_the_promise_changes_meanwhile(
    page: Page, new_person: NewPerson, path: str, text: str
) -> None:
    begin(page, new_person("nube7"), path, text)
    said = page.locator(".foot [role=status]")
    before = said.inner_text()
    page.locator("[name=other_length]").fill("50")
    page.locator(".foot .sun").hover()
    page.mouse.down()  # the field loses the focus: it has changed, and so has what is promised
    expect(said).not_to_have_text(before)
    page.mouse.up()
    page.wait_for_url("**/videos/video_*")
    assert Video.objects.get().seconds == 50


@PAGES
def test_the_button_says_what_it_would_make_or_why_it_cannot(
    page: Page, new_person: NewPerson, path: str, text: str
) -> None:
    person = new_person("nube7")
    begin(page, person, path, text)
    length, button = page.locator("[name=other_length]"), page.locator(".foot .sun")
    expect(button).to_have_text("Make it")
    Role.objects.update(video_seconds_per_day=10)
    length.fill("50")
    length.press("Tab")
    expect(button).to_have_text("More than a day's worth")
    expect(button).to_be_disabled()
    length.fill("4")
    length.press("Tab")
    expect(button).to_have_text("Make it")
    expect(button).to_be_enabled()
    if path == "/new":
        length.fill("0")
        length.press("Tab")
        expect(button).to_have_text("Make the picture")

"""A clip is extended by a browser without scripts, and looped on a sheet by one with them."""

from collections.abc import Callable

from playwright.sync_api import expect

from celaje.app.accounts.models import Person
from celaje.app.videos.models import Relation, Video
from tests.browser.conftest import NewBrowser, NewClip, log_in

NewPerson = Callable[..., Person]


def test_a_clip_is_extended_without_scripts(new_browser: NewBrowser, new_clip: NewClip, new_person: NewPerson) -> None:
    person = new_person("nube7")
    clip = new_clip(person)
    page = new_browser(java_script_enabled=False)
    log_in(page, person)
    page.goto(clip.get_absolute_url())
    page.get_by_role("link", name="Extend").click()
    page.locator("[name=prompt]").fill("it jumps over a wall")
    page.get_by_text("Before its beginning").click()
    page.locator("[name=seconds]").fill("2")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/videos/video_*")
    made = Video.objects.get(parent=clip)
    assert (made.relation, made.seconds, made.prompt) == (Relation.EXTENSION, 3.0, "it jumps over a wall")
    assert page.url.endswith(made.get_absolute_url())


def test_a_clip_is_looped_on_a_sheet(new_browser: NewBrowser, new_clip: NewClip, new_person: NewPerson) -> None:
    person = new_person("nube7")
    clip = new_clip(person)
    page = new_browser()
    log_in(page, person)
    page.goto(clip.get_absolute_url())
    page.get_by_role("link", name="Loop").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("heading", name="Loop")).to_be_visible()
    sheet.get_by_text("Long").click()
    sheet.get_by_role("button", name="Make it").click()
    page.get_by_text("Making your clip").first.wait_for(state="attached")
    made = Video.objects.get(parent=clip)
    assert (made.relation, made.seconds) == (Relation.LOOP, 5.0)
    loop = new_clip(person, parent=clip, relation=Relation.LOOP)
    page.goto(loop.get_absolute_url())
    page.locator(".credit").click()
    page.wait_for_url(f"**{clip.get_absolute_url()}")

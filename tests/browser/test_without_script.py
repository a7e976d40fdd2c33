"""The library in a browser that runs no scripts: searching, favourites, takes, posting, deleting with undo."""

import re
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from celaje.app.accounts.models import Person
from celaje.app.posts.models import Audience, Post
from celaje.app.videos.models import Video
from tests.browser.conftest import NewBrowser, NewClip, log_in

NewPerson = Callable[..., Person]


def test_the_library_works_without_scripts(new_browser: NewBrowser, new_clip: NewClip, new_person: NewPerson) -> None:
    person = new_person("nube7")
    pair = uuid.uuid4()
    kite = new_clip(person, prompt="a kite over the roofs", takes=pair, take=0)
    other_take = new_clip(person, prompt="a kite over the roofs", takes=pair, take=1)
    dog = new_clip(person, prompt="a dog digs in the sand")
    page = new_browser(java_script_enabled=False)
    log_in(page, person)
    page.goto("/library")
    expect(page.locator(".tile")).to_have_count(3)

    _search(page, "sand", dog)
    _favour(page, dog)
    _look_at_takes(page, kite, other_take)
    _post(page, dog)
    _delete_and_undo(page, kite)
    _delete_several_and_undo(page, [kite, other_take])


def _tiles(page: Page) -> list[str]:
    return sorted(str(tile.get_attribute("href")) for tile in page.locator("a.tile").all())


def _search(page: Page, word: str, found: Video) -> None:
    page.get_by_role("searchbox").fill(word)
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"**q={word}*")
    assert _tiles(page) == [found.get_absolute_url()]
    page.get_by_role("searchbox").fill("no such words")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("heading", name="Nothing with “no such words”").wait_for()
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".tile")).to_have_count(3)


def _favour(page: Page, video: Video) -> None:
    page.locator(f"a.tile[href='{video.get_absolute_url()}']").click()
    heart = page.locator("form[action$='/favourite'] button")
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.goto("/library")
    page.get_by_role("link", name="Favourites").click()
    page.wait_for_url("**show=favourites")
    assert _tiles(page) == [video.get_absolute_url()]


def _look_at_takes(page: Page, video: Video, other: Video) -> None:
    page.goto(video.get_absolute_url())
    page.locator(f"a[href='{other.get_absolute_url()}']").first.click()
    page.wait_for_url(f"**{other.get_absolute_url()}")
    expect(page.locator("video")).to_have_attribute("controls", "")


def _post(page: Page, video: Video) -> None:
    page.goto(video.get_absolute_url())
    page.get_by_role("link", name="Post it").click()
    page.locator("[name=caption]").fill("Gone digging")
    page.locator("label.opt").filter(has=page.locator("[value=everyone]")).click()
    page.get_by_role("button", name="Post").click()
    page.wait_for_url("**/p/*")
    page.get_by_role("heading", name="Gone digging").wait_for()
    post = Post.objects.get()
    assert (post.video, post.audience) == (video, Audience.EVERYONE)
    page.goto("/library?show=posts")
    assert _tiles(page) == [video.get_absolute_url()]


def _delete_and_undo(page: Page, video: Video) -> None:
    page.goto(video.get_absolute_url())
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("1 clip is in the bin.").wait_for()
    assert video.get_absolute_url() not in _tiles(page)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(re.compile(r"/library(\?show=\w+)?$"))
    assert video.get_absolute_url() in _tiles(page)


def _delete_several_and_undo(page: Page, videos: list[Video]) -> None:
    page.goto("/library")
    page.get_by_role("link", name="Select").click()
    for video in videos:
        page.locator("label.tile").filter(has=page.locator(f"[value='{video.pk}']")).click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("2 clips are in the bin.").wait_for()
    expect(page.locator("a.tile")).to_have_count(1)
    page.goto("/library?show=bin")
    assert _tiles(page) == sorted(video.get_absolute_url() for video in videos)
    page.get_by_role("link", name="Select").click()
    page.locator("label.tile").first.click()
    page.get_by_role("button", name="Take back").click()
    page.goto("/library")
    expect(page.locator("a.tile")).to_have_count(2)

"""A storyboard is laid in a browser without scripts, and on its timeline by one with them; a box is drawn on a clip."""

from collections.abc import Callable

from playwright.sync_api import expect

from celaje.app.accounts.models import Person
from celaje.app.videos.models import Video
from celaje.clip import Request
from tests.browser.conftest import NewBrowser, NewClip, log_in, ready

NewPerson = Callable[..., Person]


def test_cards_are_laid_without_scripts(new_browser: NewBrowser, new_person: NewPerson) -> None:
    page = new_browser(java_script_enabled=False)
    log_in(page, new_person("nube7"))
    page.goto("/storyboards/new")
    page.locator("[name=card-0-text]").fill("a cat sleeps")
    page.get_by_role("button", name="Another card").click()
    expect(page.locator("[data-card]")).to_have_count(3)
    expect(page.locator("[name=card-0-text]")).to_have_value("a cat sleeps")
    page.get_by_role("button", name="Take this card away").nth(1).click()
    expect(page.locator("[data-card]")).to_have_count(2)
    page.locator("[name=card-1-text]").fill("it runs")
    page.get_by_role("button", name="Make it").last.click()
    page.wait_for_url("**/videos/video_*")
    assert Video.objects.get().request["prompt"] == "[0s-3s] a cat sleeps [6s-8s] it runs"


def test_cards_are_dragged_and_survive(new_browser: NewBrowser, new_person: NewPerson) -> None:
    page = new_browser()
    log_in(page, new_person("nube7"))
    page.goto("/storyboards/new")
    ready(page)
    page.locator("[name=card-0-text]").fill("a cat sleeps")
    page.locator("[name=card-1-text]").fill("it runs")
    mark = page.get_by_role("slider", name="Card 2 at 3 s")
    box, track = mark.bounding_box(), page.locator("[data-timeline]").bounding_box()
    assert box is not None
    assert track is not None
    page.mouse.move(box["x"] + 10, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 10 + track["width"] / 4, box["y"] + 20, steps=3)  # two of eight seconds
    page.mouse.up()
    expect(page.locator("[name=card-1-second]")).to_have_value("5")
    expect(page.locator("[data-says]").first).to_have_text("3 s, then 2 s that lead over")
    page.get_by_role("slider").nth(1).press("ArrowLeft")
    expect(page.locator("[name=card-1-second]")).to_have_value("4.75")
    page.get_by_role("slider").nth(1).press("Insert")
    expect(page.locator("[data-card]")).to_have_count(3)
    expect(page.locator("[name=card-2-text]")).to_have_value("it runs")
    page.reload()
    expect(page.locator("[data-card]")).to_have_count(3)
    expect(page.locator("[name=card-1-second]")).to_have_value("4.75")
    page.get_by_role("slider").nth(2).press("Delete")
    expect(page.locator("[data-card]")).to_have_count(2)
    page.get_by_role("button", name="Make it").last.click()
    page.wait_for_url("**/videos/video_*")
    page.goto("/storyboards/new")
    expect(page.locator("[name=card-0-text]")).to_have_value("")  # what was sent is no draft


def test_a_box_is_drawn_on_a_clip(new_browser: NewBrowser, new_clip: NewClip, new_person: NewPerson) -> None:
    person = new_person("nube7")
    clip = new_clip(person)
    page = new_browser()
    log_in(page, person)
    page.goto(f"/videos/{clip.pk}/edits/new")
    ready(page)
    page.locator("[name=change]").fill("a red car")
    page.get_by_text("Only a part of the picture").click()
    canvas = page.locator("[data-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    expect(page.locator("[name=left]")).to_have_value("50")
    canvas.press("ArrowDown")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/videos/video_*")
    region = Request.from_dict(Video.objects.get(parent=clip).request).known[0].region
    assert region is not None
    assert [round(float(side), 2) for side in region] == [0.5, 0.27, 1.0, 0.52]

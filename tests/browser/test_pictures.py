"""A clip that begins with a picture, in a real browser: chosen, dropped, taken away, and without JavaScript."""

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.videos.models import Status, Video
from tests.browser.conftest import NewBrowser, log_in, ready, until

NewPerson = Callable[..., Person]
DROP = """
async () => {
  const drawn = new OffscreenCanvas(8, 8);
  drawn.getContext("2d").fillRect(0, 0, 8, 8);
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([await drawn.convertToBlob()], "dropped.png", { type: "image/png" }));
  document.querySelector("h1").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
}
"""


def png(name: str = "begin.png") -> FilePayload:
    """A picture that is one."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def field(page: Page, place: str = "start") -> str:
    return f'.pic:has(input[name="{place}"])'


def test_a_picture_is_chosen_shown_and_taken_away(page: Page, new_person: NewPerson) -> None:
    log_in(page, new_person("nube7"))
    page.goto("/new")
    ready(page)
    page.get_by_label("Describe your clip").fill("a cat runs on the beach")
    start = page.locator(field(page))
    chosen, remove = start.locator("label img"), start.get_by_role("button", name="Without this picture")
    expect(remove).to_be_hidden()

    page.set_input_files("input[name=start]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"text"})
    expect(page.locator("#start-error")).to_have_text("This is no picture: give a JPEG, PNG or WebP.")
    page.set_input_files("input[name=start]", png())
    expect(page.locator("#start-error")).to_be_hidden()
    until(page, f"document.querySelector('{field(page)} img').naturalWidth === 64")
    remove.click()
    expect(chosen).to_have_count(0)
    page.evaluate("document.querySelector('.pic').dataset.most = 10")
    page.set_input_files("input[name=start]", png())
    expect(page.locator("#start-error")).to_have_text("A picture may have 20 MB.")
    page.evaluate("document.querySelector('.pic').dataset.most = 10000")
    page.evaluate(DROP)
    expect(remove).to_be_visible()
    page.set_input_files("input[name=end]", png("end.png"))

    # Another field is wrong: both pictures are there again, and one is left out by a touch.
    page.locator("summary", has_text="More").click()
    page.locator("input[name=seed]").fill("-1")
    page.get_by_role("button", name="Make it").click()
    page.locator("#seed-error").wait_for()
    kept = page.locator("label:has(input[name=kept])")
    expect(kept).to_have_count(2)
    until(page, "[...document.querySelectorAll('label:has(input[name=kept]) img')].every((img) => img.naturalWidth)")
    expect(start).to_be_hidden()  # it is taken, until it is left out
    kept.first.click()
    expect(start).to_be_visible()
    page.locator("input[name=seed]").fill("7")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/videos/*")
    [given] = Video.objects.get().request["known"]
    assert (storage.get(given["source"]), given["at_s"]) == (png()["buffer"], 6.0)

    video = Video.objects.get()
    Video.objects.update(status=Status.FAILED, error_code="unreadable_picture")
    page.goto(f"/videos/{video.pk}")
    expect(page.get_by_role("link", name="Last picture")).to_be_visible()
    page.get_by_role("link", name="Change the prompt").click()
    expect(page.locator("label:has(input[name=kept])")).to_contain_text("Last picture")


def test_a_picture_is_given_without_javascript(new_browser: NewBrowser, new_person: NewPerson) -> None:
    page = new_browser(java_script_enabled=False)
    log_in(page, new_person("nube7"))
    page.goto("/new")
    expect(page.locator("input[name=start]")).to_be_visible()
    assert page.locator("input[name=start]").evaluate("(input) => getComputedStyle(input).opacity") == "1"
    page.get_by_label("Describe your clip").fill("a cat runs on the beach")
    page.set_input_files("input[name=start]", {"name": "a.png", "mimeType": "image/png", "buffer": b"text"})
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#start-error")).to_have_text("This is no picture: give a JPEG, PNG or WebP.")
    expect(page.get_by_label("Describe your clip")).to_have_value("a cat runs on the beach")
    page.set_input_files("input[name=start]", png())
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile("/videos/video_"))
    assert len(Video.objects.get().request["known"]) == 1

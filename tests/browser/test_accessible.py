"""Every page for everybody: axe finds nothing serious on a phone or a desktop, in light or dark; one heading, one
title, the person's language; and the feed's every action is reached with the Tab key.
"""

from collections.abc import Callable, Iterable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.developers import actions as developers
from celaje.app.posts import actions as posts
from celaje.app.posts.models import Post
from celaje.app.videos.models import Status
from tests.browser.conftest import PHONE, NewBrowser, NewClip, log_in, ready, until

DESKTOP = {"width": 1440, "height": 900}
#: All rules where a page comes first; where it only changes its colours or its width, those that this may change.
ALL: tuple[str, ...] = ()
COLOURS = ("color-contrast", "link-in-text-block")
WIDTHS = (*COLOURS, "scrollable-region-focusable", "target-size", "landmark-unique", "aria-hidden-focus")
LOOKS = ((PHONE, "light", ALL), (PHONE, "dark", COLOURS), (DESKTOP, "dark", COLOURS), (DESKTOP, "light", WIDTHS))
FIND = """async (rules) => {
  const options = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
  return violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => {
    const nodes = one.nodes.slice(0, 3).map((node) => `${node.target} ${node.any.map((why) => why.message)}`);
    return `${one.id}: ${nodes.join(" | ")}`;
  });
}"""


def faults(page: Page, name: str, looks: Iterable[tuple[dict[str, int], str, tuple[str, ...]]] = LOOKS) -> list[str]:
    """What axe calls serious or critical on the page as it stands, in each look, in words."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for size, scheme, rules in looks:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{name} {size['width']} {scheme}: {fault}" for fault in page.evaluate(FIND, list(rules))]
    return found


def whole(page: Page, name: str, language: str) -> list[str]:
    """What is missing of a heading, a title and a language."""
    headings = page.locator("h1").count()
    lang, title = page.locator("html").get_attribute("lang"), page.title()
    missing = [f"{name}: {headings} h1"] if headings != 1 else []
    missing += [f"{name}: lang {lang}"] if lang != language else []
    return missing + ([f'{name}: title "{title}"'] if len(title.replace(" · Celaje", "").strip()) < 2 else [])


def check(page: Page, addresses: Iterable[str], language: str) -> list[str]:
    """All faults of all pages at these addresses."""
    found = []
    for address in addresses:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in (200, 404), f"{address} answers {answer.status}"
        found += whole(page, address, language) + faults(page, address)
    return found


def test_faults_are_found(new_browser: NewBrowser) -> None:
    page = new_browser()
    page.goto("/offline")
    page.evaluate("document.body.innerHTML = '<button></button>'")
    assert whole(page, "page", "en") == ["page: 0 h1"]
    found = " ".join(faults(page, "page", LOOKS[:1]))
    assert "button-name" in found


def test_the_pages_of_guests(new_browser: NewBrowser, new_person: Callable[..., Person], new_clip: NewClip) -> None:
    page = new_browser("en")
    found = check(page, ["/first", "/offline"], "en")
    admin = new_person("lluvia", is_staff=True)
    code = people.invite(admin).code
    post = posts.publish(admin, new_clip(admin), caption="For all", audience="link", may_remix=True)
    reset = people.make_reset_link(admin)
    addresses = [f"/join/{code}", "/join/NO", "/accounts/login/", "/accounts/password/reset/", f"/reset/{reset}"]
    assert found + check(page, [*addresses, f"/p/{post.pk}"], "en") == []


@pytest.fixture
def nube(new_person: Callable[..., Person]) -> Person:
    """Who looks at the pages. She reads Spanish."""
    return new_person("nube7", name="Nube", language="es")


def test_the_pages_of_a_newcomer(new_browser: NewBrowser, nube: Person) -> None:
    page = new_browser("en")
    log_in(page, nube)
    addresses = ["/?view=latest", "/?view=following", "/library", "/notices", "/search", "/@nube7", "/new"]
    assert check(page, addresses, "es") == []


def test_the_pages_of_a_member(
    new_browser: NewBrowser, nube: Person, new_person: Callable[..., Person], new_clip: NewClip
) -> None:
    sol = new_person("sol_1", name="Sol", about="Mountains, mostly.")
    post = _posted(sol, new_clip, "Over the hills")
    mine = _posted(nube, new_clip, "Mine", remix_of=post)
    posts.like(sol, mine)
    people.follow(nube, sol)
    people.invite(nube)
    draft = new_clip(nube, is_favourite=True, understanding={"taken": {}, "unknown": ["zeppelin"], "shortened": True})
    running = new_clip(nube, status=Status.IN_PROGRESS, progress=40, stage="imagining")
    failed = new_clip(nube, status=Status.FAILED, error_code="unexpected", error_message="Algo falló.")
    cancelled = new_clip(nube, status=Status.CANCELLED)
    developers.make_key(nube, name="laptop", scopes=["read"])
    page = new_browser("en")
    log_in(page, nube)
    clips = [draft, running, failed, cancelled]
    addresses = [
        *("/?view=latest", "/?view=top", f"/p/{post.pk}", f"/p/{post.pk}/remixes/new", f"/p/{post.pk}/menu"),
        *("/new", *(video.get_absolute_url() for video in clips), f"/new?from={draft.pk}"),
        *(f"/videos/{draft.pk}/publication", f"/videos/{mine.video_id}/publication"),
        *(f"/videos/{draft.pk}/{task}/new" for task in ("extensions", "loops", "edits", "starts")),
        *("/library", "/library?show=favourites", "/@sol_1", "/@sol_1/followers", "/@nube7?show=remixes"),
        *("/search", "/search?q=hills", "/search?q=nothing", "/notices", f"/reports/new?post={post.pk}", "/nowhere"),
    ]
    assert check(page, addresses, "es") == []


def test_the_pages_of_the_tasks(
    new_browser: NewBrowser, nube: Person, new_person: Callable[..., Person], new_clip: NewClip
) -> None:
    _posted(new_person("sol_1"), new_clip, "Over the hills")
    clip, other = new_clip(nube), new_clip(nube)
    script = 'style = "natural"  # natural, film noir\n[[shots]]\nplace = "beach"  # alley, beach\n'
    filmed = new_clip(nube, plan={"task": "previz", "script": script})
    card = {"second": 0.0, "text": "a cat", "picture": "", "clip": other.pk}
    told = new_clip(nube, plan={"task": "storyboard", "seconds": 8.0, "prompt": "a cat", "cards": [card]})
    page = new_browser("en")
    log_in(page, nube)
    addresses = [
        *(f"/videos/{clip.pk}/{task}/new" for task in ("connections", "blends", "recuts", "scores")),
        *("/storyboards/new", f"/storyboards/new?from={told.pk}"),
        *("/uploads/new", "/previz/new", f"/previz/new?from={filmed.pk}"),
    ]
    assert check(page, addresses, "es") == []


def test_the_settings(new_browser: NewBrowser, nube: Person) -> None:
    people.invite(nube)
    people.mute(nube, Person.objects.create_user("ruido"))
    page = new_browser("en")
    log_in(page, nube)
    names = ("", "/profile", "/look", "/security", "/people", "/export", "/leaving")
    others = ["/invitations", "/accounts/sessions/", "/developers", "/developers/webhooks"]
    assert check(page, [*(f"/settings{name}" for name in names), *others], "es") == []


def test_sheets_that_open(new_browser: NewBrowser, nube: Person, new_clip: NewClip) -> None:
    _posted(Person.objects.create_user("sol_1"), new_clip, "Over the hills")
    page = new_browser("en")
    log_in(page, nube)
    found = []
    for opener in (".act.sun", ".acts > a:last-child", "[data-open=talk]", ".here"):
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto("/?view=latest")
        page.locator(opener).first.click()
        page.locator("#sheet h2:visible, #talk h2:visible, #views a:visible").first.wait_for()
        found += faults(page, opener, [look for look in LOOKS if look[0] == PHONE])
    assert found == []


def test_the_feed_by_keyboard(new_browser: NewBrowser, nube: Person, new_clip: NewClip) -> None:
    sol = Person.objects.create_user("sol_1")
    for number in range(3):
        post = _posted(sol, new_clip, f"Hill {number}")
    remix = _posted(sol, new_clip, "A remix", remix_of=post)
    page = new_browser("en")
    log_in(page, nube)
    page.goto("/?view=latest")
    page.locator(f"#c-{remix.pk} video").wait_for()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.outerHTML"))
    here = f"#c-{remix.pk}"
    everything = f".dock a:visible, .dock button:visible, .pill, {here} a:visible, {here} button:visible"
    actions: list[str] = page.locator(everything).evaluate_all("all => all.map((one) => one.outerHTML)")
    assert len(actions) >= 14
    assert [html for html in actions if html not in reached] == []

    page.goto("/?view=latest")
    first = page.locator(f"#c-{remix.pk}")
    ready(page)
    page.keyboard.press("l")
    first.locator("[data-key=l][aria-pressed=true]").wait_for()
    page.keyboard.press("j")
    until(page, "Math.round(document.querySelector('#stage').scrollTop) > 300")
    page.keyboard.press("c")
    page.locator("#talk input[name=text]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#talk input[name=text]").wait_for(state="hidden")
    page.keyboard.press("k")
    until(page, "Math.round(document.querySelector('#stage').scrollTop) < 5")


def test_comments_that_are_slow_can_be_taken_back(new_browser: NewBrowser, nube: Person, new_clip: NewClip) -> None:
    """Escape before they are there: they do not take the next key for a word."""
    sol = Person.objects.create_user("sol_1")
    for number in range(3):
        _posted(sol, new_clip, f"Hill {number}")
    page = new_browser("en")
    log_in(page, nube)
    page.goto("/?view=latest")
    ready(page)
    page.keyboard.press("j")
    until(page, "Math.round(document.querySelector('#stage').scrollTop) > 300")
    waiting: list[Route] = []
    page.route("**/*panel=1*", lambda route: waiting.append(route))
    page.keyboard.press("c")
    while not waiting:
        page.wait_for_timeout(20)
    page.keyboard.press("Escape")
    for route in waiting:
        route.continue_()
    page.unroute("**/*panel=1*")
    page.locator("#talk input[name=text]").wait_for(state="attached")
    page.wait_for_timeout(200)  # long enough to take the key, if it did
    page.keyboard.press("k")
    until(page, "Math.round(document.querySelector('#stage').scrollTop) < 5")
    assert page.locator("#talk input[name=text]").input_value() == ""


def _posted(author: Person, new_clip: NewClip, caption: str, *, remix_of: Post | None = None) -> Post:
    more = {"parent": remix_of.video, "relation": "remix", "change": "make it winter"} if remix_of else {}
    post = posts.publish(author, new_clip(author, **more), caption=caption, audience="everyone", may_remix=True)
    posts.comment(author, post, "My first one")
    return post

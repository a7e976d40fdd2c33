"""Passkeys in a real browser, with a virtual authenticator: found, log out, log in, join, add, confirm, reset."""

from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, Route

from celaje.app.accounts import actions
from celaje.app.accounts.models import Invitation, Person
from tests.browser.conftest import NewBrowser, ready, until

#: A browser that offers passkeys in the field, where nobody takes one; it takes one request at a time, as browsers do.
NOBODY_CHOOSES = """
const get = navigator.credentials.get.bind(navigator.credentials);
window.offers = [];
navigator.credentials.get = (asked) => {
  if (asked.mediation === "conditional") {
    offers.push(asked.signal);
    return new Promise((_, refuse) => asked.signal.addEventListener("abort", () => refuse(asked.signal.reason)));
  }
  if (offers.some((signal) => !signal.aborted)) return Promise.reject(new DOMException("pending", "OperationError"));
  return get(asked);
};
"""


def _log_out(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/accounts/login/**")


def test_a_house_is_founded_and_entered_with_a_passkey(page: Page) -> None:
    page.goto("/")
    assert page.url.endswith("/first")
    ready(page)
    page.get_by_label("Name of this house").fill("Film club")
    page.get_by_label("Your name").fill("Nube")
    page.get_by_label("Handle").fill("nu")
    page.get_by_label("Handle").press_sequentially("be7")
    page.get_by_text("@nube7 is free.").wait_for()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("/")
    person = Person.objects.get()
    assert not person.has_usable_password()
    assert Authenticator.objects.get(user=person).type == "webauthn"

    _log_out(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("/")

    page.goto("/settings/security")
    page.get_by_text("Passkey 1").wait_for()
    # Adding a key needs the first one again: the passkey is asked for, then the page that was wanted is there.
    page.get_by_role("link", name="Rename").click()
    page.get_by_role("button", name="Use my passkey").click()
    page.locator("input[name=name]").fill("Phone")
    page.get_by_role("button", name="Save").click()
    page.goto("/settings/security")
    page.get_by_text("Phone").wait_for()


def test_a_button_that_is_pressed_before_its_script_has_come_waits_for_it(page: Page) -> None:
    held: list[Route] = []
    page.route("**/behaviours/passkey*.js", lambda route: held.append(route))
    page.goto("/first", wait_until="domcontentloaded")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_role("button", name="Begin").click()
    until(page, "document.querySelector('form').matches('[behaviour-passkey]')")
    [script] = held
    script.continue_()
    page.wait_for_url("/")
    assert Authenticator.objects.get().type == "webauthn"


def test_what_a_browser_may_offer_is_asked_for_no_more_once_somebody_logs_in(new_browser: NewBrowser) -> None:
    """Its answer begins a session in which nobody is logged in, and would take the place of theirs."""
    page = new_browser(autofill=True)
    Person.objects.create_user("nube7", "correct horse battery")
    offers: list[Route] = []
    log_ins: list[Route] = []
    page.route("**/accounts/2fa/webauthn/login/", lambda route: offers.append(route))
    with page.expect_request("**/accounts/2fa/webauthn/login/"):
        page.goto("/accounts/login/")
    page.route("**/accounts/login/", lambda route: log_ins.append(route))
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    with page.expect_event("requestfailed", lambda request: "webauthn" in request.url):
        page.get_by_role("button", name="Log in", exact=True).click(no_wait_after=True)
    while not log_ins:
        page.wait_for_timeout(20)
    log_ins[0].continue_()
    page.wait_for_url("/")


def test_joining_with_a_passkey_spends_the_invitation(page: Page) -> None:
    inviter = Person.objects.create_user("lluvia", "correct horse battery")
    code = actions.invite(inviter).code
    page.goto(f"/join/{code}")
    page.get_by_label("Handle").fill("lluvia")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("Somebody here already has this handle.").first.wait_for()
    page.get_by_label("Handle").fill("nube7")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("/")
    person = Person.objects.get(handle="nube7")
    assert Invitation.objects.get().guest == person
    # A password beside the passkey is a second way in, not a first factor that asks for the passkey too.
    person.set_password("correct horse battery")
    person.save()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("/")


def test_a_reset_link_gives_a_new_passkey(page: Page) -> None:
    person = Person.objects.create_user("nube7", "correct horse battery")
    page.goto(f"/reset/{actions.make_reset_link(person)}")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("/")
    _log_out(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("/")


def test_a_passkey_is_added_to_a_password(page: Page) -> None:
    person = Person.objects.create_user("nube7", "correct horse battery")
    page.goto("/accounts/login/?next=/settings/passkeys")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_label("Password").fill("correct horse battery")  # is it you?
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Ask my device").click()
    page.wait_for_url("**/settings/security")
    assert Authenticator.objects.filter(user=person).count() == 1
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("/")


def test_the_browser_fills_in_a_passkey_where_the_handle_goes(new_browser: NewBrowser) -> None:
    page = new_browser(autofill=True)
    person = Person.objects.create_user("nube7", "correct horse battery")
    page.goto(f"/reset/{actions.make_reset_link(person)}")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("/")
    page.goto("/settings")
    page.get_by_role("button", name="Log out").click()
    # The authenticator chooses for the person: nothing is pressed, and they are in.
    page.wait_for_url("**/accounts/login/**", wait_until="commit")
    page.wait_for_url("/")
    page.goto("/settings/security")
    page.get_by_text("Passkey 1").wait_for()


def test_the_button_takes_the_place_of_an_offer(new_browser: NewBrowser) -> None:
    page = new_browser(autofill=True)
    page.goto("/first")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("/")
    page.add_init_script(NOBODY_CHOOSES)
    _log_out(page)
    until(page, "window.offers?.length === 1")
    assert page.get_by_label("Handle").get_attribute("autocomplete") == "username webauthn"
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("/")


def test_a_browser_without_passkeys_gets_the_password(page: Page) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/first")
    page.locator("button.sun[data-passkey]").wait_for(state="hidden")
    page.get_by_label("Handle").fill("nube7")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("/")

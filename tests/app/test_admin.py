"""The admin's pages speak Spanish to who speaks Spanish: our words, Django's, and its theme's, which has none."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import House, Person, Role
from celaje.app.moderation import actions as moderation
from celaje.app.moderation.models import Report
from celaje.app.posts import actions as posts

Make = Callable[..., Any]
Ask = Callable[[], Any]

ATTRIBUTES = ("title", "placeholder", "aria-label", "alt", "data-placeholder", "data-confirm")
PEOPLE = {"la_jefa", "@la_jefa", "guest_of", "@guest_of", "member", "Member", "keeper", "Keeper"}
DATA = {"Celaje", "celaje", "esc", "7 s", "ABCDEFGHJK", "a kite over the roofs", "mine", "2 total", "No"}


class Words(HTMLParser):
    """What a page says: its texts, its buttons, and the attributes that are shown or read aloud."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.silent = False
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.silent = tag in ("script", "style") or "material-symbols" in (given.get("class") or "")  # names of icons
        spoken = ATTRIBUTES if given.get("type") not in ("submit", "button") else (*ATTRIBUTES, "value")
        for name in spoken:
            self._add(given.get(name) or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._add(data)

    def _add(self, text: str) -> None:
        text = " ".join(text.split())
        if re.search(r"[A-Za-z]{2}", text):
            self.found.add(text)


def asks(client: Client, admin: Person, guest: Person, role: Role, report: Report) -> dict[str, Ask]:
    """Everything that is looked at, by what it is."""
    house, post = House.current(), report.post
    assert post is not None
    addresses = [
        *("", "accounts/", "password_change/", "search/?s=e", "nowhere/"),
        *(f"accounts/house/{house.pk}/change/", f"accounts/house/{house.pk}/history/"),
        *("accounts/role/", "accounts/role/add/", f"accounts/role/{role.pk}/change/"),
        *(f"accounts/role/{role.pk}/history/", f"accounts/role/{role.pk}/delete/"),
        *("accounts/person/", "accounts/person/?q=xyzzy", "accounts/person/?is_staff__exact=1&q=jefa"),
        *("accounts/person/tree/", f"accounts/person/{guest.pk}/change/", f"accounts/person/{guest.pk}/history/"),
        *("accounts/invitation/", "moderation/report/?all=1", f"moderation/report/{report.pk}/change/"),
        *("posts/post/", f"posts/post/{post.pk}/change/"),
    ]
    found: dict[str, Ask] = {
        address: lambda address=address: client.get(f"/admin/{address}", follow=True)  # type: ignore[misc]
        for address in addresses
    }
    wrong = {"name": "", "video_seconds_per_day": "-1", "max_waiting_jobs": "x"}
    chosen = {"action": "delete_selected", "_selected_action": [role.pk]}
    nothing = {"action": "deactivate"}
    found |= {
        "a form with errors": lambda: client.post("/admin/accounts/role/add/", wrong),
        "deleting what was chosen": lambda: client.post("/admin/accounts/role/", chosen),
        "nothing chosen": lambda: client.post("/admin/accounts/person/", nothing, follow=True),
        "logging in": lambda: Client().get(
            "/admin/", follow=True, headers={"Accept-Language": Person.objects.get(pk=admin.pk).language}
        ),
        "logged out": lambda: client.post("/admin/logout/", headers={"Accept-Language": admin.language}),
    }
    return found


def test_no_english_in_the_spanish_admin(client: Client, new_person: Make, new_video: Make) -> None:
    admin, guest = new_person("la_jefa", is_staff=True, is_superuser=True), new_person("guest_of")
    video = new_video(guest, prompt="a kite over the roofs")
    post = posts.publish(guest, video, caption="mine", audience="everyone", may_remix=True)
    report = moderation.report(admin, post=post, reason="spam")
    invitation = people.invite(admin)
    role = Role.objects.create(name="keeper")
    kinds = {thing: ContentType.objects.get_for_model(thing) for thing in (guest, role)}
    for thing, kind in kinds.items():
        said = {"user": admin, "content_type": kind, "object_id": str(thing.pk), "object_repr": str(thing)}
        LogEntry.objects.create(**said, action_flag=CHANGE, change_message='[{"changed": {"fields": ["Name"]}}]')
    data = PEOPLE | DATA | {invitation.code, post.pk, post.pk.capitalize(), str(video)}
    english: dict[str, set[str]] = {}
    for what, ask in asks(client, admin, guest, role, report).items():
        words = []
        for language in ("en", "es"):
            Person.objects.filter(pk=admin.pk).update(language=language)
            admin.refresh_from_db()
            cache.clear()
            client.force_login(admin)
            words.append(Words(ask().content.decode()).found)
        assert words[1], what
        english[what] = words[0] & words[1] - data
    assert not {what: sorted(words) for what, words in english.items() if words}

"""Reporting a clip, a comment or a person."""

from collections.abc import Callable

import pytest
from django.test import Client

from celaje.app.accounts.models import Person
from celaje.app.moderation.models import Report
from celaje.app.posts import actions
from celaje.app.posts.models import Post

NewPerson = Callable[..., Person]
NewPost = Callable[..., Post]


@pytest.mark.parametrize("about", ["post", "comment", "person"])
def test_a_report_arrives(
    signed_in: Client, person: Person, new_person: NewPerson, new_post: NewPost, about: str
) -> None:
    post = new_post(new_person("nube7"))
    comment = actions.comment(post.author, post, "hm")
    given = {"post": post.id, "comment": str(comment.pk), "person": "nube7"}[about]
    assert f'name="{about}" value="{given}"' in signed_in.get("/reports/new", {about: given}).content.decode()
    page = signed_in.post("/reports", {about: given, "reason": "spam", "text": "look"}, follow=True).content.decode()
    assert "Thank you" in page
    report = Report.objects.get()
    assert getattr(report, about) == {"post": post, "comment": comment, "person": post.author}[about]
    assert (report.reporter, report.reason, report.text) == (person, "spam", "look")


def test_a_reason_is_needed_and_the_words_stay(signed_in: Client, new_person: NewPerson) -> None:
    new_person("nube7")
    answer = signed_in.post("/reports", {"person": "nube7", "text": "they shout"})
    assert answer.status_code == 400
    assert "Choose why." in answer.content.decode()
    assert "they shout" in answer.content.decode()


@pytest.mark.parametrize("given", [{}, {"post": "0" * 20}, {"comment": "x"}, {"comment": "9" * 30}, {"person": "nope"}])
def test_nothing_to_report_is_not_found(signed_in: Client, given: dict[str, str]) -> None:
    assert signed_in.get("/reports/new", given).status_code == 404
    assert signed_in.post("/reports", given | {"reason": "spam"}).status_code == 404

"""Reports, and what an admin makes of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError, QuotaError
from celaje.app.moderation import actions
from celaje.app.moderation.models import Report, State
from celaje.app.posts import actions as posts
from celaje.app.posts import queries, wording
from celaje.app.posts.models import Comment, Post

Make = Callable[..., Any]


@pytest.fixture
def admin(new_person: Make) -> Person:
    person: Person = new_person("the_admin", is_staff=True, is_superuser=True)
    return person


@pytest.fixture
def post(new_person: Make, new_video: Make) -> Post:
    author = new_person("author")
    return posts.publish(author, new_video(author), caption="mine", audience="everyone", may_remix=True)


def test_a_report_of_each_thing_once_a_person(new_person: Make, post: Post) -> None:
    one, two = new_person(), new_person()
    said = posts.comment(one, post, "rude")
    first = actions.report(two, post=post, reason="spam", text=" it sells things ")
    assert first.text == "it sells things"
    assert actions.report(two, post=post, reason="violence") == first
    actions.report(two, comment=said, reason="harassment")
    actions.report(two, person=one, reason="other")
    actions.report(one, post=post, reason="spam")
    assert Report.objects.filter(state=State.OPEN).count() == 4


def test_what_cannot_be_reported(new_person: Make, post: Post) -> None:
    other, blocked = new_person(), new_person()
    people.block(post.author, blocked)
    own = posts.comment(other, post, "mine")
    with pytest.raises(InvalidError) as error:
        actions.report(other, post=post, reason="because")
    assert error.value.field == "reason"
    with pytest.raises(InvalidError) as error:
        actions.report(other, post=post, reason="spam", text="x" * 501)
    assert error.value.field == "text"
    wrong: list[dict[str, Any]] = [{}, {"post": post, "person": post.author}, {"comment": own}, {"person": other}]
    for given in wrong:  # none, two, one's own words, oneself
        with pytest.raises(InvalidError):
            actions.report(other, reason="spam", **given)
    unseen: list[dict[str, Any]] = [{"post": post}, {"comment": own}, {"person": post.author}]
    for given in unseen:
        with pytest.raises(NotFoundError):
            actions.report(blocked, reason="spam", **given)
    assert not Report.objects.exists()


def test_so_many_a_day(new_person: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "REPORTS_PER_DAY", 3)
    reporter = new_person()
    for _ in range(3):
        actions.report(reporter, person=new_person(), reason="spam")
    with pytest.raises(QuotaError):
        actions.report(reporter, person=new_person(), reason="spam")
    assert actions.report(new_person(), person=reporter, reason="spam")


def test_hiding_closes_all_reports_and_tells(new_person: Make, post: Post, admin: Person) -> None:
    one, two = new_person(), new_person()
    first = actions.report(one, post=post, reason="spam")
    actions.report(two, post=post, reason="violence")
    other = actions.report(two, person=post.author, reason="other")
    with pytest.raises(NotAllowedError):
        actions.decide(one, first, hide=True)
    actions.decide(admin, first, hide=True, note="a trick indeed")
    decided = Report.objects.filter(post=post).values_list("state", "decided_by", "note")
    assert set(decided) == {(State.UPHELD, admin.pk, "a trick indeed")}
    other.refresh_from_db()
    assert other.state == State.OPEN
    assert queries.feed(one).posts == []
    with pytest.raises(NotFoundError):
        queries.get(one, post.pk)
    assert queries.get(post.author, post.pk).hidden_at is not None
    assert queries.get(admin, post.pk) == post
    said = {person: wording.words(queries.notices(person).notices[0]) for person in (one, two, post.author)}
    assert said[one] == said[two] == "What you reported was taken down. Thank you."
    assert said[post.author] == "An admin has hidden your post. You still see it."
    actions.show_post(admin, post)
    assert queries.feed(one).posts == [post]


def test_keeping(new_person: Make, post: Post, admin: Person) -> None:
    reporter = new_person()
    report = actions.report(reporter, post=post, reason="spam")
    actions.decide(admin, report, hide=False)
    report.refresh_from_db()
    assert report.state == State.DISMISSED
    assert queries.feed(reporter).posts == [post]
    assert wording.words(queries.notices(reporter).notices[0]) == "An admin looked at what you reported. It stays."


def test_comments_go_and_people_are_deactivated(new_person: Make, post: Post, admin: Person) -> None:
    rude, reporter = new_person(), new_person()
    said = posts.comment(rude, post, "rude")
    posts.comment(reporter, post, "stop it", said)
    actions.decide(admin, actions.report(reporter, comment=said, reason="harassment"), hide=True)
    assert [comment.text for comment in queries.comments(reporter, post).comments] == [""]
    alone = posts.comment(rude, post, "rude again")
    actions.decide(admin, actions.report(reporter, comment=alone, reason="harassment"), hide=True)
    assert [comment.pk for comment in queries.comments(reporter, post).comments] == [said.pk]
    assert Comment.objects.get(pk=alone.pk).text == ""
    actions.decide(admin, actions.report(reporter, person=rude, reason="harassment"), hide=True)
    rude.refresh_from_db()
    assert not rude.is_active
    with pytest.raises(NotAllowedError):
        actions.decide(admin, actions.report(reporter, person=admin, reason="other"), hide=True)
    assert sorted(Report.objects.values_list("state", flat=True)) == ["open", "upheld", "upheld", "upheld"]


# In the admin


def test_the_queue(client: Client, new_person: Make, post: Post, admin: Person) -> None:
    reporter = new_person("reporter")
    said = posts.comment(new_person("rude_one"), post, "so rude")
    reports = [
        actions.report(reporter, post=post, reason="spam", text="buy <b>this</b>"),
        actions.report(reporter, comment=said, reason="harassment"),
        actions.report(reporter, person=said.author, reason="other"),
    ]
    client.force_login(admin)
    page = client.get("/admin/moderation/report/", follow=True)
    assert page.status_code == 200
    shown = page.content.decode()
    assert f"/media/test/{post.video_id}-poster.webp" in shown
    assert "buy &lt;b&gt;this" in shown
    assert "so rude" in shown
    for report in reports:
        assert client.get(f"/admin/moderation/report/{report.pk}/change/").status_code == 200
    address = f"/admin/moderation/report/{reports[0].pk}/change/"
    assert "a cat runs on the beach" in client.get(address).content.decode()
    assert client.post(address, {"note": "hm"}).status_code == 200  # without a decision: the form again
    assert client.post(address, {"decision": "hide", "note": "a trick"}).status_code == 302
    reports[0].refresh_from_db()
    assert (reports[0].state, reports[0].note, reports[0].decided_by) == (State.UPHELD, "a trick", admin)
    assert Post.objects.get().hidden_at is not None
    again = client.get(address)
    assert again.status_code == 200  # to be read
    assert client.post(address, {"decision": "keep"}).status_code == 403
    actioned = {"action": "keep", "_selected_action": [reports[1].pk, reports[2].pk]}
    assert client.post("/admin/moderation/report/?state__exact=open", actioned).status_code == 302
    assert not Report.objects.filter(state=State.OPEN).exists()


def test_an_admin_is_not_deactivated_from_the_queue(client: Client, new_person: Make, admin: Person) -> None:
    report = actions.report(new_person(), person=admin, reason="other")
    client.force_login(admin)
    page = client.post(f"/admin/moderation/report/{report.pk}/change/", {"decision": "hide"})
    assert page.status_code == 200
    assert "An admin cannot be deactivated here." in page.content.decode()


def test_posts_are_hidden_and_shown(client: Client, new_person: Make, post: Post, admin: Person) -> None:
    client.force_login(admin)
    assert "mine" in client.get("/admin/posts/post/").content.decode()
    for action, hidden in (("hide", True), ("show", False)):
        answer = client.post("/admin/posts/post/", {"action": action, "_selected_action": [post.pk]})
        assert answer.status_code == 302
        assert (Post.objects.get().hidden_at is not None) == hidden
    assert client.get(f"/admin/posts/post/{post.pk}/change/").status_code == 200  # to be read


def test_members_do_not_get_in(client: Client, new_person: Make, post: Post) -> None:
    client.force_login(new_person())
    for address in ("/admin/moderation/report/", "/admin/posts/post/"):
        assert client.get(address).status_code == 302

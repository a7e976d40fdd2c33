"""What lies between people, handles, profiles, pictures and reset links."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from celaje.app import storage
from celaje.app.accounts import actions, jobs, queries
from celaje.app.accounts.models import Person, ResetLink
from celaje.app.errors import InvalidError, NotFoundError
from celaje.media.portrait import SIDE, cut_portrait

NewPerson = Callable[..., Person]


def test_blocked_people_are_out_of_each_others_sight(new_person: NewPerson) -> None:
    one, other, third = new_person("one"), new_person("other"), new_person("third")
    actions.follow(one, other)
    actions.follow(other, one)
    assert queries.bond(one, other).mutual
    assert list(queries.mutuals(one)) == [other]
    actions.block(one, other)
    assert queries.are_blocked(one, other)
    assert queries.are_blocked(other, one)
    assert not queries.is_following(one, other)
    assert not queries.is_following(other, one)
    for viewer, hidden in ((one, other), (other, one)):
        assert set(queries.visible_people(viewer)) == {viewer, third}
        with pytest.raises(NotFoundError):
            queries.get(viewer, hidden.handle)
        with pytest.raises(NotFoundError):
            actions.follow(viewer, hidden)
    assert set(queries.visible_people(third)) == {one, other, third}
    assert set(queries.visible_people(None)) == {one, other, third}
    assert list(queries.blocked_people(one)) == [other]
    assert list(queries.blocked_people(other)) == []
    actions.unblock(one, other)
    assert queries.get(one, "OTHER") == other


def test_who_is_deactivated_is_seen_by_nobody(new_person: NewPerson) -> None:
    one, gone = new_person("one"), new_person("gone", is_active=False)
    assert set(queries.visible_people(one)) == {one}
    assert gone not in queries.visible_people(None)
    with pytest.raises(NotFoundError):
        actions.follow(one, gone)


def test_muting_is_the_muters_alone(new_person: NewPerson) -> None:
    one, other = new_person("one"), new_person("other")
    actions.mute(one, other)
    actions.mute(one, other)
    assert queries.bond(one, other).mutes
    assert queries.bond(other, one) == queries.Bond()
    assert set(Person.objects.filter(pk__in=queries.people_muted_by(one))) == {other}
    actions.unmute(one, other)
    assert not queries.people_muted_by(one).exists()


def test_nobody_does_these_to_themselves(person: Person) -> None:
    for act in (actions.follow, actions.block, actions.mute):
        with pytest.raises(InvalidError):
            act(person, person)


def test_who_is_hidden_costs_no_query_of_its_own(new_person: NewPerson) -> None:
    viewer = new_person()
    actions.block(viewer, new_person())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(queries.visible_people(viewer)) == 1
    assert len(asked) == 1


@given(handle=st.text(max_size=40))
@pytest.mark.django_db
def test_a_handle_is_kept_in_one_shape_or_refused_in_words(handle: str) -> None:
    try:
        kept = actions.check_handle(handle)
    except InvalidError as error:
        refused = error
    else:
        assert actions.check_handle(kept) == kept
        assert (kept.isascii(), kept) == (True, kept.lower())
        return
    assert refused.field == "handle"
    assert str(refused)


def test_a_profile_is_tidied_and_too_much_is_refused(person: Person) -> None:
    actions.change_profile(person, name="  Nube \n siete ", about="I make  fog.")
    person.refresh_from_db()
    assert (person.name, person.about) == ("Nube siete", "I make fog.")
    for fields, field in (({"name": "x" * 51}, "name"), ({"name": "  "}, "name"), ({"about": "x" * 201}, "about")):
        with pytest.raises(InvalidError) as caught:
            actions.change_profile(person, **({"name": "Nube", "about": ""} | fields))
        assert caught.value.field == field
    actions.change_language(person, "es")
    with pytest.raises(InvalidError):
        actions.change_language(person, "tlh")


def _picture(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P")]
)
def test_a_portrait_is_a_small_square(kind: str, mode: str) -> None:
    with Image.open(io.BytesIO(cut_portrait(_picture(kind, (640, 320), mode)))) as portrait:
        assert (portrait.format, portrait.size) == ("WEBP", (SIDE, SIDE))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff nothing", _picture("PNG", (300, 300))[:200]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        cut_portrait(content)


def test_a_picture_is_taken_cut_and_replaced(person: Person) -> None:
    for content, words in ((b"MZ...", "no JPEG"), (b"\x89PNG\r\n\x1a\n" + bytes(9 * 2**20), "8 MB")):
        with pytest.raises(InvalidError, match=words):
            actions.change_picture(person, content)
    names = []
    for _ in range(2):
        actions.change_picture(person, _picture("PNG", (300, 200)))
        [upload] = storage.names("uploads")
        jobs.make_portrait(person.pk, upload, cut_portrait)
        jobs.make_portrait(person.pk, upload, cut_portrait)  # once more, by a worker that took over
        person.refresh_from_db()
        names.append(person.picture)
        assert list(storage.names("uploads")) == []
    assert list(storage.names("people")) == [names[1]]
    actions.change_picture(person, b"\x89PNG\r\n\x1a\n but broken")
    [upload] = storage.names("uploads")
    jobs.make_portrait(person.pk, upload, cut_portrait)
    person.refresh_from_db()
    assert person.picture == names[1]
    assert list(storage.names("uploads")) == []
    actions.remove_picture(person)
    jobs.forget_files([names[1]])
    assert list(storage.names("people")) == []


def test_a_reset_link_works_once_and_only_the_newest(person: Person) -> None:
    old, token = actions.make_reset_link(person), actions.make_reset_link(person)
    assert token not in str(ResetLink.objects.values())
    for wrong in (old, token + "x", ""):
        with pytest.raises(NotFoundError):
            actions.use_reset_link(wrong, password="a sky full of kites")
    with pytest.raises(InvalidError):
        actions.use_reset_link(token, password="short")
    assert actions.use_reset_link(token, password="a sky full of kites") == person
    with pytest.raises(NotFoundError):
        actions.use_reset_link(token, password="another sky full of kites")
    person.refresh_from_db()
    assert person.check_password("a sky full of kites")


def test_a_reset_link_ends_after_a_day(person: Person) -> None:
    token = actions.make_reset_link(person)
    ResetLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFoundError):
        queries.reset_link(token)

"""Who gets in: whatever people do, a code lets one in, nobody invites beyond their role, closed doors are closed."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from celaje.app.accounts import actions, queries
from celaje.app.accounts.models import Doors, House, Invitation, Person, Role
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError

PASSWORD = "a sky full of kites"
PLACES = st.integers(0, 30)


class Gatekeeping(RuleBasedStateMachine):
    """A house in which people invite, withdraw, join, are deactivated, and an admin moves the doors."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.num_joined = 0
        self.entered: dict[str, str] = {}  # code -> the handle that it let in

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def found(self) -> None:
        actions.found_house(house_name="Club", handle="first", name="", password=PASSWORD)
        Role.objects.update(num_invitations=3)

    def _person(self, place: int) -> Person:
        people = Person.objects.order_by("pk")
        return people[place % people.count()]

    @rule(place=PLACES, days=st.sampled_from([None, -1, 7]))
    def invite(self, place: int, days: int | None) -> None:
        person = self._person(place)
        left = queries.invitations_left(person)
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        if left == 0:
            with pytest.raises(NotAllowedError):
                actions.invite(person, expires_at=expires_at)
        else:
            actions.invite(person, expires_at=expires_at)

    @precondition(lambda self: Invitation.objects.exists())
    @rule(place=PLACES, by=PLACES)
    def withdraw(self, place: int, by: int) -> None:
        invitations = Invitation.objects.order_by("pk")
        invitation = invitations[place % invitations.count()]
        person = self._person(by)
        if not person.is_staff and invitation.inviter != person:
            with pytest.raises(NotFoundError):
                actions.withdraw(person, invitation.pk)
        elif invitation.used_at is not None:
            with pytest.raises(NotAllowedError):
                actions.withdraw(person, invitation.pk)
        else:
            actions.withdraw(person, invitation.pk)

    @precondition(lambda self: Invitation.objects.exists())
    @rule(place=PLACES)
    def join(self, place: int) -> None:
        invitations = Invitation.objects.order_by("pk")
        invitation = invitations[place % invitations.count()]
        assert invitation.inviter is not None
        may = invitation.works() and invitation.inviter.is_active and House.current().doors != Doors.CLOSED
        self._join(invitation.code, may)

    @rule()
    def join_without(self) -> None:
        self._join("", House.current().doors == Doors.OPEN)

    @rule(code=st.text("ABC234", min_size=1, max_size=10))
    def guess(self, code: str) -> None:
        self._join(code, False)

    def _join(self, code: str, may: bool) -> None:
        handle = f"guest{self.num_joined}"
        if not may:
            with pytest.raises((NotAllowedError, NotFoundError)):
                actions.join(code=code, handle=handle, name="", password=PASSWORD)
            assert not Person.objects.filter(handle=handle).exists()
            return
        actions.join(code=code, handle=handle, name="", password=PASSWORD)
        self.num_joined += 1
        if code:
            assert code not in self.entered
            self.entered[code] = handle

    @rule(doors=st.sampled_from(Doors.values))
    def move_doors(self, doors: str) -> None:
        House.objects.update(doors=doors)

    @rule(place=PLACES, active=st.booleans())
    def change_standing(self, place: int, active: bool) -> None:
        Person.objects.filter(pk=self._person(place).pk).update(is_active=active)

    @invariant()
    def nobody_invites_beyond_their_role(self) -> None:
        for person in Person.objects.select_related("role"):
            working = [one for one in Invitation.objects.filter(inviter=person) if one.works() or one.used_at]
            assert len(working) <= person.role.num_invitations

    @invariant()
    def everybody_is_in_the_tree_once(self) -> None:
        def handles(guests: list[queries.Guest]) -> list[str]:
            return [name for one in guests for name in (one.person.handle, *handles(one.guests))]

        found = handles(queries.invitation_tree())
        assert sorted(found) == sorted(Person.objects.values_list("handle", flat=True))
        for code, handle in self.entered.items():
            invitation = Invitation.objects.get(code=code)
            assert invitation.guest is not None
            assert invitation.guest.handle == handle


@pytest.mark.django_db
def test_the_gate() -> None:
    run_state_machine_as_test(Gatekeeping, settings=settings(max_examples=12, stateful_step_count=25))


def _at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gives or raises, when all start at the same moment, each with its own connection."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            results[place] = act()
        except (InvalidError, NotAllowedError, NotFoundError) as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _join_as(code: str, handle: str) -> Callable[[], Person]:
    return lambda: actions.join(code=code, handle=handle, name="", password=PASSWORD)


def _found_as(handle: str) -> Callable[[], Person]:
    return lambda: actions.found_house(house_name="Club", handle=handle, name="", password=PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_of_those_who_come_at_once_with_one_code_one_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    check = queries.check_invitation

    def check_and_dawdle(invitation: Invitation) -> None:
        check(invitation)
        time.sleep(0.2)  # long enough for the others to come as far

    monkeypatch.setattr(queries, "check_invitation", check_and_dawdle)
    House.current()  # or they would wait for each other to make it
    inviter = Person.objects.create_user("inviter", PASSWORD)
    code = actions.invite(inviter).code
    results = _at_once(*(_join_as(code, f"guest{number}") for number in range(3)))
    assert sum(isinstance(result, Person) for result in results) == 1
    assert sum(isinstance(result, NotAllowedError) for result in results) == 2
    assert Person.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_those_who_want_one_handle_at_once_one_gets_it_and_the_other_keeps_the_code() -> None:
    inviter = Person.objects.create_user("inviter", PASSWORD)
    codes = [actions.invite(inviter).code for _ in range(2)]
    results = _at_once(*(_join_as(code, "same") for code in codes))
    assert sum(isinstance(result, Person) for result in results) == 1
    [error] = [result for result in results if isinstance(result, InvalidError)]
    assert error.field == "handle"
    assert sorted(one.works() for one in Invitation.objects.all()) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_of_two_first_visitors_one_founds_the_house() -> None:
    House.current()
    results = _at_once(_found_as("one"), _found_as("two"))
    assert sum(isinstance(result, Person) for result in results) == 1
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_do_not_invite_beyond_the_role() -> None:
    inviter = Person.objects.create_user("inviter", PASSWORD)
    Role.objects.update(num_invitations=1)
    inviter.refresh_from_db()
    results = _at_once(lambda: actions.invite(inviter), lambda: actions.invite(inviter))
    assert sum(isinstance(result, Invitation) for result in results) == 1


@pytest.mark.django_db(transaction=True)
def test_following_and_blocking_at_once_never_leave_a_follower_who_is_blocked() -> None:
    one, other = (Person.objects.create_user(handle, PASSWORD) for handle in ("one", "other"))
    for _ in range(5):
        _at_once(lambda: actions.follow(one, other), lambda: actions.block(other, one))
        assert not queries.is_following(one, other)
        actions.unblock(other, one)

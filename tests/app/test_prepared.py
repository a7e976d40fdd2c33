"""A prepared query answers what its queryset answers, for whoever asks and whatever is asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from celaje.app.accounts.models import Person
from celaje.app.prepared import Prepared
from celaje.app.videos.models import Video

pytestmark = pytest.mark.django_db
NewPerson = Callable[..., Person]


def build(person: Person, number: int, *, since: datetime, words: str, seconds: float, seed: int) -> QuerySet[Video]:
    mine = Q(owner=person) if not person.is_staff else Q()
    found = Video.objects.filter(mine, created_at__gte=since, prompt=words, seconds__gte=seconds, seed__gte=seed)
    return found.select_related("owner").prefetch_related("assets").defer("request").order_by("pk")[:number]


def test_the_same_rows(new_person: NewPerson, new_video: Callable[..., Video]) -> None:
    ana, eva, admin = new_person("ana"), new_person("eva"), new_person("ada", is_staff=True)
    now = timezone.now()
    for index, owner in enumerate((ana, ana, eva, ana)):
        new_video(owner, prompt="cat" if index else "dog", seconds=index, created_at=now - timedelta(hours=index))
    ask = Prepared(build)
    for person in (ana, eva, admin, ana):
        for number in (1, 9):
            for hours in (0, 1, 2, 9):
                for words in ("cat", "dog", "stand-in for words"):
                    given: dict[str, Any] = {"since": now - timedelta(hours=hours), "words": words}
                    given |= {"seconds": 1.0, "seed": 7}
                    assert ask(person, number, **given) == list(build(person, number, **given))
    assert len(ask._kept) == 4  # members and admins, one and nine


def test_rows_come_with_all_that_the_queryset_brings(
    person: Person, new_video: Callable[..., Video], django_assert_num_queries: Any
) -> None:
    new_video(person)
    ask = Prepared(build)
    given: dict[str, Any] = {"since": timezone.now() - timedelta(days=1), "words": "a cat runs on the beach"}
    given |= {"seconds": 0.0, "seed": 0}
    ask(person, 9, **given)
    with django_assert_num_queries(2):
        (video,) = ask(person, 9, **given)
        assert video.owner == person
        assert len(video.assets.all()) == 3
    assert video.get_deferred_fields() == {"request"}


def test_values_come_as_they_are(person: Person, new_person: NewPerson) -> None:
    new_person()
    ask = Prepared(lambda person: Person.objects.exclude(pk=person.pk).values_list("name", flat=True))
    assert ask(person) == list(Person.objects.exclude(pk=person.pk).values_list("name", flat=True))


def test_postgres_plans_it_once_for_each_connection(person: Person) -> None:
    ask = Prepared(lambda nobody, *, handle: Person.objects.filter(handle=handle, is_staff=False))
    for handle in (person.handle, "nobody", person.handle, "stand-in for handle"):
        assert ask(None, handle=handle) == list(Person.objects.filter(handle=handle, is_staff=False))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like '%%\"handle\" = $1%%'")
        assert cursor.fetchone() == (1,)


def test_a_query_that_asks_more_of_a_person_fails(person: Person) -> None:
    ask = Prepared(lambda person: Video.objects.filter(owner=person, prompt=person.language))
    with pytest.raises(Person.DoesNotExist):
        ask(person)


def test_a_value_that_is_changed_on_its_way_fails(person: Person) -> None:
    ask = Prepared(lambda person, *, words: Video.objects.filter(owner=person, prompt__contains=words))
    with pytest.raises(AssertionError, match="is not in the query as it is"):
        ask(person, words="cat")

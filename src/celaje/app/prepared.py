"""Queries whose SQL is written once. It knows nothing of what they ask.

Django writes the SQL of a queryset anew each time. For the queries that stand behind every page, which say who may see
what, that takes several times as long as PostgreSQL needs to answer. Here a query is built once with stand-ins in place
of what changes, and from then on only the values change. What comes back are the same objects as from the queryset.

A stand-in for a person has a number and says whether they are an admin. A query that asks more of them fails at once,
instead of answering for somebody else.
"""

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

from celaje.app.accounts.models import Person

Row = TypeVar("Row")
Value = int | str | float | datetime

PERSON = 4_611_686_018_427_387_904


@dataclass(frozen=True)
class _Kept:
    """A queryset that was compiled, and what stands in for which value in its parameters."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]


class Prepared(Generic[Row]):
    """`Prepared(build)(person, "latest", 9, at=now)` is `list(build(person, "latest", 9, at=now))`, only sooner.

    What is given by position chooses the SQL; what is given by name goes into it, and must go into it unchanged.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._kept: dict[tuple[Hashable, ...], _Kept] = {}

    def __call__(self, person: Person, *fixed: Hashable, **given: Value) -> list[Row]:
        """The rows for `person`."""
        key = (person.is_staff, fixed, tuple((name, type(value)) for name, value in given.items()))
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._prepare(person, fixed, given)
        values = {_stand_in(name, value): value for name, value in given.items()} | {PERSON: person.pk}
        parameters = tuple(
            values.get(parameter, parameter) if isinstance(parameter, Value) else parameter
            for parameter in kept.parameters
        )
        compiler = copy(kept.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *arguments, **more: (kept.sql, parameters)
        rows = kept.queryset.all()
        rows.query.get_compiler = lambda *arguments, **more: compiler  # type: ignore[method-assign]
        return list(rows)

    def _prepare(self, person: Person, fixed: tuple[Hashable, ...], given: dict[str, Value]) -> _Kept:
        stand_ins = {name: _stand_in(name, value) for name, value in given.items()}
        nobody = Person.from_db(None, ["id", "is_staff"], [PERSON, person.is_staff])
        queryset = self._build(nobody, *fixed, **stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        for stand_in in stand_ins.values():
            assert stand_in in parameters, f"{stand_in!r} is not in the query as it is"
        return _Kept(queryset=queryset, compiler=compiler, sql=sql, parameters=tuple(parameters))


def _stand_in(name: str, value: Value) -> Value:
    """A value of the same type that no query has by itself."""
    number = sum(letter << 8 * index for index, letter in enumerate(name.encode()[:4]))
    if isinstance(value, datetime):
        return datetime.fromtimestamp(number / 1000, UTC).replace(year=1066)
    if isinstance(value, float):
        return -1e-200 * number
    return f"stand-in for {name}" if isinstance(value, str) else PERSON + number

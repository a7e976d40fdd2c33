"""Queries whose SQL is written once. It knows nothing of what they ask.

Django writes the SQL of a queryset anew each time, and PostgreSQL plans it anew. For the queries that stand behind
every page, which say who may see what, that takes several times as long as the answer itself. Here a query is built
once with stand-ins in place of what changes, and from then on only the values change; each connection plans it once.
What comes back are the same objects as from the queryset.

A stand-in for a person has a number and says whether they are an admin. A query that asks more of them fails at once,
instead of answering for somebody else.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
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

    What is given by position chooses the SQL; what is given by name goes into it, and must go into it unchanged. A
    query that is about no person is given None.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._kept: dict[tuple[Hashable, ...], _Kept] = {}

    def __call__(self, person: Person | None, *fixed: Hashable, **given: Value) -> list[Row]:
        """The rows for `person`."""
        key = (person and person.is_staff, fixed, tuple((name, type(value)) for name, value in given.items()))
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._prepare(person, fixed, given)
        values = {_stand_in(name, value): value for name, value in given.items()}
        if person is not None:
            values[PERSON] = person.pk
        parameters = tuple(
            _as(parameter, values[parameter]) if isinstance(parameter, Value) and parameter in values else parameter
            for parameter in kept.parameters
        )
        compiler = copy(kept.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *arguments, **more: (kept.sql, parameters)
        rows = kept.queryset.all()
        rows.query.get_compiler = lambda *arguments, **more: compiler  # type: ignore[method-assign]
        with _plans_kept():
            return list(rows)

    def _prepare(self, person: Person | None, fixed: tuple[Hashable, ...], given: dict[str, Value]) -> _Kept:
        stand_ins = {name: _stand_in(name, value) for name, value in given.items()}
        anybody = person and Person.from_db(None, ["id", "is_staff"], [PERSON, person.is_staff])
        queryset = self._build(anybody, *fixed, **stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda columns: converters
        for stand_in in stand_ins.values():
            assert stand_in in parameters, f"{stand_in!r} is not in the query as it is"
        return _Kept(queryset=queryset, compiler=compiler, sql=sql, parameters=tuple(parameters))


@contextmanager
def _plans_kept() -> Iterator[None]:
    """Queries in this block are parsed and planned by PostgreSQL once for each connection, not each time."""
    connection.ensure_connection()
    raw = connection.connection
    before = raw.cursor_factory, raw.prepare_threshold
    raw.cursor_factory, raw.prepare_threshold = ServerBindingCursor, 1
    try:
        yield
    finally:
        raw.cursor_factory, raw.prepare_threshold = before


def _as(stand_in: Value, value: Value) -> Value:
    """The value as Django would have sent it: whole numbers have the width of their column."""
    return type(stand_in)(value) if isinstance(stand_in, int) and isinstance(value, int) else value


def _stand_in(name: str, value: Value) -> Value:
    """A value of the same type that no query has by itself."""
    number = sum(letter << 8 * index for index, letter in enumerate(name.encode()[:4]))
    if isinstance(value, datetime):
        return datetime.fromtimestamp(number / 1000, UTC).replace(year=1066)
    if isinstance(value, float):
        return -1e-200 * number
    return f"stand-in for {name}" if isinstance(value, str) else PERSON + number

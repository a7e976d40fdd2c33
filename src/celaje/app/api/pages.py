"""Pages of lists: what `limit`, `order` and `after` mean everywhere."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from django.db.models import Model, QuerySet
from django.http import JsonResponse
from ninja import Schema
from pydantic import Field

from celaje.app.developers import queries

Row = TypeVar("Row", bound=Model)


class Paging(Schema):
    """Which part of a list. `after` is the `last_id` of the page before."""

    limit: int = Field(20, ge=0, le=100)
    order: Literal["asc", "desc"] = "desc"
    after: str = ""


class LongPaging(Paging):
    """The same for files, where the original allowed more."""

    limit: int = Field(100, ge=0, le=10_000)


def listed(rows: QuerySet[Row], paging: Paging, shown: Callable[[Row], dict[str, Any]]) -> JsonResponse:
    """A page."""
    found, has_more = queries.page(rows, after=paging.after, limit=paging.limit, newest_first=paging.order == "desc")
    data = [shown(row) for row in found]
    return JsonResponse(
        {
            "object": "list",
            "data": data,
            "first_id": data[0]["id"] if data else None,
            "last_id": data[-1]["id"] if data else None,
            "has_more": has_more,
        }
    )

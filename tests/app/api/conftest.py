"""Keys, requests, and a real server with a quick fake of the worker, for tests of the API."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from celaje.app.accounts.models import House, Person
from celaje.app.api import keys
from celaje.app.developers import actions
from celaje.app.developers.models import Scope

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def full_buckets() -> None:
    """Nobody is asked to wait because of the test before."""
    keys._leases.clear()


@pytest.fixture
def key(person: Person) -> str:
    """A key of `person`'s for everything."""
    return actions.make_key(person, name="tests", scopes=Scope.values)[1]


@pytest.fixture
def ask(client: Client, key: str) -> Ask:
    """Asks the API with the key: ask("POST", "/videos", {"prompt": "..."}) sends JSON, form={...} a form."""

    def ask(
        method: str, path: str, body: Any = None, *, form: dict[str, Any] | None = None, key: str = key, **headers: str
    ) -> HttpResponseBase:
        more: dict[str, Any] = {"headers": {"Authorization": f"Bearer {key}"} | headers}
        if form is not None:
            return client.post(f"/v1{path}", form, **more)
        if body is not None:
            more |= {"data": body, "content_type": "application/json"}
        return client.generic(method, f"/v1{path}", **more) if body is None else client.post(f"/v1{path}", **more)

    return ask


@pytest.fixture
def house(transactional_db: None) -> Iterator[str]:
    """The address of a real server, whose worker makes clips of nothing at once. Webhooks may go to this machine."""
    from tests.app.api.live import QUICK, running_house

    House.objects.update_or_create(pk=1, defaults={"allow_private_addresses": True})
    with running_house(QUICK) as address:
        yield address


@pytest.fixture
def web_process(transactional_db: None) -> Iterator[str]:
    """The address of a real server without a worker."""
    from tests.app.api.live import running_house

    with running_house(None) as address:
        yield address


@pytest.fixture
def real_house(transactional_db: None, tiny_weights: Path) -> Iterator[str]:
    """The address of a real server with the real worker, whose clips show nothing."""
    from tests.app.api.live import running_house

    worker = [
        sys.executable,
        "-m",
        "celaje.cli",
        "work",
        "--attended",
        "--device",
        "cpu",
        "--weights",
        str(tiny_weights),
    ]
    with running_house(worker) as address:
        yield address

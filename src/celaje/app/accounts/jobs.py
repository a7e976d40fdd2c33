"""Jobs of people: their pictures, and sessions that have ended.

The pixels are the worker's: it registers `PORTRAIT` and says how to cut.
"""

from collections.abc import Callable

from django.db import transaction
from procrastinate.contrib.django import app

from celaje.app import storage
from celaje.app.accounts.models import Person, new_picture_name
from celaje.app.accounts.sessions import SessionStore
from celaje.app.jobs import LIGHT

PORTRAIT = "accounts.portrait"  # registered by celaje.worker: it needs arrays


def enqueue_portrait(person: Person, upload: str) -> None:
    """Enqueue the making of a person's picture from the file `upload` in the storage."""
    app.configure_task(PORTRAIT, queue=LIGHT, lock=f"picture:{person.pk}").defer(person_id=person.pk, upload=upload)


def make_portrait(person_id: int, upload: str, cut: Callable[[bytes], bytes]) -> None:
    """The body of the job: `cut` makes a small WebP of what was uploaded, or raises ValueError. Runs twice unharmed."""
    try:
        content = cut(storage.get(upload))
    except FileNotFoundError:
        return  # done before, by a worker that died too late
    except ValueError:
        storage.delete([upload])  # no picture after all; the old one stays
        return
    name = new_picture_name()
    storage.put(name, content)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        unneeded = name if person is None else person.picture
        if person is not None:
            person.picture = name
            person.save(update_fields=["picture"])
    storage.delete([file for file in (unneeded, upload) if file])


@app.task(name="accounts.forget_files", queue=LIGHT)
def forget_files(names: list[str]) -> None:
    """Remove pictures that nobody shows any more."""
    storage.delete(names)


@app.periodic(cron="37 * * * *")
@app.task(name="accounts.forget_sessions", queue=LIGHT)
def forget_sessions(timestamp: int) -> None:
    """Sessions that have ended go; nothing else removes those of browsers that never came back."""
    SessionStore.clear_expired()

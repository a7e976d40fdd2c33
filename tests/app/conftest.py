"""People and clips for the app's tests."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation

from celaje.app import storage
from celaje.app.accounts.models import Person
from celaje.app.videos.models import Asset, Kind, Status, Video
from celaje.clip import Request, Size

Make = Callable[..., Any]
_numbers = count(1)


@pytest.fixture(autouse=True)
def plain_static_files(settings: LazySettings) -> None:
    """Templates name static files without a manifest, and passwords are hashed quickly."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture(autouse=True)
def nobodys_language() -> None:
    """A client's request leaves its language behind in the thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def empty_storage() -> None:
    """No file is there, whatever tests before left."""
    storage.delete(list(storage.names()))


@pytest.fixture
def new_person(db: None) -> Callable[..., Person]:
    """Makes people: new_person(), new_person("nube7", is_staff=True)."""

    def make(handle: str | None = None, **fields: Any) -> Person:
        return Person.objects.create_user(handle or f"person{next(_numbers)}", "correct horse battery", **fields)

    return make


@pytest.fixture
def person(new_person: Callable[..., Person]) -> Person:
    """Somebody."""
    return new_person()


@pytest.fixture
def new_video(db: None) -> Callable[..., Video]:
    """Makes finished videos without an engine: new_video(person), new_video(person, prompt="...", seconds=3)."""

    def make(owner: Person, *, prompt: str = "a cat runs on the beach", seconds: float = 5.0, **fields: Any) -> Video:
        request = Request(prompt=prompt, seconds=seconds, size=Size(256, 256), seed=7)
        values: dict[str, Any] = {"status": Status.COMPLETED, "progress": 100, "model": "small 1"} | fields
        video = Video.objects.create(
            owner=owner,
            request=request.to_dict(),
            prompt=prompt,
            seconds=seconds,
            width=256,
            height=256,
            seed=7,
            **values,
        )
        if video.status == Status.COMPLETED:
            kinds = ((Kind.VIDEO, ".mp4", "video/mp4"), (Kind.POSTER, ".webp", "image/webp"))
            for kind, extension, content_type in (*kinds, (Kind.SPRITE_SHEET, ".jpg", "image/jpeg")):
                Asset.objects.create(
                    video=video,
                    kind=kind,
                    name=f"test/{video.id}-{kind}{extension}",
                    content_type=content_type,
                    num_bytes=10,
                    width=256,
                    height=256,
                )
        return video

    return make

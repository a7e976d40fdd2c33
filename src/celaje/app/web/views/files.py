"""The files of clips and people's pictures, to those who may see them: a link alone opens nothing that is private."""

import re
import unicodedata
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from celaje.app import ranges, storage
from celaje.app.accounts.models import Person
from celaje.app.accounts.queries import visible_people
from celaje.app.errors import NotFoundError
from celaje.app.posts.queries import may_see_video
from celaje.app.videos.models import Asset, Kind

MAX_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file that somebody may see."""

    num_bytes: int
    content_type: str
    readable: str  # its name when it is downloaded


@require_safe
async def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """`GET /media/NAME`: whole or in ranges; with `?download` as a file with a readable name."""
    user = await request.auser()
    shown = await _visible(user if isinstance(user, Person) else None, name)
    response = ranges.answer(request, name, num_bytes=shown.num_bytes, content_type=shown.content_type)
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{shown.readable}"'
    return response


@sync_to_async
def _visible(person: Person | None, name: str) -> Shown:
    """The file."""
    shown = _portrait(person, name) if name.startswith("people/") else _asset(person, name)
    if shown is None:
        raise NotFoundError(_("There is no such file."))
    return shown


def _asset(person: Person | None, name: str) -> Shown | None:
    asset = Asset.objects.select_related("video").filter(name=name).first()
    if asset is None or not may_see_video(person, asset.video):
        return None
    return Shown(num_bytes=asset.num_bytes, content_type=asset.content_type, readable=_readable(asset))


def _portrait(person: Person | None, name: str) -> Shown | None:
    owner = visible_people(person).filter(picture=name).first()
    if owner is None:
        return None
    try:
        return Shown(num_bytes=storage.size(name), content_type="image/webp", readable=f"{owner.handle}.webp")
    except FileNotFoundError:
        return None


def _readable(asset: Asset) -> str:
    """ "una-gata-corre-por-la-playa.mp4": what was asked for, in letters that every system takes."""
    plain = unicodedata.normalize("NFKD", asset.video.change or asset.video.prompt).encode("ascii", "ignore").decode()
    stem = ""
    for word in re.findall(r"[a-z0-9]+", plain.lower()):
        if len(stem) + len(word) >= MAX_NAME:
            break
        stem = f"{stem}-{word}" if stem else word
    kind = "" if asset.kind == Kind.VIDEO else f"-{asset.kind}"
    return f"{stem or 'celaje'}{kind}.{asset.name.rpartition('.')[2]}"


urlpatterns = [path("media/<path:name>", file, name="file")]

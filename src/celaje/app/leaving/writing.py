"""What is in an export: everything that a person made and said, as files that open without Celaje.

One JSON file for each kind of thing, the clips as they are, and an index.html to look at it all. It writes to a path
and knows neither rows of exports nor jobs.
"""

import json
import mimetypes
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from celaje.app import storage
from celaje.app.accounts.models import Block, Follow, Invitation, Mute, Person
from celaje.app.developers.models import ApiKey, WebhookEndpoint
from celaje.app.posts.models import Comment, Like, Post
from celaje.app.videos.models import Kind, Video
from celaje.app.videos.queries import pictures_of


def write_export(person: Person, file: Path) -> None:
    """Writes the zip to `file`. The clips stream through, one at a time; they are not compressed again."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        videos = Video.objects.filter(owner=person).order_by("created_at").prefetch_related("assets", "pictures")
        clips = [
            _clip(video) | {"files": _add_files(archive, video), "pictures": _add_given(archive, video)}
            for video in videos.iterator(100)
        ]
        _add_picture(archive, person)
        posts = [_post(post) for post in Post.objects.filter(author=person).order_by("created_at")]
        things: dict[str, Any] = {
            "profile": _profile(person),
            "clips": clips,
            "posts": posts,
            "comments": [_comment(comment) for comment in _comments(person)],
            "likes": list(Like.objects.filter(person=person).values("post_id", "created_at")),
            "people": _people(person),
            "invitations": _invitations(person),
            "programs": _programs(person),
        }
        for name, content in things.items():
            text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            archive.writestr(f"{name}.json", text)
        with translation.override(person.language):
            archive.writestr("index.html", render_to_string("leaving/export.html", {"person": person} | things))


def _add_files(archive: zipfile.ZipFile, video: Video) -> list[str]:
    """Puts a video's clip and poster into the archive; their names there. What the storage has lost is left out."""
    names = []
    for asset in video.assets.all():
        if asset.kind not in (Kind.VIDEO, Kind.POSTER):
            continue
        extension = mimetypes.guess_extension(asset.content_type) or Path(asset.name).suffix
        name = f"clips/{video.pk}{extension}"
        if _add(archive, name, asset.name):
            names.append(name)
    return names


def _add_given(archive: zipfile.ZipFile, video: Video) -> list[dict[str, Any]]:
    """Puts the pictures that the person gave for a video into the archive, each once; their names there and seconds."""
    pictures = []
    for given in pictures_of(video):
        name = f"pictures/{Path(given.picture.name).name}"
        if given.is_theirs and (name in archive.NameToInfo or _add(archive, name, given.picture.name)):
            pictures.append({"file": name, "at_s": given.at_s})
    return pictures


def _add_picture(archive: zipfile.ZipFile, person: Person) -> None:
    if person.picture:
        _add(archive, "picture.webp", person.picture)


def _add(archive: zipfile.ZipFile, name: str, stored: str) -> bool:
    try:
        content = storage.get(stored)
    except FileNotFoundError:
        return False
    archive.writestr(name, content, compress_type=zipfile.ZIP_STORED)
    return True


def _profile(person: Person) -> dict[str, Any]:
    invitation = Invitation.objects.select_related("inviter").filter(guest=person).first()
    inviter = invitation.inviter if invitation is not None else None
    return {
        "handle": person.handle,
        "name": person.name,
        "about": person.about,
        "language": person.language,
        "role": person.role.name,
        "joined_at": person.joined_at,
        "last_login": person.last_login,
        "invited_by": None if inviter is None else inviter.handle,
    }


def _clip(video: Video) -> dict[str, Any]:
    plain = ("id", "prompt", "style", "seconds", "width", "height", "seed", "request", "status", "model", "source")
    lineage = ("parent_id", "relation", "change", "strength", "take")
    times = ("created_at", "started_at", "completed_at", "deleted_at", "making_s", "is_favourite", "error_message")
    return {name: getattr(video, name) for name in (*plain, *lineage, *times)}


def _post(post: Post) -> dict[str, Any]:
    names = ("id", "video_id", "caption", "audience", "may_remix", "created_at", "parent_id", "hidden_at")
    counts = ("num_likes", "num_comments", "num_remixes")
    return {name: getattr(post, name) for name in (*names, *counts)}


def _comments(person: Person) -> Iterable[Comment]:
    return Comment.objects.filter(author=person, deleted_at=None).order_by("created_at")


def _comment(comment: Comment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in ("id", "post_id", "parent_id", "text", "created_at")}


def _people(person: Person) -> dict[str, Any]:
    """Who follows whom by handle, and those whom the person does not want to see."""
    return {
        "following": list(Follow.objects.filter(follower=person).values_list("followed__handle", flat=True)),
        "followers": list(Follow.objects.filter(followed=person).values_list("follower__handle", flat=True)),
        "blocked": list(Block.objects.filter(blocker=person).values_list("blocked__handle", flat=True)),
        "muted": list(Mute.objects.filter(muter=person).values_list("muted__handle", flat=True)),
    }


def _invitations(person: Person) -> list[dict[str, Any]]:
    names = ("code", "created_at", "expires_at", "withdrawn_at", "used_at", "guest__handle")
    return list(Invitation.objects.filter(inviter=person).order_by("created_at").values(*names))


def _programs(person: Person) -> dict[str, Any]:
    """The keys and webhooks that the person's programs had, without what opens or signs anything."""
    keys, webhooks = ApiKey.objects.filter(owner=person), WebhookEndpoint.objects.filter(owner=person)
    return {
        "keys": list(keys.order_by("created_at").values("name", "scopes", "created_at", "last_used_at", "revoked_at")),
        "webhooks": list(webhooks.order_by("created_at").values("name", "url", "event_types", "created_at")),
    }

"""The app's screenshots in `docs/shots`, for the README and the guide: `make shots`.

A house is made in a temporary folder: four people, clips recorded from the simulated world, likes, comments and a tree
of remixes, all of fixed seeds. `celaje serve` shows it to Debian's Chromium, and each picture is kept as a WebP of at
most 60 KB.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from celaje import settings
from celaje.app import begin, database
from celaje.clip import Request, Size, parse_size

if TYPE_CHECKING:
    from celaje.app.accounts.models import Person
    from celaje.app.posts.models import Post
    from celaje.app.videos.models import Video

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).parents[1] / "docs" / "shots"
PHONE, DESKTOP = (390, 844), (1440, 900)
MAX_BYTES = 60_000
SECONDS = 4.0
WAIT_MS = 60_000
#: Pictures that load when they come near may wait below the page or beside a strip.
IN_SIGHT = """(image) => {
    const box = image.getBoundingClientRect();
    return box.width > 0 && box.top < innerHeight && box.left < innerWidth;
}"""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A recording of the world, under the words of somebody."""

    seed: int
    shape: str
    by: str
    prompt: str
    caption: str = ""  # without one it is a draft
    remix_of: int | None = None  # a seed
    change: str = ""
    liked_by: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()


PEOPLE = (  # handle, name, about; the seed of a clip, and where in its first frame the face is
    ("lluvia", "Lluvia", "I film what floats.", 20, (0.4, 0.82)),
    ("bruno", "Bruno", "Animals, mostly in wrong colours.", 27, (0.5, 0.5)),
    ("sol", "Sol", "Dancing in small rooms.", 11, (0.5, 0.45)),
    ("nube7", "Nube", "Paper, water, weather.", 33, (0.45, 0.3)),
)
CLIPS = (
    Clip(seed=9, shape="9:16", by="bruno", prompt="a kitty runs over hot sand at dawn", caption="Late for breakfast"),
    Clip(
        seed=411, shape="1:1", by="sol", prompt="an orange car in the city at night, papercraft", caption="Night bus",
        liked_by=("nube7",),
    ),
    Clip(seed=415, shape="1:1", by="nube7", prompt="a violet rocket over the moon", caption="Home is up there"),
    Clip(seed=401, shape="1:1", by="lluvia", prompt="a sailing boat in the evening", caption="Slow water"),
    Clip(seed=403, shape="1:1", by="bruno", prompt="a pink elephant crosses the street", caption="He has right of way"),
    Clip(seed=26, shape="9:16", by="nube7", prompt="a woman in white walks through the snow", caption="First snow"),
    Clip(seed=406, shape="1:1", by="nube7", prompt="a yellow fish turns by a shipwreck", caption="Who looks at whom"),
    Clip(seed=413, shape="1:1", by="nube7", prompt="a child runs along the beach and sits down"),
    Clip(seed=31, shape="9:16", by="nube7", prompt="a golden dog turns around on a salt flat"),
    Clip(seed=213, shape="16:9", by="nube7", prompt="a green spaceship flies over a volcano"),
    Clip(
        seed=11, shape="9:16", by="sol", prompt="a woman dances in a dark club with LED lights",
        caption="Nobody else came, so I had the floor", liked_by=("nube7", "bruno", "lluvia"),
        said=(("bruno", "I was in the kitchen!"), ("nube7", "Those lights.")),
    ),
    Clip(
        seed=208, shape="16:9", by="bruno", prompt="a green paper boat sails on the open sea", caption="Out we go",
        liked_by=("nube7", "sol"),
    ),
    Clip(
        seed=5, shape="9:16", by="nube7", prompt="an orange paper boat sails on the open sea, watercolour",
        caption="The orange one sails on", remix_of=208, change="orange, as a watercolour",
        liked_by=("lluvia", "bruno", "sol"),
        said=(("lluvia", "May I take it into the rain?"), ("nube7", "Please do. It is made of good paper.")),
    ),
    Clip(
        seed=216, shape="16:9", by="sol", prompt="a blue paper boat on the sea at night", caption="Night watch",
        remix_of=5, change="blue, at night", liked_by=("nube7",),
    ),
    Clip(
        seed=20, shape="9:16", by="lluvia", prompt="a red paper boat in heavy rain at sunrise",
        caption="And then the weather", remix_of=5, change="red, in heavy rain", liked_by=("nube7", "sol", "bruno"),
        said=(("nube7", "It did hold!"), ("sol", "I can hear the drops. With headphones it rains behind me.")),
    ),
)  # fmt: skip


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True)
def main(*, folder: Path) -> None:
    """Fill a house, show it, keep the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="celaje-shots-") as data:
        settings.choose(CELAJE_DATA=data, PYTHONUNBUFFERED="1")
        with database.running_database():
            begin()
            from celaje.app import upgrade

            upgrade.upgrade_tables()
            upgrade.collect_static_files()
            house = _fill()
            with _served() as address, sync_playwright() as playwright:
                arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
                for name, picture in _pictures(browser, address, house):
                    path = folder / f"{name}.webp"
                    path.write_bytes(_small(picture))
                    click.echo(f"{path}  {path.stat().st_size / 1000:.0f} KB")
                browser.close()


@dataclass(frozen=True, kw_only=True)
class House:
    """Where there is something to see."""

    session: str
    code: str
    tree: str
    making: str


def _fill() -> House:
    from celaje.app.accounts import actions as accounts
    from celaje.app.accounts.models import House as Row
    from celaje.app.accounts.models import Person

    people: dict[str, Person] = {}
    for handle, name, about, seed, place in PEOPLE:
        make = Person.objects.create_superuser if not people else Person.objects.create_user
        people[handle] = make(handle, None, name=name, about=about)
        _give_face(people[handle], seed, place)
    Row.objects.update_or_create(pk=1, defaults={"name": "Film club"})
    for one in people.values():
        for other in people.values():
            if one != other:
                accounts.follow(one, other)
    posts: dict[int, Post] = {}
    for number, clip in enumerate(CLIPS):
        _put(clip, people, posts, minutes_ago=(len(CLIPS) - number) * 47)
    making = _half_made(people["nube7"])
    nube = people["nube7"]
    return House(
        session=_session(nube),
        code=accounts.invite(people["lluvia"]).code,
        tree=posts[5].get_absolute_url(),
        making=making.get_absolute_url(),
    )


def _recording(seed: int, shape: str, *, sound: bool = True) -> Any:
    from celaje.clip import FRAMES_PER_SECOND, nearest_bucket
    from celaje.engine.world.record import record
    from celaje.engine.world.sample import sample

    size, num_frames = nearest_bucket(parse_size(shape)), round(SECONDS * FRAMES_PER_SECOND)
    return record(sample(seed, size=size, num_frames=num_frames), sound=sound)


def _give_face(person: "Person", seed: int, place: tuple[float, float]) -> None:
    """A portrait: a square of the first frame of a tall recording, around `place`."""
    from celaje.app import storage
    from celaje.app.accounts.models import new_picture_name
    from celaje.media.portrait import cut_portrait

    frame = _recording(seed, "9:16", sound=False).frames[0]
    height, width = frame.shape[:2]
    x, y, half = place[0] * width, place[1] * height, 0.3 * width
    picture = BytesIO()
    Image.fromarray(frame).crop((int(x - half), int(y - half), int(x + half), int(y + half))).save(picture, "PNG")
    person.picture = new_picture_name()
    storage.put(person.picture, cut_portrait(picture.getvalue()))
    person.save()


def _put(clip: Clip, people: "dict[str, Person]", posts: "dict[int, Post]", *, minutes_ago: int) -> None:
    """The clip's row and files, and when it has a caption its post, with what others did with it."""
    from django.utils import timezone

    from celaje.app.posts import actions
    from celaje.app.posts.models import Post
    from celaje.app.videos.models import Relation, Status, Video

    parent = posts.get(clip.remix_of) if clip.remix_of is not None else None
    remix = {"parent": parent.video, "relation": Relation.REMIX, "change": clip.change} if parent else {}
    at = timezone.now() - timedelta(minutes=minutes_ago)
    owner = people[clip.by]
    video = _row(owner, clip.seed, parse_size(clip.shape), clip.prompt, Status.COMPLETED, created_at=at, **remix)
    _keep_files(video, clip)
    if not clip.caption:
        Video.objects.filter(pk=video.pk).update(is_favourite=clip.seed == 31)
        return
    post = actions.publish(owner, video, caption=clip.caption, audience="everyone", may_remix=True)
    Post.objects.filter(pk=post.pk).update(created_at=at)
    posts[clip.seed] = post
    for handle in clip.liked_by:
        actions.like(people[handle], post)
    for handle, text in clip.said:
        actions.comment(people[handle], post, text)


def _row(owner: "Person", seed: int, size: Size, prompt: str, status: str, **fields: Any) -> "Video":
    from celaje.app.videos.models import Video
    from celaje.clip import nearest_bucket

    bucket = nearest_bucket(size)
    return Video.objects.create(
        owner=owner,
        request=Request(prompt=prompt, seconds=SECONDS, size=size, seed=seed).to_dict(),
        prompt=prompt,
        seconds=SECONDS,
        width=bucket.width,
        height=bucket.height,
        seed=seed,
        status=status,
        **({"progress": 100, "making_s": 9.0, "model": "small 1", "is_new": False} | fields),
    )


def _keep_files(video: "Video", clip: Clip) -> None:
    from celaje.app import storage
    from celaje.app.videos.models import Asset, Kind, new_file_name
    from celaje.media import derive, write_clip

    recording = _recording(clip.seed, clip.shape)
    frames = recording.frames
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        write_clip(path, frames, recording.samples, {})
        files: tuple[tuple[Kind, str, str, bytes], ...] = (
            (Kind.VIDEO, ".mp4", "video/mp4", path.read_bytes()),
            (Kind.POSTER, ".webp", "image/webp", derive.poster(frames)),
            (Kind.SPRITE_SHEET, ".jpg", "image/jpeg", derive.sprite_sheet(frames)[0]),
            (Kind.SMALL, ".webp", "image/webp", derive.moving_thumbnail(frames)[0]),
        )
    for kind, extension, content_type, content in files:
        name = new_file_name(extension)
        size = {"num_bytes": storage.put(name, content), "width": video.width, "height": video.height}
        Asset.objects.create(video=video, kind=kind, name=name, content_type=content_type, **size)


def _half_made(owner: "Person") -> "Video":
    """One that is just clearing up."""
    from django.utils import timezone

    from celaje.app.videos.models import Status
    from celaje.media import derive

    size = parse_size("9:16")
    frame = _recording(8, "9:16", sound=False).frames[20]
    return _row(
        owner,
        8,
        size,
        "a child in a brown coat waits under the lights of a club",
        Status.IN_PROGRESS,
        stage="imagining",
        progress=62,
        version=9,
        preview=derive.preview(frame, blur=0.25),
        started_at=timezone.now() - timedelta(seconds=6),
        making_s=None,
    )


def _session(person: "Person") -> str:
    from django.conf import settings as django_settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(django_settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@contextmanager
def _served() -> Iterator[str]:
    """`celaje serve` without a worker; its address."""
    command = [sys.executable, "-m", "celaje.cli", "serve", "--port", "0", "--no-worker", "--web", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("open"):
                yield line.split()[1]
                return
        raise RuntimeError("celaje serve ended")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _pictures(browser: Browser, address: str, house: House) -> Iterator[tuple[str, bytes]]:
    """Each page's name and its PNG."""

    def open_page(path: str, size: tuple[int, int], scheme: str, *, guest: bool = False) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            device_scale_factor=1.5 if size == PHONE else 1,
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en",
        )
        context.set_default_timeout(WAIT_MS)
        if not guest:
            context.add_cookies([{"name": "sessionid", "value": house.session, "url": address}])
        page = context.new_page()
        page.goto(path)
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    def shot(page: Page, moving: str = "") -> bytes:
        _wait_until(page, f"[...document.images].every((image) => image.complete || !({IN_SIGHT})(image))")
        page.wait_for_timeout(700)  # fades
        if moving:
            _wait_for_middle(page, moving)
        picture = page.screenshot()
        page.context.close()
        return picture

    yield "making", shot(open_page(house.making, PHONE, "dark"))  # first: what is left grows with what was taken
    for name, size, scheme in (("feed-phone", PHONE, "light"), ("feed-desktop", DESKTOP, "dark")):
        page = open_page("/?view=latest", size, scheme)
        if size == DESKTOP:
            page.locator("#talk .talk").wait_for()
        yield name, shot(page, "article.playing video")

    page = open_page("/new?text=an orange paper boat sails past a lighthouse at dusk", PHONE, "light")
    page.locator(".foot .sun").wait_for()
    yield "composer", shot(page)
    yield "clip", shot(open_page(house.tree, DESKTOP, "light"), "video")
    yield "library", shot(open_page("/library", PHONE, "light"))
    yield "profile", shot(open_page("/@nube7", PHONE, "dark"))
    yield "invitation", shot(open_page(f"/join/{house.code}", PHONE, "light", guest=True))


def _wait_for_middle(page: Page, selector: str) -> None:
    """Until a clip plays and is about in its middle."""
    videos = f"[...document.querySelectorAll('{selector}')]"
    _wait_until(page, f"{videos}.some((video) => Math.abs(video.currentTime - {SECONDS / 2}) < 0.4)")


def _wait_until(page: Page, true: str) -> None:
    """Until a JavaScript expression holds. Playwright's own `wait_for_function` needs eval, which our pages forbid."""
    end = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(true):
        if time.monotonic() > end:
            raise TimeoutError(f"never true at {page.url}: {true}")
        page.wait_for_timeout(50)


def _small(png: bytes) -> bytes:
    """The same picture as WebP, as well as 60 KB allow."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for quality in range(86, 20, -6):
        buffer = BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()


if __name__ == "__main__":
    main()

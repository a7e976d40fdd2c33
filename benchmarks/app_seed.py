"""Fill an empty house with people and posts, to measure or to look at: `python -m benchmarks.app_seed --data FOLDER`.

1,000 people, 20,000 posts, 200,000 likes, follows and comments, in less than a minute and without files: pages show
where the clips would be. Everybody's password is `correct horse battery`; @sol_0 is the admin. The same seed makes the
same house, but for identifiers.
"""

import random
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import click

from celaje import settings
from celaje.app import begin, database
from celaje.clip import Request, Size

PASSWORD = "correct horse battery"
NAMES = ("sol", "luna", "nube", "mar", "rio", "viento", "ola", "cima", "bruma", "brisa")
WHO = ("a cat", "un perro", "an astronaut", "una bailarina", "a red balloon", "un tren", "a mammoth", "una tortuga")
DOES = ("runs", "duerme", "dances slowly", "mira el mar", "turns around", "canta", "flies away", "salta")
WHERE = (
    "on the beach at sunset",
    "en la nieve",
    "under the sea",
    "en una ciudad de noche",
    "on the moon",
    "en un bosque",
)
SIZES = (Size(256, 256), Size(320, 192), Size(192, 320))
FOLLOWS_EACH = 15
BATCH = 2000


def main() -> None:
    """Read the options and fill the house."""
    command()


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True)
@click.option("--people", "num_people", default=1000, show_default=True)
@click.option("--posts", "num_posts", default=20_000, show_default=True)
@click.option("--likes", "num_likes", default=200_000, show_default=True)
@click.option("--comments", "num_comments", default=20_000, show_default=True)
def command(*, data: Path, num_people: int, num_posts: int, num_likes: int, num_comments: int) -> None:
    """Fill the house in the folder --data."""
    settings.choose(CELAJE_DATA=data.resolve())
    with database.running_database():
        begin()
        from celaje.app import upgrade

        upgrade.upgrade_tables()
        start = time.perf_counter()
        fill(num_people=num_people, num_posts=num_posts, num_likes=num_likes, num_comments=num_comments)
        click.echo(f"{num_people} people, {num_posts} posts, {num_likes} likes in {time.perf_counter() - start:.1f} s")


def fill(*, num_people: int, num_posts: int, num_likes: int, num_comments: int, seed: int = 7) -> None:
    """Add posts with likes and comments; people and follows only when nobody is there yet."""
    from django.db import connection

    from celaje.app.accounts.models import Person
    from celaje.app.posts.models import Post

    dice = random.Random(seed + Post.objects.count())
    if not Person.objects.exists():
        _people(num_people)
        _follows(dice)
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    posts = _posts(num_posts, people, dice)
    _likes(num_likes, people, posts, dice)
    _comments(num_comments, people, posts, dice)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")  # as the database does by itself after a while


def _people(number: int) -> None:
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from celaje.app.accounts.models import House, Person, Role

    House.objects.update_or_create(pk=1, defaults={"founded_at": timezone.now()})
    password, admins, members = make_password(PASSWORD), Role.of_admins(), Role.of_members()
    people = [
        Person(
            handle=f"{NAMES[index % len(NAMES)]}_{index // len(NAMES)}",
            name=f"{NAMES[index % len(NAMES)].title()} {index // len(NAMES)}",
            password=password,
            role=members if index else admins,
            is_staff=not index,
            is_superuser=not index,
            language="es" if index % 3 == 0 else "en",
        )
        for index in range(number)
    ]
    Person.objects.bulk_create(people, batch_size=BATCH)


def _follows(dice: random.Random) -> None:
    from django.utils import timezone

    from celaje.app.accounts.models import Follow, Person

    people, now = list(Person.objects.values_list("pk", flat=True)), timezone.now()
    pairs = ((one, other) for one in people for other in dice.sample(people, min(FOLLOWS_EACH, len(people))))
    _copy(Follow, ("follower_id", "followed_id", "created_at"), ((a, b, now) for a, b in pairs if a != b))


def _posts(number: int, people: list[int], dice: random.Random) -> list[str]:
    """Videos with their rows of files, and their posts; the posts' identifiers, oldest first."""
    from django.utils import timezone

    from celaje.app.posts.models import Audience, Post
    from celaje.app.videos.models import Asset, Kind, Status, Video, new_file_name

    now, made = timezone.now(), list[str]()
    kinds = (
        (Kind.VIDEO, ".mp4", "video/mp4"),
        (Kind.POSTER, ".webp", "image/webp"),
        (Kind.SPRITE_SHEET, ".jpg", "image/jpeg"),
        (Kind.SMALL, ".webp", "image/webp"),
    )
    for first in range(0, number, BATCH):
        videos, assets, posts = [], [], []
        for index in range(first, min(number, first + BATCH)):
            prompt = f"{dice.choice(WHO)} {dice.choice(DOES)} {dice.choice(WHERE)}"
            size, owner = dice.choice(SIZES), dice.choice(people)
            at = now - timedelta(minutes=3 * (number - index), seconds=dice.randrange(60))
            video = Video(
                owner_id=owner,
                request=Request(prompt=prompt, seconds=5.0, size=size, seed=index).to_dict(),
                prompt=prompt,
                seconds=5.0,
                width=size.width,
                height=size.height,
                seed=index,
                status=Status.COMPLETED,
                progress=100,
                created_at=at,
                completed_at=at,
                making_s=dice.uniform(5, 30),
                model="seeded",
                is_new=False,
            )
            videos.append(video)
            assets += [
                Asset(
                    video=video,
                    kind=kind,
                    name=new_file_name(extension),
                    content_type=content_type,
                    num_bytes=100_000,
                    width=size.width,
                    height=size.height,
                )
                for kind, extension, content_type in kinds
            ]
            parent = dice.choice(made) if made and dice.random() < 0.1 else None
            posts.append(
                Post(
                    author_id=owner,
                    video=video,
                    caption=prompt.capitalize() if dice.random() < 0.7 else "",
                    audience=Audience.FOLLOWERS if dice.random() < 0.1 else Audience.EVERYONE,
                    created_at=at,
                    parent_id=parent,
                    is_remix=parent is not None,
                )
            )
        Video.objects.bulk_create(videos)
        Asset.objects.bulk_create(assets)
        Post.objects.bulk_create(posts)
        made += [post.pk for post in posts]
    return made


def _likes(number: int, people: list[int], posts: list[str], dice: random.Random) -> None:
    from django.utils import timezone

    from celaje.app.posts.models import Like

    now = timezone.now()
    _copy(
        Like,
        ("post_id", "person_id", "created_at"),
        ((post, person, now) for post, person in _pairs(number, posts, people, dice)),
    )


def _pairs(number: int, posts: list[str], people: list[int], dice: random.Random) -> Iterable[tuple[str, int]]:
    """Each post and person at most once; some posts are liked by many, most by few."""
    pairs: set[tuple[str, int]] = set()
    while len(pairs) < min(number, len(posts) * len(people) // 2):
        pairs.add((posts[int(len(posts) * dice.random() ** 2)], dice.choice(people)))
    return pairs


def _comments(number: int, people: list[int], posts: list[str], dice: random.Random) -> None:
    from celaje.app.posts.models import Comment

    for first in range(0, number, BATCH):
        Comment.objects.bulk_create(
            Comment(post_id=dice.choice(posts), author_id=dice.choice(people), text=f"{dice.choice(WHO)}!")
            for _ in range(first, min(number, first + BATCH))
        )


def _copy(model: type, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Insert by COPY: triggers see one statement."""
    from django.db import connection

    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


if __name__ == "__main__":
    main()

"""Who may see which post, and what follows from it: feeds, profiles, trees, comments, notices. It changes nothing.

Two querysets decide, and everything else is built on them:

`reachable_posts`  what a person may open when they have its address
`visible_posts`    what a person is shown in lists: feeds, profiles, trees, search

A post for everyone is reachable by everybody with an account, one for followers by those who follow its author, one
with the link by whoever has the address, also without an account: that is what share cards are for. Never reachable
are posts whose clip is in the bin, whose author is deactivated, or between two of whom one blocks the other. A post
that an admin hid is reachable by its author and by admins. Authors reach their own posts, whatever their audience.
Admins reach every post of the house by its address, because they decide about reports; lists show them no more than
they show others, and drafts they never see.

In lists, posts with the link are shown to their author alone. Muted people's posts are left out of feeds and notices,
but stay where one goes to look for them.
"""

import operator
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from functools import reduce
from typing import Any
from unicodedata import combining, normalize

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Lower
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Follow, Person
from celaje.app.accounts.queries import people_followed_by, people_hidden_from, people_muted_by, visible_people
from celaje.app.errors import InvalidError, NotAllowedError, NotFoundError
from celaje.app.posts.models import Audience, Comment, Happening, Like, Notice, Post
from celaje.app.prepared import Prepared
from celaje.app.videos.models import Asset, Status, Video

VIEWS = ("following", "latest", "top")
LANGUAGES = ("simple", "english", "spanish")  # as in migration 0002
MOST_MEASURED = 5000
LIKENESS = 0.74
MAX_TREE = 200
MAX_DEPTH = 100
FILES_AT_ONCE = 20
_LATEST_MARK = re.compile(r"(-?\d{1,17})_([0-9a-zA-Z]{1,24})")
_TOP_MARK = re.compile(r"(-?\d{1,10}(?:\.\d{1,20})?)_([0-9a-zA-Z]{1,24})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# Who may see what


def reachable_posts(person: Person | None) -> QuerySet[Post]:
    """What `person` may open by its address; None is a guest."""
    posts = Post.objects.filter(video__deleted_at=None, author__is_active=True)
    if person is None:
        return posts.filter(audience=Audience.LINK, hidden_at=None)
    if person.is_staff:
        return posts
    own = Q(author=person)
    for_them = Q(audience__in=(Audience.EVERYONE, Audience.LINK)) | Q(author_id__in=people_followed_by(person))
    return posts.filter(own | Q(for_them, hidden_at=None)).exclude(author_id__in=people_hidden_from(person))


def visible_posts(person: Person | None) -> QuerySet[Post]:
    """What lists show to `person`. THE query: every list of posts begins here. A guest is shown nothing."""
    if person is None:
        return Post.objects.none()
    own = Q(author=person)
    for_them = Q(audience=Audience.EVERYONE) | Q(audience=Audience.FOLLOWERS, author_id__in=people_followed_by(person))
    return Post.objects.filter(own | Q(for_them, hidden_at=None), video__deleted_at=None).exclude(
        author_id__in=people_hidden_from(person)
    )


def get(person: Person | None, post_id: str) -> Post:
    """The post with that address and all that a page shows of it. Raises NotFoundError, also when it is not theirs."""
    if "\0" not in post_id:
        for post in _as_seen_by(person, reachable_posts(person).filter(pk=post_id)):
            return post
    raise NotFoundError(_("This clip is not here, or not for you."))


def may_see_video(person: Person | None, video: Video) -> bool:
    """Whether the files of `video` are for `person`: it is their own, or they may open its post."""
    if person is not None and video.owner_id == person.pk:
        return True
    return reachable_posts(person).filter(video=video).exists()


def open_for_remixes(person: Person, post: Post) -> Post:
    """The same post, which `person` may reach, when something may be made from it. Raises NotAllowedError."""
    if not post.may_remix and post.author_id != person.pk:
        raise NotAllowedError(_("This clip is not open for remixes."), code="no_remixes")
    return post


def clip_to_use(person: Person, video_id: str) -> Video:
    """The clip of that name, for `person` to make something from: their own, or a post that is open for remixes.

    Raises NotFoundError, also for what is not ready or in the bin, and NotAllowedError.
    """
    if "\0" not in video_id:
        ready = Video.objects.filter(pk=video_id, status=Status.COMPLETED, deleted_at=None).prefetch_related("assets")
        if (mine := ready.filter(owner=person).first()) is not None:
            return mine
        post = reachable_posts(person).filter(video_id=video_id).first()
        theirs = ready.first()
        if post is not None and theirs is not None:
            open_for_remixes(person, post)
            return theirs
    raise NotFoundError(_("This clip is not here, or not for you."))


def clips_to_choose(person: Person, *, num_own: int = 24, num_others: int = 12) -> list[Video]:
    """Finished clips that `person` may make something from: their own first, then posts that are open for remixes."""
    ready = Video.objects.filter(status=Status.COMPLETED, deleted_at=None, seconds__gt=0)
    ready = ready.select_related("owner").prefetch_related("assets").order_by("-created_at")
    opened = visible_posts(person).filter(may_remix=True, hidden_at=None).exclude(author=person)
    theirs = ready.filter(pk__in=opened.order_by("-created_at").values("video")[:num_others])
    return [*ready.filter(owner=person)[:num_own], *theirs]


def _as_seen_by(person: Person | None, posts: QuerySet[Post]) -> list[Post]:
    """The posts with author, video, files, what the viewer did, and where they come from, in four queries at most."""
    return _with_files(_with_origins(person, list(_whole(person, posts))))


def _whole(person: Person | None, posts: QuerySet[Post]) -> QuerySet[Post]:
    """All that is shown of a post but its origin and its files."""
    posts = posts.select_related("author", "video")
    posts = posts.defer("search", "video__preview", "video__request")
    if person is None:
        return posts
    theirs: dict[str, Any] = {
        "liked": Exists(Like.objects.filter(post=OuterRef("pk"), person=person)),
        "follows": Exists(Follow.objects.filter(follower=person, followed=OuterRef("author"))),
    }
    return posts.annotate(**theirs)


def _with_origins(person: Person | None, found: list[Post]) -> list[Post]:
    """The same posts; they know what they were made from, as far as `person` may. Origins come without files."""
    parents = sorted({post.parent_id for post in found if post.parent_id})
    if parents and person is not None:
        short = _origins(person, **{f"{index}": parent for index, parent in enumerate(parents)})
        origins = {post.pk: post for post in short}
        for post in found:
            post.origin = origins.get(post.parent_id or "")
    return found


@Prepared
def _origins(person: Person, **parents: str) -> QuerySet[Post]:
    # Not all that is reachable: to name a post that is shared by its link would give the link away.
    return _short(visible_posts(person).filter(pk__in=parents.values())).prefetch_related(None)


def _with_files(found: list[Post]) -> list[Post]:
    """The same posts; they and their origins have brought along their files' names. One query."""
    videos = [post.video for post in found] + [post.origin.video for post in found if post.origin is not None]
    wanted = sorted({video.pk for video in videos})
    files = defaultdict[str, list[Asset]](list)
    for first in range(0, len(wanted), FILES_AT_ONCE):
        some = wanted[first : first + FILES_AT_ONCE]
        some += [""] * (FILES_AT_ONCE - len(some))
        for asset in _files(None, **{f"{index}": video_id for index, video_id in enumerate(some)}):
            files[asset.video_id].append(asset)
    for video in videos:
        video._prefetched_objects_cache = {"assets": files[video.pk]}  # type: ignore[attr-defined]
    return found


@Prepared
def _files(nobody: None, **videos: str) -> QuerySet[Asset]:
    return Asset.objects.filter(video_id__in=videos.values()).only("video_id", "kind", "name")


def _in_short(posts: QuerySet[Post]) -> dict[str, Post]:
    """Posts by id, with as much as a thumbnail and a line need. Two queries."""
    return {post.pk: post for post in _short(posts)}


def _short(posts: QuerySet[Post]) -> QuerySet[Post]:
    short = posts.select_related("author", "video").prefetch_related("video__assets")
    return short.defer("search", "video__preview", "video__request")


# Lists


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some posts in order. `after` gives the next page; empty at the end."""

    posts: list[Post]
    after: str


def feed(person: Person | None, view: str = "latest", *, after: str | None = None, limit: int = 8) -> Page:
    """A page of the feed. Raises InvalidError for a view or a mark that does not exist.

    `following`: their own and those whom they follow, newest first. `latest`: all that they may see, newest first.
    `top`: the same by `models.TOP`. Pages follow the last post, not a number: what is posted meanwhile moves nothing.
    """
    if view not in VIEWS:
        raise InvalidError(_("There is no such view."), field="view")
    mark = {} if not after else _top_mark(after) if view == "top" else _latest_mark(after)
    if person is None:
        return Page(posts=[], after="")
    found = _with_origins(person, _in_feed(person, view, limit + 1, **mark))
    return _page(_with_files(found), limit, top=view == "top")


@Prepared
def _in_feed(person: Person, view: str, number: int, **mark: Any) -> QuerySet[Post]:
    """The next posts of a view behind a mark."""
    posts = visible_posts(person).filter(hidden_at=None).exclude(author_id__in=people_muted_by(person))
    if view == "following":
        posts = posts.filter(Q(author=person) | Q(author_id__in=people_followed_by(person)))
    posts = _best_first(posts, **mark) if view == "top" else _newest_first(posts, **mark)
    return _whole(person, posts)[:number]


def profile_posts(viewer: Person | None, person: Person, *, after: str | None = None, limit: int = 24) -> Page:
    """What `person` posted, as far as `viewer` may see it, newest first. On one's own, all of it."""
    return _latest_page(viewer, visible_posts(viewer).filter(author=person), after, limit)


def remixes_of(viewer: Person | None, person: Person, *, after: str | None = None, limit: int = 24) -> Page:
    """What others made from the posts of `person`, newest first."""
    posts = visible_posts(viewer).filter(parent__author=person).exclude(author=person)
    return _latest_page(viewer, posts, after, limit)


def num_posts(viewer: Person | None, person: Person) -> int:
    """How many posts of `person` the viewer may see."""
    return visible_posts(viewer).filter(author=person).count()


def _latest_page(person: Person | None, posts: QuerySet[Post], after: str | None, limit: int) -> Page:
    mark = _latest_mark(after) if after else {}
    return _page(_as_seen_by(person, _newest_first(posts, **mark)[: limit + 1]), limit)


def _page(found: list[Post], limit: int, *, top: bool = False) -> Page:
    """The first `limit` of what was found, and a mark behind them when there is more."""
    more, found = len(found) > limit, found[:limit]
    if not more:
        return Page(posts=found, after="")
    if top:
        return Page(posts=found, after=f"{found[-1].score!r}_{found[-1].pk}")
    return Page(posts=found, after=f"{(found[-1].created_at - _EPOCH) // timedelta(microseconds=1)}_{found[-1].pk}")


def _newest_first(posts: QuerySet[Post], *, at: datetime | None = None, post_id: str = "") -> QuerySet[Post]:
    if at is not None:
        posts = posts.filter(created_at__lte=at).exclude(created_at=at, pk__gte=post_id)
    return posts.order_by("-created_at", "-pk")


def _best_first(posts: QuerySet[Post], *, score: float | None = None, post_id: str = "") -> QuerySet[Post]:
    if score is not None:
        posts = posts.filter(score__lte=score).exclude(score=score, pk__gte=post_id)
    return posts.order_by("-score", "-pk")


def _latest_mark(after: str) -> dict[str, Any]:
    stamp, post_id = _mark(_LATEST_MARK, after)
    try:
        return {"at": _EPOCH + timedelta(microseconds=int(stamp)), "post_id": post_id}
    except OverflowError:
        raise InvalidError(_("This page does not exist."), field="after") from None


def _top_mark(after: str) -> dict[str, Any]:
    score, post_id = _mark(_TOP_MARK, after)
    return {"score": float(score), "post_id": post_id}


def _mark(pattern: re.Pattern[str], after: str) -> tuple[str, str]:
    match = pattern.fullmatch(after)
    if match is None:
        raise InvalidError(_("This page does not exist."), field="after")
    return match[1], match[2]


# Comments


@dataclass(frozen=True, kw_only=True)
class Talk:
    """Some comments, oldest first, each with its replies in `shown_replies`. `after` gives the next ones."""

    comments: list[Comment]
    after: str


def comments(person: Person | None, post: Post, *, after: str | None = None, limit: int = 50) -> Talk:
    """What is said under a post that `person` may open, without those whom they must not see. Two queries.

    A deleted comment is shown, empty, as long as it has replies.
    """
    said = Comment.objects.filter(post=post).exclude(author_id__in=people_hidden_from(person)).select_related("author")
    replies = said.filter(deleted_at=None).order_by("created_at", "pk")
    first = said.filter(parent=None).filter(Q(deleted_at=None) | Exists(replies.filter(parent=OuterRef("pk"))))
    if after:
        stamp, comment_id = _mark(re.compile(r"(-?\d{1,17})_(\d{1,18})"), after)
        at = _EPOCH + timedelta(microseconds=int(stamp))
        first = first.filter(created_at__gte=at).exclude(created_at=at, pk__lte=int(comment_id))
    found = list(first.order_by("created_at", "pk")[: limit + 1])
    answers: dict[int | None, list[Comment]] = defaultdict(list)
    for reply in replies.filter(parent__in=found):
        answers[reply.parent_id].append(reply)
    for one in found:
        one.shown_replies = answers[one.pk]
    more, found = len(found) > limit, found[:limit]
    if not more:
        return Talk(comments=found, after="")
    stamp_us = (found[-1].created_at - _EPOCH) // timedelta(microseconds=1)
    return Talk(comments=found, after=f"{stamp_us}_{found[-1].pk}")


def get_comment(person: Person | None, comment_id: int) -> Comment:
    """A comment that `person` may see, with its post and author. Raises NotFoundError."""
    seen = Comment.objects.filter(pk=comment_id, deleted_at=None, post__in=reachable_posts(person))
    comment = seen.exclude(author_id__in=people_hidden_from(person)).select_related("author", "post__author").first()
    if comment is None:
        raise NotFoundError(_("This comment is not here any more."))
    return comment


# The tree of remixes


@dataclass(kw_only=True)
class Node:
    """A post in its tree. `post` is None where the viewer may not see it: a quiet line."""

    post: Post | None
    here: bool = False
    children: list["Node"] = field(default_factory=list)


_RELATED = f"""
WITH RECURSIVE up AS (
    SELECT id, parent_id, 0 AS depth FROM posts_post WHERE id = %(post)s
    UNION ALL
    SELECT post.id, post.parent_id, up.depth + 1
    FROM posts_post AS post JOIN up ON post.id = up.parent_id WHERE up.depth < {MAX_DEPTH}
), down AS (
    (SELECT id, parent_id, 0 AS depth FROM up ORDER BY up.depth DESC LIMIT 1)
    UNION ALL
    SELECT post.id, post.parent_id, down.depth + 1
    FROM posts_post AS post JOIN down ON post.parent_id = down.id WHERE down.depth < {MAX_DEPTH}
)
SELECT id, parent_id FROM up
UNION (SELECT id, parent_id FROM posts_post WHERE parent_id = %(post)s ORDER BY created_at, id LIMIT {MAX_TREE})
UNION (SELECT id, parent_id FROM down LIMIT {MAX_TREE})
"""


def tree(person: Person | None, post: Post) -> Node:
    """Where `post` comes from and what was made from it, from the first clip on, in three queries.

    What the viewer may not see is a node without a post while something visible hangs on it, and nothing else. Of a
    very large tree some branches are left out, never the post's ancestors or its own remixes (up to 200).
    """
    with connection.cursor() as cursor:
        cursor.execute(_RELATED, {"post": post.pk})
        parents: dict[str, str | None] = dict(cursor.fetchall())
    seen = _in_short(visible_posts(person).filter(pk__in=list(parents)))
    seen[post.pk] = post
    nodes = {post_id: Node(post=seen.get(post_id), here=post_id == post.pk) for post_id in parents}
    root = next(node for post_id, node in nodes.items() if parents[post_id] not in nodes)
    for post_id in sorted(
        nodes, key=lambda post_id: (seen[post_id].created_at, post_id) if post_id in seen else (_EPOCH, "")
    ):
        above = nodes.get(parents[post_id] or "")
        if above is not None:
            above.children.append(nodes[post_id])
    _prune(root)
    if root.post is not None and root.post.is_remix and root.post.parent_id is None:
        return Node(post=None, children=[root])  # what it was made from is gone
    return root


def _prune(node: Node) -> bool:
    """Take out branches of which nothing may be seen. Whether anything is left."""
    node.children = [child for child in node.children if _prune(child)]
    return node.post is not None or bool(node.children)


# Search


def search_posts(person: Person | None, words: str, *, after: str | None = None, limit: int = 24) -> Page:
    """Visible posts whose caption or prompt hold all `words`, best first; captions count more than prompts.

    Words are read as English, as Spanish and as they are, and one of the three must fit: "running" finds "runs",
    "gatas" finds "gato". Quotes keep words together, "or" and a minus do what they do on the web.
    """
    words = words.replace("\0", " ").strip()[:200]
    if not words or person is None:
        return Page(posts=[], after="")
    asked = [SearchQuery(words, config=language, search_type="websearch") for language in LANGUAGES]
    query = reduce(operator.or_, asked)
    skipped = _number(after) if after else 0
    posts = visible_posts(person).filter(hidden_at=None, search=query).annotate(rank=SearchRank(F("search"), query))
    found = _as_seen_by(person, posts.order_by("-rank", "-created_at", "-pk")[skipped : skipped + limit + 1])
    return Page(posts=found[:limit], after=str(skipped + limit) if len(found) > limit else "")


def search_people(viewer: Person | None, words: str, *, limit: int = 20) -> list[Person]:
    """People by the beginning of handle or name, then by any part of them, then by likeness: "nuve" finds @nube7.

    Capitals and accents do not matter. PostgreSQL's trigrams are no part of the one that comes with Celaje, so
    likeness is measured here, and only while there is room; of very many people only the newest are measured.
    """
    plain = _plain(words.replace("\0", "").strip().lstrip("@"))[:50]
    if not plain or viewer is None:
        return []
    named: Any = Func(
        Lower("name"), Value("áàâäãéèêëíìîïóòôöõúùûüñç"), Value("aaaaaeeeeiiiiooooouuuunc"), function="translate"
    )
    people = visible_people(viewer).annotate(named=named)
    begins = Q(handle__startswith=plain) | Q(named__startswith=plain) | Q(named__contains=f" {plain}")
    order = Case(When(handle=plain, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
    within = people.filter(Q(handle__contains=plain) | Q(named__contains=plain))
    found: list[Person] = [*within.order_by(order, "handle")[:limit]]
    if len(found) == limit or len(plain) < 3:
        return found
    rest = people.exclude(pk__in=[person.pk for person in found]).order_by("-pk")[:MOST_MEASURED]
    likeness = {
        pk: _likeness(plain, [handle, *name.split(" ")])
        for pk, handle, name in rest.values_list("pk", "handle", "named")
    }
    close = sorted((pk for pk in likeness if likeness[pk] >= LIKENESS), key=lambda pk: -likeness[pk])
    like = Person.objects.in_bulk(close[: limit - len(found)])
    return found + [like[pk] for pk in close if pk in like]


def _plain(text: str) -> str:
    """Small letters without accents."""
    return "".join(letter for letter in normalize("NFKD", text.lower()) if not combining(letter))


def _likeness(word: str, names: list[str]) -> float:
    """0 to 1: of the most similar name, or of its beginning of the word's length."""
    ratios = (SequenceMatcher(None, word, part).ratio() for name in names for part in {name, name[: len(word)]})
    return max(ratios, default=0.0)


def _number(after: str) -> int:
    if not after.isascii() or not after.isdecimal() or len(after) > 18:
        raise InvalidError(_("This page does not exist."), field="after")
    return int(after)


# Notices


@dataclass(frozen=True, kw_only=True)
class News:
    """Some notices, newest first; likes of one post are one, so are takes of one prompt. `after` gives the next."""

    notices: list[Notice]
    after: str


def notices(person: Person, *, after: str | None = None, limit: int = 30) -> News:
    """What happened around `person`, in three queries. `num_others` of a like is for "A and 3 others"."""
    lines = _lines(person).annotate(newest=Max("pk"), num=Count("pk"))
    if after:
        lines = lines.filter(newest__lt=_number(after))
    found = list(lines.order_by("-newest").values_list("newest", "num")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    others = {pk: num - 1 for pk, num in found}
    rows = Notice.objects.filter(pk__in=list(others)).select_related(
        "actor", "comment", "video", "post__video", "post__author"
    )
    rows = rows.prefetch_related("post__video__assets").defer("post__search", "post__video__preview", "video__preview")
    told = list(rows.order_by("-pk"))
    for notice in told:
        notice.num_others = others[notice.pk]
    return News(notices=told, after=str(found[-1][0]) if more else "")


def num_unseen(person: Person) -> int:
    """How many lines of notices `person` has not seen yet, in one query. It stands beside every page."""
    return sum(_num_unseen(person))


@Prepared
def _num_unseen(person: Person) -> QuerySet[Notice, int]:
    """One number, or none at all when there is nothing."""
    unseen = _lines(person).filter(seen_at=None).values(everything=Value(1))
    return unseen.annotate(number=Count("line", distinct=True)).values_list("number", flat=True)


def unseen_notice(person: Person, notice_id: int) -> Notice | None:
    """A notice with all that its words need, as long as it may be told and was not looked at."""
    told = _may_be_told(person).filter(pk=notice_id, seen_at=None)
    return told.select_related("person", "actor", "comment", "video", "post__video").first()


def _may_be_told(person: Person) -> QuerySet[Notice]:
    """Notices of people and about posts that `person` may see, and of clips that are not in the bin."""
    silent = people_hidden_from(person).union(people_muted_by(person), all=True)
    about = Q(post=None) | Q(post__in=reachable_posts(person))
    return Notice.objects.filter(about, person=person, video__deleted_at=None).exclude(actor_id__in=silent)


def _lines(person: Person) -> QuerySet[Notice, Any]:
    """The same by line: likes of one post share one, and so do the takes of one prompt."""
    line = Case(
        When(kind=Happening.LIKE, then=Concat(Value("like "), F("post_id"), output_field=TextField())),
        When(kind=Happening.READY, then=Concat(Value("ready "), F("video__takes"), output_field=TextField())),
        default=Cast("pk", TextField()),
    )
    return _may_be_told(person).annotate(line=line).values("line")

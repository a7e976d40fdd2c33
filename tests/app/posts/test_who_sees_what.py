"""People do things in any order; a small model says who may see what, and the app must agree everywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from celaje.app.accounts import actions as people_actions
from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, InvalidError, NotAllowedError, NotFoundError
from celaje.app.moderation import actions as moderation
from celaje.app.posts import actions, queries
from celaje.app.posts.models import Comment, Post
from celaje.app.posts.queries import Node
from celaje.app.videos import actions as video_actions
from celaje.app.videos.models import Asset, Kind, Status, Video
from celaje.clip import Request, Size

NUM_PEOPLE = 4  # and an admin
picks = st.integers(0, 999)
some_person = st.integers(0, NUM_PEOPLE)


@dataclass
class Posted:
    """What the model knows of a post."""

    audience: str
    may_remix: bool
    hidden: bool = False
    parent: str | None = None  # a video
    likes: set[int] = field(default_factory=set)
    comments: list[int] = field(default_factory=list)  # the authors of those that are not deleted


@dataclass
class Filmed:
    """What the model knows of a video."""

    owner: int
    deleted: bool = False
    post: Posted | None = None
    made_from: str | None = None


class House(RuleBasedStateMachine):
    """The admin is the last person."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        try:
            for viewer in (*range(NUM_PEOPLE + 1), None):
                self.check(viewer)
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize()
    def found(self) -> None:
        make = Person.objects.create_user
        self.people = [make(f"person_{number}", None) for number in range(NUM_PEOPLE)]
        self.people.append(Person.objects.create_superuser("the_admin", None))
        for person in self.people:
            person.role.video_seconds_per_day, person.role.max_waiting_jobs = 10_000, 1000
            person.role.save()
        self.inactive: set[int] = set()
        self.follows: set[tuple[int, int]] = set()
        self.blocks: set[tuple[int, int]] = set()
        self.mutes: set[tuple[int, int]] = set()
        self.films: dict[str, Filmed] = {}
        # They begin with something to see: a film each, half of them posted.
        for number in range(NUM_PEOPLE):
            self.film(number)
            self.film(number)
            self.publish(number, 2 * number, ("everyone", "followers", "link", "everyone")[number], True)
        # And something to hear of.
        for number, other in ((0, 1), (0, 2), (2, 3), (3, 0)):
            self.follow(other, number, True)
            self.like(other, number, True)
            self.comment(other, number, 0)
            self.comment(number, number, 1)

    # The model

    def apart(self, one: int, other: int) -> bool:
        return (one, other) in self.blocks or (other, one) in self.blocks

    def reaches(self, viewer: int | None, film: Filmed) -> bool:
        post, author = film.post, film.owner
        if post is None or film.deleted or author in self.inactive:
            return False
        if viewer is None:
            return post.audience == "link" and not post.hidden
        if viewer in (NUM_PEOPLE, author):
            return True
        if self.apart(viewer, author) or post.hidden:
            return False
        return post.audience != "followers" or (viewer, author) in self.follows

    def sees(self, viewer: int | None, film: Filmed) -> bool:
        """In lists."""
        if viewer is None or film.post is None:
            return False
        if viewer == film.owner:
            return self.reaches(viewer, film)
        if self.apart(viewer, film.owner) or film.post.hidden or film.post.audience == "link":
            return False
        follows = (viewer, film.owner) in self.follows
        return self.reaches(viewer, film) and (film.post.audience == "everyone" or follows)

    def video(self, pick: int) -> Video:
        return Video.objects.get(pk=list(self.films)[pick % len(self.films)])

    def posted(self, pick: int) -> tuple[Post, Filmed] | None:
        shared = [video_id for video_id, film in self.films.items() if film.post]
        if not shared:
            return None
        video_id = shared[pick % len(shared)]
        return Post.objects.get(video_id=video_id), self.films[video_id]

    def expect(self, error: type[AppError] | None, act: Callable[[], Any]) -> Any:
        if error is None:
            return act()
        with pytest.raises(error):
            act()
        return None

    # What people do

    def film(self, owner: int, parent: Video | None = None) -> None:
        request = Request(prompt="a cat runs on the beach", size=Size(256, 256), seed=7).to_dict()
        video = Video.objects.create(
            owner=self.people[owner],
            request=request,
            prompt="a cat runs on the beach",
            seconds=5,
            width=256,
            height=256,
            seed=7,
            status=Status.COMPLETED,
            parent=parent,
            relation="remix" if parent else "",
        )
        self.keep_file(video)
        self.films[video.pk] = Filmed(owner=owner, made_from=parent.pk if parent else None)

    def keep_file(self, video: Video) -> None:
        file = {"name": f"te/{video.pk}.mp4", "content_type": "video/mp4", "num_bytes": 1, "width": 1, "height": 1}
        Asset.objects.create(video=video, kind=Kind.VIDEO, **file)

    @rule(owner=some_person)
    def make(self, owner: int) -> None:
        if len(self.films) < 12:
            self.film(owner)

    @rule(
        actor=some_person, pick=picks, audience=st.sampled_from(["everyone", "followers", "link"]), remix=st.booleans()
    )
    def publish(self, actor: int, pick: int, audience: str, remix: bool) -> None:
        video = self.video(pick)
        film = self.films[video.pk]
        error: type[AppError] | None = None
        if film.owner != actor or film.deleted:
            error = NotFoundError
        elif film.post is not None:
            error = InvalidError
        given: dict[str, Any] = {"caption": "beach", "audience": audience, "may_remix": remix}
        if self.expect(error, lambda: actions.publish(self.people[actor], video, **given)) is None:
            return
        source = self.films.get(film.made_from or "")
        parent = film.made_from if source is not None and self.reaches(actor, source) else None
        film.post = Posted(audience=audience, may_remix=remix, parent=parent)

    @rule(actor=some_person, pick=picks, audience=st.sampled_from(["everyone", "followers", "link"]))
    def change(self, actor: int, pick: int, audience: str) -> None:
        if (found := self.posted(pick)) is None:
            return
        post, film = found
        error = None if film.owner == actor else NotFoundError
        if self.expect(error, lambda: actions.change(self.people[actor], post, audience=audience)):
            assert film.post
            film.post.audience = audience

    @rule(actor=some_person, pick=picks)
    def unpublish(self, actor: int, pick: int) -> None:
        if (found := self.posted(pick)) is None:
            return
        post, film = found
        self.expect(None if film.owner == actor else NotFoundError, lambda: actions.unpublish(self.people[actor], post))
        if film.owner == actor:
            self.forget_post(post.video_id)

    def forget_post(self, video_id: str) -> None:
        self.films[video_id].post = None
        for film in self.films.values():
            if film.post and film.post.parent == video_id:
                film.post.parent = None

    @rule(pick=picks, back=st.booleans())
    def use_the_bin(self, pick: int, back: bool) -> None:
        video = self.video(pick)
        film = self.films[video.pk]
        (video_actions.restore if back else video_actions.delete)(self.people[film.owner], video)
        film.deleted = not back

    @rule(pick=picks)
    def empty_the_bin(self, pick: int) -> None:
        video = self.video(pick)
        video_id = video.pk  # a row that is deleted forgets it
        if self.films[video_id].deleted:
            video.delete()
            self.forget_post(video_id)
            del self.films[video_id]
            for film in self.films.values():
                if film.made_from == video_id:
                    film.made_from = None
            if not self.films:
                self.film(0)

    @rule(one=some_person, other=some_person, on=st.booleans())
    def follow(self, one: int, other: int, on: bool) -> None:
        if one == other:
            return
        if not on:
            people_actions.unfollow(self.people[one], self.people[other])
            self.follows.discard((one, other))
            return
        self.people[other].refresh_from_db()
        error = NotFoundError if self.apart(one, other) or other in self.inactive else None
        self.expect(error, lambda: people_actions.follow(self.people[one], self.people[other]))
        if error is None:
            self.follows.add((one, other))

    @rule(one=some_person, other=some_person, on=st.booleans())
    def block(self, one: int, other: int, on: bool) -> None:
        if one != other:
            (people_actions.block if on else people_actions.unblock)(self.people[one], self.people[other])
            (self.blocks.add if on else self.blocks.discard)((one, other))
            if on:
                self.follows -= {(one, other), (other, one)}

    @rule(one=some_person, other=some_person, on=st.booleans())
    def mute(self, one: int, other: int, on: bool) -> None:
        if one != other:
            (people_actions.mute if on else people_actions.unmute)(self.people[one], self.people[other])
            (self.mutes.add if on else self.mutes.discard)((one, other))

    @rule(person=st.integers(0, NUM_PEOPLE - 1), active=st.booleans())
    def deactivate(self, person: int, active: bool) -> None:
        Person.objects.filter(pk=self.people[person].pk).update(is_active=active)
        (self.inactive.discard if active else self.inactive.add)(person)

    @rule(actor=some_person, pick=picks, hide=st.booleans())
    def moderate(self, actor: int, pick: int, hide: bool) -> None:
        if (found := self.posted(pick)) is None:
            return
        post, film = found
        act = moderation.hide_post if hide else moderation.show_post
        self.expect(None if actor == NUM_PEOPLE else NotAllowedError, lambda: act(self.people[actor], post))
        if actor == NUM_PEOPLE:
            assert film.post
            film.post.hidden = hide

    @rule(actor=some_person, pick=picks, on=st.booleans())
    def like(self, actor: int, pick: int, on: bool) -> None:
        if (found := self.posted(pick)) is None:
            return
        post, film = found
        assert film.post
        if not on:
            actions.unlike(self.people[actor], post)
            film.post.likes.discard(actor)
            return
        error = None if self.reaches(actor, film) else NotFoundError
        self.expect(error, lambda: actions.like(self.people[actor], post))
        if error is None:
            film.post.likes.add(actor)

    @rule(actor=some_person, pick=picks, reply=picks)
    def comment(self, actor: int, pick: int, reply: int) -> None:
        if (found := self.posted(pick)) is None:
            return
        post, film = found
        assert film.post
        said = list(Comment.objects.filter(post=post, deleted_at=None).select_related("author").order_by("pk"))
        answered = said[reply % len(said)] if said and reply % 2 else None
        may = self.reaches(actor, film)
        if answered is not None:
            author = next(number for number, person in enumerate(self.people) if person == answered.author)
            may = may and not self.apart(actor, author) and author not in self.inactive
        text = f"said by {actor}"
        self.expect(None if may else NotFoundError, lambda: actions.comment(self.people[actor], post, text, answered))
        if may:
            film.post.comments.append(actor)

    @rule(actor=some_person, pick=picks)
    def delete_comment(self, actor: int, pick: int) -> None:
        said = list(Comment.objects.filter(deleted_at=None).select_related("author", "post").order_by("pk"))
        if not said:
            return
        comment = said[pick % len(said)]
        film = self.films[comment.post.video_id]
        author = next(number for number, person in enumerate(self.people) if person == comment.author)
        may = actor in (author, film.owner, NUM_PEOPLE)
        self.expect(None if may else NotFoundError, lambda: actions.delete_comment(self.people[actor], comment))
        if may:
            assert film.post
            film.post.comments.remove(author)

    @rule(actor=some_person, pick=picks, at_once=st.booleans())
    def remix(self, actor: int, pick: int, at_once: bool) -> None:
        if (found := self.posted(pick)) is None or len(self.films) >= 14:
            return
        post, film = found
        assert film.post
        error: type[AppError] | None = None
        if not self.reaches(actor, film):
            error = NotFoundError
        elif not film.post.may_remix and film.owner != actor:
            error = NotAllowedError
        made = self.expect(error, lambda: actions.remix(self.people[actor], post, change="make it winter"))
        if made is None:
            return
        [video] = made
        Video.objects.filter(pk=video.pk).update(status=Status.COMPLETED)
        self.keep_file(video)
        self.films[video.pk] = Filmed(owner=actor, made_from=post.video_id)
        if at_once:
            self.publish(actor, list(self.films).index(video.pk), "everyone", True)

    @rule(number=st.integers(0, NUM_PEOPLE - 1))
    def leave(self, number: int) -> None:
        """For good, with everything; somebody new takes the place."""
        self.people[number].delete()
        self.people[number] = Person.objects.create_user(f"newcomer_{timezone.now():%H%M%S%f}"[:30], None)
        self.inactive.discard(number)
        for relation in (self.follows, self.blocks, self.mutes):
            relation -= {pair for pair in relation if number in pair}
        for video_id in [video_id for video_id, film in self.films.items() if film.owner == number]:
            self.forget_post(video_id)
            del self.films[video_id]
            for film in self.films.values():
                film.made_from = None if film.made_from == video_id else film.made_from
        for film in self.films.values():
            if film.post:
                film.post.likes.discard(number)
        # Replies to their comments went with them: the rows say what is left.
        for video_id, film in self.films.items():
            if film.post:
                left = Comment.objects.filter(post__video_id=video_id, deleted_at=None).values_list(
                    "author_id", flat=True
                )
                numbers = {person.pk: index for index, person in enumerate(self.people)}
                film.post.comments = [numbers[author_id] for author_id in left]
        if not self.films:
            self.film(number)

    # What they see

    @rule(viewer=some_person)
    def look(self, viewer: int) -> None:
        self.check(viewer)

    @invariant()
    def counts_are_the_numbers_of_rows(self) -> None:
        if not getattr(self, "films", None):
            return
        for post in Post.objects.all():
            film = self.films[post.video_id]
            assert film.post
            made = [other for other in self.films.values() if other.post and other.post.parent == post.video_id]
            counts = (post.num_likes, post.num_comments, post.num_remixes)
            assert counts == (len(film.post.likes), len(film.post.comments), len(made))
            assert counts[:2] == (post.likes.count(), post.comments.filter(deleted_at=None).count())
            assert counts[2] == post.remixes.count()

    def check(self, viewer: int | None) -> None:
        if not hasattr(self, "films") or viewer in self.inactive:
            return
        person = None if viewer is None else self.people[viewer]
        ids = {post.video_id: post for post in Post.objects.select_related("video")}
        assert set(ids) == {video_id for video_id, film in self.films.items() if film.post}
        seen = {ids[video_id].pk for video_id, film in self.films.items() if self.sees(viewer, film)}
        reached = {ids[video_id].pk for video_id, film in self.films.items() if self.reaches(viewer, film)}

        assert set(queries.visible_posts(person).values_list("pk", flat=True)) == seen
        self.check_feeds(viewer, person, ids)
        for number, author in enumerate(self.people):
            theirs = {ids[video_id].pk for video_id, film in self.films.items() if film.post and film.owner == number}
            assert {post.pk for post in queries.profile_posts(person, author).posts} == seen & theirs
        for video_id, film in self.films.items():
            video = Video(pk=video_id, owner_id=self.people[film.owner].pk)
            may = viewer == film.owner or (film.post is not None and ids[video_id].pk in reached)
            assert queries.may_see_video(person, video) == may
        for post in ids.values():
            if post.pk not in reached:
                with pytest.raises(NotFoundError):
                    queries.get(person, post.pk)
                continue
            shown = queries.get(person, post.pk)
            assert shown.origin is None or shown.origin.pk in seen
            tree = queries.tree(person, shown)
            self.check_tree(tree, post.pk, seen)
            film = self.films[post.video_id]
            made = {
                ids[made_id].pk
                for made_id, made in self.films.items()
                if made.post and made.post.parent == post.video_id
            }
            assert film.post
            near = made | ({ids[film.post.parent].pk} if film.post.parent else set())
            assert near & seen <= posts_of(tree)
            for comment in queries.comments(person, shown).comments:
                for said in (comment, *comment.shown_replies):
                    assert said.author is not None  # nobody leaves this house
                    by = self.people.index(said.author)
                    assert by not in self.inactive
                    assert viewer is None or not self.apart(viewer, by)
        if person is not None and viewer is not None:
            self.check_notices(viewer, person, reached)

    def check_feeds(self, viewer: int | None, person: Person | None, ids: dict[str, Post]) -> None:
        def shown(film: Filmed) -> bool:
            muted = viewer is not None and (viewer, film.owner) in self.mutes
            return self.sees(viewer, film) and film.post is not None and not film.post.hidden and not muted

        fed = {ids[video_id].pk for video_id, film in self.films.items() if shown(film)}
        for view in ("latest", "top"):
            assert {post.pk for post in queries.feed(person, view, limit=50).posts} == fed
        followed = {
            ids[video_id].pk
            for video_id, film in self.films.items()
            if shown(film) and (film.owner == viewer or (viewer, film.owner) in self.follows)
        }
        assert {post.pk for post in queries.feed(person, "following", limit=50).posts} == followed
        for post in queries.feed(person, "latest", limit=50).posts:
            film = self.films[post.video_id]
            assert film.post
            assert post.liked == (viewer in film.post.likes)
            assert post.follows == ((viewer, film.owner) in self.follows)
        found = {post.pk for post in queries.search_posts(person, "cats").posts}
        assert found == {
            ids[video_id].pk
            for video_id, film in self.films.items()
            if film.post and self.sees(viewer, film) and not film.post.hidden
        }

    def check_tree(self, node: Node, here: str, seen: set[str]) -> None:
        if node.post is None:
            assert node.children  # a quiet line has something to say only while something hangs on it
        else:
            assert node.post.pk in seen | {here}
            assert node.here == (node.post.pk == here)
        for child in node.children:
            self.check_tree(child, here, seen)

    def check_notices(self, viewer: int, person: Person, reached: set[str]) -> None:
        news = queries.notices(person, limit=500).notices
        for notice in news:
            assert notice.post is None or notice.post.pk in reached
            assert notice.video is None or notice.video.owner_id == person.pk
            if notice.actor is not None:
                actor = next(number for number, one in enumerate(self.people) if one == notice.actor)
                assert actor != viewer
                assert actor not in self.inactive
                assert not self.apart(viewer, actor)
                assert (viewer, actor) not in self.mutes
        assert queries.num_unseen(person) == len(news)


def posts_of(node: Node) -> set[str]:
    """All that may be seen in a tree."""
    seen: set[str] = set() if node.post is None else {node.post.pk}
    return seen.union(*(posts_of(child) for child in node.children))


@pytest.mark.django_db
def test_nothing_reaches_the_wrong_eyes() -> None:
    checked = settings(
        max_examples=20,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(House, settings=checked)

"""Finding posts in both languages, and people in spite of mistakes."""

from collections.abc import Callable
from typing import Any

import pytest

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.posts import queries
from celaje.app.posts.models import Post

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("running", True),
        ("CATS", True),
        ("gata", True),
        ("gatos playas", True),
        ("callejon", True),
        ('"cat runs"', True),
        ('"runs cat"', False),
        ("cat or dog", True),
        ("cat dog", False),
        ("cat -beach", False),
        ("the", True),
        ("", False),
        ("   ", False),
        ("\0", False),
        ("'); drop table", False),
        ("& | ! ( <->", False),
        ('"unfinished cat', False),
        ("x" * 5000, False),
    ],
)
def test_words_in_english_and_spanish(new_person: Make, new_post: Make, words: str, found: bool) -> None:
    post = new_post(prompt="the cat runs on the beach", caption="Un gato en el callejón de la playa")
    assert queries.search_posts(new_person(), words).posts == ([post] if found else [])


def test_captions_come_first_and_pages_follow(new_person: Make, new_post: Make) -> None:
    viewer, author = new_person(), new_person()
    in_prompt = [new_post(author, prompt="a volcano") for _ in range(3)]
    in_caption = new_post(author, prompt="a mountain", caption="Volcano")
    new_post(author, prompt="a beach")
    seen: list[Post] = []
    after = ""
    while after or not seen:
        page = queries.search_posts(viewer, "volcano", after=after, limit=2)
        seen += page.posts
        after = page.after
    assert seen == [in_caption, *reversed(in_prompt)]
    for odd in ("x", "-1", "1.5", "²", "9" * 40):
        with pytest.raises(InvalidError):
            queries.search_posts(viewer, "volcano", after=odd)


def test_only_what_one_may_see(new_person: Make, new_post: Make) -> None:
    viewer, author = new_person(), new_person()
    new_post(author, audience="link")
    theirs = new_post(author, audience="followers")
    assert queries.search_posts(viewer, "cat").posts == []
    assert queries.search_posts(None, "cat").posts == []
    people.follow(viewer, author)
    assert queries.search_posts(viewer, "cat").posts == [theirs]
    assert theirs.pk in {post.pk for post in queries.search_posts(author, "cat").posts}


@pytest.mark.parametrize(
    "words", ["nub", "@NUBE7", "nuve7", "nbue7", "angela", "nuñez", "nunez", "Núñ", "Anjela", "gela", "7"]
)
def test_people_by_parts_and_in_spite_of_mistakes(new_person: Make, words: str) -> None:
    someone: Person = new_person("nube7", name="Ángela Núñez")
    viewer = new_person("viewer_", name="viewer")
    assert queries.search_people(viewer, words) == [someone]


def test_the_nearest_person_comes_first(new_person: Make) -> None:
    names = ["lucero", "lucero_7", "al_lucero", "lusero"]
    made = {name: new_person(name, name="x") for name in names}
    viewer = new_person("viewer_", name="viewer")
    assert queries.search_people(viewer, "lucero") == [made[name] for name in names]
    assert queries.search_people(viewer, "lucero", limit=2) == [made["lucero"], made["lucero_7"]]
    for nobody in ("", "@", "%", "_%", "zzzz", "\0"):
        assert queries.search_people(viewer, nobody) == []
    people.block(made["lucero"], viewer)
    assert made["lucero"] not in queries.search_people(viewer, "lucero")
    assert queries.search_people(None, "lucero") == []

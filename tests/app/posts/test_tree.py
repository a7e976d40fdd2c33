"""Where a clip comes from and what was made from it."""

from collections.abc import Callable
from typing import Any

import pytest

from celaje.app.accounts import actions as people
from celaje.app.posts import actions, queries
from celaje.app.posts.models import Post
from celaje.app.posts.queries import Node

Make = Callable[..., Any]


def drawn(node: Node, names: dict[str, str]) -> str:
    """ "a(b(c) d)": `?` for what is not available, `*` behind where one is."""
    name = "?" if node.post is None else names[node.post.pk]
    inside = " ".join(drawn(child, names) for child in node.children)
    return name + "*" * node.here + (f"({inside})" if inside else "")


@pytest.fixture
def family(new_post: Make, new_remix: Make) -> dict[str, Post]:
    """a -> b -> c, d; a -> e."""
    a = new_post()
    b = new_remix(a)
    c, d, e = new_remix(b), new_remix(b), new_remix(a)
    return {"a": a, "b": b, "c": c, "d": d, "e": e}


def test_the_whole_tree_in_three_queries(
    family: dict[str, Post], new_person: Make, django_assert_num_queries: Any
) -> None:
    names = {post.pk: name for name, post in family.items()}
    viewer = new_person()
    with django_assert_num_queries(3):
        tree = queries.tree(viewer, family["b"])
        assert drawn(tree, names) == "a(b*(c d) e)"
        assert tree.post is not None
        assert all((tree.post.author.handle, tree.post.files["poster"].name))
    assert drawn(queries.tree(viewer, family["c"]), names) == "a(b(c* d) e)"


def test_what_one_may_not_see_is_a_quiet_line_or_nothing(family: dict[str, Post], new_person: Make) -> None:
    names = {post.pk: name for name, post in family.items()}
    viewer = new_person()
    people.block(family["b"].author, viewer)
    actions.change(family["e"].author, family["e"], audience="link")
    assert drawn(queries.tree(viewer, family["c"]), names) == "a(?(c* d))"
    assert drawn(queries.tree(viewer, family["a"]), names) == "a*(?(c d))"
    actions.change(family["c"].author, family["c"], audience="followers")
    actions.change(family["d"].author, family["d"], audience="followers")
    assert drawn(queries.tree(viewer, family["a"]), names) == "a*"
    shown = queries.get(viewer, family["e"].pk)  # whoever has its link
    assert drawn(queries.tree(viewer, shown), names) == "a(e*)"
    assert drawn(queries.tree(None, shown), names) == "?(e*)"


def test_a_remix_whose_origin_is_gone_says_so(family: dict[str, Post], new_person: Make) -> None:
    names = {post.pk: name for name, post in family.items()}
    actions.unpublish(family["b"].author, family["b"])
    viewer = new_person()
    assert drawn(queries.tree(viewer, queries.get(viewer, family["c"].pk)), names) == "?(c*)"
    assert drawn(queries.tree(viewer, family["a"]), names) == "a*(e)"
    assert queries.get(viewer, family["c"].pk).is_remix


def test_large_trees_keep_what_is_near(new_post: Make, new_remix: Make, new_person: Make, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "_RELATED", queries._RELATED.replace(f"LIMIT {queries.MAX_TREE}", "LIMIT 2"))
    first = new_post()
    for _ in range(4):
        new_remix(first)
    far = new_remix(new_remix(new_remix(first)))
    near = new_remix(far)
    names = {post.pk: "-" for post in Post.objects.all()} | {far.pk: "far", near.pk: "near"}
    assert "(far*(near))" in drawn(queries.tree(new_person(), far), names)

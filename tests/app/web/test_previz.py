"""Direct it first: a prompt is filmed, and the scene that was read from it is shown as fields and filmed again."""

import json

import pytest
from django.test import Client

from celaje.app.videos import scenes
from celaje.app.videos.models import Status, Video

SCRIPT = """# A scene for celaje previz. Change what you like and film it again.

prompt = "a cat runs"
seed = 7
size = "1280x720"             # WIDTHxHEIGHT, or a ratio such as 16:9
style = "natural"             # natural, film noir, papercraft

[[shots]]
# alley, beach,
# forest
place = "alley"
time = "night"                # dawn, day, sunset, night

[[subjects]]  # number 1
# cat, dog
kind = "cat"
actions = [                   # walk, run
  { do = "run", from = 0 },
  { do = "walk", from = 3 },
]
[subjects.look]
coat = "black"                # black, white and orange

[[subjects]]  # number 2
kind = "dog"                  # one of those above
actions = [                   # walk, call
  { do = "call" },
]
"""


def test_fields_are_the_lines_whose_values_are_chosen() -> None:
    found = [(field.group, field.name, field.value, field.choices) for field in scenes.fields(SCRIPT)]
    assert found == [
        ("scene", "style", "natural", ("natural", "film noir", "papercraft")),
        ("shots 1", "place", "alley", ("alley", "beach", "forest")),
        ("shots 1", "time", "night", ("dawn", "day", "sunset", "night")),
        ("subjects 1", "kind", "cat", ("cat", "dog")),
        ("subjects 1", "do", "run", ("walk", "run")),
        ("subjects 1", "do", "walk", ("walk", "run")),
        ("subjects 1", "coat", "black", ("black", "white and orange")),
        ("subjects 2", "kind", "dog", ("cat", "dog")),
        ("subjects 2", "do", "call", ("walk", "call")),
    ]


def test_changed_lines_keep_the_rest_and_another_kind_is_drawn_anew() -> None:
    lines = {field.name: field.line for field in scenes.fields(SCRIPT) if field.group != "subjects 2"}
    assert scenes.changed(SCRIPT, {field.line: field.value for field in scenes.fields(SCRIPT)}) == SCRIPT
    other = scenes.changed(SCRIPT, {lines["place"]: 'a "place"'})
    assert other == SCRIPT.replace('"alley"', json.dumps('a "place"'))
    kind = scenes.changed(SCRIPT, {lines["kind"]: "dog"})
    assert "coat" not in kind
    assert 'kind = "dog"' in kind
    assert '{ do = "call" }' in kind


def test_a_scene_is_filmed_again_as_it_was_changed(signed_in: Client) -> None:
    assert "/previz/new" in signed_in.get("/new").content.decode()
    asked = {"prompt": "a cat runs", "seconds": "4", "shape": "9:16"}
    answer = signed_in.post("/previz", asked)
    video = Video.objects.get()
    assert answer.headers["Location"] == video.get_absolute_url()
    assert (video.plan, video.width, video.height) == ({"task": "previz", "script": ""}, 720, 1280)
    Video.objects.update(status=Status.COMPLETED, plan={"task": "previz", "script": SCRIPT})
    assert f"/previz/new?from={video.pk}" in signed_in.get(video.get_absolute_url()).content.decode()
    page = signed_in.get(f"/previz/new?from={video.pk}").content.decode()
    assert "<option selected>alley</option>" in page
    [place] = [field.line for field in scenes.fields(SCRIPT) if field.name == "place"]
    again = asked | {"from": video.pk, "script": SCRIPT.replace("\n", "\r\n"), f"line-{place}": "beach"}
    signed_in.post("/previz", again)
    newest = Video.objects.order_by("-created_at")[0]
    assert newest.plan == {"task": "previz", "script": SCRIPT.replace('"alley"', '"beach"')}
    signed_in.post("/previz", again | {"prompt": "a dog sits"})
    assert Video.objects.order_by("-created_at")[0].plan == {"task": "previz", "script": ""}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"prompt": ""}, "Say in a sentence"),
        ({"seconds": "0"}, "greater than or equal to 1"),
        ({"script": "x" * 20_001}, "20000"),
    ],
)
def test_what_is_wrong_is_said(signed_in: Client, wrong: dict[str, str], why: str) -> None:
    answer = signed_in.post("/previz", {"prompt": "a cat", "seconds": "4", "shape": "1:1"} | wrong)
    assert (answer.status_code, why in answer.content.decode()) == (400, True)
    assert not Video.objects.exists()

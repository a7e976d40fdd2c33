"""A scene of an outline keeps what was said, as far as the world can show it, and makes sense in the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celaje.clip import Size
from celaje.engine.world.direct import Directed, available, direct, possible
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.outline import Doing, Outline, ShotOutline, SubjectOutline
from celaje.engine.world.places import PLACES
from celaje.engine.world.reading import read
from celaje.engine.world.scene import ACTIONS, CAMERAS, TIMES, WEATHERS
from celaje.engine.world.script import parse, write

SMALL = Size(96, 64)


def directed(outline: Outline, seed: int = 3, seconds: float = 4.0, rate: int = 12) -> Directed:
    return direct(outline, seed=seed, size=SMALL, seconds=seconds, frames_per_second=rate)


def prompt(text: str, seed: int = 3, seconds: float = 4.0) -> Directed:
    return directed(read(text).outline, seed, seconds)


doings = st.builds(
    Doing,
    name=st.sampled_from(ACTIONS),
    start_s=st.one_of(st.none(), st.floats(0, 6)),
    end_s=st.one_of(st.none(), st.floats(0, 6)),
    target=st.one_of(st.none(), st.just(0)),
    with_before=st.booleans(),
)
subjects = st.builds(
    SubjectOutline, kind=st.sampled_from(sorted(KINDS)), actions=st.lists(doings, max_size=3).map(tuple)
)
shots = st.builds(
    ShotOutline,
    start_s=st.one_of(st.none(), st.floats(0, 6)),
    place=st.one_of(st.none(), st.sampled_from(sorted(PLACES))),
    time=st.one_of(st.none(), st.sampled_from(TIMES)),
    weather=st.one_of(st.none(), st.sampled_from(WEATHERS)),
    camera=st.one_of(st.none(), st.sampled_from(CAMERAS)),
)
outlines = st.builds(
    Outline,
    subjects=st.one_of(st.none(), st.lists(subjects, max_size=4).map(tuple)),
    shots=st.lists(shots, min_size=1, max_size=3).map(tuple),
)


@settings(max_examples=120, deadline=None)
@given(outlines, st.integers(0, 10_000), st.sampled_from((0.0, 1.5, 5.0)))
def test_every_outline_makes_a_scene_without_gaps(outline: Outline, seed: int, seconds: float) -> None:
    made = directed(outline, seed, seconds)
    scene = made.scene
    assert scene == directed(outline, seed, seconds).scene
    assert [shot.start_s for shot in scene.shots] == [0.0, *(shot.end_s for shot in scene.shots[:-1])]
    assert scene.shots[-1].end_s == pytest.approx(scene.seconds)
    for shot in scene.shots:
        place = PLACES[shot.place]
        assert shot.time in place.times
        assert shot.camera != "tracking" or shot.subjects
        assert all(possible(KINDS[scene.subjects[index].kind], place) for index in shot.subjects)
    for index, subject in enumerate(scene.subjects):
        assert set(subject.look) == set(KINDS[subject.kind].looks)
        assert subject.actions[0].start_s == 0.0
        assert max(action.end_s for action in subject.actions) == pytest.approx(scene.seconds)
        for action in subject.actions:
            assert action.name in KINDS[subject.kind].actions
            assert action.target is None or action.target != index
            assert action.target is None or action.target < len(scene.subjects)


def test_what_was_said_is_kept() -> None:
    outline = Outline(
        subjects=(SubjectOutline(kind="dog", look={"coat": "black"}, actions=(Doing(name="jump"),)),),
        shots=(ShotOutline(place="forest", time="dawn", weather="fog", camera="orbit"),),
        style="watercolour",
    )
    for seed in range(10):
        made = directed(outline, seed)
        (dog,), (shot,) = made.scene.subjects, made.scene.shots
        assert (dog.kind, dog.look["coat"], [action.name for action in dog.actions]) == ("dog", "black", ["jump"])
        assert (shot.place, shot.time, shot.weather, shot.camera) == ("forest", "dawn", "fog", "orbit")
        assert (made.scene.style, made.notes) == ("watercolour", ())


def test_what_was_left_open_differs_from_seed_to_seed() -> None:
    places = {prompt("a cat", seed).scene.shots[0].place for seed in range(20)}
    assert len(places) > 4
    assert not {"open sea", "underwater"} & places


@pytest.mark.parametrize(
    ("text", "place", "note"),
    [
        ("a sailing boat in the city", "open sea", "sailing boat: cannot be in city"),
        ("a fish on the beach", "underwater", "fish: cannot be in beach"),
        ("a cat on the open sea", "beach", "cat: cannot be in open sea"),
    ],
)
def test_who_cannot_be_there_is_filmed_elsewhere(text: str, place: str, note: str) -> None:
    made = prompt(text)
    assert (made.scene.shots[0].place, len(made.scene.subjects)) == (place, 1)
    assert str(made.notes[0]).startswith(note)


def test_what_cannot_be_done_is_told() -> None:
    made = prompt("a horse flies over the countryside")
    assert [note for note in made.notes if "horse: cannot fly" in str(note)]
    assert [*map(str, prompt("it rains in a club, a cat dances").notes)] == ["club: there is no rain"]
    assert [*map(str, prompt("a dancer on the moon at sunset").notes)] == ["moon: there is no sunset, filmed at day"]


def test_somebody_is_found_for_what_is_done() -> None:
    for seed in range(8):
        (who,) = prompt("swimming under the sea", seed).scene.subjects
        assert [action.name for action in who.actions] == ["swim"]


def test_turns_share_the_time_and_what_goes_together_goes_together() -> None:
    (woman,) = prompt("a woman walks, then she dances and waves", seconds=4).scene.subjects
    assert [(action.name, action.start_s, action.end_s) for action in woman.actions] == [
        ("walk", 0, 2), ("dance", 2, 4), ("wave", 2, 4),
    ]  # fmt: skip


def test_who_follow_the_same_go_in_file() -> None:
    scene = prompt("two dogs and a horse chase a red ball on the beach").scene
    assert [subject.actions[0].target for subject in scene.subjects] == [3, 0, 1, None]
    again = directed(parse(write(scene)).outline)
    assert again.scene.subjects == scene.subjects


def test_everything_available_is_something_it_does() -> None:
    for kind in KINDS.values():
        for place in PLACES.values():
            if possible(kind, place):
                assert set(available(kind, place)) <= set(kind.actions)
                assert available(kind, place), (kind.name, place.name)


def test_no_other_rate() -> None:
    with pytest.raises(ValueError, match="25 frames a second are not possible: give 12 or 24"):
        directed(Outline(), rate=25)


# The text that people edit


@settings(max_examples=40, deadline=None)
@given(outlines, st.integers(0, 10_000), st.sampled_from((0.0, 1.5, 5.0)), st.sampled_from((12, 24)))
def test_a_script_gives_the_scene_back(outline: Outline, seed: int, seconds: float, rate: int) -> None:
    scene = directed(outline, seed, seconds, rate).scene
    script = parse(write(scene, 'a "prompt" \\ with ünïcode\x7f'))
    assert script.prompt == 'a "prompt" \\ with ünïcode\x7f'
    assert (script.seed, script.size, script.frames_per_second) == (scene.seed, scene.size, rate)
    assert script.seconds is not None
    again = direct(
        script.outline, seed=seed, size=SMALL, seconds=script.seconds, frames_per_second=script.frames_per_second or 0
    )
    assert again.scene == scene


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("seed = ", "the scene is not TOML"),
        ("hour = 3", 'a scene has no "hour": it has prompt, seed'),
        ('size = "16x16"', "each side must be 64 to 4096 pixels"),
        ("size = 640", "size 640 is not possible"),
        ("seconds = 61", "seconds 61 is not possible: give 0 to 60"),
        ("seconds = true", "seconds True is not possible"),
        ('style = "oil"', 'style "oil" is not known: give one of natural, film noir'),
        ('[[shots]]\nplace = "mars"', 'place "mars" is not known: give one of city'),
        ("[[shots]]\nsubjects = [1]", "give numbers from 1 to 0"),
        ('shots = "one"', r"begin each of them with a line \[\[shots\]\]"),
        ("[[subjects]]", "a subject has no kind"),
        ('[[subjects]]\nkind = "cat"\nlook = { hat = "cap" }', 'the look of cat has no "hat": it has coat'),
        ('[[subjects]]\nkind = "cat"\nlook = { coat = "pink" }', 'coat "pink" is not known'),
        ('[[subjects]]\nkind = "cat"\nactions = [{ do = "fly" }]', 'cat: cannot do "fly": give one of walk'),
        ('[[subjects]]\nkind = "cat"\nactions = [{ do = "walk", from = -1 }]', "from -1 is not possible"),
        ('[[subjects]]\nkind = "cat"\n' * 7, "a scene of 7 subjects is not possible"),
    ],
)
def test_a_wrong_script_is_told_what_is_right(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(text)

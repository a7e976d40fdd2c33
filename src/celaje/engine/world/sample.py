"""Draw a scene that makes sense from a seed: who, what they do, where, when, how it is filmed and in which style.

Kinds, main looks and places come up about equally often, so that a model meets each of them as often as the others. It
does not know how anything is drawn, moved or said.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import numpy as np

from celaje.clip import BUCKETS, FRAMES_PER_SECOND, Size
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Ground, Place
from celaje.engine.world.scene import CAMERAS, STYLES, Action, Scene, Shot, Subject
from celaje.engine.world.words import Adjective, Noun, Phrase

#: May a subject of this kind with this value of its main slot ("" if it has none) be in this place?
Allow = Callable[[str, str, str], bool]

NO_SUBJECT = 0.08
NUM_SUBJECTS = (0.7, 0.2, 0.1)
SAME_KIND = 0.5  # of the scenes with several subjects
CHANGE = 0.25  # of the clips: somebody does something else from the middle on
CUT, CUT_FROM_S = 0.12, 3.0
NATURAL = 0.6
UNSAID = 0.5  # how often a slot that can go unsaid (no hat, no pattern) does
CLEAR = 0.4
USUAL = 4.0  # how much more likely a kind is where it is usually met
INDOORS_M = 2.4  # nothing larger comes into a room
LARGEST_RATIO = 2.6  # between the sizes of subjects in one picture
MOVING = ("walk", "run", "swim", "fly", "drive", "sail", "roll")
TOGETHER = ("follow", "collide")
PHYSICAL = ("bounce", "roll", "fall", "collide")
CUT_FRAMES = 4  # cuts lie on multiples of this, where the video codec's chunks end
TRIES = 1000


def sample(
    seed: int,
    *,
    kinds: Iterable[str] | None = None,
    places: Iterable[str] | None = None,
    styles: Iterable[str] | None = None,
    size: Size | None = None,
    num_frames: int = 64,
    cuts: bool = True,
    allow: Allow | None = None,
) -> Scene:
    """The scene of `seed`, with only these kinds, places and styles (all when None).

    `allow` can hold out combinations of kind, main look and place. Raises ValueError for an unknown name, a wrong
    number of frames, or when nothing is left to draw.
    """
    if num_frames < 1:
        raise ValueError(f"{num_frames} frames are not possible: give 1 (a still) or more")
    names = _known("kind", kinds, KINDS)
    where = _known("place", places, PLACES)
    rng = np.random.default_rng((seed, 101))
    looks = _known("style", styles, STYLES)
    nobody = rng.random() < NO_SUBJECT
    for _ in range(TRIES):
        scene = _draw(rng, seed, names, where, looks, size, num_frames, cuts=cuts, nobody=nobody)
        if allow is None or _allowed(scene, allow):
            return scene
    raise ValueError(
        f"no scene of {len(names)} kinds and {len(where)} places is allowed: let more combinations through"
    )


def main_look(subject: Subject) -> str:
    """The value of the subject's main slot, "" for a kind without looks."""
    looks = KINDS[subject.kind].looks
    return subject.look[next(iter(looks))] if looks else ""


def fits(kind: Kind, place: Place) -> bool:
    """Whether this kind can be in this place and has something to do there."""
    return bool(actions_for(kind, place))


def actions_for(kind: Kind, place: Place) -> tuple[str, ...]:
    """What `kind` can do in `place` by itself or with others; nothing where it cannot be."""
    if place.indoors and max(kind.height_m, kind.length_m) > INDOORS_M:
        return ()
    if kind.medium not in place.media:
        swims = "swim" in kind.actions and kind.medium == "ground"
        if swims and place.ground is Ground.WATER:
            return ("swim",)
        if not (swims and place.underwater and place.name in kind.places):
            return ()
    fitting = tuple(name for name in kind.actions if _can(name, kind, place))
    return fitting if any(name not in TOGETHER for name in fitting) else ()


def _can(action: str, kind: Kind, place: Place) -> bool:
    """Whether the place allows an action: swimming needs water, floating weightlessness, talking air."""
    if action == "swim":
        return place.underwater
    if action == "float" and kind.gait.walk_rate_hz:
        return place.underwater or place.ground is Ground.MOON
    if place.underwater and kind.gait.walk_rate_hz:
        return action not in ("fly", "talk", "call", "run", "jump")
    return True


def _known(what: str, chosen: Iterable[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    names = tuple(known) if chosen is None else tuple(chosen)
    unknown = set(names) - set(known)
    if unknown or not names:
        raise ValueError(f"{what} {sorted(unknown)} is not known: give some of {', '.join(known)}")
    return names


def _allowed(scene: Scene, allow: Allow) -> bool:
    return all(
        allow(scene.subjects[index].kind, main_look(scene.subjects[index]), shot.place)
        for shot in scene.shots
        for index in shot.subjects
    )


def _draw(
    rng: np.random.Generator,
    seed: int,
    kinds: tuple[str, ...],
    places: tuple[str, ...],
    styles: tuple[str, ...],
    size: Size | None,
    num_frames: int,
    *,
    cuts: bool,
    nobody: bool,
) -> Scene:
    seconds = num_frames / FRAMES_PER_SECOND
    place = str(rng.choice(places))
    who: list[str] = []
    if not nobody:
        chance = likely_pairs(kinds, places)
        pair = int(rng.choice(chance.size, p=chance.ravel()))
        place = places[pair % len(places)]
        who = _company(rng, kinds[pair // len(places)], kinds, PLACES[place])
    subjects = _subjects(rng, who, PLACES[place], seconds)
    shots = _shots(rng, place, places, subjects, num_frames, cuts)
    natural = "natural" in styles and rng.random() < NATURAL
    return Scene(
        seed=seed,
        size=BUCKETS[rng.integers(len(BUCKETS))] if size is None else size,
        num_frames=num_frames,
        style="natural" if natural else str(rng.choice([style for style in styles if style != "natural"] or styles)),
        subjects=subjects,
        shots=shots,
    )


@lru_cache(maxsize=64)
def likely_pairs(kinds: tuple[str, ...], places: tuple[str, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """[kinds, places] how likely each pair is: only pairs that fit, every kind and every place about equally often.

    Rows and columns are scaled in turn until their sums agree (Sinkhorn, 1964).
    """
    chance = np.array([[liking(KINDS[kind], PLACES[place]) for place in places] for kind in kinds])
    if not chance.any():
        raise ValueError(f"none of the kinds {', '.join(kinds)} fits into any of the places {', '.join(places)}")
    for _ in range(100):
        chance = chance / np.maximum(chance.sum(axis=0), 1e-12)
        chance = chance / np.maximum(chance.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(chance / chance.sum())


def liking(kind: Kind, place: Place) -> float:
    """How likely a kind is met in a place, to be compared with other places; 0 where it cannot be."""
    return 0.0 if not fits(kind, place) else USUAL if place.name in kind.places else 1.0


def _company(rng: np.random.Generator, first: str, kinds: tuple[str, ...], place: Place) -> list[str]:
    """The kinds of all subjects: alone, with its like, or with others that fit beside it."""
    num = 1 + int(rng.choice(3, p=NUM_SUBJECTS))
    if num == 1 or KINDS[first].medium == "rails":
        return [first]
    if rng.random() < SAME_KIND:
        return [first] * num
    others = [
        name for name in kinds if name != first and fits(KINDS[name], place) and _beside(KINDS[name], KINDS[first])
    ]
    picked = [str(name) for name in rng.permutation(others)[: num - 1]]
    if len(picked) == 2 and not _beside(KINDS[picked[0]], KINDS[picked[1]]):
        picked = picked[:1]
    return [first, *picked]


def _beside(one: Kind, other: Kind) -> bool:
    """Whether both can be seen well in one picture: the same water or none, and not too different in size."""
    wet = ("water", "rails")
    if (one.medium in wet or other.medium in wet) and one.medium != other.medium:
        return False
    sizes = sorted(max(kind.height_m, kind.length_m) for kind in (one, other))
    return sizes[1] <= LARGEST_RATIO * sizes[0]


def _subjects(rng: np.random.Generator, who: list[str], place: Place, seconds: float) -> tuple[Subject, ...]:
    looks = _looks(rng, who)
    actions = [_alone(rng, KINDS[name], place, seconds) for name in who]
    if len(who) > 1:
        _together(rng, who, actions, place, seconds)
    if len(set(who)) == 1 and len(who) > 1 and rng.random() < 0.6 and all(part[0].target is None for part in actions):
        actions = [actions[0]] * len(who)
    if who and rng.random() < CHANGE and seconds >= 2.5:
        index = int(rng.integers(len(who)))
        if all(part[0].target is None for part in actions):
            actions[index] = _changed(rng, KINDS[who[index]], place, actions[index], seconds)
    return tuple(
        Subject(kind=name, look=look, actions=tuple(part)) for name, look, part in zip(who, looks, actions, strict=True)
    )


def _looks(rng: np.random.Generator, who: list[str]) -> list[dict[str, str]]:
    """A value for every slot of everybody; those of one kind differ in their main slot while it has enough values."""
    looks: list[dict[str, str]] = []
    for index, name in enumerate(who):
        slots = KINDS[name].looks
        look = {slot: draw_value(rng, values) for slot, values in slots.items()}
        if slots:
            main = next(iter(slots))
            taken = {looks[other][main] for other in range(index) if who[other] == name}
            free = [value for value in slots[main] if value not in taken]
            look[main] = str(rng.choice(free or list(slots[main])))
        looks.append(look)
    return looks


def draw_value(rng: np.random.Generator, values: Mapping[str, Adjective | Noun | Phrase]) -> str:
    """One value of a slot: one that goes unsaid, if there is any, as often as all others."""
    unsaid = [value for value, words in values.items() if not words.en]
    said = [value for value in values if value not in unsaid]
    return str(rng.choice(unsaid if unsaid and (not said or rng.random() < UNSAID) else said))


def _alone(rng: np.random.Generator, kind: Kind, place: Place, seconds: float) -> list[Action]:
    """One action for the whole clip."""
    names = [name for name in actions_for(kind, place) if name not in TOGETHER]
    return [Action(name=pick_action(rng, names, kind, place), start_s=0.0, end_s=seconds)]


def pick_action(rng: np.random.Generator, names: list[str], kind: Kind, place: Place) -> str:
    """One of these actions, the usual ones more often."""
    weights = np.array([_weight(name, kind, place) for name in names])
    return str(rng.choice(names, p=weights / weights.sum()))


def _weight(action: str, kind: Kind, place: Place) -> float:
    """How usual an action is: the kind's default and going somewhere more, standing about less, dancing in a club."""
    weight = 2.0 if action == kind.actions[0] or action in MOVING else 1.0
    if action == "dance":
        weight = 5.0 if place.ground is Ground.TILES else 0.5
    rare = action == "stand" or (action == "fall" and kind.gait.walk_rate_hz > 0)
    return 0.4 * weight if rare else weight


def _together(
    rng: np.random.Generator, who: list[str], actions: list[list[Action]], place: Place, seconds: float
) -> None:
    """Let the second follow the first, or both collide, in some of the scenes."""
    can = [actions_for(KINDS[name], place) for name in who]
    if "collide" in can[0] and "collide" in can[1] and rng.random() < 0.5:
        actions[0] = [Action(name="collide", start_s=0.0, end_s=seconds, target=1)]
        actions[1] = [Action(name="collide", start_s=0.0, end_s=seconds, target=0)]
    elif "follow" in can[1] and KINDS[who[0]].medium == KINDS[who[1]].medium and rng.random() < 0.5:
        moves = [name for name in can[0] if name in MOVING]
        if moves:
            actions[0] = [Action(name=pick_action(rng, moves, KINDS[who[0]], place), start_s=0.0, end_s=seconds)]
            actions[1] = [Action(name="follow", start_s=0.0, end_s=seconds, target=0)]


def _changed(rng: np.random.Generator, kind: Kind, place: Place, before: list[Action], seconds: float) -> list[Action]:
    """The same until about the middle, then something else."""
    first = before[0].name
    names = [name for name in actions_for(kind, place) if name not in (*TOGETHER, first)]
    names = [name for name in names if name not in PHYSICAL or (first, name) == ("bounce", "roll")]
    if not names or first == "fall":
        return before
    middle = round(seconds * float(rng.uniform(0.4, 0.6)) * FRAMES_PER_SECOND) / FRAMES_PER_SECOND
    return [
        Action(name=first, start_s=0.0, end_s=middle),
        Action(name=pick_action(rng, names, kind, place), start_s=middle, end_s=seconds),
    ]


def _shots(
    rng: np.random.Generator,
    place: str,
    places: tuple[str, ...],
    subjects: tuple[Subject, ...],
    num_frames: int,
    cuts: bool,
) -> tuple[Shot, ...]:
    seconds = num_frames / FRAMES_PER_SECOND
    everyone = tuple(range(len(subjects)))
    camera = (
        "drone"
        if not subjects and rng.random() < 0.4
        else str(rng.choice([c for c in CAMERAS if subjects or c != "tracking"]))
    )
    time, weather = draw_when(rng, PLACES[place])
    first = Shot(start_s=0.0, end_s=seconds, place=place, time=time, weather=weather, camera=camera, subjects=everyone)
    if not cuts or seconds < CUT_FROM_S or rng.random() >= CUT:
        return (first,)
    frame = CUT_FRAMES * round(num_frames * float(rng.uniform(0.4, 0.6)) / CUT_FRAMES)
    at_s = frame / FRAMES_PER_SECOND
    elsewhere, later = place, (time, weather)
    if rng.random() < 0.6:
        elsewhere = str(rng.choice([name for name in places if _can_all(subjects, PLACES[name])] or [place]))
        later = draw_when(rng, PLACES[elsewhere])
    other = str(rng.choice([name for name in CAMERAS if name != camera and (subjects or name != "tracking")]))
    second = Shot(
        start_s=at_s, end_s=seconds, place=elsewhere, time=later[0], weather=later[1], camera=other, subjects=everyone
    )
    return (Shot(**{**vars(first), "end_s": at_s}), second)


def _can_all(subjects: tuple[Subject, ...], place: Place) -> bool:
    return all(
        action.name in actions_for(KINDS[subject.kind], place) for subject in subjects for action in subject.actions
    )


def draw_when(rng: np.random.Generator, place: Place) -> tuple[str, str]:
    """Time and weather; the weather is clear more often than any other."""
    others = [weather for weather in place.weathers if weather != "clear"]
    clear = "clear" in place.weathers and (not others or rng.random() < CLEAR)
    return str(rng.choice(place.times)), "clear" if clear else str(rng.choice(others))

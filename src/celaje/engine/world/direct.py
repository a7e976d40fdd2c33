"""Make a scene of an outline: what was said is kept, what was left open is drawn from the seed so that it makes sense.

What the world cannot do (a fish on the beach, rain in a club) gives way to the nearest that it can, and a note says so.
It does not know sentences, files or pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from celaje.clip import FRAMES_PER_SECOND, Size
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.notes import Note, note
from celaje.engine.world.outline import Doing, Outline, ShotOutline, SubjectOutline
from celaje.engine.world.places import PLACES
from celaje.engine.world.places.place import Ground, Place
from celaje.engine.world.sample import (
    MOVING,
    TOGETHER,
    actions_for,
    draw_value,
    fits,
    likely_pairs,
    liking,
    pick_action,
)
from celaje.engine.world.scene import RATES, Action, Scene, Shot, Subject
from celaje.engine.world.words import Adjective, Noun, Phrase

HOURS = {"day": 0.5, "sunset": 0.2, "dawn": 0.1, "night": 0.2}  # how often each is filmed when nobody says
CLEAR = 0.9
GOING = (*MOVING, "follow")
#: How a camera is chosen when nobody says: for who goes somewhere, for who stays, and for a place alone.
CAMERAS_FOR = {
    "going": {"tracking": 0.5, "pan": 0.1, "orbit": 0.1, "hand-held": 0.1, "dolly": 0.1, "still": 0.1},
    "staying": {"dolly": 0.3, "orbit": 0.3, "still": 0.2, "hand-held": 0.1, "tilt": 0.1},
    "place": {"drone": 0.4, "orbit": 0.2, "pan": 0.2, "dolly": 0.2},
}
#: What is done in place of what a body cannot do, the nearest first.
INSTEAD = {
    "run": ("walk", "drive", "fly", "swim", "sail", "roll", "float"),
    "walk": ("drive", "run", "swim", "fly", "sail", "roll", "float"),
    "drive": ("walk", "run", "sail", "fly", "roll"),
    "sail": ("float", "swim", "drive"),
    "float": ("fly", "swim", "sail"),
    "fly": ("float",),
    "swim": ("float", "walk"),
    "roll": ("bounce", "drive"),
    "bounce": ("jump", "roll"),
    "jump": ("bounce",),
    "talk": ("call",),
    "call": ("talk",),
    "sit": ("stand", "float"),
    "stand": ("sit", "float"),
    "dance": ("jump", "turn"),
}


@dataclass(frozen=True, kw_only=True)
class Directed:
    """A scene, and a line for everything that had to give way."""

    scene: Scene
    notes: tuple[Note, ...]


def direct(
    outline: Outline, *, seed: int, size: Size, seconds: float, frames_per_second: int = FRAMES_PER_SECOND
) -> Directed:
    """The scene of `outline` and `seed`, `seconds` long (0 is a still). Raises ValueError for what no scene can be."""
    if frames_per_second not in RATES:
        raise ValueError(
            f"{frames_per_second} frames a second are not possible: give {' or '.join(str(rate) for rate in RATES)}"
        )
    return _Director(outline, seed, seconds).scene(size, frames_per_second)


class _Director:
    """One scene in the making."""

    def __init__(self, outline: Outline, seed: int, seconds: float) -> None:
        self.outline, self.seed, self.seconds = outline, seed, seconds
        self.rng = np.random.default_rng((seed, 307))
        self.notes: dict[Note, None] = {}

    def scene(self, size: Size, frames_per_second: int) -> Directed:
        """Everything in the order in which it depends on each other: who, where, what, when, how."""
        num_frames = max(1, round(self.seconds * frames_per_second))
        length_s = num_frames / frames_per_second
        shots = self._shots_in_time(length_s)
        cast = self._cast(shots)
        shots, cast = self._places(shots, cast)
        cast = _in_file(cast)
        looks = self._looks(cast)
        subjects = tuple(
            Subject(kind=who.kind, look=look, actions=self._actions(who, index, cast, shots, length_s))
            for index, (who, look) in enumerate(zip(cast, looks, strict=True))
        )
        filmed: list[Shot] = []
        for index, shot in enumerate(shots):
            end_s = length_s if index + 1 == len(shots) else (shots[index + 1].start_s or 0.0)
            filmed.append(self._shot(shot, end_s, subjects, filmed))
        scene = Scene(
            seed=self.seed,
            size=size,
            num_frames=num_frames,
            style=self.outline.style or "natural",
            subjects=subjects,
            shots=tuple(filmed),
            frames_per_second=frames_per_second,
            voice_over=self.outline.voice_over,
        )
        return Directed(scene=scene, notes=tuple(self.notes))

    # When each shot begins

    def _shots_in_time(self, length_s: float) -> list[ShotOutline]:
        """The shots with a second each to begin at, on whole frames; those after the end are left out."""
        shots = list(self.outline.shots) or [ShotOutline()]
        starts = [shot.start_s for shot in shots]
        starts[0] = 0.0
        for index, start_s in enumerate(starts):
            if start_s is None:
                later = next((at for at in range(index, len(starts)) if starts[at] is not None), len(starts))
                end_s = starts[later] if later < len(starts) else length_s
                before_s = starts[index - 1] or 0.0
                starts[index] = before_s + ((end_s or 0.0) - before_s) / (later - index + 1)
        placed: list[ShotOutline] = []
        for shot, start_s in zip(shots, starts, strict=True):
            at_s = round((start_s or 0.0) * FRAMES_PER_SECOND) / FRAMES_PER_SECOND
            if not placed or placed[-1].start_s < at_s < length_s - 0.5 / FRAMES_PER_SECOND:  # type: ignore[operator]
                placed.append(replace(shot, start_s=at_s))
            else:
                self.notes[note("shot outside", at=f"{at_s:g}")] = None
        return placed

    # Who and where

    def _cast(self, shots: Sequence[ShotOutline]) -> list[SubjectOutline]:
        """Who is in the scene, one kind each."""
        said = self.outline.subjects
        if said is None and shots[0].place is not None and not self.outline.busy:
            return []
        if said is None:
            return [SubjectOutline(kind=self._somebody(shots[0].place), actions=tuple(map(_doing, self.outline.busy)))]
        cast = []
        for who in said:
            kinds = who.kind.split("/")
            if unknown := [kind for kind in kinds if kind not in KINDS]:
                raise ValueError(f'kind "{unknown[0]}" is not known: give one of {", ".join(KINDS)}')
            able = [kind for kind in kinds if all(doing.name in KINDS[kind].actions for doing in who.actions)]
            wearing = [kind for kind in able or kinds if set(who.look) <= set(KINDS[kind].looks)]
            cast.append(replace(who, kind=str(self.rng.choice(wearing or able or kinds))))
        return cast

    def _somebody(self, place: str | None) -> str:
        """A kind that can do what is done, if possible where it is done."""
        busy = [kind for kind, values in KINDS.items() if all(name in values.actions for name in self.outline.busy)]
        kinds = tuple(busy or KINDS)
        if place is not None:
            kinds = tuple(kind for kind in kinds if fits(KINDS[kind], PLACES[place])) or kinds
            return str(self.rng.choice(kinds))
        chance = likely_pairs(kinds, tuple(PLACES)).sum(axis=1)
        return str(self.rng.choice(kinds, p=chance / chance.sum()))

    def _places(
        self, shots: list[ShotOutline], cast: list[SubjectOutline]
    ) -> tuple[list[ShotOutline], list[SubjectOutline]]:
        """A place for every shot, where those who are in it can be."""
        placed: list[ShotOutline] = []
        for shot in shots:
            before = placed[-1].place if placed else None
            here = [cast[index].kind for index in self._in(shot, cast)]
            place = self._place(shot, here, before)
            staying = [index for index in self._in(shot, cast) if possible(KINDS[cast[index].kind], PLACES[place])]
            for index in set(self._in(shot, cast)) - set(staying):
                self.notes[note("cannot be there", kind=cast[index].kind, place=place)] = None
            placed.append(replace(shot, place=place, subjects=tuple(staying)))
        seen = sorted({index for shot in placed for index in shot.subjects or ()})
        renumbered = [replace(shot, subjects=tuple(seen.index(at) for at in shot.subjects or ())) for shot in placed]
        kept = [
            replace(
                cast[index],
                actions=tuple(
                    replace(doing, target=seen.index(doing.target) if doing.target in seen else None)
                    for doing in cast[index].actions
                ),
            )
            for index in seen
        ]
        return renumbered, kept

    def _in(self, shot: ShotOutline, cast: Sequence[SubjectOutline]) -> tuple[int, ...]:
        return tuple(range(len(cast))) if shot.subjects is None else shot.subjects

    def _place(self, shot: ShotOutline, kinds: list[str], before: str | None) -> str:
        wish = shot.place or before
        if wish is not None and wish not in PLACES:
            raise ValueError(f'place "{wish}" is not known: give one of {", ".join(PLACES)}')
        able = [name for name, place in PLACES.items() if all(possible(KINDS[kind], place) for kind in kinds)]
        if wish is not None and (wish in able or not able):
            return wish
        if wish is not None:
            liked = max(able, key=lambda name: sum(liking(KINDS[kind], PLACES[name]) for kind in kinds))
            nearest = "beach" if wish == "open sea" and "beach" in able else liked
            unable = next(kind for kind in kinds if not possible(KINDS[kind], PLACES[wish]))
            self.notes[note("filmed in", kind=unable, place=wish, seen=nearest)] = None
            return nearest
        wanted = {value for value in (shot.time,) if value}
        weights = np.array(
            [
                float(np.prod([liking(KINDS[kind], place) for kind in kinds] or [1.0]))
                * (wanted <= set(place.times))
                * (shot.weather is None or shot.weather in place.weathers)
                for place in PLACES.values()
            ]
        )
        if not weights.any():
            weights = np.array([float(name in able) for name in PLACES]) + 1e-6
        return str(self.rng.choice(list(PLACES), p=weights / weights.sum()))

    # What they look like and do

    def _looks(self, cast: Sequence[SubjectOutline]) -> list[dict[str, str]]:
        """A value for every slot; what is drawn tells those of one kind apart, as long as there are values enough."""
        looks: list[dict[str, str]] = []
        for index, who in enumerate(cast):
            slots = KINDS[who.kind].looks
            look = {slot: who.look.get(slot) or self._value(values) for slot, values in slots.items()}
            for slot, value in who.look.items():
                if slot not in slots or value not in slots[slot]:
                    known = slots.get(slot, slots)
                    raise ValueError(f'{who.kind}: no {slot} "{value}": choose among {", ".join(known) or "nothing"}')
            main = next(iter(slots), "")
            if slots and main not in who.look:
                taken = {looks[other][main] for other in range(index) if cast[other].kind == who.kind}
                free = [value for value in slots[main] if value not in taken]
                look[main] = str(self.rng.choice(free or list(slots[main])))
            looks.append(look)
        return looks

    def _value(self, values: Mapping[str, Adjective | Noun | Phrase]) -> str:
        """What goes unsaid when there is nothing to say, no hat and no pattern, if the slot has that; else any."""
        unsaid = {value: words for value, words in values.items() if not words.en}
        return draw_value(self.rng, unsaid or values)

    def _actions(
        self,
        who: SubjectOutline,
        index: int,
        cast: Sequence[SubjectOutline],
        shots: Sequence[ShotOutline],
        length_s: float,
    ) -> tuple[Action, ...]:
        """What one does, from the first second to the last."""
        kind = KINDS[who.kind]
        here = [shot for shot in shots if index in (shot.subjects or ())] or list(shots)
        places = [PLACES[shot.place or ""] for shot in here]
        can = [name for name in available(kind, places[0]) if all(name in available(kind, place) for place in places)]
        doings = []
        for doing in who.actions:
            if doing.name not in TOGETHER or doing.target == index:
                doing = replace(doing, target=None)
            silent = "stand" if "stand" in can else (*can, kind.actions[0])[0]
            name = (
                doing.name if doing.name in can else silent if doing.line else None
            )  # whoever it is, it says its line
            name = name or self._doable(who.kind, doing, can, places[0])
            if name is not None:
                doings.append(replace(doing, name=name, target=doing.target if name == doing.name else None))
        if not doings:
            alone = [name for name in can if name not in TOGETHER] or [kind.actions[0]]
            alone = ["dance"] if "dance" in can and places[0].ground is Ground.TILES else alone
            if any(doing.name == "follow" and doing.target == index for other in cast for doing in other.actions):
                alone = [name for name in alone if name in MOVING] or alone
            doings = [Doing(name=pick_action(self.rng, alone, kind, places[0]))]
        return _laid_out(doings, shots, length_s, rest="stand" if "stand" in can else None)

    def _doable(self, kind: str, doing: Doing, can: Sequence[str], place: Place) -> str | None:
        if doing.name in can and (doing.name not in TOGETHER or doing.target is not None):
            return doing.name
        if doing.name in TOGETHER and doing.target is None:
            return next((name for name in can if name in MOVING), None)
        instead = next((name for name in INSTEAD.get(doing.name, ()) if name in can), None)
        if instead is None or instead not in GOING or doing.name not in GOING:
            facts = {"kind": kind, "what": doing.name, "place": place.name}
            told = note("does instead", **facts, seen=instead) if instead else note("cannot do", **facts)
            self.notes[told] = None
        return instead

    # When and how it is filmed

    def _shot(self, shot: ShotOutline, end_s: float, subjects: Sequence[Subject], before: Sequence[Shot]) -> Shot:
        place = PLACES[shot.place or ""]
        same = [other for other in before[-1:] if other.place == place.name]
        drawn = str(self.rng.choice(list(HOURS), p=list(HOURS.values())))
        time = shot.time or (same[0].time if same else drawn if drawn in place.times else place.times[0])
        fair = "clear" if self.rng.random() < CLEAR else str(self.rng.choice(place.weathers))
        weather = shot.weather or (same[0].weather if same else fair)
        if time not in place.times:
            nearest = "day" if time in ("dawn", "sunset") and "day" in place.times else place.times[0]
            self.notes[note("no such time", place=place.name, time=time, seen=nearest)] = None
            time = nearest
        if weather != "clear" and (place.indoors or place.underwater or place.ground is Ground.MOON):
            if shot.weather:
                self.notes[note("no such weather", place=place.name, weather=weather)] = None
            weather = "clear"
        start_s = shot.start_s or 0.0
        here = [subjects[index] for index in shot.subjects or ()]
        doing = {a.name for who in here for a in who.actions if a.start_s < end_s and a.end_s > start_s}
        choice = CAMERAS_FOR["place" if not here else "going" if doing & set(GOING) else "staying"]
        usual = {name: chance for name, chance in choice.items() if not before or name != before[-1].camera}
        total = sum(usual.values())
        camera = shot.camera or str(self.rng.choice(list(usual), p=[chance / total for chance in usual.values()]))
        if camera == "tracking" and not here:
            self.notes[note("nobody to follow")] = None
            camera = "drone"
        return Shot(
            start_s=start_s,
            end_s=end_s,
            place=place.name,
            time=time,
            weather=weather,
            camera=camera,
            subjects=tuple(shot.subjects or ()),
        )


def _in_file(cast: Sequence[SubjectOutline]) -> list[SubjectOutline]:
    """The second who follows somebody follows the first who does, so that they do not run in one place."""
    last: dict[int, int] = {}  # by whom is followed: the last of those behind
    filed = []
    for index, who in enumerate(cast):
        doings = list(who.actions)
        for number, doing in enumerate(doings):
            if doing.name == "follow" and doing.target is not None and doing.target != index:
                doings[number] = replace(doing, target=last.get(doing.target, doing.target))
                last[doing.target] = index
        filed.append(replace(who, actions=tuple(doings)))
    return filed


def possible(kind: Kind, place: Place) -> bool:
    """Whether it can be there at all: what floats needs water, what breathes it needs much, the rest firm ground."""
    if kind.medium == "water":
        return place.ground is Ground.WATER or "shore_z" in place.options
    if kind.medium == "underwater":
        return place.underwater
    if kind.medium in ("ground", "road", "rails") and place.ground is Ground.WATER:
        return "swim" in kind.actions
    return kind.medium != "rails" or not (place.indoors or place.underwater)


def available(kind: Kind, place: Place) -> tuple[str, ...]:
    """What it can do there, also where it is not usually met."""
    usual = actions_for(kind, place)
    return usual or tuple(name for name in kind.actions if name != "swim" or place.underwater)


def _doing(name: str) -> Doing:
    return Doing(name=name)


def _laid_out(
    doings: Sequence[Doing], shots: Sequence[ShotOutline], length_s: float, *, rest: str | None
) -> tuple[Action, ...]:
    """Actions one after the other without a gap; those that go on together share their seconds."""
    turns: list[list[Doing]] = []
    for doing in doings:
        at_once = [turn for turn in turns if doing.start_s is not None and turn[0].start_s == doing.start_s]
        if turns and (doing.with_before or at_once):
            (at_once or turns)[-1].append(doing)
        else:
            turns.append([doing])
    spans = _spans(turns, shots, length_s)
    laid: list[Action] = []
    order = sorted(range(len(turns)), key=lambda number: spans[number][0])
    for rank, number in enumerate(order):
        start_s, end_s = spans[number]
        if rank == 0 and start_s > 0:
            if rest is None:
                start_s = 0.0
            else:
                laid.append(Action(name=rest, start_s=0.0, end_s=start_s))
        end_s = length_s if rank + 1 == len(order) else spans[order[rank + 1]][0]
        once = {(doing.name, doing.line): doing for doing in turns[number]}
        laid += [
            Action(name=doing.name, start_s=start_s, end_s=end_s, target=doing.target, line=doing.line)
            for doing in once.values()
            if end_s > start_s
        ]
    return tuple(laid)


def _spans(
    turns: Sequence[Sequence[Doing]], shots: Sequence[ShotOutline], length_s: float
) -> list[tuple[float, float]]:
    """When each turn is: in its own seconds, or in its share of its shot, or before the first known one."""
    ends = [*(shot.start_s or 0.0 for shot in shots[1:]), length_s]
    spans: list[tuple[float, float]] = []
    for number, turn in enumerate(turns):
        first = turn[0]
        if first.start_s is not None:
            spans.append((min(first.start_s, length_s), min(first.end_s or length_s, length_s)))
            continue
        alike = [at for at, other in enumerate(turns) if other[0].start_s is None and other[0].shot == first.shot]
        known = [other[0].start_s for other in turns if other[0].start_s is not None]
        begin_s, end_s = 0.0, min([length_s, *known]) or length_s
        if first.shot is not None and first.shot < len(shots):
            begin_s, end_s = shots[first.shot].start_s or 0.0, ends[first.shot]
        share = (end_s - begin_s) / len(alike)
        at = alike.index(number)
        spans.append((begin_s + share * at, begin_s + share * (at + 1)))
    return [
        (round(a * FRAMES_PER_SECOND) / FRAMES_PER_SECOND, round(b * FRAMES_PER_SECOND) / FRAMES_PER_SECOND)
        for a, b in spans
    ]

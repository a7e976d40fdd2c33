"""Read a prompt: who does what, what they look like, where, when, and how it is filmed.

One pass over the words, by rules that a person could follow: the longest known phrase counts; qualities belong to the
noun beside them; what is done belongs to those who were named and have not yet done anything; "the cat" is the cat of
before. Words without a meaning here are told. It does not know geometry, nor what fits together: see `direct.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from celaje.clip.quotes import Quotation, quotations, with_quotations
from celaje.engine.world.kinds import KINDS
from celaje.engine.world.notes import Note, note
from celaje.engine.world.outline import Doing, Outline, ShotOutline, SubjectOutline
from celaje.engine.world.reading import synonyms
from celaje.engine.world.reading.index import ARTICLES, HINTED, JOINTS, Index, Meaning, world_index
from celaje.engine.world.reading.looks import described, dressed, refined, spanish_modifiers
from celaje.engine.world.reading.mentions import Deed, Group, Noun, ShotWords
from celaje.engine.world.reading.tokens import PAUSES, STOPS, pieces, tokens
from celaje.engine.world.scene import Line

LIKENESS = 0.84  # of a mistyped word to the right one
MOST_SUBJECTS = 6
SEVERAL = 3  # subjects that a bare plural stands for
DEFINITE = frozenset(("the", "el", "la", "los", "las"))
TRANSITIVE = ("follow", "collide")
TWO_TONED = {("black", "and", "white"), ("blanco", "y", "negro")}
SNOW = frozenset(("snow", "nieve"))
#: What can go on while something else does.
BESIDES = ("talk", "wave", "call")
SPEAKING = ("talk", "call")
PRONOUNS = {"she": "f", "ella": "f", "he": "m"}
#: Words for a person that tell how a voice sounds.
FEMALE = frozenset(
    tokens(
        "woman women lady girl girls mother mom grandmother grandma granny queen princess actress mujer mujeres "
        "senora chica chicas nina ninas madre abuela anciana reina princesa actriz bailarina vieja"
    )
)
MALE = frozenset(
    tokens(
        "man men gentleman boy boys father dad grandfather grandpa king prince actor hombre hombres senor chico "
        "chicos nino ninos padre abuelo anciano rey principe viejo"
    )
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a prompt says.

    `unknown` words mean nothing to the world, in the prompt's order. `notes` say, a line each, what the world shows in
    place of what it does not have.
    """

    outline: Outline
    unknown: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def taken(self) -> Mapping[str, tuple[str, ...]]:
        """The slots that were said, with their values."""
        subjects = self.outline.subjects or ()
        shots = self.outline.shots
        said: dict[str, tuple[str | None, ...]] = {
            "kinds": tuple(subject.kind for subject in subjects),
            "looks": tuple(
                f"{subject.kind}/{slot}/{value}" for subject in subjects for slot, value in subject.look.items()
            ),
            "actions": tuple(doing.name for subject in subjects for doing in subject.actions) + self.outline.busy,
            "place": tuple(shot.place for shot in shots),
            "time": tuple(shot.time for shot in shots),
            "weather": tuple(shot.weather for shot in shots),
            "camera": tuple(shot.camera for shot in shots),
            "style": (self.outline.style,),
        }
        kept = {slot: tuple(dict.fromkeys(value for value in values if value)) for slot, values in said.items()}
        return {slot: values for slot, values in kept.items() if values}


def read(prompt: str) -> Reading:
    """Read one prompt, in English, Spanish or both. What is said aloud in it becomes lines, not a part of the scene."""
    reader = _Reader(world_index(), quotations(prompt))
    for piece in pieces(with_quotations(prompt, lambda number, quotation: f"«{number}»")):
        reader.begin_piece(piece.start_s, piece.end_s)
        reader.take(_spelled(tokens(piece.text), reader))
    return reader.result()


@cache
def known_words() -> frozenset[str]:
    """Every word that some phrase of the world holds, or that means nothing anyway."""
    index = world_index()
    phrases = {word for key in index.meanings for word in key}
    return frozenset(phrases | index.modifiers | index.heads | synonyms.SMALL | STOPS | PAUSES)


def _spelled(words: list[str], reader: "_Reader") -> list[str]:
    """The words with slips of the keyboard put right; those that are like no other are told."""
    known = known_words()
    right = []
    for word in words:
        if word in known or not word[0].isalpha() or len(word) < 3:
            right.append(word)
            continue
        close = get_close_matches(word, known, n=1, cutoff=LIKENESS) if len(word) > 3 else []
        right += close
        if not close:
            reader.unknown[word] = None
            right.append(word)
    return right


class _Reader:
    """The state of one pass."""

    def __init__(self, index: Index, quoted: list[Quotation]) -> None:
        self.index = index
        self.quoted = quoted
        self.voice_over: list[Line] = []
        self.unknown: dict[str, None] = {}
        self.notes: dict[Note, None] = {}
        self.groups: list[Group] = []
        self.shots = [ShotWords()]
        self.style: tuple[float, str] | None = None
        self.busy: list[str] = []
        self.span: tuple[float, float] | None = None
        self._sentence()

    def _sentence(self) -> None:
        """Forget what does not outlive a full stop."""
        self.waiting: list[Group] = []  # named, and have not done anything yet
        self.loose: list[str] = []  # modifiers whose noun is still to come
        self.homeless: list[Noun] = []  # garments whose wearer is still to come
        self.noun: Noun | None = None  # the last one
        self.open = False  # whether a Spanish adjective could still follow it
        self.paused = self.definite = self.another = self.hearing = self.reverse = self.joining = False
        self.number: int | None = None
        self.aiming: list[Deed] = []  # waits for whom they follow or meet
        self.undone: list[tuple[Meaning, ...]] = []  # deeds whose doer is still to come
        self.speaking: Group | None = None  # who talks or calls in this sentence, the last of them
        self.unsaid: list[Line] = []  # said aloud by who is still to come

    def begin_piece(self, start_s: float | None, end_s: float | None) -> None:
        """What follows is said of these seconds."""
        self._end_sentence()
        self.span = None if start_s is None or end_s is None else (start_s, end_s)
        if self.span is not None:
            self.shots.append(ShotWords(start_s=start_s))

    def take(self, words: list[str]) -> None:
        """Go through the words of one piece."""
        at = 0
        while at < len(words):
            length, meanings = self.index.at(words, at)
            phrase = tuple(words[at : at + length])
            word = words[at]
            if phrase in TWO_TONED and not ((self.open and not self.paused) or self._goes_on(words, at + length)):
                meanings = tuple(meaning for meaning in meanings if meaning.slot != "look")
            if word in STOPS:
                self._end_sentence()
            elif word[0] == "«":
                self._quoted(int(word[1:-1]))
                length = 1
            elif word in PAUSES:
                self.paused, self.hearing = True, False
            elif length == 0 or (length == 1 and word in self.index.modifiers):
                length = 1
                self._word(word)
            elif any(meaning.slot == "look" for meaning in meanings):
                for part in phrase:
                    self._modifier(part, follows=phrase[0] in JOINTS)
            elif self.hearing and not any(meaning.slot in ("weather", "cut", "then") for meaning in meanings):
                pass
            else:
                self._meant(phrase, meanings)
            at += max(1, length)
            self.last = words[at - 1]
        self._end_sentence()

    def _goes_on(self, words: list[str], at: int) -> bool:
        """Whether a noun or a modifier follows right away."""
        if at >= len(words):
            return False
        _, meanings = self.index.at(words, at)
        return words[at] in self.index.modifiers or any(meaning.slot in ("kind", "part") for meaning in meanings)

    def _end_sentence(self) -> None:
        self._settle()
        self._aim(None)
        for meanings in self.undone:
            if self.groups:
                self._do(self.groups[-1:], meanings)
            else:
                self.busy.append(meanings[0].value)
        self._give_rest()
        self._sentence()

    # Single words

    def _word(self, word: str) -> None:
        if word in self.index.modifiers:
            self._modifier(word)
        elif word in self.index.heads:
            self._part((word,))
        elif word in ARTICLES or word in DEFINITE:
            if self.paused and self.loose:
                self._settle()
            self.definite, self.open = word in DEFINITE, False
            self.another = self.another and not self.definite
        elif word in ("with", "con"):
            self.joining = bool(self.actors) and not self.waiting
        elif word not in JOINTS:
            self.open = self.open and word in ("muy", "tan", "color", "colores")

    def _modifier(self, word: str, *, follows: bool = False) -> None:
        """Spanish ones stand behind their noun, English ones before it; `follows` after other words too."""
        if self.noun is not None and (follows or (self.open and word in spanish_modifiers())):
            self.noun.modifiers.append(word)
        elif word not in JOINTS:
            self.loose.append(word)
            self.paused = False

    def _settle(self) -> None:
        """Modifiers that found no noun behind them belong to the last one before."""
        if self.loose and self.noun is not None:
            self.noun.modifiers += self.loose
        self.loose = []

    # Phrases

    def _meant(self, phrase: tuple[str, ...], meanings: tuple[Meaning, ...]) -> None:
        slots = {meaning.slot for meaning in meanings}
        first = meanings[0]
        if slots >= {"place", "action"}:  # "the waves", "she waves"
            goes_on = self.waiting or (self.actors and self.last in ("and", "y", "then", "who", "that", "que", "also"))
            wanted = "action" if goes_on and not self.definite else "place"
            meanings = tuple(meaning for meaning in meanings if meaning.slot == wanted)
            first, slots = meanings[0], {wanted}
        if "number" in slots and "place" not in slots and "one of" not in slots:
            self.number, self.open = int(first.value), False
            return
        if "kind" in slots or "one of" in slots:
            self._name(phrase, next(meaning for meaning in meanings if meaning.slot in ("kind", "one of")))
            return
        if "part" in slots:
            self._part(phrase)
            return
        if first.slot == "small":
            return
        self._settle()
        self.open = False
        if "action" in slots:
            self._act(meanings)
        elif "reversed" in slots:
            self.reverse = True
        elif first.slot == "another":
            self.another, self.definite = True, False
        elif first.slot == "known":
            self.definite = self.another = True
        elif first.slot == "hear":
            self.hearing = True
        elif first.slot == "cut":
            self._end_sentence()
            self.shots.append(ShotWords())
        for meaning in meanings:
            self._circumstance(phrase, meaning)
        self.definite = self.definite and first.slot == "known"
        self.number = None

    def _circumstance(self, phrase: tuple[str, ...], meaning: Meaning) -> None:
        """Where, when, how."""
        shot = self.shots[-1]
        weight = meaning.weight or len(phrase)
        if meaning.slot == "place":
            shot.places[meaning.value] = shot.places.get(meaning.value, 0.0) + meaning.weight
            shot.snowy = shot.snowy or bool(SNOW & set(phrase) and meaning.weight == HINTED)
            if meaning.near:
                shot.near[meaning.value] = " ".join(phrase)
        elif meaning.slot in ("time", "weather", "camera"):
            before = shot.said.get(meaning.slot)
            if before is None or before[0] < weight:
                shot.said[meaning.slot] = (weight, meaning.value)
        elif meaning.slot == "style" and (self.style is None or self.style[0] < weight):
            self.style = (weight, meaning.value)

    # Who

    def _name(self, phrase: tuple[str, ...], meaning: Meaning) -> None:
        """Somebody is named, for the first time or again."""
        if self.open and self.owner is not None and self.noun is self.owner.noun:
            refines = refined(self.owner.kind, list(phrase)) == meaning.value != self.owner.kind
            if refines and not (self.definite or self.another):  # "un hombre muy viejo"
                self.noun.modifiers += phrase
                return
        group = self._known(meaning)
        if group is None:
            group = Group(
                kind=meaning.value,
                near=" ".join(phrase) if meaning.near else "",
                count=self.number or (SEVERAL if meaning.plural else 1),
                noun=Noun(words=phrase),
                open_kind=meaning.slot == "one of",
            )
            self.groups.append(group)
        group.noun.modifiers += self.loose
        group.parts += self.homeless
        group.shots.add(len(self.shots) - 1)
        self.loose, self.homeless, self.number = [], [], None
        self.noun, self.open, self.definite, self.another, self.paused = group.noun, True, False, False, False
        self.owner = group
        if self.aiming:
            self._aim(group)
        elif self.reverse:
            actors = [other for other in self.groups if other is not group][-1:]
            for actor in actors:
                group.deeds.append(Deed(name="follow", shot=len(self.shots) - 1, span=self.span, target=actor))
            self.reverse = False
        elif self.joining and not group.deeds:  # "dances with a robot"
            for deed in [other.deeds[-1] for other in self.actors[:1] if other.deeds]:
                group.deeds.append(Deed(name=deed.name, shot=deed.shot, span=deed.span, target=deed.target))
        else:
            self.waiting.append(group)
            self.actors = self.waiting
            for meanings in self.undone:
                self._do([group], meanings)
            self.undone = []
        self.joining = False

    last = ""  # the word before
    owner: Group | None = None
    actors: list[Group] = []  # noqa: RUF012 (replaced, never changed in place)

    def _known(self, meaning: Meaning) -> Group | None:
        """The group that "the cat" means, if it was named before."""
        alike = [group for group in self.groups if group.kind == meaning.value]
        if not alike or (self.another and not self.definite) or not (self.definite or self.number is None):
            return None
        if not self.definite:
            return None
        if self.another:  # the other one
            return next((group for group in alike if group not in self.waiting[-1:]), alike[-1])
        fitting = [group for group in alike if set(self.loose) & set(group.noun.modifiers)]
        return (fitting or alike)[0]

    def _part(self, phrase: tuple[str, ...]) -> None:
        """Something that is worn or had."""
        part = Noun(words=phrase, modifiers=self.loose)
        self.joining = False
        self.loose = []
        if self.owner is not None and (self.waiting or self.groups):
            self.owner.parts.append(part)
        else:
            self.homeless.append(part)
        self.noun, self.open, self.definite, self.number, self.paused = part, True, False, None, False

    # What they do

    def _act(self, meanings: tuple[Meaning, ...]) -> None:
        actors = self.waiting or self._meant_by(self.last) or self.actors
        inverted = bool(self.unsaid) and not self.waiting and (self.last in PAUSES or self.last[:1] == "«")
        if not actors or inverted:  # '"Hello," says the man'
            self.undone.append(tuple(meaning for meaning in meanings if meaning.slot == "action"))
            return
        self._do(actors, meanings)
        self.actors, self.waiting = list(actors), []

    def _do(self, actors: list[Group], meanings: tuple[Meaning, ...]) -> None:
        for group in actors:
            kinds = group.kind.split("/")
            possible = [meaning for meaning in meanings if meaning.slot == "action"]
            fitting = [
                m for m in possible if (not m.only or set(m.only) & set(kinds)) and m.value in KINDS[kinds[0]].actions
            ]
            chosen = (fitting or [m for m in possible if not m.only] or possible)[0]
            deed = Deed(name=chosen.value, shot=len(self.shots) - 1, span=self.span)
            if deed.name in TRANSITIVE:
                self.aiming.append(deed)
            group.deeds.append(deed)
            if deed.name in SPEAKING and group is actors[0]:  # one of several speaks for all
                self.speaking = group
        if self.speaking is not None:
            for line in self.unsaid:
                self._give(line, self.speaking)
            self.unsaid = []

    # What they say

    def _quoted(self, number: int) -> None:
        """Something is said aloud: by who speaks in this sentence, or was just named, or is still to come."""
        one = self.quoted[number]
        line = Line(text=one.text, order=number, span=self.span)
        if one.off:
            self.voice_over.append(line)
            self.undone = [meanings for meanings in self.undone if meanings[0].value not in SPEAKING]
        elif self.speaking is not None:
            self._give(line, self.speaking)
        elif self.waiting and not one.told:
            self._give(line, self.waiting[-1])
            self.actors, self.waiting = self.waiting[-1:], []
        else:
            self.unsaid.append(line)
        self.paused = True

    def _meant_by(self, pronoun: str) -> list[Group]:
        """Of whom "she" speaks: the last woman who was named, if there was one."""
        gender = PRONOUNS.get(pronoun)
        return [group for group in self.groups if gender and _gender(group) == gender][-1:]

    def _give(self, line: Line, group: Group) -> None:
        line = replace(line, gender=_gender(group))
        last = group.deeds[-1] if group.deeds else None
        if last is not None and last.name in SPEAKING and last.line is None and last.span == line.span:
            last.line = line
        else:
            group.deeds.append(Deed(name="talk", shot=len(self.shots) - 1, span=line.span, line=line))

    def _give_rest(self) -> None:
        """Nobody was said to say it: who was named or did something last does, or a voice that is only heard."""
        for line in self.unsaid:
            someone = [*self.waiting[-1:], *self.actors[:1], *self.groups[-1:]]
            if someone:
                self._give(line, someone[0])
            else:
                self.voice_over.append(line)
        self.unsaid = []

    def _aim(self, group: Group | None) -> None:
        """The deeds that wait for a target get one; two who collide meet each other."""
        for deed in self.aiming:
            actors = [other for other in self.groups if deed in other.deeds]
            others = [other for other in self.groups if other not in actors]
            meets = [other for other in self.groups if other is not actors[0]] if deed.name == "collide" else []
            deed.target = group or next(iter(others or meets), None)
            if deed.name == "collide" and deed.target is not None and group is not None:
                group.deeds.append(Deed(name="collide", shot=deed.shot, span=deed.span, target=actors[0]))
        self.aiming = []

    # The end

    def result(self) -> Reading:
        """All that was read."""
        shots = [
            shot for index, shot in enumerate(self.shots) if index or shot.said or shot.places or len(self.shots) == 1
        ]
        kept = _merged(shots, self.shots, self.groups)
        subjects = self._subjects(kept)
        outline = Outline(
            subjects=subjects if subjects or not self.busy else None,
            shots=tuple(self._shot(shot) for shot in kept),
            style=self.style[1] if self.style else None,
            busy=tuple(self.busy),
            voice_over=tuple(self.voice_over),
        )
        if not subjects and not self.busy and not any(shot.places for shot in kept):
            outline = replace(outline, subjects=None)
        return Reading(outline=outline, unknown=tuple(self.unknown), notes=tuple(self.notes))

    def _subjects(self, kept: list[ShotWords]) -> tuple[SubjectOutline, ...]:
        numbers: dict[int, list[int]] = {}
        total = 0
        for group in self.groups:
            count = min(group.count, MOST_SUBJECTS - total)
            numbers[id(group)] = list(range(total, total + count))
            total += count
            if count < group.count:
                self.notes[note("too many", most=str(MOST_SUBJECTS))] = None
        for shot in kept:
            shot.cast = [number for group in self.groups if shot.index in group.shots for number in numbers[id(group)]]
        found: list[SubjectOutline] = []
        for group in self.groups:
            group.kind = refined(group.kind, group.noun.modifiers)
            look = described(group.kind, group.noun.modifiers)
            for part in group.parts:
                worn = dressed(group.kind, part)
                if worn is None:
                    self.notes[note("cannot have", kind=group.kind.split("/")[0], what=" ".join(part.words))] = None
                look |= worn or {}
            if group.near:
                self.notes[note("shown as", wish=group.near, seen=group.kind)] = None
            found += [
                SubjectOutline(kind=group.kind, look=look, actions=_doings(group, number, numbers, kept))
                for number in numbers[id(group)]
            ]
        return tuple(found)

    def _shot(self, shot: ShotWords) -> ShotOutline:
        place = max(shot.places, key=lambda name: shot.places[name], default=None)
        said = {slot: value for slot, (_, value) in shot.said.items()}
        if shot.snowy and place != "snowy meadow":
            said.setdefault("weather", "snow")
        if place is not None and place in shot.near:
            self.notes[note("shown as", wish=shot.near[place], seen=place)] = None
        return ShotOutline(start_s=shot.start_s, place=place, subjects=tuple(shot.cast) or None, **said)


def _merged(shots: list[ShotWords], everything: list[ShotWords], groups: list[Group]) -> list[ShotWords]:
    """The shots that differ: a span that says nothing new of where and how is no cut."""
    for index, shot in enumerate(everything):
        shot.index = index
    kept: list[ShotWords] = []
    for shot in shots:
        if kept and shot.start_s is not None and not _new(kept[-1], shot):
            kept[-1].said |= {slot: value for slot, value in shot.said.items() if slot not in kept[-1].said}
            kept[-1].places = kept[-1].places or shot.places
            for group in groups:
                if shot.index in group.shots:
                    group.shots.add(kept[-1].index)
        else:
            kept.append(shot)
    if kept:
        kept[0].start_s = None
    return kept


def _new(before: ShotWords, shot: ShotWords) -> bool:
    """Whether something is said that was otherwise before; hour, weather and camera do not change within a shot."""
    places = [max(words.places, key=lambda name: words.places[name], default=None) for words in (before, shot)]
    if None not in places and places[0] != places[1]:
        return True
    return any(before.said.get(slot, (0.0, ""))[1] != value for slot, (_, value) in shot.said.items())


def _doings(group: Group, number: int, numbers: dict[int, list[int]], kept: list[ShotWords]) -> tuple[Doing, ...]:
    """What one of a group does, one after the other; the same again at once is once."""
    doings: list[Doing] = []
    for deed in group.deeds:
        targets = numbers.get(id(deed.target), []) if deed.target is not None else []
        target = next((index for index in targets if index != number), None)
        if deed.name in TRANSITIVE and target is None:
            continue
        start_s, end_s = deed.span or (None, None)
        shot = (
            None
            if deed.span or len(kept) < 2
            else max((i for i, words in enumerate(kept) if words.index <= deed.shot), default=0)
        )
        at_once = bool(doings) and doings[-1].start_s == start_s and doings[-1].shot == shot
        if at_once and doings[-1].name == deed.name and _go_on(doings[-1].line, deed.line):
            doings[-1] = replace(doings[-1], line=_one_line(doings[-1].line, deed.line))
            continue
        besides = at_once and deed.name in BESIDES
        doings.append(
            Doing(
                name=deed.name,
                start_s=start_s,
                end_s=end_s,
                shot=shot,
                target=target,
                with_before=besides,
                line=deed.line if number == numbers[id(group)][0] else None,  # one of a group speaks for all
            )
        )
    return tuple(doings)


def _gender(group: Group) -> str:
    """f or m, where a word for somebody tells."""
    words = {*group.noun.words, *group.noun.modifiers}
    return "f" if words & FEMALE else "m" if words & MALE else ""


def _go_on(before: Line | None, after: Line | None) -> bool:
    """Whether nobody else says something between two lines of one."""
    return before is None or after is None or after.order == before.order + 1


def _one_line(before: Line | None, after: Line | None) -> Line | None:
    """Two lines of one after the other as one."""
    if before is None or after is None:
        return before or after
    stop = "" if before.text[-1] in ".!?…" else "."
    return replace(after, text=f"{before.text}{stop} {after.text}", gender=after.gender or before.gender)

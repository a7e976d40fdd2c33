"""Speaks of one shot of a scene, piece by piece, and remembers what it has said. It does not know whole sentences.

Each piece (who, what they do, where, when, how it is filmed) is drawn among its wordings when it is asked for, so the
shapes in `shapes.py` only choose pieces and their order.
"""

import re
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from celaje.engine.world.captions import spoken
from celaje.engine.world.captions.grammar import GRAMMARS, Language, Word
from celaje.engine.world.captions.lexicon import Lexicon
from celaje.engine.world.captions.verbs import GROUPS, VERBS, Forms, Verb
from celaje.engine.world.kinds.kind import Kind
from celaje.engine.world.scene import Action, Scene, Shot
from celaje.engine.world.words import Adjective, Noun, Phrase

Mode = Literal["present", "progressive", "gerund", "relative"]
#: Slots that are worn; other nouns of a look ("beard", "sail") are had.
WORN = ("top", "bottom", "hat", "glasses", "dress", "suit", "helmet", "scarf", "shoes", "jacket", "coat", "costume")


@dataclass
class Group:
    """Subjects that are spoken of together: of one kind, doing the same."""

    indices: tuple[int, ...]
    kind: Kind
    word: Word
    look: dict[str, str]  # what may be said of all of them
    introduced: bool = False
    told: list[str] = field(default_factory=list)  # the adjectives it was introduced with
    collective: bool = False  # "a group of cats": one, for a Spanish verb

    @property
    def plural(self) -> bool:
        """More than one."""
        return len(self.indices) > 1


@dataclass
class Speaker:
    """Says the pieces of one shot. `detail` 0 to 1 is how much it likes to say; `said` fills with what it has said."""

    scene: Scene
    shot: Shot
    language: Language
    lexicon: Lexicon
    random: Random
    detail: float
    said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.grammar = GRAMMARS[self.language]
        self.groups = self._groups()
        self.tells_all = len(self.groups) < 2 or self.chance(0.6 + 0.4 * self.detail)
        if not self.tells_all:
            self.groups = self.groups[:1]

    def next_shot(self, shot: Shot) -> "Speaker":
        """A speaker of another shot of the scene who knows whom this one has introduced."""
        speaker = replace(self, shot=shot, said=set())
        for group in speaker.groups:
            for known in self.groups:
                if known.introduced and known.indices == group.indices:
                    group.word, group.introduced, group.told = known.word, True, known.told
        return speaker

    # Who

    def who(self, group: Group, *, bare: bool = False) -> str:
        """Name a group: with its looks at first ("a red ball"), then "the ball". Headlines are `bare`."""
        confused = group.introduced and any(
            other.introduced and other.word == group.word for other in self.groups if other is not group
        )
        adjectives, behind = (group.told, "") if confused else ([], "") if group.introduced else self._looks(group)
        text = self.grammar.noun_phrase(
            group.word,
            plural=group.plural,
            article="" if bare and not group.plural else self._article(group, confused=confused),
            adjectives=adjectives,
            epithet=self._epithet(group) if not (group.introduced or bare) else "",
        )
        if not group.introduced:
            group.told, group.introduced = adjectives, True
        self.said.add(f"kinds:{group.kind.name}")
        return f"{text} {behind}".strip()

    def everyone(self, *, bare: bool = False) -> str:
        """All groups in one list: "a cat and two dogs"."""
        return self.grammar.join([self.who(group, bare=bare) for group in self.groups])

    def _article(self, group: Group, *, confused: bool) -> str:
        if group.introduced:
            return "the other" if confused and not group.told and group is not self.groups[0] else "the"
        if not group.plural:
            earlier = any(other.introduced and other.word == group.word for other in self.groups if other is not group)
            return "another" if earlier else "a"
        party = self.shot.place == "club" and self.chance(0.3)
        number = self.pick(spoken.PARTY if party else spoken.NUMBERS[len(group.indices)])
        group.collective = self.language == "es" and number.startswith(("un ", "una "))
        return number

    def _epithet(self, group: Group) -> str:
        if not self.chance(0.06 + 0.1 * self.detail):
            return ""
        big = group.kind.name in ("mammoth", "elephant")
        name = (
            "big" if big else next((name for name in ("person", "animal") if group.kind.name in GROUPS[name]), "thing")
        )
        return self.pick(spoken.EPITHETS[name])

    # What they look like

    def _looks(self, group: Group) -> tuple[list[str], str]:
        """Adjectives of the noun, and what follows it: "in a red coat, with long hair"."""
        adjectives: list[str] = []
        worn: list[str] = []
        had: list[str] = []
        phrases: list[str] = []
        if group.kind.name in spoken.AGED and self.chance(0.06):
            adjectives.append(self.pick(spoken.AGES))
        for slot in self._told_slots(group):
            words = group.kind.looks[slot][group.look[slot]]
            if isinstance(words, Noun):
                (worn if slot in WORN and group.kind.name in GROUPS["person"] else had).append(
                    self._thing(group, slot, words)
                )
            elif isinstance(words, Adjective):
                adjectives.append(self.pick(words))
            else:
                phrases.append(self.pick(words))
            self._told(group, slot)
        behind = []
        if worn:
            openers: tuple[str, ...] = ("wearing", "with", "in", "dressed in")
            if self.language == "es":
                openers = ("con", "que llevan" if group.plural else "que lleva", "vestid@ con")
            added = not any(CLOTHES.search(item) for item in worn)  # nobody is dressed in a hat
            opener = self.random.choice(openers[:2] if added else openers)
            behind.append(f"{self.agree(opener, group)} {self.grammar.join(worn)}")
        if had:
            behind.append(f"{'with' if self.language == 'en' else 'con'} {self.grammar.join(had)}")
        self.random.shuffle(behind)
        return adjectives, " ".join([*behind, *phrases])

    def _told_slots(self, group: Group) -> list[str]:
        """Slots to speak of: the main one usually, the others as detail grows; a color brings its garment with it."""
        told = []
        for number, slot in enumerate(group.look):
            words = group.kind.looks[slot][group.look[slot]]
            if self._base(group.kind, slot) is None and words.en:
                likely = 0.45 + 0.45 * self.detail if number == 0 else 0.75 * self.detail**1.5
                told += [slot] * self.chance(likely)
        # without this a three-word prompt never says the color of a coat
        main = self._base(group.kind, next(iter(group.look), ""))
        return told if main is None or main in told or not self.chance(0.6) or main not in group.look else [main, *told]

    def _thing(self, group: Group, slot: str, noun: Noun) -> str:
        """A garment or part with its own color and pattern: "a red striped coat"."""
        adjectives = []
        for quality in ("pattern", "color") if self.language == "en" else ("color", "pattern"):
            own = f"{slot} {quality}"
            words = group.kind.looks.get(own, {}).get(group.look.get(own, ""))
            if words is not None and words.en and self.chance(0.8 if quality == "color" else 0.3 + 0.5 * self.detail):
                adjectives.append(self.pick(words))
                self._told(group, own)
        word = self.grammar.word(self.pick(noun))
        word = replace(word, countable=word.singular != word.plural)
        return self.grammar.noun_phrase(word, plural=False, article="a", adjectives=adjectives, epithet="")

    def _base(self, kind: Kind, slot: str) -> str | None:
        """The slot that "X color" or "X pattern" describes."""
        base, _, quality = slot.rpartition(" ")
        return base if quality in ("color", "pattern") and base in kind.looks else None

    def _told(self, group: Group, slot: str) -> None:
        self.said.add(f"looks:{group.kind.name}/{slot}/{group.look[slot]}")
        if slot == next(iter(group.kind.looks)) and 0 in group.indices:
            self.said.add("look")

    # What they do

    def happening(self, mode: Mode, *, way: bool = False, bare: bool = False) -> str:
        """Who does what, for everyone in the shot: "a cat runs through an alley while a dog barks"."""
        if self._do_the_same():
            everyone = replace(
                self.groups[0],
                indices=tuple(index for group in self.groups for index in group.indices),
                word=replace(self.groups[0].word, feminine=all(group.word.feminine for group in self.groups)),
                collective=False,
            )
            return f"{self.everyone(bare=bare)} {self.deed(everyone, mode, way=way, common=True)}"
        clauses: list[str] = []
        strangers = [group for group in self.groups if not group.introduced]
        for group in self.groups:
            met = group.introduced and group in strangers  # named just now, as the one whom another follows
            if not (met and (self._has_target(group) or self.chance(0.6))):
                clauses.append(
                    f"{self.who(group, bare=bare)} {self.deed(group, mode, way=way and not clauses)}".strip()
                )
        link = self.link("while")
        if mode not in ("present", "progressive") or link in ("and", "y"):
            return self.grammar.join(clauses)
        return f" {link} ".join(part for part in (", ".join(clauses[:-1]), clauses[-1]) if part)

    def deed(
        self, group: Group, mode: Mode, *, action: Action | None = None, way: bool = False, common: bool = False
    ) -> str:
        """What a group does: "runs", "is running", "running" or "that runs"; with `way` "runs through the forest".

        `common` keeps to verbs that everybody may use.
        """
        action = action or self.main_action(group)
        if action is None:
            return ""
        target = self._target(group, action)
        verb = self._verb(group, action, with_target=target is not None, common=common)
        self.said.add(f"actions:{action.name}")
        text = self.agree(self._conjugate(verb.forms(self.language), group, mode), group)
        if target is not None:
            return f"{text} {self.who(target)}"
        return f"{text} {self.way()}" if way and verb.path else text

    def main_action(self, group: Group) -> Action | None:
        """What the first of the group does for the longest time of this shot."""
        actions = self.actions(group)
        return max(actions, key=lambda action: self._overlap_s(action), default=None)

    def actions(self, group: Group) -> list[Action]:
        """What the first of the group does in this shot, in order."""
        return [
            action
            for action in self.scene.subjects[group.indices[0]].actions
            if (self.scene.num_frames == 1 or self._overlap_s(action) > 0.3)
            and (action.name != "follow" or self._target(group, action) is not None)
        ]

    def _do_the_same(self) -> bool:
        actions = [self.main_action(group) for group in self.groups]
        names = {
            action.name if action and action.name != "call" and action.target is None else "" for action in actions
        }
        return len(self.groups) > 1 and len(names) == 1 and "" not in names

    def _has_target(self, group: Group) -> bool:
        action = self.main_action(group)
        return action is not None and action.target is not None

    def _target(self, group: Group, action: Action) -> Group | None:
        """Whom a group follows or meets, if it is another of the groups that are spoken of."""
        return next((other for other in self.groups if action.target in other.indices and other is not group), None)

    def _overlap_s(self, action: Action) -> float:
        return min(action.end_s, self.shot.end_s) - max(action.start_s, self.shot.start_s)

    def _verb(self, group: Group, action: Action, *, with_target: bool, common: bool) -> Verb:
        """One of the action's verbs that this kind may use in this language."""
        kind = group.kind
        if kind.voice_verbs.en and self.chance({"call": 0.9, "talk": 0.3}.get(action.name, 0.0)):
            return self._voice_verb(group)
        usable = [
            verb
            for verb in VERBS["collide with" if action.name == "collide" and with_target else action.name]
            if (verb.en if self.language == "en" else verb.es)
            and (not verb.only or (not common and any(kind.name in GROUPS.get(name, (name,)) for name in verb.only)))
        ]
        return usable[0] if self.chance(0.4) else self.random.choice(usable)

    def _voice_verb(self, group: Group) -> Verb:
        """The kind's own call, such as "meows": it has no gerund."""
        singular, plural = self.pick(group.kind.voice_verbs).split("/")
        return Verb(en=f"{plural}/{singular}/") if self.language == "en" else Verb(es=f"{singular}/{plural}/")

    def _conjugate(self, forms: Forms, group: Group, mode: Mode) -> str:
        singular, plural, gerund = forms
        many = group.plural and not group.collective
        present = plural if many else singular
        if mode == "relative" or (mode == "gerund" and not gerund):
            return f"{'that' if self.language == 'en' else 'que'} {present}"
        if mode == "gerund":
            return gerund
        if mode == "present" or not gerund or present.startswith("está"):  # never "está estando"
            return present
        if self.language == "en":
            return f"{'are' if many else 'is'} {gerund}"
        return f"{'están' if many else 'está'} {gerund}"

    # Where and when

    def place(self) -> str:
        """In a snowy meadow."""
        self.said.add("place")
        return self.pick(self.lexicon.places[self.shot.place].phrase)

    def place_noun(self, *, bare: bool = False) -> str:
        """A snowy meadow; the sea; bare: snowy meadow."""
        if bare and self.chance(0.5):
            self.said.add("place")
            return self.grammar.word(self.pick(self.lexicon.places[self.shot.place].noun)).singular
        text = re.sub(PREPOSITIONS[self.language], "", self.place())
        return re.sub(ARTICLES[self.language], "", text) if bare else text

    def place_bare(self) -> str:
        """In alley: the place without its article, as in headlines."""
        preposition, _, rest = self.place().partition(" ")
        return f"{preposition} {re.sub(ARTICLES[self.language], '', rest)}"

    def way(self) -> str:
        """Through a snowy meadow; the place's own preposition where no other fits."""
        phrase = self.place()
        preposition, _, rest = phrase.partition(" ")
        if preposition not in ("in", "on", "en") or self.lexicon.places[self.shot.place].underwater:
            return phrase
        if self.language == "es":
            return f"por {rest}"
        if re.match(r"(an?|the) [^ ]*( city)? ?street", rest):
            return f"{self.random.choice(('down', 'along'))} {rest}"
        if re.search(r"beach|shore", rest):
            return f"{self.random.choice(('along', 'across'))} {rest}"
        return f"{self.random.choice(('through', 'across') if preposition == 'in' else ('across',))} {rest}"

    def time(self) -> str:
        """At night."""
        self.said.add("time")
        return self.pick(self.lexicon.times[self.shot.time])

    def weather(self) -> str:
        """In the rain."""
        self.said.add("weather")
        phrase = self.pick(self.lexicon.weathers[self.shot.weather])
        fits = self.shot.time == "day" or not re.search(r"\b(day|día)\b", phrase)  # "at night on a rainy day"
        usual = self.lexicon.weathers[self.shot.weather]
        return phrase if fits else (usual.es if self.language == "es" else usual.en)[0]

    def rainy_night(self) -> str:
        """Hour and weather in one: "on a rainy night"."""
        self.said.update(("time", "weather"))
        index = self.language == "es"
        noun, adjective = spoken.TIME_NOUNS[self.shot.time][index], spoken.WEATHER_ADJECTIVES[self.shot.weather][index]
        word = self.grammar.word(noun if index else f"{noun}/{noun}s")
        phrase = self.grammar.noun_phrase(word, plural=False, article="a", adjectives=[adjective], epithet="")
        return f"{'en' if index else 'on'} {phrase}"

    @property
    def sky_is_seen(self) -> bool:
        """Whether hour and weather are worth a word: not indoors or under water."""
        place = self.lexicon.places[self.shot.place]
        return not (place.indoors or place.underwater)

    def circumstances(self, *, place: bool = True, likely: float = 0.5) -> list[str]:
        """Some of where, when and in what weather, in an order that sounds natural."""
        likely = likely * (0.4 + self.detail)
        parts = [self.place()] if place else []
        if self.sky_is_seen:
            if self.chance(0.25 * likely):
                return [*parts, self.rainy_night()]
            sky = [self.time()] if self.chance(likely) else []
            if self.chance(likely * (0.4 if self.shot.weather == "clear" else 1.2)):
                sky.append(self.weather())
            self.random.shuffle(sky)
            parts += sky
        return parts

    # How it is filmed and what is heard

    def shot_noun(self) -> str:
        """A drone shot."""
        self.said.add("camera")
        return self.pick(spoken.SHOTS[self.shot.camera])

    def camera(self) -> str:
        """The camera's ready words, for a tag."""
        self.said.add("camera")
        return self.pick(self.lexicon.cameras[self.shot.camera])

    def camera_sentence(self) -> str:
        """The camera orbits the scene."""
        self.said.add("camera")
        return self.pick(spoken.CAMERA_SENTENCES[self.shot.camera])

    def style(self) -> str:
        """The style's ready words, for a tag: "in film noir style"."""
        self.said.add("style")
        return self.pick(self.lexicon.styles[self.scene.style])

    def styled(self) -> str:
        """A film noir scene."""
        self.said.add("style")
        return self.pick(spoken.STYLED[self.scene.style])

    def opener(self) -> str:
        """A video, or a photo when it is a still."""
        return self.pick(spoken.STILL_OPENERS if self.scene.num_frames == 1 else spoken.OPENERS)

    def sound(self) -> str:
        """What is heard, or nothing: "rain"."""
        heard = [*self.lexicon.places[self.shot.place].sounds]
        heard += [self.shot.weather] if self.sky_is_seen else []
        for group in self.groups:
            doing = {action.name for action in self.actions(group)}
            heard += [group.kind.hum] + [group.kind.voice] * ("call" in doing)
            heard += [group.kind.step] * bool(doing & {"walk", "run"})
        heard = [name for name in heard if name in spoken.SOUNDS]
        if not heard:
            return ""
        name = self.random.choice(heard)
        self.said |= {"weather"} if name == self.shot.weather else set()
        return self.pick(spoken.SOUNDS[name])

    # Small tools

    def chance(self, likely: float) -> bool:
        """True with this probability."""
        return self.random.random() < likely

    def pick(self, words: Noun | Adjective | Phrase) -> str:
        """One wording; the first, most usual one more often than the others."""
        options = words.es if self.language == "es" else words.en
        return options[0] if self.chance(0.3) else self.random.choice(options)

    def link(self, name: str) -> str:
        """A small word that holds sentences together."""
        return self.pick(spoken.LINKS[name])

    def agree(self, text: str, group: Group) -> str:
        """The text's endings as the group asks."""
        return self.grammar.agree(text, plural=group.plural and not group.collective, feminine=group.word.feminine)

    def _groups(self) -> list[Group]:
        """Who is in the shot; the same kind doing the same together, unless their looks shall tell them apart."""
        groups: list[list[int]] = []
        for index in self.shot.subjects:
            for group in groups:
                if self._alike(group[0], index):
                    group.append(index)
                    break
            else:
                groups.append([index])
        return [self._group(tuple(indices)) for indices in groups]

    def _alike(self, first: int, second: int) -> bool:
        one, other = self.scene.subjects[first], self.scene.subjects[second]
        if one.kind != other.kind or any(action.target in (first, second) for action in one.actions + other.actions):
            return False
        names = [[action.name for action in subject.actions] for subject in (one, other)]
        return names[0] == names[1] and (dict(one.look) == dict(other.look) or self.chance(0.5))

    def _group(self, indices: tuple[int, ...]) -> Group:
        subjects = [self.scene.subjects[index] for index in indices]
        kind = self.lexicon.kinds[subjects[0].kind]
        word = self.grammar.word(self.pick(kind.noun))
        look = {
            slot: value
            for slot in kind.looks
            if (value := subjects[0].look.get(slot)) and all(subject.look.get(slot) == value for subject in subjects)
        }
        return Group(indices=indices, kind=kind, word=word, look=look)


CLOTHES = re.compile(
    r"coat|jacket|shirt|tee\b|hoodie|dress|gown|suit|skirt|tutu|abrigo|chaqueta|chupa|camis|sudadera|vestid|traje|falda|tutú"
)
PREPOSITIONS = {
    "en": r"^(in the middle of|in front of|in|on|at|inside|over|under|by|along|across|through|near|beside|amid|among) ",
    "es": r"^(en medio de|dentro de|delante de|junto a|cerca de|en|sobre|bajo|por|entre|a) ",
}
ARTICLES = {"en": r"^(an|a|the) ", "es": r"^(unos|unas|una|un|los|las|la|el|l) "}

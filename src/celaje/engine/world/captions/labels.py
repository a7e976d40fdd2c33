"""What a scene is, as class numbers: the slots that captions speak of, for text encoders and judges to be trained on.

It does not know tensors or how a caption is worded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from celaje.engine.world.captions.caption import Caption
from celaje.engine.world.captions.lexicon import Lexicon, world_lexicon
from celaje.engine.world.scene import ACTIONS, CAMERAS, STYLES, TIMES, WEATHERS, Scene

#: The target of what a caption did not say, which no loss may count.
NOT_SAID = -1


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The names of all values of every slot, in the order of their numbers.

    `one` holds slots of which a scene has one value: "look" (the main slot's value of the first subject), "count",
    "place", "time", "weather", "camera", "style" (of the first shot). `many` holds slots of which it may have several:
    "kinds", "looks" ("cat/coat/black") and "actions".
    """

    one: Mapping[str, tuple[str, ...]]
    many: Mapping[str, tuple[str, ...]]

    def names(self, slot: str) -> tuple[str, ...]:
        """The names of a slot's values."""
        return self.one[slot] if slot in self.one else self.many[slot]


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The numbers of one scene's values. `one` has a number per slot (-1: there is none); `many` those that hold."""

    one: Mapping[str, int]
    many: Mapping[str, frozenset[int]]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the whole world."""
    return vocabulary_of(world_lexicon())


def vocabulary_of(lexicon: Lexicon) -> Vocabulary:
    """The vocabulary of these kinds and places."""
    main = dict.fromkeys(
        value for kind in lexicon.kinds.values() for values in list(kind.looks.values())[:1] for value in values
    )
    looks = tuple(
        f"{kind.name}/{slot}/{value}"
        for kind in lexicon.kinds.values()
        for slot, values in kind.looks.items()
        for value in values
    )
    return Vocabulary(
        one={
            "look": tuple(main),
            "count": ("nobody", "one", "two", "three"),
            "place": tuple(lexicon.places),
            "time": TIMES,
            "weather": WEATHERS,
            "camera": CAMERAS,
            "style": STYLES,
        },
        many={"kinds": tuple(lexicon.kinds), "looks": looks, "actions": ACTIONS},
    )


def labels(scene: Scene, lexicon: Lexicon | None = None) -> Labels:
    """What `scene` is, slot by slot."""
    lexicon = lexicon or world_lexicon()
    words = vocabulary_of(lexicon) if lexicon is not world_lexicon() else vocabulary()
    shot = scene.shots[0]
    first = scene.subjects[shot.subjects[0]] if shot.subjects else None
    slots = list(lexicon.kinds[first.kind].looks) if first else []
    one = {
        "look": first.look.get(slots[0], "") if first and slots else "",
        "count": words.one["count"][len(scene.subjects)],
        "place": shot.place,
        "time": shot.time,
        "weather": shot.weather,
        "camera": shot.camera,
        "style": scene.style,
    }
    many = {
        "kinds": {subject.kind for subject in scene.subjects},
        "looks": {
            f"{subject.kind}/{slot}/{value}" for subject in scene.subjects for slot, value in subject.look.items()
        },
        "actions": {action.name for subject in scene.subjects for action in subject.actions},
    }
    return Labels(
        one={slot: words.one[slot].index(value) if value else NOT_SAID for slot, value in one.items()},
        many={slot: frozenset(words.many[slot].index(value) for value in values) for slot, values in many.items()},
    )


def targets(truth: Labels, caption: Caption, words: Vocabulary | None = None) -> dict[str, NDArray[np.int64]]:
    """What a reader of `caption` can know: per slot a number [] or a vector of 0 and 1 [values], -1 where not said.

    In slots with many values, what holds but was not said is -1; what does not hold is 0. The extra slot "said" (one
    number per slot of `one`, in order) tells which of these the caption spoke of.
    """
    words = words or vocabulary()
    known: dict[str, NDArray[np.int64]] = {
        slot: np.asarray(number if slot in caption.mentioned else NOT_SAID) for slot, number in truth.one.items()
    }
    for slot, numbers in truth.many.items():
        vector = np.zeros(len(words.many[slot]), np.int64)
        for number in numbers:
            vector[number] = 1 if f"{slot}:{words.many[slot][number]}" in caption.mentioned else NOT_SAID
        known[slot] = vector
    known["said"] = np.asarray([slot in caption.mentioned for slot in words.one], np.int64)
    return known

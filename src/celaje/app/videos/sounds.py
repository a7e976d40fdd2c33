"""What is heard in a clip, in plain words: from what the built-in model understood, by the sounds of its world.

Who is there comes first, with what they do, then the weather, then the place. It does not listen to the clip, and names
nothing for clips of other models, which do not say what they understood.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NUM_NAMED = 2

STEPS, RUNNING, HEAVY = _("footsteps"), _("running steps"), _("heavy steps")
VOICES = _("voices")
WIND, BIRDS = _("wind"), _("birds")
PAWS = _("soft paws")

#: How somebody sounds who calls or talks, who moves over the ground, and all the time.
CALLS: Mapping[str, Promise] = {
    "cat": _("a meow"),
    "dog": _("barking"),
    "horse": _("a neigh"),
    "mammoth": _("trumpeting"),
    "elephant": _("trumpeting"),
    "bird": _("birdsong"),
    "car": _("a horn"),
    "train": _("a bell"),
    "sailing boat": _("a bell"),
    "robot": _("a robot's voice"),
}
WALKS: Mapping[str, Promise] = {
    "cat": PAWS,
    "dog": PAWS,
    "turtle": PAWS,
    "horse": _("hooves"),
    "mammoth": HEAVY,
    "elephant": HEAVY,
    "robot": _("metal steps"),
}
HUMS: Mapping[str, Promise] = {
    "car": _("an engine"),
    "train": _("a train"),
    "sailing boat": _("creaking wood"),
    "balloon": _("a burner"),
    "drone": _("rotors"),
    "spaceship": _("jets"),
    "diver": _("bubbles"),
}
PEOPLE = ("woman", "man", "child", "old person", "astronaut", "dancer")
ON_FOOT = ("walk", "run", "jump", "dance", "follow")
BOUNCING = ("bounce", "roll", "fall")

WEATHERS: Mapping[str, Promise] = {
    "rain": pgettext_lazy("heard", "rain"),
    "heavy rain": _("heavy rain"),
    "storm": _("thunder"),
}
PLACES: Mapping[str, Promise] = {
    "city": _("the city"),
    "alley": _("dripping water"),
    "snowy meadow": WIND,
    "mountain valley": _("a river"),
    "salt desert": WIND,
    "dunes": WIND,
    "beach": _("waves"),
    "open sea": _("the sea"),
    "underwater": _("bubbles"),
    "forest": _("leaves"),
    "volcano": _("rumbling lava"),
    "club": _("a club's beat"),
    "countryside": BIRDS,
    "ruins": _("crickets"),
    "moon": _("a low hum"),
}


def heard(understanding: Mapping[str, Any] | None) -> list[str]:
    """At most `NUM_NAMED` sounds, by `Video.understanding`; none when nothing is known, or it is silent."""
    if not understanding or understanding.get("silent"):
        return []
    taken = understanding["taken"]
    actions = taken.get("actions", ())
    names = [_of(kind, actions) for kind in taken.get("kinds", ())]
    names += [
        table.get(value) for slot, table in (("weather", WEATHERS), ("place", PLACES)) for value in taken.get(slot, ())
    ]
    return list(dict.fromkeys(str(name) for name in names if name is not None))[:NUM_NAMED]


def _of(kind: str, actions: Sequence[str]) -> Promise | None:
    """What is heard of one, first of all what they say."""
    if {"call", "talk"} & set(actions) and (kind in CALLS or kind in PEOPLE):
        return CALLS.get(kind, VOICES)
    if kind in HUMS:
        return HUMS[kind]
    if kind == "ball":
        return _("a bouncing ball") if set(BOUNCING) & set(actions) else None
    if set(ON_FOOT) & set(actions):
        return WALKS.get(kind) or ((RUNNING if "run" in actions else STEPS) if kind in PEOPLE else None)
    return CALLS[kind] if kind == "bird" else None

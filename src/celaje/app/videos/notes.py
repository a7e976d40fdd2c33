"""What its maker is told about a clip: words that the model did not know, and what is shown or said otherwise.

The worker keeps what happened and its facts, see `Video.understanding`; here are the words for people. Kinds, places
and the like are called as in a scene's text.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: By what happened: those of the world, as in `celaje.engine.world.notes`, and those of speech.
WORDS: Mapping[str, Promise] = {
    "shown as": gettext_lazy("%(wish)s: shown as %(seen)s"),
    "too many": gettext_lazy("At most %(most)s are shown, each told apart"),
    "cannot have": gettext_lazy("%(kind)s: cannot have %(what)s"),
    "shot outside": gettext_lazy("A shot at %(at)s s is left out: it lies outside the clip"),
    "cannot be there": gettext_lazy("%(kind)s: left out, it cannot be in %(place)s"),
    "filmed in": gettext_lazy("%(kind)s: cannot be in %(place)s, filmed in %(seen)s"),
    "cannot do": gettext_lazy("%(kind)s: cannot %(what)s in %(place)s"),
    "does instead": gettext_lazy("%(kind)s: cannot %(what)s in %(place)s, does %(seen)s"),
    "no such time": gettext_lazy("%(place)s: there is no %(time)s, filmed at %(seen)s"),
    "no such weather": gettext_lazy("%(place)s: there is no %(weather)s"),
    "nobody to follow": gettext_lazy("Nobody is there to go along with: filmed from a drone"),
    "cut": gettext_lazy("“%(text)s” does not fit: said as far as “%(said)s”"),
    "left out": gettext_lazy("“%(text)s” does not fit, and is not said"),
    "no voice": gettext_lazy("“%(text)s” is not said: no voice is installed here"),
    "failed": gettext_lazy("“%(text)s” is not said: the voice failed"),
}


def notes(understanding: Mapping[str, Any]) -> list[str]:
    """A line for each thing that is otherwise than it was asked for."""
    told = [note for note in understanding.get("notes", []) if isinstance(note, dict)]
    return [str(WORDS[note["why"]]) % note for note in told if note.get("why") in WORDS]


def unknown(understanding: Mapping[str, Any]) -> list[str]:
    """Words that the model did not know, each with what it took in their place where there is something near."""
    instead = {word: said for words, said in understanding.get("instead", {}).items() for word in words.split()}
    told = []
    for word in understanding.get("unknown", []):
        near = instead.get(word)
        told.append(_("%(word)s (taken as: %(near)s)") % {"word": word, "near": near} if near else word)
    return told

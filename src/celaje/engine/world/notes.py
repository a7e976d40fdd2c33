"""What the world says when it shows something in place of what it cannot: what happened, and a line in English.

Whoever speaks another language has the code and its facts.
"""

from dataclasses import dataclass

#: By what happened; the names in braces are those of its facts.
WORDS = {
    "shown as": "{wish}: shown as {seen}",
    "too many": "at most {most} are shown, each told apart",
    "cannot have": "{kind}: cannot have {what}",
    "shot outside": "a shot at {at} s: left out, it lies outside the clip",
    "cannot be there": "{kind}: left out, it cannot be in {place}",
    "filmed in": "{kind}: cannot be in {place}, filmed in {seen}",
    "cannot do": "{kind}: cannot {what} in {place}",
    "does instead": "{kind}: cannot {what} in {place}, does {seen}",
    "no such time": "{place}: there is no {time}, filmed at {seen}",
    "no such weather": "{place}: there is no {weather}",
    "nobody to follow": "tracking: nobody is there to go along with, filmed from a drone",
}


@dataclass(frozen=True)
class Note:
    """Why something is shown otherwise, a key of `WORDS`, and its facts by name."""

    why: str
    facts: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """One line for people."""
        return WORDS[self.why].format(**dict(self.facts))


def note(why: str, **facts: str) -> Note:
    """What happened, with its facts."""
    return Note(why, tuple(facts.items()))

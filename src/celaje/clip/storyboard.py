"""A storyboard: cards on a timeline, each with what is seen from its second on, as one request.

A card speaks of the seconds until the next one, when that is near: the model was taught to cut there. After a card that
is followed by a gap, nothing is said for a while, and the model leads over. A card's picture is met at its second; a
card's clip is kept from its second on. It does not know what a file holds.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from celaje.clip.request import PICTURES, Known, Request
from celaje.clip.tasks import Source

CLOSE_S = 4.0  # cards nearer than this are cut
HELD_S = 3.0  # how long a card before a gap holds


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is seen from `second` on: words, a picture, a clip, or words with one of them."""

    second: float
    text: str = ""
    picture: str = ""
    clip: str = ""

    def __post_init__(self) -> None:
        if not self.second >= 0:
            raise ValueError(f"a card at {self.second:g} s is not possible: give 0 or more")
        if not (self.text.strip() or self.picture or self.clip):
            raise ValueError(f"the card at {self.second:g} s is empty: give it a text, a picture or a clip")
        if self.picture and self.clip:
            raise ValueError(f"the card at {self.second:g} s has a picture and a clip: give one of them")
        if self.picture and Path(self.picture).suffix.lower() not in PICTURES:
            raise ValueError(f"{self.picture} is no picture: give {', '.join(PICTURES)}")


def from_cards(
    cards: Sequence[Card], *, seconds: float, prompt: str = "", source: Callable[[str], Source], **more: Any
) -> Request:
    """The request that the cards tell; `prompt` holds for all of them, `source` looks into a card's clip.

    Raises ValueError for cards outside the clip, two at one second, or none.
    """
    ordered = sorted(cards, key=lambda card: card.second)
    if not ordered:
        raise ValueError("the storyboard has no cards")
    told: list[str] = [prompt.strip()]
    known: list[Known] = []
    for card, (until_s, end_s) in zip(ordered, spans([card.second for card in ordered], seconds), strict=True):
        if not card.second < end_s:
            raise ValueError(f"the card at {card.second:g} s has no time: another begins then, or the clip is over")
        if card.text.strip():
            told.append(f"[{round(card.second, 3):g}s-{round(until_s, 3):g}s] {card.text.strip()}")
        if card.picture:
            known.append(Known(source=card.picture, at_s=card.second))
        if card.clip:
            clip = source(card.clip)
            picture = Known(source=card.clip, at_s=card.second, to_s=min(clip.seconds, end_s - card.second))
            sounds = clip.has_sound and more.get("audio", True)
            known += [picture, replace(picture, track="audio")] if sounds else [picture]
    return Request(prompt=" ".join(part for part in told if part), seconds=seconds, known=tuple(known), **more)


def spans(seconds_of_cards: Sequence[float], seconds: float) -> list[tuple[float, float]]:
    """Until when each card's words hold, and when the next one begins, for cards in order. Between the two the model
    leads over; where there is nothing between, it cuts.
    """
    ends_s = [*seconds_of_cards[1:], seconds][: len(seconds_of_cards)]
    return [
        (end_s if end_s - at_s < CLOSE_S or place == len(ends_s) - 1 else at_s + HELD_S, end_s)
        for place, (at_s, end_s) in enumerate(zip(seconds_of_cards, ends_s, strict=True))
    ]


def read_board(path: Path, *, source: Callable[[str], Source], **more: Any) -> Request:
    """The request of a storyboard in a JSON file: `{"seconds": 10, "prompt": "...", "cards": [{"second": 0, ...}]}`.

    Files of cards are relative to the board's. Raises ValueError for what is not understood.
    """
    try:
        board = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError(f"there is no storyboard {path}") from None
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    try:
        cards = [Card(**_beside(path, values)) for values in board["cards"]]
        told = {name: value for name, value in board.items() if name in ("seconds", "prompt")}
        if unknown := sorted(set(board) - {"seconds", "prompt", "cards"}):
            raise ValueError(f"{path} says {', '.join(unknown)}: only seconds, prompt and cards are known")
        seconds, prompt = float(told["seconds"]), str(told.get("prompt", ""))
        return from_cards(cards, seconds=seconds, prompt=prompt, source=source, **more)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f'{path} is no storyboard ({error}): give {{"seconds": 10, "cards": [{{"second": 0, "text": "..."}}]}}'
        ) from error


def _beside(board: Path, values: dict[str, Any]) -> dict[str, Any]:
    files = {name: str(board.parent / values[name]) for name in ("picture", "clip") if values.get(name)}
    return {**values, **files}

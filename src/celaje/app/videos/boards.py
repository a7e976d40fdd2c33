"""Storyboards: cards on a timeline, each with what is seen from its second on, and the clip that they ask for.

`celaje.clip.storyboard` says what cards mean, as it does for the command line. A board is kept with its clip, so that
it can be opened again. Whether the actor may use the clips on its cards is checked by whoever gives them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.videos import actions, tasks
from celaje.app.videos.models import Relation, Video
from celaje.app.videos.styles import find_style, with_style
from celaje.app.videos.tasks import WEB, Wanted
from celaje.clip import MAX_SECONDS, Known, Size, storyboard

MAX_CARDS = 20


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is seen from `second` on. `picture` is a file in the storage, `clip` the id of a video."""

    second: float
    text: str = ""
    picture: str = ""
    clip: str = ""


@dataclass(frozen=True, kw_only=True)
class Board:
    """Cards, how long the whole is, and what holds for all of them."""

    seconds: float
    cards: Sequence[Card]
    prompt: str = ""

    @property
    def words(self) -> str:
        """All that it says, without its times."""
        return " ".join(part.strip() for part in (self.prompt, *(card.text for card in self.cards)) if part.strip())


def of_video(video: Video) -> Board | None:
    """The board that a clip was asked for with, or nothing."""
    if video.plan is None or "cards" not in video.plan:
        return None
    cards = [Card(**values) for values in video.plan["cards"]]
    return Board(seconds=video.plan["seconds"], prompt=video.plan["prompt"], cards=cards)


@transaction.atomic
def make(
    actor: Person,
    board: Board,
    *,
    size: Size,
    clips: Mapping[str, Video],
    style: str = "",
    wanted: Wanted = WEB,
    pictures: Sequence[tuple[str, float]] = (),
    **more: Any,
) -> list[Video]:
    """Ask for what the cards tell; `clips` are those that they name. What cards keep of clips costs nothing.

    `pictures` are further ones, files in the storage with the second of each, and `more` further fields of `Request`.
    Raises InvalidError, with the place of a card as its field where one is wrong ("1" is the second), and QuotaError.
    """
    _check(board)
    actions.check_pictures(
        [*((card.picture, card.second) for card in board.cards if card.picture), *pictures], board.seconds
    )
    actions.check(prompt=board.words or "-", seconds=board.seconds, seed=wanted.seed, takes=wanted.takes, style=style)
    given = {name: tasks.given(clip) for name, clip in clips.items()}
    cards = [
        storyboard.Card(
            second=card.second,
            text=card.text,
            picture=card.picture,
            clip=given[card.clip].path if card.clip else "",
        )
        for card in board.cards
    ]
    sources = {source.path: source for source in given.values()}
    prompt = board.prompt.strip()
    if style:
        prompt = with_style(prompt, style) if prompt else f"{find_style(style).words}."
    try:
        request = storyboard.from_cards(
            cards, seconds=board.seconds, prompt=prompt, source=sources.__getitem__, size=size, **more
        )
    except ValueError as error:
        raise InvalidError(str(error)) from error
    shown = tuple(Known(source=name, at_s=at_s) for name, at_s in pictures)
    made_of = [clips[name] for name in dict.fromkeys(card.clip for card in board.cards if card.clip)]
    return actions.ask_for(
        actor,
        wanted.spoken(replace(request, known=(*request.known, *shown))),
        seed=wanted.seed,
        takes=wanted.takes,
        pictures=[*(card.picture for card in board.cards if card.picture), *(name for name, _at_s in pictures)],
        parent=made_of[0] if made_of else None,
        also=made_of[1:],
        relation=Relation.STORYBOARD if made_of else "",
        plan={"task": "storyboard", **plan(board)},
        prompt=board.words,
        style=style,
        source=wanted.source,
    )


def plan(board: Board) -> dict[str, Any]:
    """The board as plain values; `of_video` reads them back."""
    return {"seconds": board.seconds, "prompt": board.prompt, "cards": [asdict(card) for card in board.cards]}


def _check(board: Board) -> None:
    """The same limits as those of `celaje.clip.storyboard`, in the person's language and beside their card."""
    if not board.cards:
        raise InvalidError(_("Lay at least one card."), code="no_cards")
    if len(board.cards) > MAX_CARDS:
        raise InvalidError(_("A storyboard has %(most)d cards at most.") % {"most": MAX_CARDS}, code="too_many_cards")
    if not 1 <= board.seconds <= MAX_SECONDS:
        words = _("A storyboard has 1 to %(most)g seconds.") % {"most": MAX_SECONDS}
        raise InvalidError(words, field="seconds")
    places = sorted(range(len(board.cards)), key=lambda place: board.cards[place].second)
    for place in places:
        card = board.cards[place]
        if not 0 <= card.second < board.seconds:
            words = _("This card lies outside the clip, which has %(seconds)g s.") % {"seconds": board.seconds}
            raise InvalidError(words, code="card_outside", field=str(place))
        if not (card.text.strip() or card.picture or card.clip):
            raise InvalidError(_("Write what is seen, or take the card away."), code="empty_card", field=str(place))
        if card.picture and card.clip:
            raise InvalidError(_("Give a picture or a clip, not both."), code="two_given", field=str(place))
    for before, after in pairwise(places):
        if board.cards[before].second == board.cards[after].second:
            words = _("Another card begins at the same second.")
            raise InvalidError(words, code="same_second", field=str(after))

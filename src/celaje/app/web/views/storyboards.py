"""The storyboard: cards on a timeline, as a form that works without scripts. Its buttons add, repeat and take away
cards, each by sending the form; scripts only put the answer in its place, and let cards be dragged.

A clip that came from a storyboard is opened again with all its cards.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from celaje.app.accounts.models import Person
from celaje.app.errors import AppError, InvalidError
from celaje.app.posts import queries as posts
from celaje.app.videos import boards, queries
from celaje.app.videos.boards import MAX_CARDS, Board
from celaje.app.videos.models import Video
from celaje.app.videos.styles import STYLES
from celaje.app.videos.tasks import Wanted
from celaje.app.web import given
from celaje.app.web.fragments import page_or_fragment, wants_fragment
from celaje.app.web.given import Given
from celaje.app.web.views.composer import SHAPES, TAKES, promise, shape_of
from celaje.clip import MAX_PROMPT_CHARACTERS, MAX_SECONDS, parse_size, storyboard

CARD = re.compile(r"card-(\d{1,3})-second")
USUAL_S = 3.0  # from one card to the next
LONGEST_TEXT = 2000


class BoardForm(forms.Form):
    """What holds for all cards."""

    prompt = forms.CharField(required=False, max_length=MAX_PROMPT_CHARACTERS)
    other_length = forms.FloatField(min_value=1, max_value=MAX_SECONDS)  # named as in the composer
    shape = forms.ChoiceField(choices=[(shape, shape) for shape in SHAPES])
    takes = forms.TypedChoiceField(choices=[(take, take) for take in TAKES], coerce=int)
    style = forms.ChoiceField(required=False, choices=[("", ""), *((style.slug, style.label) for style in STYLES)])
    audio = forms.BooleanField(required=False)


class CardForm(forms.Form):
    """One card."""

    second = forms.FloatField(
        min_value=0, max_value=MAX_SECONDS, error_messages={"required": gettext_lazy("Say at which second it begins.")}
    )
    text = forms.CharField(required=False, max_length=LONGEST_TEXT)
    clip = forms.CharField(required=False, max_length=60)
    picture = forms.FileField(required=False, allow_empty_file=True)


BEGINNING: dict[str, Any] = {"prompt": "", "other_length": 8, "shape": "9:16", "takes": 1, "style": "", "audio": True}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A card on the page: its values as they were typed, its picture, what is wrong with it and how it goes on."""

    second: str
    text: str = ""
    clip: str = ""
    picture: Given | None = None
    errors: tuple[str, ...] = ()
    says: str = ""


@login_required
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """A new board: with a sentence for all of it (`?text=`), with a clip on its first card (`?clip=`), or that of an
    earlier clip (`?from=`).
    """
    person = cast(Person, request.user)
    earlier = queries.own(person, request.GET["from"]) if request.GET.get("from") else None
    board = boards.of_video(earlier) if earlier else None
    values = BEGINNING | {"prompt": request.GET.get("text", "")[:MAX_PROMPT_CHARACTERS]}
    cards = [Shown(second=f"{place * USUAL_S:g}") for place in range(2)]
    if board is not None and earlier is not None:
        values |= {"prompt": board.prompt, "other_length": f"{board.seconds:g}", "shape": shape_of(earlier)}
        values |= {"style": earlier.style, "audio": earlier.request["audio"]}
        cards = [_as_before(person, earlier, card) for card in board.cards]
    elif request.GET.get("clip"):
        clip = posts.clip_to_use(person, request.GET["clip"])
        cards[0] = replace(cards[0], clip=clip.pk)
        cards[1] = replace(cards[1], second=f"{max(USUAL_S, round(clip.seconds)):g}")
        values |= {"other_length": f"{float(cards[1].second) + 4:g}", "shape": shape_of(clip)}
    return _page(request, values, cards, earlier, fresh=not request.GET)


def _as_before(person: Person, video: Video, card: boards.Card) -> Shown:
    """A card of an earlier board; a picture of somebody else's, or one that is gone, is left out."""
    picture = None
    if card.picture and video.pictures.filter(name=card.picture, giver=person).exists():
        picture = Given(name=card.picture, place="0", person_id=person.pk, is_theirs=True)
    return Shown(second=f"{card.second:g}", text=card.text, clip=card.clip, picture=picture)


@login_required
@require_POST
@page_or_fragment
def create(request: HttpRequest) -> HttpResponse:
    """Ask for the clip, or (`do`) add, repeat or take away a card. Nothing that was typed is lost."""
    person = cast(Person, request.user)
    earlier = queries.own(person, request.POST["from"]) if request.POST.get("from") else None
    cards = [_read(person, request, number) for number in _numbers(request.POST)]
    values = {name: request.POST.get(name, "") for name in BEGINNING}
    if what := request.POST.get("do"):
        return _page(request, values, _changed(cards, what), earlier, added=what != "look" and "remove" not in what)
    form = BoardForm(request.POST)
    if not form.is_valid() or any(card.errors for card in cards):
        return _page(request, values, cards, earlier, form=form, status=400)
    asked = form.cleaned_data
    board = Board(seconds=asked["other_length"], prompt=asked["prompt"], cards=[_card(card) for card in cards])
    try:
        clips = {card.clip: posts.clip_to_use(person, card.clip) for card in cards if card.clip}
        first, *_others = boards.make(
            person,
            board,
            size=parse_size(asked["shape"]),
            clips=clips,
            style=asked["style"],
            audio=asked["audio"],
            wanted=Wanted(takes=asked["takes"]),
        )
    except AppError as error:
        place = int(error.field) if error.field and error.field.isdigit() else None
        if place is None:
            field = "other_length" if error.field == "seconds" else error.field
            form.add_error(field if field in form.fields else None, str(error))
        else:
            cards[place] = replace(cards[place], errors=(str(error),))
        return _page(request, values, cards, earlier, form=form, status=error.status)
    return redirect(first)


def _numbers(data: QueryDict) -> list[int]:
    """The numbers of the cards in a form, in order."""
    return sorted({int(found[1]) for name in data if (found := CARD.fullmatch(name))})[:MAX_CARDS]


def _read(person: Person, request: HttpRequest, number: int) -> Shown:
    """A card as it was sent, with what is wrong with it."""
    prefix = f"card-{number}"
    form = CardForm(request.POST, request.FILES, prefix=prefix)
    problems = [str(error) for errors in form.errors.values() for error in errors]
    picture = next(iter(given.named(person, [request.POST.get(f"{prefix}-kept", "")])), None)
    if picture is not None and not given.is_there(picture, person):
        picture = None
        problems.append(_("The picture is no longer here. Choose it once more."))
    if upload := request.FILES.get(f"{prefix}-picture"):
        try:
            picture = given.chosen(person, upload, "0")
        except InvalidError as error:
            problems.append(str(error))
    return Shown(
        second=request.POST.get(f"{prefix}-second", ""),
        text=request.POST.get(f"{prefix}-text", ""),
        clip=request.POST.get(f"{prefix}-clip", ""),
        picture=picture,
        errors=tuple(problems),
    )


def _card(card: Shown) -> boards.Card:
    name = card.picture.name if card.picture else ""
    return boards.Card(second=float(card.second), text=card.text, picture=name, clip=card.clip)


def _changed(cards: list[Shown], what: str) -> list[Shown]:
    """The cards after a button: "add", or "repeat-2" and "remove-2" of the third; "look" changes nothing."""
    act, _sign, number = what.partition("-")
    place = int(number) if number.isdigit() else -1
    if act == "remove" and 0 <= place < len(cards):
        del cards[place]
    elif act in ("add", "repeat") and len(cards) < MAX_CARDS:
        last_s = max((_second(card) for card in cards), default=-USUAL_S)
        fresh = Shown(second=f"{last_s + USUAL_S:g}")
        if act == "repeat" and 0 <= place < len(cards):
            fresh = replace(cards[place], second=fresh.second, errors=())
        cards.append(fresh)
    return cards


def _second(card: Shown) -> float:
    try:
        return max(0.0, float(card.second))
    except ValueError:
        return 0.0


def _page(
    request: HttpRequest,
    values: Mapping[str, Any],
    cards: list[Shown],
    earlier: Video | None,
    *,
    form: BoardForm | None = None,
    fresh: bool = False,
    added: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The board. `fresh`: nobody wrote on it yet; `added`: its last card is new."""
    person = cast(Person, request.user)
    try:
        seconds, takes = min(MAX_SECONDS, max(1.0, float(values["other_length"]))), int(values["takes"] or 1)
    except ValueError:  # the form says what is wrong with it
        seconds, takes = float(BEGINNING["other_length"]), 1
    clips = posts.clips_to_choose(person)
    named = {card.clip for card in cards if card.clip} - {clip.pk for clip in clips}
    facts = {
        "values": values,
        "errors": form.errors if form is not None else {},
        "cards": _said(cards, seconds),
        "clips": clips,
        "others": _usable(person, named),
        "earlier": earlier,
        "is_fresh": fresh,
        "added": added,
        "styles": STYLES,
        "shapes": SHAPES[:3],
        "takes": TAKES,
        "max_seconds": MAX_SECONDS,
        "max_cards": MAX_CARDS,
        "close_s": storyboard.CLOSE_S,
        "held_s": storyboard.HELD_S,
    }
    template = "making/board.html" if wants_fragment(request) else "making/storyboard.html"
    return render(request, template, facts | promise(person, seconds, takes), status=status)


def _usable(person: Person, names: Iterable[str]) -> list[Video]:
    """Those of the named clips that the person may use."""
    found = []
    for name in names:
        with suppress(AppError):
            found.append(posts.clip_to_use(person, name))
    return found


def _said(cards: list[Shown], seconds: float) -> list[Shown]:
    """The same cards, each with how it goes on, in plain words: cut, or led over to the next one."""
    ordered = sorted(range(len(cards)), key=lambda place: _second(cards[place]))
    times = [_second(cards[place]) for place in ordered]
    said = list(cards)
    for (until_s, end_s), at_s, place in zip(storyboard.spans(times, seconds), times, ordered, strict=True):
        facts = {"held": f"{until_s - at_s:g}", "over": f"{end_s - until_s:g}"}
        if end_s <= at_s:
            words = _("Has no time")
        elif place == ordered[-1]:
            words = _("%(held)s s, to the end") % facts
        elif until_s == end_s:
            words = _("%(held)s s, then a cut") % facts
        else:
            words = _("%(held)s s, then %(over)s s that lead over") % facts
        said[place] = replace(cards[place], says=words)
    return said


urlpatterns = [
    path("storyboards/new", new, name="new_storyboard"),
    path("storyboards", create, name="storyboards"),
]

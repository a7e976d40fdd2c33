"""The clips that a program asks for with `asking.Create`, in a request of its own or in a line of a batch."""

from collections.abc import Mapping

from celaje.app.accounts.models import Person
from celaje.app.developers import asking, pictures, queries
from celaje.app.errors import AppError
from celaje.app.posts.queries import clip_to_use
from celaje.app.videos import actions, boards
from celaje.app.videos.models import Video
from celaje.app.videos.tasks import Wanted


def check(owner: Person, asked: asking.Create) -> None:
    """Raise InvalidError for what the model here cannot do, or when there is no such model or file."""
    pictures.check(owner, asked)
    queries.check_model(asked.model)
    field = asked.needs()
    if field is not None:
        raise asking.unsupported(field)


def make(owner: Person, asked: asking.Create, given: Mapping[str, str], *, takes: int) -> list[Video]:
    """Ask for them. `given` are the pictures by their fields, as `pictures.kept` has them.

    Raises InvalidError and QuotaError, and for the clip of a card NotFoundError and NotAllowedError.
    """
    first = [(given["input_reference"], 0.0)] if "input_reference" in given else []
    rest = [(given[f"keyframes[{place}].image"], frame.at) for place, frame in enumerate(asked.keyframes)]
    if asked.storyboard:
        return _from_cards(owner, asked, given, shown=first + rest, takes=takes)
    return actions.create(
        owner,
        prompt=asked.prompt,
        seconds=asked.seconds,
        seed=asked.seed,
        takes=takes,
        speech=asked.speech is not False,
        voice=asked.voice or "",
        pictures=first + rest,
        source="api",
        **asked.wanted(),
    )


def _from_cards(
    owner: Person, asked: asking.Create, given: Mapping[str, str], *, shown: list[tuple[str, float]], takes: int
) -> list[Video]:
    """The same from a storyboard."""
    clips: dict[str, Video] = {}
    cards = []
    for place, card in enumerate(asked.storyboard):
        picture, clip = given.get(f"storyboard[{place}].image", ""), card.video.id if card.video else ""
        if clip:
            try:
                clips[clip] = clip_to_use(owner, clip)
            except AppError as error:
                error.field = f"storyboard[{place}].video.id"
                raise
        cards.append(boards.Card(second=card.at, text=card.prompt, picture=picture, clip=clip))
    board = boards.Board(seconds=asked.seconds, cards=cards, prompt=asked.prompt)
    wanted = Wanted(takes=takes, seed=asked.seed, source="api", speech=asked.speech, voice=asked.voice)
    try:
        return boards.make(owner, board, clips=clips, wanted=wanted, pictures=shown, **asked.wanted())
    except AppError as error:
        if error.field is not None and error.field.isdigit():
            error.field = f"storyboard[{error.field}]"
        raise

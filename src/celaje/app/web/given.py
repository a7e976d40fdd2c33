"""Pictures in the composer: chosen now, kept from a form that came back, or brought along by an earlier clip.

A form names a kept one by a signed token, which works for one person. So nothing is lost when another field is wrong,
and nobody gives a picture of somebody else's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from celaje.app.accounts.models import Person
from celaje.app.errors import InvalidError
from celaje.app.videos import pictures
from celaje.app.videos.models import Video
from celaje.app.videos.queries import pictures_of

START, END = "start", "end"  # else a place is a second, such as "2.5"
PLACES = (START, END)
_signer = signing.Signer(salt="given picture")


@dataclass(frozen=True, kw_only=True)
class Given:
    """A picture in the storage, and where in the clip it belongs. Only who gave it sees it."""

    name: str
    place: str
    person_id: int
    is_theirs: bool

    @property
    def token(self) -> str:
        """How a form names it."""
        return _signer.sign_object([self.name, self.place, self.person_id, self.is_theirs])

    @property
    def address(self) -> str:
        """Where its giver's browser gets it, or nothing."""
        return reverse("given_picture", args=[self.token]) if self.is_theirs else ""

    @property
    def label(self) -> str:
        """What it does."""
        return said(None if self.place == END else self.at_s(0.0))

    def at_s(self, seconds: float) -> float:
        """Its moment in a clip of so many seconds."""
        return {START: 0.0, END: seconds}[self.place] if self.place in PLACES else float(self.place)


def said(at_s: float | None) -> str:
    """What a picture is that a clip shows at that second; None is its end."""
    if at_s is None:
        return _("Last picture")
    return _("Picture at %(second)g s") % {"second": at_s} if at_s else _("First picture")


def of_video(video: Video) -> list[Given]:
    """What an earlier clip was asked to show; what was its end shall be the new one's."""
    return [
        Given(
            name=given.picture.name,
            place=START if not given.at_s else END if given.at_s >= video.seconds else f"{given.at_s:g}",
            person_id=video.owner_id,
            is_theirs=given.is_theirs,
        )
        for given in pictures_of(video)
    ]


def named(person: Person, tokens: Iterable[str]) -> list[Given]:
    """What a form says that it keeps; tokens that are none, or are another person's, are nothing."""
    found = []
    for token in tokens:
        try:
            name, place, person_id, is_theirs = _signer.unsign_object(token)
        except signing.BadSignature:
            continue
        if person_id == person.pk:
            found.append(Given(name=name, place=place, person_id=person_id, is_theirs=is_theirs))
    return found


def is_there(given: Given, person: Person) -> bool:
    """Whether it can still be given; then it stays for another hour."""
    return pictures.hold(person, given.name)


def chosen(person: Person, upload: "UploadedFile[bytes]", place: str) -> Given:
    """A file that was sent, kept. Raises InvalidError with the place as its field."""
    if (upload.size or 0) > pictures.MAX_BYTES:
        raise pictures.too_large(place)
    try:
        name = pictures.keep(upload.read(), field=place)
    except OSError as error:
        raise InvalidError(_("The picture could not be kept just now. Try again."), field=place) from error
    return Given(name=name, place=place, person_id=person.pk, is_theirs=True)

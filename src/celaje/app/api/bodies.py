"""The body of a request as plain values, in whichever encoding a client sends it.

JSON, and forms (multipart or not) whose keys say where in a structure their value belongs: `video[id]`,
`characters[][id]`, `cards[0][at]`. Files are values like others. What the values mean is not known here.
"""

import json
import re
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from celaje.app.errors import AppError, InvalidError

MAX_DEPTH = 5
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")

Values = dict[str, Any]


class TooLargeError(AppError):
    """More than anybody needs to send."""

    status = 413
    code = "request_too_large"


def read(request: HttpRequest) -> Values:
    """The values. Raises InvalidError when they cannot be read, and TooLargeError."""
    kind = (request.content_type or "").lower()
    try:
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            return _form(request)
        if not request.body:
            return {}
        if kind == "application/json" or kind.endswith("+json"):
            return _json(request.body)
    except RequestDataTooBig as error:
        raise TooLargeError(_("The body of the request is too large.")) from error
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError, RawPostDataException) as error:
        raise InvalidError(_("The form of this request could not be read."), code="invalid_body") from error
    words = _("Send application/json or multipart/form-data, not '%(kind)s'.")
    raise InvalidError(words % {"kind": kind[:60]}, code="invalid_content_type")


def _json(content: bytes) -> Values:
    try:
        values = json.loads(content.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidError(_("The body of the request is not valid JSON."), code="invalid_json") from error
    if not isinstance(values, dict):
        raise InvalidError(_("The body of the request must be a JSON object."), code="invalid_json")
    return values


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _form(request: HttpRequest) -> Values:
    values: Values = {}
    _check_lists(request)
    for pairs in (request.POST.lists(), request.FILES.lists()):
        for key, given in pairs:
            path = _path(key)
            if "" not in path:
                _put(values, path, given[-1], key)
                continue
            for index, value in enumerate(given):  # the nth value of cards[][at] is that of the nth card
                _put(values, [step or str(index) for step in path], value, key)
    return values


def _check_lists(request: HttpRequest) -> None:
    """Raise InvalidError where elements of a list without numbers have different fields: whose is whose is not told."""
    counts: dict[str, int] = {}
    for pairs in (request.POST.lists(), request.FILES.lists()):
        for key, given in pairs:
            name, sign, _rest = key.partition("[]")
            if sign and counts.setdefault(name, len(given)) != len(given):
                words = _("Not every element of '%(name)s' has '%(key)s': number them, %(name)s[0], or send JSON.")
                raise InvalidError(words % {"name": name[:80], "key": key[:80]}, code="invalid_body", field=name[:80])


def _path(key: str) -> list[str]:
    """The steps of a key: ["characters", "", "id"] for characters[][id]."""
    match = _KEY.match(key)
    if match is None:
        return [key]
    path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if len(path) > MAX_DEPTH:
        raise InvalidError(_("The key '%(key)s' is too deep.") % {"key": key[:80]}, code="invalid_body")
    return path


def _put(values: Any, path: list[str], value: Any, key: str) -> None:
    """Lay a value where its key says; a number is a place in a list."""
    step, rest = path[0], path[1:]
    place: Any = step
    if isinstance(values, list):
        place = int(step) if _is_number(step) else len(values) + 1
        if place == len(values):
            values.append(None)
    if not isinstance(values, list | dict) or (isinstance(values, list) and place >= len(values)):
        raise InvalidError(_("The key '%(key)s' is not understood.") % {"key": key[:80]}, code="invalid_body")
    if not rest:
        values[place] = value
        return
    inner = values[place] if isinstance(values, list) else values.get(place)
    if inner is None:
        inner = values[place] = [] if _is_number(rest[0]) else {}
    _put(inner, rest, value, key)


def _is_number(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 6

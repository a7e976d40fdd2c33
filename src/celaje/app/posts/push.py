"""Web Push: notices on devices of people who asked for it, with the house's own key and no service in between.

A message is encrypted for one browser (RFC 8291), signed with the house's key (VAPID, RFC 8292), and its content is the
declarative form that browsers can show without running anything of ours. The key is derived from the secret in the
data folder: every process has the same one, and there is no second secret to lose. With a new secret devices ask anew.

It does not know when something is told, see `telling`, nor retries, see `jobs`.
"""

import base64
import binascii
import json
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from celaje.app import outgoing
from celaje.app.accounts.models import House, Person
from celaje.app.errors import InvalidError
from celaje.app.posts import queries, wording
from celaje.app.posts.models import Notice, PushSubscription

DEVICES_PER_PERSON = 20
KEPT_S = 24 * 3600  # how long the push service waits for a device that is off
BODY_CHARACTERS = 160
MAX_FAILURES = 10
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class LaterError(Exception):
    """The push service did not take a message; it may do so later."""


# The house's key


def _key() -> ec.EllipticCurvePrivateKey:
    secret = settings.SECRET_KEY.encode()
    drawn = HKDF(hashes.SHA256(), length=48, salt=None, info=b"celaje web push").derive(secret)
    return ec.derive_private_key(int.from_bytes(drawn) % (ORDER_OF_P256 - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """What browsers call the applicationServerKey: base64url of the uncompressed point."""
    point = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(_key().public_key().public_bytes(*point)).rstrip(b"=").decode()


# Devices


@transaction.atomic
def subscribe(
    actor: Person, *, endpoint: str, keys: dict[str, str], origin: str, browser: str = ""
) -> PushSubscription:
    """Tell `actor` on this browser from now on. `origin` is where its pages are, such as https://clips.example.

    A browser that somebody else used is theirs no more. Raises InvalidError for what no browser sends.
    """
    _check(endpoint, keys)
    values = {"person": actor, "keys": {name: keys[name] for name in ("p256dh", "auth")}, "failures": 0}
    values |= {"origin": origin[:200], "browser": browser[:120]}
    subscription, _created = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=values)
    kept = PushSubscription.objects.filter(person=actor).order_by("-pk").values("pk")[:DEVICES_PER_PERSON]
    PushSubscription.objects.filter(person=actor).exclude(pk__in=kept).exclude(pk=subscription.pk).delete()
    return subscription


def unsubscribe(actor: Person, *, endpoint: str) -> None:
    """Tell `actor` no more on this browser."""
    PushSubscription.objects.filter(person=actor, endpoint=endpoint).delete()


def _check(endpoint: str, keys: dict[str, str]) -> None:
    wrong = InvalidError(_("This is not how a browser asks for notices."), code="invalid_subscription")
    if not isinstance(endpoint, str) or len(endpoint) > 600 or not isinstance(keys, dict):
        raise wrong
    try:
        outgoing.check(endpoint, allow_private=House.current().allow_private_addresses)
        point, secret = _decode(keys["p256dh"]), _decode(keys["auth"])
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (outgoing.OutgoingError, KeyError, TypeError, AttributeError, ValueError):
        raise wrong from None
    if len(secret) != 16:
        raise wrong


def _decode(text: str) -> bytes:
    """Base64url with or without its padding. Raises ValueError."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


# Messages


def send(notice: Notice, subscription: PushSubscription) -> None:
    """Push a notice to one browser, or forget the browser when it is gone. Raises LaterError when it may work later."""
    from pywebpush import WebPusher  # brings two HTTP clients along: nothing for the web process

    message = json.dumps(content(notice, subscription.origin), ensure_ascii=False).encode()
    device = WebPusher({"endpoint": subscription.endpoint, "keys": subscription.keys})
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/notification+json",
        "TTL": str(KEPT_S),
        "Urgency": "normal",
    }
    try:
        answer = outgoing.post(
            subscription.endpoint,
            device.encode(message)["body"],
            headers | _signature(subscription),
            allow_private=House.current().allow_private_addresses,
        )
    except outgoing.OutgoingError as error:
        _count_failure(subscription)
        raise LaterError(str(error)) from error
    if answer.status in (404, 410):
        subscription.delete()
    elif answer.status >= 500 or answer.status in (408, 429):
        _count_failure(subscription)
        raise LaterError(f"{answer.status} {answer.text}")
    elif answer.status >= 300:  # it will not take this one, however often it is sent
        _count_failure(subscription)
    elif subscription.failures:
        PushSubscription.objects.filter(pk=subscription.pk).update(failures=0)


def content(notice: Notice, origin: str) -> dict[str, Any]:
    """The message, in the person's language: https://www.w3.org/TR/push-api/#declarative-push-message."""
    with translation.override(notice.person.language):
        return {
            "web_push": 8030,
            "notification": {
                "title": wording.words(notice),
                "body": Truncator(wording.quote(notice)).chars(BODY_CHARACTERS),
                "lang": notice.person.language,
                "navigate": origin + wording.address(notice),
                "tag": wording.tag(notice),  # a later one of the same line takes the place of the earlier
            },
            "app_badge": queries.num_unseen(notice.person),
        }


def _signature(subscription: PushSubscription) -> dict[str, str]:
    from py_vapid import Vapid02

    service, origin = urlsplit(subscription.endpoint), urlsplit(subscription.origin)
    contact = subscription.origin if origin.scheme == "https" and not origin.port else "mailto:admin@localhost"
    claims = {"aud": f"{service.scheme}://{service.netloc}", "sub": contact}
    headers: dict[str, str] = Vapid02(_key()).sign(claims)  # type: ignore[no-untyped-call]
    return headers


def _count_failure(subscription: PushSubscription) -> None:
    subscription.failures += 1
    if subscription.failures >= MAX_FAILURES:
        subscription.delete()
    else:
        subscription.save(update_fields=["failures"])

"""Webhooks: who may be called, how they are signed, and that they arrive or are given up after 72 hours."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from celaje.app import outgoing
from celaje.app.accounts.models import House, Person
from celaje.app.developers import actions, jobs
from celaje.app.developers.models import WebhookDelivery, WebhookEndpoint
from celaje.app.errors import InvalidError
from celaje.app.videos import actions as making
from celaje.clip import Size

Heard = list[tuple[dict[str, str], bytes]]


@pytest.fixture
def receiver() -> Iterator[tuple[str, Heard, list[int]]]:
    """The address of something that listens, what it heard, and the statuses that it will answer with."""
    heard: Heard = []
    statuses: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *parts: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook?a=b", heard, statuses
        server.shutdown()


@pytest.fixture
def endpoint(person: Person, receiver: tuple[str, Heard, list[int]]) -> WebhookEndpoint:
    """A webhook of `person`'s that goes to the receiver."""
    House.objects.update_or_create(pk=1, defaults={"allow_private_addresses": True})
    return actions.create_endpoint(person, name="hook", url=receiver[0], event_types=["video.failed"] * 2)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_private_addresses_are_known(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_known(address: str) -> None:
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://1.1.1.1/", "ftp://1.1.1.1/", "https:///x", "https://u:p@1.1.1.1/", "https://1.1.1.1:99999/", "nowhere",
     "https://1.1.1.1/a b", "https://127.0.0.1/", "https://2130706433/", "https://localhost/", "https://[::1]/"],
)  # fmt: skip
def test_addresses_that_may_not_be_called_are_refused(person: Person, url: str) -> None:
    with pytest.raises(InvalidError) as refused:
        actions.create_endpoint(person, name="hook", url=url, event_types=["video.failed"])
    assert (refused.value.code, refused.value.field) == ("invalid_url", "url")


def test_a_name_that_changes_its_mind_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def getaddrinfo(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", port))]
        return public if len(asked) == 1 else [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    outgoing.resolve("turncoat.example", 443, allow_private=False)
    with pytest.raises(outgoing.OutgoingError, match="private"):
        outgoing.post("https://turncoat.example/", b"", {}, allow_private=False)
    assert asked == ["turncoat.example"] * 2


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch, receiver: tuple[str, Heard, list[int]]
) -> None:
    url, heard, _ = receiver
    monkeypatch.setattr(outgoing, "resolve", lambda *parts, **more: "127.0.0.1")
    assert outgoing.post(url.replace("127.0.0.1", "name.example"), b"x", {}, allow_private=True).status == 200
    assert heard[0][0]["host"].startswith("name.example:")


def test_redirects_are_not_followed(receiver: tuple[str, Heard, list[int]]) -> None:
    url, heard, statuses = receiver
    statuses.append(302)
    assert outgoing.post(url, b"x", {}, allow_private=True).status == 302
    assert len(heard) == 1


def test_deliveries_are_signed_by_standard_webhooks(
    person: Person, endpoint: WebhookEndpoint, receiver: tuple[str, Heard, list[int]]
) -> None:
    actions.rotate_secret(person, endpoint.pk, keep_old=True)
    now = WebhookEndpoint.objects.get()
    actions.tell(person, "video.failed", "video_1")
    actions.tell(person, "video.completed", "video_2")  # nobody asked for these
    delivery = WebhookDelivery.objects.get()
    jobs.deliver.func(delivery.pk)
    [(headers, body)] = receiver[1]
    event = json.loads(body)
    assert (event["type"], event["data"], event["object"]) == ("video.failed", {"id": "video_1"}, "event")
    assert headers["webhook-id"] == event["id"]
    signed = f"{event['id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = [
        "v1," + base64.b64encode(hmac.digest(base64.b64decode(secret[6:]), signed, hashlib.sha256)).decode()
        for secret in (now.secret, endpoint.secret)
    ]
    assert headers["webhook-signature"].split() == wanted
    delivery.refresh_from_db()
    assert (delivery.status_code, delivery.attempts, delivery.next_at) == (200, 1, None)


def test_what_does_not_arrive_is_tried_for_72_hours(
    person: Person, endpoint: WebhookEndpoint, receiver: tuple[str, Heard, list[int]]
) -> None:
    _, heard, statuses = receiver
    statuses.extend([500] * 100)
    actions.tell(person, "video.failed", "video_1")
    delivery = WebhookDelivery.objects.get()
    waits = []
    while True:
        jobs.deliver.func(delivery.pk)
        delivery.refresh_from_db()
        if delivery.next_at is None:
            break
        wait = delivery.next_at - timezone.now()
        waits.append(round(wait.total_seconds()))
        assert ProcrastinateJob.objects.filter(args={"delivery_id": delivery.pk}).count() == len(waits) + 1
        jobs.deliver.func(delivery.pk)  # too early: nothing is sent
        WebhookDelivery.objects.update(next_at=timezone.now(), created_at=delivery.created_at - wait)
        delivery.refresh_from_db()
    assert waits == sorted(waits)
    assert timedelta(hours=66) < timedelta(seconds=sum(waits)) <= timedelta(hours=72)
    assert len({json.loads(body)["id"] for _, body in heard}) == 1
    assert len(heard) == delivery.attempts == len(waits) + 1
    assert (delivery.delivered_at, delivery.status_code) == (None, 500)


def test_nobody_there_is_said_in_words(person: Person, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(url="http://127.0.0.1:9/")
    with pytest.raises(InvalidError, match="nobody listens") as refused:
        actions.try_endpoint(person, endpoint.pk, "video.completed")
    assert refused.value.code == "webhook_unreachable"


def test_a_lost_job_is_enqueued_again(person: Person, endpoint: WebhookEndpoint) -> None:
    actions.tell(person, "video.failed", "video_1")
    ProcrastinateJob.objects.all()._raw_delete("default")
    jobs.sweep.func(0)
    assert not ProcrastinateJob.objects.exists()
    WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(minutes=5))
    jobs.sweep.func(0)
    assert ProcrastinateJob.objects.filter(task_name="developers.deliver").count() == 1


def test_a_cancelled_clip_is_told_as_failed(person: Person, endpoint: WebhookEndpoint) -> None:
    [video] = making.create(person, prompt="a cat", seconds=4, size=Size(256, 256))
    making.cancel(person, video)
    assert json.loads(WebhookDelivery.objects.get().payload)["data"] == {"id": video.pk}


def test_others_cannot_reach_a_webhook(
    endpoint: WebhookEndpoint, new_person: Callable[..., Person], receiver: tuple[str, Heard, list[int]]
) -> None:
    actions.tell(new_person(), "video.failed", "video_1")
    assert not WebhookDelivery.objects.exists()

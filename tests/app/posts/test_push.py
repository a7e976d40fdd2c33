"""Web Push against a push service of our own, which decrypts as a browser does and checks the signature."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from procrastinate.contrib.django.models import ProcrastinateJob
from py_vapid import Vapid02

from celaje.app.accounts import actions as people
from celaje.app.accounts.models import House, Person
from celaje.app.errors import InvalidError
from celaje.app.posts import actions, jobs, push
from celaje.app.posts.models import Notice, PushSubscription

Make = Callable[..., Any]
POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Service:
    """A push service with one browser behind it."""

    address: str = ""
    status: int = 201
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"0123456789abcdef"

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": encode(self.key.public_key().public_bytes(*POINT)), "auth": encode(self.secret)}

    def take(self, headers: dict[str, str], body: bytes) -> None:
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        self.told.append(json.loads(text))
        self.headers.append(headers)


@pytest.fixture
def service(db: None) -> Iterator[Service]:
    taken = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.take(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(taken.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    House.objects.update_or_create(pk=1, defaults={"allow_private_addresses": True})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    taken.address = f"http://127.0.0.1:{server.server_port}/device/1"
    yield taken
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(person: Person, service: Service, **fields: Any) -> PushSubscription:
    given = {"endpoint": service.address, "keys": service.keys, "origin": "https://clips.example"}
    return push.subscribe(person, **given | fields)


def work() -> None:
    """Does the jobs that wait, once each."""
    for job in ProcrastinateJob.objects.filter(task_name="posts.push", status="todo").order_by("pk"):
        jobs.push(**job.args)


def test_what_a_browser_decrypts(new_person: Make, new_post: Make, service: Service) -> None:
    author = new_person(language="es")
    subscribe(author, service)
    post, fan = new_post(author, caption="un mamut en la orilla"), new_person("fan")
    actions.comment(fan, post, "¡qué cielo! " * 30)
    work()
    [message] = service.told
    shown = message["notification"]
    assert message["web_push"] == 8030
    assert message["app_badge"] == 1
    assert shown["navigate"] == f"https://clips.example/p/{post.pk}#talk"
    assert shown["lang"] == "es"
    assert shown["body"].startswith("¡qué cielo! ¡qué cielo!")
    assert len(shown["body"]) <= push.BODY_CHARACTERS
    assert "@fan" in shown["title"]
    [headers] = service.headers
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Content-Type"] == "application/notification+json"
    assert int(headers["TTL"]) > 3600


def test_the_signature_is_that_of_the_key_that_browsers_know(
    new_person: Make, new_post: Make, service: Service
) -> None:
    post = new_post()
    subscribe(post.author, service)
    actions.like(new_person(), post)
    work()
    signature = service.headers[0]["Authorization"]
    assert f"k={push.public_key()}" in signature
    assert Vapid02.verify(signature)  # type: ignore[no-untyped-call]
    token = signature.split("t=")[1].split(",")[0].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(token + "=="))
    assert claims["aud"] == service.address.removesuffix("/device/1")
    assert claims["sub"] == "https://clips.example"
    assert push.public_key() == push.public_key()
    assert len(base64.urlsafe_b64decode(push.public_key() + "=")) == 65


def test_jobs_are_enqueued_with_what_happened_or_not_at_all(new_person: Make, new_post: Make, service: Service) -> None:
    post, fan = new_post(), new_person()
    actions.like(fan, post)
    assert not ProcrastinateJob.objects.filter(task_name="posts.push").exists()  # nobody asked for it
    subscribe(post.author, service)
    actions.comment(fan, post, "hello")
    assert ProcrastinateJob.objects.get(task_name="posts.push").queue_name == "light"
    people.follow(fan, post.author)
    assert ProcrastinateJob.objects.filter(task_name="posts.push").count() == 2


def test_the_first_like_of_a_post_is_pushed(new_person: Make, new_post: Make, service: Service) -> None:
    post = new_post()
    subscribe(post.author, service)
    for _ in range(3):
        actions.like(new_person(), post)
    work()
    assert len(service.told) == 1
    actions.mark_notices_seen(post.author)
    actions.like(new_person(), post)
    work()
    assert len(service.told) == 2
    assert service.told[0]["notification"]["tag"] == service.told[1]["notification"]["tag"]


def test_what_was_seen_or_may_be_seen_no_more_is_not_pushed(new_person: Make, new_post: Make, service: Service) -> None:
    post, fan = new_post(), new_person()
    subscribe(post.author, service)
    actions.comment(fan, post, "hello")
    actions.mark_notices_seen(post.author)
    work()
    actions.comment(fan, post, "are you there?")
    people.block(post.author, fan)
    work()
    assert service.told == []


@pytest.mark.parametrize("status", [404, 410])
def test_devices_that_are_gone_are_forgotten(new_person: Make, new_post: Make, service: Service, status: int) -> None:
    post = new_post()
    subscribe(post.author, service)
    service.status = status
    actions.like(new_person(), post)
    work()
    assert not PushSubscription.objects.exists()
    work()  # no error: there is nobody to tell


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_tried_again(new_person: Make, new_post: Make, service: Service, status: int) -> None:
    post = new_post()
    subscription = subscribe(post.author, service)
    service.status = status
    actions.like(new_person(), post)
    with pytest.raises(push.LaterError):
        work()
    job = ProcrastinateJob.objects.get(task_name="posts.push")
    retry = jobs.push.retry_strategy
    assert retry is not None
    assert retry.get_retry_decision(exception=push.LaterError(), job=job) is not None
    assert retry.get_retry_decision(exception=ValueError(), job=job) is None
    subscription.refresh_from_db()
    assert subscription.failures == 1
    service.status = 201
    work()
    subscription.refresh_from_db()
    assert subscription.failures == 0


def test_a_device_that_never_answers_is_given_up(new_person: Make, new_post: Make, service: Service) -> None:
    post = new_post()
    subscribe(post.author, service)
    PushSubscription.objects.update(failures=push.MAX_FAILURES - 1)
    service.status = 400
    actions.like(new_person(), post)
    work()
    assert not PushSubscription.objects.exists()


def test_the_same_browser_belongs_to_who_used_it_last(new_person: Make, service: Service) -> None:
    one, two = new_person(), new_person()
    subscribe(one, service)
    subscribe(two, service, browser="x" * 500)
    assert PushSubscription.objects.get().person == two
    push.unsubscribe(one, endpoint=service.address)
    assert PushSubscription.objects.exists()
    push.unsubscribe(two, endpoint=service.address)
    assert not PushSubscription.objects.exists()


def test_only_so_many_devices(person: Person, service: Service) -> None:
    for number in range(push.DEVICES_PER_PERSON + 2):
        subscribe(person, service, endpoint=f"{service.address}/{number}")
    kept = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert kept == {f"{service.address}/{number}" for number in range(2, push.DEVICES_PER_PERSON + 2)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "ftp://example.org/x"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://" + "x" * 700},
        {"endpoint": 7},
        {"keys": {}},
        {"keys": None},
        {"keys": {"p256dh": "AAAA", "auth": encode(b"0" * 16)}},
        {"keys": {"p256dh": 1, "auth": 2}},
        {"keys": {"p256dh": "é", "auth": "é"}},
        {"keys": {"p256dh": encode(b"\4" + b"1" * 64), "auth": encode(b"0" * 16)}},
    ],
)
def test_what_no_browser_sends_is_refused(person: Person, service: Service, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidError):
        subscribe(person, service, **wrong)
    with pytest.raises(InvalidError):
        subscribe(person, service, keys=service.keys | {"auth": encode(b"short")})
    assert not PushSubscription.objects.exists()


def test_private_networks_are_not_called(new_person: Make, new_post: Make, service: Service) -> None:
    House.objects.update(allow_private_addresses=False)
    post = new_post()
    with pytest.raises(InvalidError):
        subscribe(post.author, service)
    subscribe(post.author, service, endpoint="https://localhost:1/device")
    actions.like(new_person(), post)
    with pytest.raises(push.LaterError, match="private"):
        work()
    assert service.told == []
    assert Notice.objects.count() == 1

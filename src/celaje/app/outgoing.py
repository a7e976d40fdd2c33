"""Calls to addresses that people gave us: only to the public internet, unless an admin allows more.

The name is resolved once, every address it stands for is checked, and the connection goes to the one that was checked:
a name that changes its mind in between leads nowhere. Redirects are not followed.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.utils.translation import gettext as _

CONNECT_S, ANSWER_S = 5.0, 10.0
WHOLE_ANSWER_S = 20.0
CHUNK_BYTES = 1 << 16
SHOWN_BYTES = 2000
_EMBEDDING = ipaddress.ip_network("64:ff9b::/96")  # IPv4 in IPv6, for networks without IPv4


class OutgoingError(Exception):
    """The address could not be called, or may not; the words say why."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    text: str


def check(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of an address that may be called as far as its text tells. Raises OutgoingError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutgoingError(_("it is not an address")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise OutgoingError(_("it does not begin with https:// and a name"))
    if any(character.isspace() or not character.isprintable() for character in url):
        raise OutgoingError(_("it holds spaces"))
    if parts.username or parts.password:
        raise OutgoingError(_("it holds a password"))
    if parts.scheme == "http" and not allow_private:
        raise OutgoingError(_("it does not begin with https://"))
    return parts


def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """An address of `host`, all of whose addresses may be called. Raises OutgoingError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutgoingError(_("there is no such host: %(host)s") % {"host": host}) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise OutgoingError(_("%(host)s is inside a private network") % {"host": host})
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it holds another one."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _EMBEDDING:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def post(url: str, body: bytes, headers: dict[str, str], *, allow_private: bool) -> Answer:
    """Send `body` and read how it was answered. Raises OutgoingError."""
    with _opened("POST", url, body, headers, allow_private=allow_private) as response:
        text = response.read(SHOWN_BYTES, decode_content=False).decode("utf-8", "replace")
        return Answer(status=response.status, text=text)


def get(url: str, *, most_bytes: int, allow_private: bool) -> bytes:
    """What lies at `url`, of at most `most_bytes`. Raises OutgoingError."""
    until, content = time.monotonic() + WHOLE_ANSWER_S, b""
    with _opened("GET", url, None, {"User-Agent": "celaje"}, allow_private=allow_private) as response:
        if response.status != 200:
            raise OutgoingError(_("it was answered with %(status)d") % {"status": response.status})
        while chunk := response.read1(CHUNK_BYTES, decode_content=False):
            content += chunk
            if len(content) > most_bytes:
                raise OutgoingError(_("it has more than %(most)d MB") % {"most": most_bytes >> 20})
            if time.monotonic() > until:
                raise OutgoingError(_("it took longer than %(seconds)d s to answer") % {"seconds": WHOLE_ANSWER_S})
    return content


@contextmanager
def _opened(
    method: str, url: str, body: bytes | None, headers: dict[str, str], *, allow_private: bool
) -> Iterator[urllib3.BaseHTTPResponse]:
    """The answer, not read yet."""
    parts = check(url, allow_private=allow_private)
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve(host, port, allow_private=allow_private)
    timeout = urllib3.Timeout(connect=CONNECT_S, read=ANSWER_S)
    if parts.scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with pool:
        try:
            response = pool.urlopen(
                method,
                path,
                body,
                headers | {"Host": parts.netloc},
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                yield response
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise OutgoingError(_why(error)) from error


def _why(error: urllib3.exceptions.HTTPError) -> str:
    """The reason in words."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return _("nobody listens there")
    if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
        return _("nobody answered within %(seconds)d s") % {"seconds": CONNECT_S}
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return _("it took longer than %(seconds)d s to answer") % {"seconds": ANSWER_S}
    if isinstance(error, urllib3.exceptions.SSLError):
        return _("its certificate is not valid")
    return _("the connection broke")

"""A little S3 for tests: one bucket in memory behind plain HTTP, with ranges, parts, and lists in pages.

It answers what the storage's client asks, as Amazon's reference says, and refuses what does not name its key. It does
not check signatures.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

KEY = "AKIACELAJE"
PAGE = 3  # names in one answer to a list


@contextmanager
def serving(bucket: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Serve `bucket`; its address, and what it holds by key."""
    held: dict[str, bytes] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(bucket, held))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", held
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def handler(bucket: str, held: dict[str, bytes]) -> type[BaseHTTPRequestHandler]:
    """The answers for one bucket."""
    parts: dict[int, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_request(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
            found, _, key = unquote(address.path).lstrip("/").partition("/")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if f"AWS4-HMAC-SHA256 Credential={KEY}/" not in self.headers.get("Authorization", ""):
                self.answer(403)
            elif found != bucket:
                self.answer(404)
            elif "delete" in asked:
                self.forget(re.findall("<Key>(.*?)</Key>", body.decode()))
            elif not key:
                self.list_names(asked)
            elif self.command in ("GET", "HEAD"):
                self.show(key)
            else:
                self.keep(key, asked, body)

        do_GET = do_HEAD = do_PUT = do_POST = handle_request  # noqa: N815

        def show(self, key: str) -> None:
            content = held.get(key)
            if content is None:
                return self.answer(404)
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if wanted is None:
                return self.answer(200, content)
            begin, end = int(wanted[1]), int(wanted[2] or len(content) - 1)
            piece = content[begin : end + 1]
            shown = {"Content-Range": f"bytes {begin}-{begin + len(piece) - 1}/{len(content)}"}
            return self.answer(206 if piece else 416, piece, shown)

        def keep(self, key: str, asked: dict[str, str], body: bytes) -> None:
            if "uploads" in asked:
                parts.clear()
                return self.answer(200, xml("InitiateMultipartUploadResult", "<UploadId>1</UploadId>"))
            if "partNumber" in asked:
                parts[int(asked["partNumber"])] = body
            elif "uploadId" in asked:
                held[key] = b"".join(content for _, content in sorted(parts.items()))
                return self.answer(200, xml("CompleteMultipartUploadResult", "<ETag>1</ETag>"))
            else:
                held[key] = body
            return self.answer(200)

        def forget(self, keys: list[str]) -> None:
            for key in map(unescape, keys):
                held.pop(key, None)
            gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self.answer(200, xml("DeleteResult", gone))

        def list_names(self, asked: dict[str, str]) -> None:
            after = asked.get("continuation-token", "")
            names = sorted(name for name in held if name.startswith(asked.get("prefix", "")) and name > after)
            page = names[:PAGE]
            entries = "".join(
                f"<Contents><Key>{escape(name)}</Key><Size>{len(held[name])}</Size><ETag>1</ETag>"
                "<LastModified>2026-11-25T21:00:00.000Z</LastModified></Contents>"
                for name in page
            )
            more = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if len(names) > PAGE else ""
            self.answer(200, xml("ListBucketResult", entries + more))

        def answer(self, status: int, body: bytes = b"", more: dict[str, str] | None = None) -> None:
            self.send_response(status)
            facts = {"Content-Length": str(len(body)), "ETag": '"1"', "Last-Modified": "Wed, 25 Nov 2026 21:00:00 GMT"}
            for name, value in (facts | (more or {})).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    return Handler


def xml(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inner}</{name}>'.encode()

"""A file of the storage as an HTTP answer: whole, or the range that was asked for (RFC 9110).

Who may see it was decided before. Files are kept under names that are never given again, so that the name itself tells
whether a copy is still right.
"""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from celaje.app import storage

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*\Z", re.IGNORECASE)


def answer(
    request: HttpRequest,
    name: str,
    *,
    num_bytes: int,
    content_type: str,
    cache_control: str = "private, max-age=31536000, immutable",
) -> HttpResponseBase:
    """The bytes of `name`, or 206, 304 or 416. Other than one range of bytes is answered whole, as one may."""
    etag = f'"{name.rpartition("/")[2]}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": cache_control}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    if etag in known or "*" in known:
        return HttpResponse(status=304, headers=headers)
    begin, end, status = 0, num_bytes, 200
    wanted = _wanted(request, etag, num_bytes)
    if wanted is not None:
        begin, end = wanted
        if begin >= end:
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{num_bytes}"})
        status, headers["Content-Range"] = 206, f"bytes {begin}-{end - 1}/{num_bytes}"
    headers["Content-Length"] = str(end - begin)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers, content_type=content_type)
    return StreamingHttpResponse(
        storage.read(name, begin, end), status=status, headers=headers, content_type=content_type
    )


def _wanted(request: HttpRequest, etag: str, num_bytes: int) -> tuple[int, int] | None:
    """The range that was asked for, from and to before which byte; empty when it lies outside. None: the whole."""
    match = _ONE_RANGE.match(request.headers.get("Range", ""))
    if match is None or not any(match.groups()) or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if len(first) > 18 or len(last) > 18:
        return num_bytes, num_bytes
    if not first:
        return max(0, num_bytes - int(last)), num_bytes if int(last) else 0
    return int(first), min(num_bytes, int(last) + 1) if last else num_bytes

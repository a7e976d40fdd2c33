"""No request brings more than anybody needs to send: it is refused before a byte of it is kept on disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 256 * 2**20


class NotTooMuch(FileUploadHandler):
    """The first of Django's upload handlers: it looks at how long the whole is, and hands everything on."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        """Raise RequestDataTooBig for what is too long."""
        if content_length > MOST_BYTES:
            raise RequestDataTooBig(f"a request of {content_length} bytes: at most {MOST_BYTES} are read")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""

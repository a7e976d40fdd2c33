"""`/files`: what programs send to name it later, and what batches wrote."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from ninja import Query, Router

from celaje.app import ranges
from celaje.app.api import bodies, schemas
from celaje.app.api.keys import MAKE, READ, person
from celaje.app.api.pages import LongPaging, listed
from celaje.app.developers import actions, asking, queries, resources

router = Router(tags=["Files"])


class FilePaging(LongPaging):
    """Which part of the files, all or those of one purpose."""

    purpose: str = ""


@router.post(
    "",
    auth=MAKE,
    operation_id="createFile",
    response={200: schemas.File} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.Upload, "multipart/form-data"),
)
def create(request: HttpRequest) -> HttpResponse:
    """Send a file."""
    asked = asking.read(asking.Upload, bodies.read(request))
    expires = asked.expires_after
    file = actions.keep_file(
        person(request),
        asked.file,
        purpose=asked.purpose,
        expires_after_s=None if expires is None else expires.seconds,
    )
    return JsonResponse(resources.file(file))


@router.get("", auth=READ, operation_id="listFiles", response={200: schemas.FileList} | schemas.REFUSED)
def list_files(request: HttpRequest, paging: Query[FilePaging]) -> HttpResponse:
    """One's files."""
    files = queries.files(person(request))
    if paging.purpose:
        files = files.filter(purpose=paging.purpose.replace("\0", ""))
    return listed(files, paging, resources.file)


@router.get("/{file_id}", auth=READ, operation_id="retrieveFile", response={200: schemas.File} | schemas.REFUSED)
def get(request: HttpRequest, file_id: str) -> HttpResponse:
    """What a file is."""
    return JsonResponse(resources.file(queries.file(person(request), file_id)))


@router.delete(
    "/{file_id}", auth=MAKE, operation_id="deleteFile", response={200: schemas.DeletedFile} | schemas.REFUSED
)
def delete(request: HttpRequest, file_id: str) -> HttpResponse:
    """Delete a file."""
    actions.delete_file(person(request), file_id)
    return JsonResponse({"id": file_id, "object": "file", "deleted": True})


@router.get(
    "/{file_id}/content",
    auth=READ,
    operation_id="downloadFile",
    response={200: None} | schemas.REFUSED | {416: None},
    openapi_extra=schemas.gives("application/octet-stream"),
)
def content(request: HttpRequest, file_id: str) -> HttpResponseBase:
    """The bytes of a file."""
    file = queries.file(person(request), file_id)
    return ranges.answer(request, file.name, num_bytes=file.num_bytes, content_type="application/octet-stream")

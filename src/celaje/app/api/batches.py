"""`/batches`: many videos asked for in one file, made within a day as the quota lets them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query, Router

from celaje.app.api import bodies, schemas
from celaje.app.api.keys import MAKE, READ, person
from celaje.app.api.pages import Paging, listed
from celaje.app.developers import actions, asking, queries, resources

router = Router(tags=["Batches"])


@router.post(
    "",
    auth=MAKE,
    operation_id="createBatch",
    response={200: schemas.Batch} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.CreateBatch),
)
def create(request: HttpRequest) -> HttpResponse:
    """Ask for all the videos of a file of the purpose `batch`."""
    asked = asking.read(asking.CreateBatch, bodies.read(request))
    batch = actions.create_batch(person(request), input_file_id=asked.input_file_id, metadata=asked.metadata)
    return JsonResponse(resources.batch(batch))


@router.get("", auth=READ, operation_id="listBatches", response={200: schemas.BatchList} | schemas.REFUSED)
def list_batches(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """One's batches."""
    return listed(queries.batches(person(request)), paging, resources.batch)


@router.get("/{batch_id}", auth=READ, operation_id="retrieveBatch", response={200: schemas.Batch} | schemas.REFUSED)
def get(request: HttpRequest, batch_id: str) -> HttpResponse:
    """How far a batch is."""
    return JsonResponse(resources.batch(queries.batch(person(request), batch_id)))


@router.post(
    "/{batch_id}/cancel", auth=MAKE, operation_id="cancelBatch", response={200: schemas.Batch} | schemas.REFUSED
)
def cancel(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Make no more of its videos."""
    return JsonResponse(resources.batch(actions.cancel_batch(person(request), batch_id)))

"""`/webhook_endpoints`: addresses that are told of what happens, signed by Standard Webhooks."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query, Router

from celaje.app.api import bodies, schemas
from celaje.app.api.keys import MANAGE, person
from celaje.app.api.pages import Paging, listed
from celaje.app.developers import actions, asking, queries, resources
from celaje.app.developers.models import EVENT_TYPES

router = Router(tags=["Webhooks"])


@router.post(
    "",
    auth=MANAGE,
    operation_id="createWebhookEndpoint",
    response={200: schemas.EndpointWithSecret} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.CreateEndpoint, "application/json"),
)
def create(request: HttpRequest) -> HttpResponse:
    """Be told of events at an address. What they are signed with is told here, and not again."""
    asked = asking.read(asking.CreateEndpoint, bodies.read(request))
    endpoint = actions.create_endpoint(person(request), name=asked.name, url=asked.url, event_types=asked.event_types)
    return JsonResponse(resources.endpoint(endpoint, with_secret=True))


@router.get(
    "", auth=MANAGE, operation_id="listWebhookEndpoints", response={200: schemas.EndpointList} | schemas.REFUSED
)
def list_endpoints(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """One's webhooks."""
    return listed(queries.endpoints(person(request)), paging, resources.endpoint)


@router.get(
    "/event_types",
    auth=MANAGE,
    operation_id="listWebhookEventTypes",
    response={200: schemas.EventTypes} | schemas.REFUSED,
)
def event_types(request: HttpRequest) -> HttpResponse:
    """What a webhook may be told of."""
    return JsonResponse({"object": "list", "data": list(EVENT_TYPES)})


@router.get(
    "/{webhook_endpoint_id}",
    auth=MANAGE,
    operation_id="retrieveWebhookEndpoint",
    response={200: schemas.Endpoint} | schemas.REFUSED,
)
def get(request: HttpRequest, webhook_endpoint_id: str) -> HttpResponse:
    """A webhook."""
    return JsonResponse(resources.endpoint(queries.endpoint(person(request), webhook_endpoint_id)))


@router.post(
    "/{webhook_endpoint_id}",
    auth=MANAGE,
    operation_id="updateWebhookEndpoint",
    response={200: schemas.Endpoint} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.ChangeEndpoint, "application/json"),
)
def update(request: HttpRequest, webhook_endpoint_id: str) -> HttpResponse:
    """Change its name, its address or what it is told of."""
    asked = asking.read(asking.ChangeEndpoint, bodies.read(request))
    endpoint = actions.change_endpoint(
        person(request), webhook_endpoint_id, name=asked.name, url=asked.url, event_types=asked.event_types
    )
    return JsonResponse(resources.endpoint(endpoint))


@router.delete(
    "/{webhook_endpoint_id}",
    auth=MANAGE,
    operation_id="deleteWebhookEndpoint",
    response={200: schemas.DeletedEndpoint} | schemas.REFUSED,
)
def delete(request: HttpRequest, webhook_endpoint_id: str) -> HttpResponse:
    """Tell it nothing more."""
    actions.delete_endpoint(person(request), webhook_endpoint_id)
    return JsonResponse({"id": webhook_endpoint_id, "object": "webhook_endpoint.deleted", "deleted": True})


@router.post(
    "/{webhook_endpoint_id}/rotate_secret",
    auth=MANAGE,
    operation_id="rotateWebhookEndpointSecret",
    response={200: schemas.EndpointWithSecret} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.RotateSecret, "application/json"),
)
def rotate_secret(request: HttpRequest, webhook_endpoint_id: str) -> HttpResponse:
    """Sign with a new secret from now on."""
    asked = asking.read(asking.RotateSecret, bodies.read(request))
    endpoint = actions.rotate_secret(
        person(request), webhook_endpoint_id, keep_old=asked.keep_old_secret_active_for_24_hours
    )
    return JsonResponse(resources.endpoint(endpoint, with_secret=True))


@router.post(
    "/{webhook_endpoint_id}/test",
    auth=MANAGE,
    operation_id="testWebhookEndpoint",
    response={200: schemas.TestResult} | schemas.REFUSED,
    openapi_extra=schemas.takes(asking.TestEndpoint, "application/json"),
)
def test(request: HttpRequest, webhook_endpoint_id: str) -> HttpResponse:
    """Send a sample event at once."""
    asked = asking.read(asking.TestEndpoint, bodies.read(request))
    delivery = actions.try_endpoint(person(request), webhook_endpoint_id, asked.event_type)
    return JsonResponse(
        {
            "object": "webhook_endpoint.test",
            "webhook_endpoint_id": webhook_endpoint_id,
            "event_type": asked.event_type,
            "success": True,
            "status_code": delivery.status_code,
        }
    )

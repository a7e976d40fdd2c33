"""`/models`: the model that is here, under its own name and under those that programs know."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from celaje.app.api import schemas
from celaje.app.api.keys import READ
from celaje.app.developers import queries, resources
from celaje.app.errors import NotFoundError

router = Router(tags=["Models"])


@router.get("", auth=READ, operation_id="listModels", response={200: schemas.ModelList} | schemas.REFUSED)
def list_models(request: HttpRequest) -> HttpResponse:
    """All names that `model` may have. Videos say the true one."""
    weights = queries.weights()
    data = [resources.model(name, weights.since) for name in (weights.name, *queries.ALIASES)]
    return JsonResponse({"object": "list", "data": data})


@router.get("/{model}", auth=READ, operation_id="retrieveModel", response={200: schemas.Model} | schemas.REFUSED)
def get(request: HttpRequest, model: str) -> HttpResponse:
    """One of them."""
    weights = queries.weights()
    if model != weights.name and model not in queries.ALIASES:
        words = _("The model '%(name)s' does not exist here.") % {"name": model[:80]}
        raise NotFoundError(words, code="model_not_found", field="model")
    return JsonResponse(resources.model(model, weights.since))

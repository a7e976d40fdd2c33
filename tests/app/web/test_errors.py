"""What the framework itself refuses is said in our words, in both languages, on our page."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from celaje.app.accounts.models import Person


def test_a_form_from_an_old_page_is_refused_in_words(person: Person) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "ana"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was changed" in page
    assert "No se ha cambiado nada" in page
    assert "style=" not in page


@pytest.mark.parametrize("words", ["It is in the log", "Está en el registro"])
def test_a_fault_of_ours_is_said_without_a_database(rf: RequestFactory, words: str) -> None:
    request: HttpRequest = rf.get("/")
    answer = server_error(request)
    assert answer.status_code == 500
    assert words in answer.content.decode()

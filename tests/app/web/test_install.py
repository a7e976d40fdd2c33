"""The app on a phone: manifest, service worker, offline page."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from PIL import Image

from celaje.app.accounts.models import House, Person
from celaje.app.web.views import install


@pytest.fixture(autouse=True)
def somebody_lives_here(person: Person) -> None:
    House.objects.update_or_create(pk=1, defaults={"name": "Casa de Nube"})


def test_the_manifest_names_the_house_and_its_icons_are_as_large_as_it_says(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert manifest["name"] == "Casa de Nube"
    assert manifest["share_target"]["action"] == "/new"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        with Image.open(Path(str(find(icon["src"].removeprefix("/static/"))))) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


def test_the_service_worker_reaches_every_page_and_keeps_only_what_there_is(client: Client) -> None:
    answer = client.get("/sw.js")
    script = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert re.search(r'VERSION = "celaje-[0-9a-f]{12}"', script)
    kept = re.findall(r'"(/[^"]*)"', script[script.index("FACTS =") : script.index("const LAST")])
    assert "/offline" in kept
    for address in kept:
        if address.startswith("/static/"):
            assert find(address.removeprefix("/static/")), address
        else:
            assert client.get(address).status_code == 200


def test_a_script_that_others_import_is_kept_under_the_name_that_they_use(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = {"toast.js": "toast.0123456789ab.js"}
    monkeypatch.setattr(install, "static", lambda file: f"/static/{file}".replace("toast.js", hashes["toast.js"]))
    before = client.get("/sw.js").content.decode()
    assert '"/static/js/behaviours/toast.js"' in before
    hashes["toast.js"] = "toast.ba9876543210.js"
    versions = [
        re.findall(r"celaje-[0-9a-f]{12}", script) for script in (before, client.get("/sw.js").content.decode())
    ]
    assert versions[0] != versions[1]  # or what is kept would grow old


def test_offline_there_is_a_way_back(client: Client) -> None:
    page = client.get("/offline").content.decode()
    assert "No connection" in page
    assert 'href="/"' in page

"""What is heard in a clip is named, in both languages, and only with words that the world's sounds have."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from celaje import settings
from celaje.app.accounts.models import Person
from celaje.app.videos import sounds
from celaje.app.videos.models import Video

NewVideo = Callable[..., Video]


def taken(**slots: list[str]) -> dict[str, Any]:
    return {"taken": slots, "unknown": [], "shortened": False, "silent": False}


@pytest.mark.parametrize(
    ("understanding", "en", "es"),
    [
        (taken(kinds=["cat"], actions=["run"], place=["beach"]), "soft paws, waves", "patas suaves, olas"),
        (taken(kinds=["dog"], actions=["call"], weather=["rain"], place=["city"]), "barking, rain", "ladridos, lluvia"),
        (taken(kinds=["woman"], actions=["walk"], place=["moon"]), "footsteps, a low hum", "pasos, un zumbido grave"),
        (taken(kinds=["car", "car"], actions=["drive"], weather=["clear"]), "an engine", "un motor"),
        (taken(kinds=["diver"], actions=["swim"], place=["underwater"]), "bubbles", "burbujas"),
        (taken(kinds=["butterfly"], actions=["fly"], place=["living room"]), "", ""),
        (taken(place=["beach"]) | {"silent": True}, "", ""),
        (taken(), "", ""),
        (None, "", ""),
    ],
)
def test_what_is_heard_is_named(understanding: dict[str, Any] | None, en: str, es: str) -> None:
    for language, words in (("en", en), ("es", es)):
        with translation.override(language):
            assert ", ".join(sounds.heard(understanding)) == words


def test_the_tables_name_what_the_shipped_model_understands() -> None:
    slots = json.loads((settings.weights_folder() / "manifest.json").read_text())["slots"]
    assert {*sounds.CALLS, *sounds.WALKS, *sounds.HUMS, *sounds.PEOPLE} <= set(slots["kinds"])
    assert {*sounds.ON_FOOT, *sounds.BOUNCING} <= set(slots["actions"])
    assert set(sounds.WEATHERS) <= set(slots["weather"])
    assert set(sounds.PLACES) <= set(slots["place"])


def test_its_page_names_what_is_heard(client: Client, person: Person, new_video: NewVideo) -> None:
    client.force_login(person)
    video = new_video(person, understanding=taken(kinds=["cat"], actions=["run"], place=["beach"]))
    assert "Soft paws, waves</p>" in client.get(f"/videos/{video.pk}").content.decode()

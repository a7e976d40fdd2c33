"""Walks through what LiteLLM's video provider offers; says as JSON how each went. Run by test_clients.py."""

import io
import json
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

warnings.simplefilter("ignore")
import litellm  # type: ignore[import-not-found] # noqa: E402

ADDRESS, KEY, _HOOK = sys.argv[1:]
TO: dict[str, Any] = {"api_base": f"{ADDRESS}/v1", "api_key": KEY, "custom_llm_provider": "openai"}
results: dict[str, str] = {}
made: dict[str, Any] = {}


def step(name: str) -> Callable[[Callable[[], object]], None]:
    """Do it now, and note how it went."""

    def do(act: Callable[[], object]) -> None:
        try:
            act()
            results[name] = "works"
        except AssertionError as error:
            results[name] = f"WRONG: {error}"
        except Exception as error:
            known = ("unsupported_by_model", "not_found", "invalid_value", "invalid_api_key")
            code = next((code for code in known if code in str(error)), None)
            results[name] = f"refused: {code}" if code else f"client: {type(error).__name__}: {str(error)[:200]}"

    return do


@step("create and poll")
def _() -> None:
    video = litellm.video_generation(
        model="openai/sora-2",
        prompt="a cat on the beach",
        seconds="4",
        size="720x1280",
        api_base=TO["api_base"],
        api_key=KEY,
    )
    until = time.monotonic() + 90
    while video.status not in ("completed", "failed") and time.monotonic() < until:
        time.sleep(0.1)
        video = litellm.video_status(video_id=video.id, **TO)
    assert video.status == "completed", video
    made["first"] = video


@step("create with a picture")
def _() -> None:
    litellm.video_generation(
        model="openai/sora-2",
        prompt="a cat",
        input_reference=b"\x89PNG\r\n\x1a\n" + bytes(40),
        api_base=TO["api_base"],
        api_key=KEY,
    )


@step("list, all pages")
def _() -> None:
    litellm.video_list(limit=10, **TO)


@step("download the video")
def _() -> None:
    assert litellm.video_content(video_id=made["first"].id, **TO)[4:8] == b"ftyp"


@step("remix")
def _() -> None:
    assert litellm.video_remix(video_id=made["first"].id, prompt="make it winter", **TO).id


@step("edit a video")
def _() -> None:
    litellm.video_edit(video_id=made["first"].id, prompt="make it winter", **TO)


@step("extend a video")
def _() -> None:
    litellm.video_extension(video_id=made["first"].id, prompt="it goes on", seconds="4", **TO)


@step("create a character")
def _() -> None:
    clip = io.BytesIO(b"\0\0\0\x18ftypmp42" + bytes(40))
    clip.name = "tilo.mp4"
    litellm.video_create_character(name="Tilo", video=clip, **TO)


@step("get a character")
def _() -> None:
    litellm.video_get_character(character_id="char_0", **TO)


@step("a wrong value")
def _() -> None:
    litellm.video_generation(model="openai/sora-2", prompt="a cat", seconds="90", api_base=TO["api_base"], api_key=KEY)


print(json.dumps(results))

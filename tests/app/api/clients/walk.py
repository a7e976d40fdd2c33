"""Walks through every operation with the official Python client; says as JSON how each went. Run by test_clients.py.

Arguments: the address of the server, a key, and the address that webhooks shall call.
"""

import json
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable
from typing import Any

import openai  # type: ignore[import-not-found] # it is installed for this script alone

warnings.simplefilter("ignore")
ADDRESS, KEY, HOOK = sys.argv[1:]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000"
    "000049454e44ae426082"
)
MP4 = b"\0\0\0\x18ftypmp42" + bytes(40)
client: Any = openai.OpenAI(base_url=f"{ADDRESS}/v1", api_key=KEY, max_retries=0)
results: dict[str, str] = {}
made: dict[str, Any] = {}


def step(name: str) -> Callable[[Callable[[], object]], None]:
    """Do it now, and note how it went: works, refused with a code, or what the client itself said."""

    def do(act: Callable[[], object]) -> None:
        try:
            act()
            results[name] = "works"
        except openai.APIStatusError as error:
            body: Any = error.body
            results[name] = f"refused: {body['code']}"
        except AssertionError as error:
            results[name] = f"WRONG: {error}"
        except Exception as error:
            results[name] = f"client: {type(error).__name__}: {str(error)[:60]}"

    return do


@step("models")
def _() -> None:
    names = [model.id for model in client.models.list()]
    assert {"sora-2", "sora-2-pro"} <= set(names), names


@step("create and poll")
def _() -> None:
    video = client.videos.create_and_poll(prompt="a cat on the beach", seconds="4", size="720x1280", model="sora-2")
    made["first"] = video
    assert (video.status, video.progress, video.error) == ("completed", 100, None), video
    assert (video.seconds, video.size, video.object) == ("4", "720x1280", "video"), video
    assert video.model not in ("sora-2", None), video
    assert video.completed_at >= video.created_at, video


@step("create with extra fields")
def _() -> None:
    extra = {"seed": 7, "n": 2, "audio": False, "negative_prompt": "rain", "style": "snow", "guidance": 3.5}
    cards = [{"at": 0, "prompt": "it sits"}, {"at": 5, "video": {"id": made["first"].id}}]
    extra |= {"voice": "old woman", "storyboard": json.dumps(cards)}  # a form cannot hold them otherwise
    video = client.videos.create(prompt="a dog runs", seconds="10", size="704x1280", extra_body=extra)
    made["extra"] = video
    assert (video.status, video.seconds, video.size, video.seed) == ("queued", "10", "704x1280", 7), video
    assert len(video.takes) == 2, video
    assert video.style == "snow", video


@step("create with a picture")
def _() -> None:
    client.videos.create(prompt="a cat", input_reference=("start.png", PNG, "image/png"))


@step("create with characters")
def _() -> None:
    client.videos.create(prompt="a cat", extra_body={"characters": [{"id": "char_1"}, {"id": "char_2"}]})


@step("retrieve")
def _() -> None:
    assert client.videos.retrieve(made["first"].id).id == made["first"].id


@step("list, all pages")
def _() -> None:
    ids = [video.id for video in client.videos.list(limit=1)]
    assert len(ids) == len(set(ids)) == 4, ids
    assert made["first"].id == ids[-1], ids
    assert [video.id for video in client.videos.list(limit=2, order="asc")] == ids[::-1]


@step("download the video")
def _() -> None:
    content = client.videos.download_content(made["first"].id)
    assert content.read()[4:8] == b"ftyp"
    assert content.response.headers["content-type"] == "video/mp4"


@step("download the thumbnail")
def _() -> None:
    content = client.videos.download_content(made["first"].id, variant="thumbnail")
    assert content.read()
    assert content.response.headers["content-type"] == "image/webp"


@step("download the sprite sheet")
def _() -> None:
    content = client.videos.download_content(made["first"].id, variant="spritesheet")
    assert content.read()
    assert content.response.headers["content-type"] == "image/jpeg"


@step("remix")
def _() -> None:
    video = client.videos.remix(made["first"].id, prompt="make it winter")
    assert video.remixed_from_video_id == made["first"].id, video


@step("edit a video")
def _() -> None:
    client.videos.edit(prompt="make it winter", video=openai.omit, extra_body={"video": {"id": made["first"].id}})


@step("edit an uploaded video")
def _() -> None:
    client.videos.edit(prompt="make it winter", video=("clip.mp4", MP4, "video/mp4"))


@step("extend a video")
def _() -> None:
    source = {"video": {"id": made["first"].id}}
    client.videos.extend(prompt="it goes on", seconds="4", video=openai.omit, extra_body=source)


@step("create a character")
def _() -> None:
    client.videos.create_character(name="Tilo", video=("tilo.mp4", MP4, "video/mp4"))


@step("get a character")
def _() -> None:
    client.videos.get_character("char_0")


@step("files")
def _() -> None:
    file = client.files.create(file=("notes.txt", b"hello"), purpose="user_data")
    assert client.files.retrieve(file.id).bytes == 5
    assert client.files.content(file.id).read() == b"hello"
    assert [entry.id for entry in client.files.list(purpose="user_data")] == [file.id]
    assert client.files.delete(file.id).deleted


@step("batches")
def _() -> None:
    line = {"custom_id": "a", "method": "POST", "url": "/v1/videos", "body": {"prompt": "a car", "seconds": "4"}}
    file = client.files.create(file=("lines.jsonl", json.dumps(line).encode()), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/videos", completion_window="24h")
    assert [entry.id for entry in client.batches.list()] == [batch.id]
    until = time.monotonic() + 90
    while batch.status not in ("completed", "failed", "expired") and time.monotonic() < until:
        time.sleep(0.3)
        batch = client.batches.retrieve(batch.id)
    assert batch.status == "completed", batch
    assert batch.request_counts.completed == 1, batch
    row = json.loads(client.files.content(batch.output_file_id).read())
    assert row["custom_id"] == "a", row
    assert row["response"]["body"]["status"] == "completed", row


@step("manage webhooks")
def _() -> None:
    asked = {"name": "hook", "url": HOOK, "event_types": ["video.completed", "video.failed"]}
    if hasattr(client.webhooks, "create"):
        endpoint = client.webhooks.create(**asked)
        made["secret"] = endpoint.signing_secret
        assert client.webhooks.retrieve(endpoint.id).name == "hook"
        assert client.webhooks.test(endpoint.id, event_type="video.failed").status_code == 200
    else:
        made["secret"] = client.post("/webhook_endpoints", body=asked, cast_to=dict[str, Any])["signing_secret"]


@step("webhook: unwrap")
def _() -> None:
    video = client.videos.create_and_poll(prompt="a bird", seconds="4")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with urllib.request.urlopen(f"{HOOK}?about={video.id}") as answer:
            heard = json.load(answer)
        if heard:
            break
        time.sleep(0.2)
    event = client.webhooks.unwrap(heard["payload"], heard["headers"], secret=made["secret"])
    assert (event.type, event.data.id) == ("video.completed", video.id), event
    try:
        client.webhooks.unwrap(heard["payload"] + " ", heard["headers"], secret=made["secret"])
    except openai.InvalidWebhookSignatureError:
        return
    raise AssertionError("a changed payload was accepted")


@step("delete")
def _() -> None:
    assert client.videos.delete(made["first"].id).deleted


@step("retrieve what was deleted")
def _() -> None:
    client.videos.retrieve(made["first"].id)


@step("a wrong value")
def _() -> None:
    client.videos.create(prompt="a cat", seconds="90")


@step("a wrong key")
def _() -> None:
    openai.OpenAI(base_url=f"{ADDRESS}/v1", api_key="sk-wrong", max_retries=0).videos.list()


print(json.dumps(results))

"""The list of real prompts is whole, and reading it tells right from wrong."""

from collections import Counter
from pathlib import Path

import pytest

from celaje.engine.evaluate import real_prompts
from celaje.engine.evaluate.real_prompts import ABOUT, ReadPrompt, RealPrompt, load_prompts, page, read_prompts, scores
from celaje.engine.generate import load_engine
from celaje.engine.text.understand import Understanding
from celaje.engine.world.captions.labels import vocabulary

LIST = Path(__file__).parents[3] / "docs" / "prompts-300.jsonl"


def test_the_list_is_whole() -> None:
    prompts = load_prompts(LIST)
    assert len(prompts) == 150
    assert {prompt.about for prompt in prompts} == set(ABOUT)
    texts = [text.lower() for prompt in prompts for text in prompt.text.values()]
    assert [text for text, count in Counter(texts).items() if count > 1] == ["nostalgia"]  # one word in both languages
    words = vocabulary()
    values = {value for slot in real_prompts.SLOTS for value in words.names(slot)}
    for prompt in prompts:
        assert {
            one for want in prompt.want for one in (want.lstrip("-").split("/") if want not in values else [want])
        } <= (values), prompt


def test_lines_that_are_none_are_told(tmp_path: Path) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text('{"about": "short", "en": "cat"}\n')
    with pytest.raises(ValueError, match="is no prompt"):
        load_prompts(path)


def test_what_is_missed_is_told() -> None:
    prompt = RealPrompt(about="beyond", want=("cat/dog", "rain", "-night"), text={"en": "a lion", "es": "un león"})
    understanding = Understanding(
        unknown=("lion",), taken={"kinds": ("cat",), "time": ("night",)}, shortened=False, instead={"lion": "cat"}
    )
    met = {"cat/dog": True, "rain": False, "-night": False}
    found = [ReadPrompt(prompt=prompt, language="en", understanding=understanding, met=met)]
    number = scores(found)["prompts/beyond/en"]
    assert number.value == pytest.approx(1 / 3)
    assert number.count == 3
    text = page("small", found, "x.webp")
    assert "- a lion → cat, night; **not:** rain, without night; read as: cat for lion\n" in text
    assert "| what the world does not have | 33 % |  | 3 |" in text


def test_prompts_are_read(tiny_weights: Path) -> None:
    engine = load_engine(tiny_weights, device="cpu")
    prompt = RealPrompt(about="short", want=("-volcano",), text={"en": "a cat", "es": "un gato"})
    found = read_prompts(engine, [prompt])
    assert [read.language for read in found] == ["en", "es"]
    assert all(set(read.met) == {"-volcano"} for read in found)
    assert [text for text, _ in real_prompts.pictures(engine, [prompt])] == ["a cat"]

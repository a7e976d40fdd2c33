"""The table keeps every line; what differs by more than chance is called so, and only what was measured alike."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from celaje.engine.evaluate.numbers import Number, wilson
from celaje.engine.evaluate.scores import (
    Entry,
    add_score,
    better_less,
    card,
    compare,
    comparison,
    filled,
    find_entry,
    read_scores,
    table,
)

WHO, DRIFT = "picture told/who/generated en", "drift over 15 s/colour, grey levels/generated"
FAR = "likeness/picture, Fréchet distance/generated en"
BEFORE = Entry(
    model="small 1", date="2026-01-01", judge="j", observer="plain 1", num_scenes=100, seconds=2.67, steps=12,
    guidance=2.0,
    numbers={
        WHO: wilson(0.4, 100),
        DRIFT: Number(value=8.0, low=7.0, high=9.0, count=6),
        FAR: Number(value=9.0, low=-math.inf, high=math.inf, count=1),
    },
)  # fmt: skip
AFTER = replace(
    BEFORE,
    model="small 2",
    numbers={
        WHO: wilson(0.7, 100),
        DRIFT: Number(value=8.5, low=7.5, high=9.5, count=6),
        FAR: Number(value=1.0, low=0.9, high=1.1, count=9),
        "motion/amount, pixels a frame/real": wilson(0.5, 4),
    },
)


def test_lines_come_back(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    assert read_scores(path) == []
    for entry in (BEFORE, AFTER):
        add_score(path, entry)
    again = read_scores(path)
    assert [entry.model for entry in again] == ["small 1", "small 2"]
    assert again[0].numbers[FAR] == BEFORE.numbers[FAR]
    assert again[0].numbers[WHO].low == pytest.approx(BEFORE.numbers[WHO].low, abs=1e-5)
    assert [item.name for item in tmp_path.iterdir()] == ["scores.jsonl"]
    assert find_entry(again, "small 2") == again[1]
    with pytest.raises(ValueError, match="it has small 1, small 2"):
        find_entry(again, "large")
    with pytest.raises(ValueError, match="cannot be read"):
        Entry.read('{"model": "x"}')


def test_chance_is_called_chance() -> None:
    found = {row.key: row.better for row in compare(AFTER, BEFORE)}
    assert found == {WHO: True, DRIFT: None, FAR: None}
    assert {row.key: row.better for row in compare(BEFORE, AFTER)}[WHO] is False
    less = replace(AFTER, numbers={DRIFT: Number(value=3.0, low=2.5, high=3.5, count=6)})
    assert [row.better for row in compare(less, BEFORE)] == [True]


def test_other_judges_and_observers_are_not_compared() -> None:
    assert [row.key for row in compare(replace(AFTER, judge="k"), BEFORE)] == [DRIFT, FAR]
    assert [row.key for row in compare(replace(AFTER, observer="judge k"), BEFORE)] == [WHO, DRIFT]
    assert "different judges" in comparison(replace(AFTER, judge="k"), BEFORE)


def test_tables_are_for_people() -> None:
    lines = comparison(AFTER, BEFORE).splitlines()
    assert lines[0] == "small 2 (2026-01-01) against small 1 (2026-01-01)"
    assert any("0.7 | 0.4 | 0.3" in line and line.endswith("better |") for line in lines)
    whole = table([BEFORE, AFTER])
    assert "### picture told" in whole
    assert "| who, generated en | 0.4 <small>0.309 to 0.498</small> | 0.7" in whole
    assert table([]) == "Nothing has been measured yet."


def test_what_is_better() -> None:
    assert better_less("codec/PSNR dB/reconstructed") is False
    assert better_less("codec/sound: mel, Np/reconstructed") is True
    assert better_less("speed/real-time factor/generated en") is True
    assert better_less("motion/amount by the real one/generated en") is None


def test_the_card_is_filled() -> None:
    text = card(BEFORE, {"video": {"steps": 1370, "minutes": 44.1}})
    assert "| video | 1370 | 44 |" in text
    assert "| who |  |  | 0.4 <small>0.309 to 0.498</small> |  |" in text
    page = (Path(__file__).parents[3] / "docs" / "model-card.md").read_text()
    once = filled(page, text)
    assert filled(once, text) == once
    assert text in once
    with pytest.raises(ValueError, match="no place for numbers"):
        filled("# Card", text)

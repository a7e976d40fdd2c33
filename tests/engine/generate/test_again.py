"""A window that has lost what its clip is about is made once more, nearer to its first picture; the better stays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import pytest
import torch
from torch import Tensor

from celaje.engine.generate import Engine, Progress, generate, make
from celaje.engine.generate.again import LOST, Watcher, watch_over
from celaje.engine.generate.critic import Critic
from celaje.engine.generate.takes import ENOUGH
from celaje.engine.latents import ClipLatents, StillLatents
from tests.engine.generate.test_make import REQUEST, levels_of


@dataclass
class Rating:
    """A critic that finds pictures likely by how bright they are."""

    scale: float = 10.0

    def of_pictures(self, pictures: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        """[B, H, W, 3] to [B]."""
        return self.scale * (pictures.mean((1, 2, 3)) - 1)


@dataclass
class Wary:
    """A watcher to whom each window is lost, and its second take found."""

    prefers_the_second: bool

    def better_of(self, made: ClipLatents, make_again: Callable[[], ClipLatents]) -> ClipLatents:
        """One or the other."""
        other = make_again()
        return other if self.prefers_the_second else made


def clip(engine: Engine, values: float) -> ClipLatents:
    """Three latent frames whose first channel, which is light for the most part, has this value."""
    video = torch.zeros(1, 3, 2, 2, engine.video.config.channels)
    video[..., 0] = values
    return ClipLatents(video=video, audio=torch.zeros(1, 0, 64))


def test_all_windows_but_the_first_can_be_made_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = engine.sampling
    once = levels_of(engine, REQUEST, monkeypatch)
    monkeypatch.setattr(make, "watch_over", lambda *args: Wary(prefers_the_second=True))
    twice = levels_of(engine, REQUEST, monkeypatch)
    assert len(twice) == 2 * len(once) - 1
    for first, second in zip(twice[1::2], twice[2::2], strict=True):
        assert max(first) == pytest.approx(settings.return_level)
        assert max(second) == pytest.approx(settings.again_level)
        assert [level > 0 for level in first] == [level > 0 for level in second]


def test_the_better_of_both_is_filmed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = generate(replace(engine, sampling=replace(engine.sampling, again_level=1.0)), REQUEST)
    clips = []
    for prefers_the_second in (False, True):
        watcher = Wary(prefers_the_second=prefers_the_second)
        monkeypatch.setattr(make, "watch_over", lambda *args, watcher=watcher: watcher)
        clips.append(generate(engine, REQUEST))
    assert (clips[0].frames == alone.frames).all()
    assert clips[1].frames.shape == alone.frames.shape
    assert (clips[1].frames != alone.frames).any()


def test_progress_never_goes_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "watch_over", lambda *args: Wary(prefers_the_second=True))
    seen: list[Progress] = []
    generate(engine, REQUEST, watch=seen.append)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)


def test_a_window_is_lost_that_shows_much_less_than_the_first_picture(engine: Engine) -> None:
    watcher = Watcher(engine=engine, critic=cast("Critic", Rating()), told={})
    found = {watcher.rating(one.video): one for one in (clip(engine, 2.0), clip(engine, -2.0))}
    high, low = found[max(found)], found[min(found)]
    asked: list[ClipLatents] = []

    def make_again() -> ClipLatents:
        asked.append(high)
        return high

    for margin, kept in ((1.01, high), (0.99, low)):
        expecting = replace(watcher, expected=min(found) + margin * LOST)
        assert expecting.better_of(low, make_again) is kept
    assert len(asked) == 1, "what is not lost is not made again"


def test_what_is_made_again_must_show_more(engine: Engine) -> None:
    watcher = Watcher(engine=engine, critic=cast("Critic", Rating()), told={})
    found = {watcher.rating(one.video): one for one in (clip(engine, 2.0), clip(engine, -2.0))}
    high, low = found[max(found)], found[min(found)]
    expecting = replace(watcher, expected=max(found) + 2 * LOST)
    assert expecting.better_of(high, lambda: low) is high
    assert expecting.better_of(low, lambda: high) is high


def test_it_expects_no_more_than_is_enough(engine: Engine) -> None:
    still = StillLatents(values=clip(engine, 1.0).video[:, :1], time_s=torch.zeros(1, 1), role=torch.zeros(1, 1).long())
    for scale, expected in ((0.0, ENOUGH), (1e3, None)):
        watcher = watch_over(replace(engine, critic=cast("Critic", Rating(scale))), REQUEST, still)
        assert watcher is not None
        assert watcher.expected == pytest.approx(watcher.rating(still.values) if expected is None else expected)


def test_nobody_looks_without_a_critic_or_where_nothing_is_made_again(engine: Engine) -> None:
    still = StillLatents(values=clip(engine, 1.0).video[:, :1], time_s=torch.zeros(1, 1), role=torch.zeros(1, 1).long())
    assert watch_over(replace(engine, critic=None), REQUEST, still) is None
    assert watch_over(replace(engine, sampling=replace(engine.sampling, again_level=1.0)), REQUEST, still) is None

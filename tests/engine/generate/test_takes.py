"""Of several takes the critic's favourite is filmed, and a critic likes what was told and nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from celaje.clip import Request, Size
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.generate import Engine, Progress, generate
from celaje.engine.generate.critic import Critic
from celaje.engine.generate.make import AHEAD, PICTURE
from celaje.engine.generate.takes import AT_ONCE, ENOUGH, first_picture, first_sound
from celaje.engine.judge import TINY_JUDGE, Judge
from celaje.engine.judge.network import KINDS
from celaje.engine.latents import ClipLatents
from celaje.engine.world.captions.labels import vocabulary

REQUEST = Request(prompt="a cat runs", seconds=1.0, size=Size(256, 256), seed=3, steps=2)


@dataclass
class Stubborn:
    """A critic with a favourite, whatever is shown."""

    favourite: int

    def of_pictures(self, pictures: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        """[B, H, W, 3] to [B]."""
        return (torch.arange(len(pictures)) == self.favourite).float()

    def of_sounds(self, samples: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        """[B, N] to [B]."""
        return self.of_pictures(samples, told)


def with_favourite(engine: Engine, favourite: int) -> Engine:
    """The engine with a critic that always likes this take."""
    return replace(engine, critic=cast("Critic", Stubborn(favourite)))


def quiet(part: float, estimate: object) -> None:
    """Nobody watches."""


def test_the_favourite_is_kept(engine: Engine) -> None:
    pictures = [first_picture(with_favourite(engine, take), REQUEST, quiet).values for take in range(3)]
    sounds = [first_sound(with_favourite(engine, take), REQUEST, 3, quiet) for take in range(3)]
    assert pictures[0].shape[:2] == (1, 1)
    assert sounds[0].shape[:2] == (1, 12)
    for kept in (pictures, sounds):
        assert not torch.allclose(kept[0], kept[1], atol=0.1)
        assert not torch.allclose(kept[1], kept[2], atol=0.1)
    alone = first_picture(replace(engine, critic=None), REQUEST, quiet).values
    assert torch.allclose(pictures[0], alone, atol=0.05), "without a critic the first take is made"


def test_the_others_are_left_unfinished(engine: Engine) -> None:
    parts: list[float] = []
    sizes: list[int] = []

    def watch(part: float, estimate: ClipLatents) -> None:
        parts.append(part)
        sizes.append(len(estimate.video))

    first_picture(with_favourite(engine, 1), replace(REQUEST, steps=4), watch)
    assert sizes == [3, 3, 3, 1]
    assert parts == sorted(parts)
    assert parts[-1] == 1


def test_no_more_takes_are_made_than_it_needs(engine: Engine) -> None:
    @dataclass
    class Rating:
        """A critic that finds every picture as likely as this."""

        log_likelihood: float

        def of_pictures(self, pictures: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
            """[B, H, W, 3] to [B]."""
            return torch.full((len(pictures),), self.log_likelihood)

    def sizes(log_likelihood: float) -> list[int]:
        found: list[int] = []
        parts: list[float] = []

        def watch(part: float, estimate: ClipLatents) -> None:
            found.append(len(estimate.video))
            parts.append(part)

        settings = replace(engine.sampling, picture_takes=2 * AT_ONCE + 1)
        critic = cast("Critic", Rating(log_likelihood))
        first_picture(replace(engine, critic=critic, sampling=settings), replace(REQUEST, steps=4), watch)
        assert parts == sorted(parts)
        assert parts[-1] == 1
        return found

    assert sizes(ENOUGH + 0.1) == [AT_ONCE] * 3 + [1], "the first few are good enough"
    assert sizes(ENOUGH - 0.1) == [AT_ONCE] * 6 + [1] * 4, "all there may be"


def test_the_chosen_take_goes_on_from_where_it_was(engine: Engine) -> None:
    for steps in (1, 2, 5):
        request = replace(REQUEST, steps=steps)
        chosen = first_picture(with_favourite(engine, 0), request, quiet).values
        alone = first_picture(replace(engine, critic=None), request, quiet).values
        assert torch.allclose(chosen, alone, atol=0.05), "as if nothing had been chosen"


def test_what_varies_keeps_to_its_clip(engine: Engine) -> None:
    base = first_picture(with_favourite(engine, 2), REQUEST, quiet).values
    near = first_picture(with_favourite(engine, 2), replace(REQUEST, vary=0.05, vary_seed=8), quiet).values
    far = first_picture(with_favourite(engine, 2), replace(REQUEST, vary=1.0, vary_seed=8), quiet).values
    assert (near - base).abs().mean() < 0.2 * (far - base).abs().mean()


def test_clips_with_a_critic_repeat_and_tell_how_far_they_are(engine: Engine) -> None:
    seen: list[Progress] = []
    once = generate(engine, REQUEST, watch=seen.append)
    again = generate(engine, REQUEST)
    assert (once.frames == again.frames).all()
    assert once.samples is not None
    assert again.samples is not None
    assert (once.samples == again.samples).all()
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    ahead = AHEAD / (AHEAD + 1)  # of a clip of one window
    assert any(0 < fraction < ahead * PICTURE for fraction in fractions), "the first picture counts"
    assert any(ahead < fraction < 1 for fraction in fractions), "and so does its window"
    silent = generate(engine, replace(REQUEST, audio=False))
    assert silent.samples is None


def test_a_picture_is_the_favourite_take(engine: Engine) -> None:
    request = replace(REQUEST, seconds=0.0)
    stills = [generate(with_favourite(engine, take), request).frames for take in (0, 1)]
    assert stills[0].shape == (1, 256, 256, 3)
    assert (stills[0] != stills[1]).any()


def test_likes_what_was_told(engine: Engine) -> None:
    critic = engine.critic
    assert critic is not None
    pictures = torch.rand(3, 64, 64, 3, generator=torch.Generator().manual_seed(1)) * 2 - 1
    for place in ("beach", "club"):
        told = {"place": (place,)}
        likelihood = critic.of_pictures(pictures, told)
        assert likelihood.shape == (3,)
        assert (likelihood < 0).all()
    places = sum(critic.of_pictures(pictures, {"place": (name,)}).exp() for name in vocabulary().names("place"))
    assert torch.allclose(torch.as_tensor(places), torch.ones(3), atol=1e-4), "one of all places it must be"
    assert (critic.of_pictures(pictures, {}) == 0).all(), "nothing told is nothing to like"
    sounds = torch.randn(2, 24_000, generator=torch.Generator().manual_seed(2)) * 0.1
    assert critic.of_sounds(sounds, {"weather": ("rain",), KINDS: ("dog",)}).shape == (2,)


def test_likes_nobody_else(engine: Engine) -> None:
    class OfCats(Judge):
        """Sees one, two or three of the first kinds."""

        def forward(self, clips: object, *, seen_at: int = 1) -> object:  # type: ignore[override]
            answers = super().forward(clips, seen_at=seen_at)  # type: ignore[arg-type]
            kinds = torch.full_like(answers.picture[KINDS], -4.0)
            for row in range(len(kinds)):
                kinds[row, : row % 3 + 1] = 4.0  # alike in a mirror
            return replace(answers, picture={**answers.picture, KINDS: kinds})

    network = OfCats(TINY_JUDGE, slot_sizes()).eval()
    critic = Critic(network=network, names=dict(engine.manifest.slots), device=torch.device("cpu"))
    first, second, _ = vocabulary().names(KINDS)[:3]
    pictures = torch.zeros(3, 64, 64, 3)
    assert critic.of_pictures(pictures, {KINDS: (first,)}).argmax() == 0
    assert critic.of_pictures(pictures, {KINDS: (first, second)}).argmax() == 1

"""The losses teach what was said, and nothing else."""

from dataclasses import replace

import torch

from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.pretrain import (
    TextBatch,
    mask_tokens,
    pair_loss,
    pretraining_loss,
    slot_accuracy,
    slot_loss,
)
from celaje.engine.text.tokenizer import EncodedText

CONFIG = TextConfig(vocabulary=32, width=32, layers=1, heads=2, hidden=32)
SLOTS = {"place": Slot(size=4), "kinds": Slot(size=4, many=True)}


def batch(seed: int, num_scenes: int = 16) -> TextBatch:
    """Scenes with a place 0 to 3 and a kind 0 to 3, told in two languages: words 10 + place, 20 + kind, or 4 more."""
    random = torch.Generator().manual_seed(seed)
    place, kind = torch.randint(4, (2, num_scenes), generator=random)
    rows = [torch.stack([torch.full_like(place, 2), 10 + place + more, 20 + kind + more], dim=1) for more in (0, 4)]
    ids = torch.cat(rows)
    times = torch.full(ids.shape, -1.0)
    return TextBatch(
        text=EncodedText(
            ids=ids,
            valid=torch.ones_like(ids, dtype=torch.bool),
            start_s=times,
            end_s=times,
            shortened=(False,) * len(ids),
        ),
        targets={"place": place.repeat(2), "kinds": torch.nn.functional.one_hot(kind, 4).repeat(2, 1)},
    )


def test_it_learns() -> None:
    torch.manual_seed(0)
    encoder = TextEncoder(CONFIG, SLOTS)
    optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(0)
    totals = []
    for step in range(60):
        losses = pretraining_loss(encoder, batch(step), generator)
        optimizer.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        totals.append(losses.total.item())
    assert totals[-1] < 0.5 * totals[0]
    accuracy = slot_accuracy(encoder, batch(1000))
    assert accuracy["place"] > 0.95
    assert accuracy["kinds"] > 0.95


def test_what_was_not_said_has_no_gradient() -> None:
    torch.manual_seed(0)
    encoder = TextEncoder(CONFIG, SLOTS)
    said = batch(0)
    unsaid = replace(said, targets={name: torch.full_like(target, -1) for name, target in said.targets.items()})
    loss = slot_loss(encoder, encoder.encode(unsaid.text), unsaid.targets)
    assert loss.item() == 0.0


def test_only_valid_tokens_of_some_rows_are_masked() -> None:
    text = batch(0).text
    text = replace(text, valid=text.valid.clone())
    text.valid[:, 2] = False
    ids, guess, rows = mask_tokens(text, CONFIG.vocabulary, torch.Generator().manual_seed(1))
    assert guess.any()
    assert not guess[:, 0].any()  # the start token
    assert not guess[:, 2].any()
    assert not guess[~rows].any()
    assert ids[~guess].equal(text.ids[~guess])


def test_pairs_want_translations_to_be_closest() -> None:
    vectors = torch.eye(4)
    usable = torch.ones(8, dtype=torch.bool)
    right = pair_loss(torch.cat([vectors, vectors]), usable)
    wrong = pair_loss(torch.cat([vectors, vectors.roll(1, 0)]), usable)
    assert right.item() < 0.01 < wrong.item()
    assert pair_loss(torch.cat([vectors, vectors]), ~usable).item() == 0.0

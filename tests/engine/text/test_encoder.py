"""Prompts do not see each other or their padding; times and order matter."""

import torch

from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import EncodedText

CONFIG = TextConfig(vocabulary=50, width=32, layers=2, heads=2, hidden=48)
SLOTS = {"place": Slot(size=5), "kinds": Slot(size=7, many=True)}


def encoder() -> TextEncoder:
    torch.manual_seed(0)
    model = TextEncoder(CONFIG, SLOTS)
    for weight in model.parameters():  # larger than at the start of training, so that differences show
        torch.nn.init.normal_(weight, std=0.3)
    return model.eval()


def text(*rows: list[int], end_s: float = -1.0) -> EncodedText:
    length = max(len(row) for row in rows)
    return EncodedText(
        ids=torch.tensor([row + [0] * (length - len(row)) for row in rows]),
        valid=torch.tensor([[True] * len(row) + [False] * (length - len(row)) for row in rows]),
        start_s=torch.full((len(rows), length), min(end_s, 0.0)),
        end_s=torch.full((len(rows), length), end_s),
        shortened=(False,) * len(rows),
    )


@torch.no_grad()
def test_a_batch_of_two_is_two_batches_of_one() -> None:
    model = encoder()
    rows = [2, 7, 8, 9, 30], [2, 11]
    both = model.encode(text(*rows))
    slots = model.slots(both)
    for index, row in enumerate(rows):
        alone = model.encode(text(row))
        torch.testing.assert_close(both.values[index, : len(row)], alone.values[0], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(slots["place"][index], model.slots(alone)["place"][0], atol=1e-5, rtol=1e-5)
    assert not both.values[1, 2:].any()
    assert slots["place"].shape == (2, 5)
    assert slots["kinds"].shape == (2, 7)


@torch.no_grad()
def test_order_and_seconds_matter() -> None:
    model = encoder()
    one = model.answers(model.encode(text([2, 7, 8])))
    assert not torch.allclose(one, model.answers(model.encode(text([2, 8, 7]))), atol=1e-3)
    assert not torch.allclose(one, model.answers(model.encode(text([2, 7, 8], end_s=2.0))), atol=1e-3)


@torch.no_grad()
def test_meeting_vectors_have_length_one() -> None:
    model = encoder()
    lengths = model.meeting(model.encode(text([2, 7, 8], [2]))).norm(dim=-1)
    torch.testing.assert_close(lengths, torch.ones(2))


def test_every_weight_learns() -> None:
    model = encoder()
    tokens = model.encode(text([2, 7, 8], end_s=2.0))
    outputs = [*model.slots(tokens).values(), model.meeting(tokens), model.masked_logits(tokens.values)]
    sum(output.square().sum() for output in outputs).backward()  # type: ignore[union-attr]
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in model.parameters())

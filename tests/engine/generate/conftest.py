"""An engine for the tests of this folder."""

import pytest
import torch

from celaje.engine.codec.audio import TINY_AUDIO, AudioCodec
from celaje.engine.codec.video import TINY_VIDEO, VideoCodec
from celaje.engine.evaluate.judge import slot_sizes
from celaje.engine.generate import Engine, Sampling, load_engine
from celaje.engine.generate.export import export
from celaje.engine.judge import TINY_JUDGE, Judge
from celaje.engine.model import Transformer, TransformerConfig
from celaje.engine.text.encoder import Slot, TextConfig, TextEncoder
from celaje.engine.text.tokenizer import train_tokenizer
from celaje.engine.world.captions.labels import vocabulary


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Tiny networks with random weights, a critic among them."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    words = vocabulary()
    names = {**words.one, **words.many}
    tokenizer = train_tokenizer(["a cat runs", "un gato corre"] * 2, size=300)
    text = TextConfig(vocabulary=tokenizer.size, width=32, layers=1, heads=2, hidden=32)
    slots = {name: Slot(size=len(values), many=name in words.many) for name, values in names.items()}
    transformer = Transformer(TransformerConfig(width=64, depth=1, feedforward=64, text_width=32))
    for head in (transformer.video_out, transformer.audio_out):
        torch.nn.init.normal_(head.weight, std=0.1)  # else all noise would come to the same
    export(
        folder,
        recipe="test",
        networks={
            "video": VideoCodec(TINY_VIDEO),
            "audio": AudioCodec(TINY_AUDIO),
            "text": TextEncoder(text, slots),
            "transformer": transformer,
            "critic": Judge(TINY_JUDGE, slot_sizes()),
        },
        tokenizer=tokenizer,
        known_words=frozenset({"cat"}),
        slots=names,
        sampling=Sampling(steps=2, picture_steps=2, picture_takes=3, sound_takes=3),
        scores={},
    )
    return load_engine(folder, device="cpu")

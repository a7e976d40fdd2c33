"""How the text encoder learns: captions of random scenes in both languages, said well and said carelessly."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor

from celaje.engine.precision import mixed_precision
from celaje.engine.text.augment import add_typos, drop_words
from celaje.engine.text.encoder import Slot, TextEncoder
from celaje.engine.text.pretrain import TextBatch, pretraining_loss, slot_accuracy
from celaje.engine.text.tokenizer import Tokenizer, train_tokenizer
from celaje.engine.text.understand import gather_known_words, load_known_words, save_known_words
from celaje.engine.training.loop import step_generator
from celaje.engine.training.making import LANGUAGES, SEEDS, draw_scene
from celaje.engine.training.optimizer import build_optimizers
from celaje.engine.training.recipe import Recipe
from celaje.engine.world.captions.caption import caption
from celaje.engine.world.captions.labels import labels, targets, vocabulary
from celaje.engine.world.scene import Scene

CARELESS = 0.3  # share of captions with words dropped or mistyped
SHOWN_SEED = 90_000_000


class TextTask:
    """A `Task` of the loop. Scenes are drawn as needed: captions cost no rendering."""

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer, *, device: torch.device) -> None:
        self.recipe, self.tokenizer, self.device = recipe, tokenizer, device
        self.model = build_encoder(recipe).to(device)
        self.optimizers = build_optimizers(self.model, recipe.text_stage.optimizer)

    def losses(self, step: int) -> Mapping[str, Tensor]:
        """Slots, translation and masked tokens on the captions of one batch of scenes."""
        first = SEEDS["captions"] + step * self.recipe.text_stage.num_scenes
        batch = self._batch(first, careless=CARELESS)
        generator = step_generator(self.recipe.seed, step)
        with mixed_precision(self.device):
            return vars(pretraining_loss(self.model, batch, generator))

    @torch.no_grad()
    def show(self, folder: Path, step: int) -> Mapping[str, float]:
        """How often each slot is read rightly from captions never met."""
        batches = [self._batch(SEEDS["captions"] + SHOWN_SEED + 64 * index, careless=0.0) for index in range(6)]
        values = [slot_accuracy(self.model, batch) for batch in batches]
        return {name: float(np.mean([value[name] for value in values])) for name in values[0]}

    def _batch(self, first_seed: int, *, careless: float) -> TextBatch:
        """Row i and row i + n speak of the same scene, in the two languages."""
        texts: list[str] = []
        truths: dict[str, list[Tensor]] = {}
        scenes = [_scene(self.recipe, first_seed + index) for index in range(self.recipe.text_stage.num_scenes)]
        random = Random(first_seed)
        for language in LANGUAGES:
            for index, scene in enumerate(scenes):
                made = caption(scene, language, np.random.default_rng((first_seed, index)))
                text = made.text
                if random.random() < careless:
                    text = add_typos(drop_words(text, random, other=0.0), random)
                texts.append(text)
                for name, target in targets(labels(scene), made).items():
                    truths.setdefault(name, []).append(torch.from_numpy(target))
        stacked = {name: torch.stack(rows).to(self.device) for name, rows in truths.items()}
        return TextBatch(text=self.tokenizer.encode(texts).to(self.device), targets=stacked)


def build_encoder(recipe: Recipe) -> TextEncoder:
    """An untrained text encoder with a head for every slot of the world."""
    words = vocabulary()
    slots = {name: Slot(size=len(values)) for name, values in words.one.items()}
    slots |= {name: Slot(size=len(values), many=True) for name, values in words.many.items()}
    return TextEncoder(recipe.text, slots | {"said": Slot(size=len(words.one), many=True)})


def slot_names() -> dict[str, tuple[str, ...]]:
    """The values of every slot of `build_encoder`, by name."""
    words = vocabulary()
    return {**words.one, **words.many, "said": tuple(words.one)}


def build_tokenizer(recipe: Recipe, folder: Path) -> tuple[Tokenizer, frozenset[str]]:
    """The tokenizer and the known words of a run: read from `folder`, or made from captions and kept there."""
    vocabulary_path, words_path = folder / "tokenizer.json", folder / "words.json"
    if not words_path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        train_tokenizer(_texts(recipe), size=recipe.text_stage.vocabulary_size).save(vocabulary_path)
        save_known_words(gather_known_words(_texts(recipe)), words_path)
    return Tokenizer.load(vocabulary_path), load_known_words(words_path)


def _texts(recipe: Recipe) -> Iterator[str]:
    """Captions of many scenes, in both languages."""
    for index in range(recipe.text_stage.vocabulary_captions):
        scene = _scene(recipe, SEEDS["captions"] + SHOWN_SEED // 2 + index)
        yield caption(scene, LANGUAGES[index % 2], np.random.default_rng(index)).text


def _scene(recipe: Recipe, seed: int) -> Scene:
    """A scene of any combination, held out or not: words alone give nothing away."""
    num_frames = (1, 32, 32, 64, 64)[seed % 5]
    return draw_scene(recipe.world, seed, None, num_frames=num_frames, size_index=seed)

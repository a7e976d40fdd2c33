"""The critic: which of several pictures, or of several sounds, shows or sounds most as asked.

A judge of its own (see `judge/network.py`), which has seen real pictures of combinations that the model also learned
from, never a made one, and nothing that the judge of the evaluation has seen. Reranking by a second network is as in
DALL-E (Ramesh et al. 2021, arXiv 2102.12092, section 2.6). It does not know how takes are made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.engine.generate.views import BANDS, halved, log_mels
from celaje.engine.generate.weights import load_network, read_manifest
from celaje.engine.judge import Judge, JudgeConfig, Views
from celaje.engine.judge.network import KINDS, PICTURE_SLOTS, SOUND_SLOTS

PART = "critic"


@dataclass(frozen=True, kw_only=True)
class Critic:
    """The network on its device, and the names of the values of each slot in its order."""

    network: Judge
    names: Mapping[str, Sequence[str]]
    device: torch.device

    @torch.no_grad()
    def of_pictures(self, pictures: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        """How likely pictures [B, H, W, 3] in -1 to 1 show what is `told` (values by slot), as log likelihoods [B].

        They are looked at in a mirror, too: the mean of both is less of an accident.
        """
        frames = halved(pictures[:, None].to(self.device))
        frames = torch.cat([frames, frames.flip(3)])
        answers = self.network(Views(frames=frames, mels=torch.zeros(len(frames), 0, BANDS).to(self.device))).picture
        slots = PICTURE_SLOTS if len(told.get(KINDS, ())) <= 1 else [slot for slot in PICTURE_SLOTS if slot != "look"]
        likely = self._likelihood(answers, told, slots) + self._alone(answers[KINDS], told.get(KINDS, ()))
        return likely.view(2, -1).mean(0)

    @torch.no_grad()
    def whereabouts(self, pictures: Tensor) -> Tensor:
        """Where somebody is in pictures [B, H, W, 3] in -1 to 1: 1 there, else 0 [B, H, W]."""
        kinds, _ = self.network.locate(halved(pictures[:, None].to(self.device))[:, 0])
        nobody = kinds.float().softmax(-1)[..., 0]
        likely = F.interpolate(1 - nobody[:, None], size=pictures.shape[1:3], mode="bilinear", align_corners=False)
        return (likely[:, 0] > 0.5).float()

    @torch.no_grad()
    def of_sounds(self, samples: Tensor, told: Mapping[str, Sequence[str]]) -> Tensor:
        """How likely sounds [B, N] at 24 kHz are of what is `told`, as log likelihoods [B]."""
        heard = Views(
            frames=torch.zeros(len(samples), 0, 0, 0, 3).to(self.device), mels=log_mels(samples.to(self.device))
        )
        answers = self.network(heard).sound
        return self._likelihood(answers, told, SOUND_SLOTS) + self._alone(answers[KINDS], told.get(KINDS, ()))

    def _likelihood(
        self, answers: Mapping[str, Tensor], told: Mapping[str, Sequence[str]], slots: Sequence[str]
    ) -> Tensor:
        """Of the one value of each slot that is told."""
        result = torch.zeros(len(next(iter(answers.values()))), device=self.device)
        for slot in slots:
            for value in told.get(slot, ())[:1]:
                result = result + F.log_softmax(answers[slot].float(), -1)[:, self.names[slot].index(value)]
        return result

    def _alone(self, kinds: Tensor, told: Sequence[str]) -> Tensor:
        """Of these kinds being there and no other, where any is told."""
        if not told:
            return torch.zeros(len(kinds), device=self.device)
        there = torch.tensor([float(name in told) for name in self.names[KINDS]], device=self.device)
        asked = there.expand(len(kinds), -1)
        return -F.binary_cross_entropy_with_logits(kinds.float(), asked, reduction="none").sum(-1)


def load_critic(folder: Path, *, device: torch.device) -> Critic | None:
    """The critic of a folder of weights; None when it holds none. Raises ValueError when it is damaged."""
    manifest = read_manifest(folder)
    if PART not in manifest.parts:
        return None
    slots = {slot: len(names) for slot, names in manifest.slots.items()}
    network = load_network(folder, manifest, PART, lambda sizes: Judge(JudgeConfig(**sizes), slots))
    network.to(device).eval().requires_grad_(requires_grad=False)
    return Critic(network=network, names=manifest.slots, device=device)

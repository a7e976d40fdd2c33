"""Those who judge a clip: one tells what pictures show and what is heard, another how things move.

They are shown clips as they are, whoever made them. It does not know scenes or where judges come from.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from celaje.engine.evaluate.motion import motion_map
from celaje.engine.generate.views import views
from celaje.engine.judge import Answers, Judge, MotionAnswers, MotionJudge, Moving
from celaje.engine.judge.motion import coarse


@dataclass(frozen=True, kw_only=True)
class Jury:
    """`motion` may be missing: then nobody tells of cameras, of what is done, and of moments that are heard."""

    judge: Judge
    motion: MotionJudge | None

    def to(self, device: torch.device) -> "Jury":
        """The same on a device, asked and no longer trained."""
        return Jury(
            judge=self.judge.to(device).eval(), motion=None if self.motion is None else self.motion.to(device).eval()
        )

    @property
    def fingerprint(self) -> str:
        """Twelve letters that tell one jury from another: what two of them tell cannot be compared."""
        digest = hashlib.sha256()
        for network in (self.judge, *([] if self.motion is None else [self.motion])):
            for name, value in network.state_dict().items():
                digest.update(name.encode() + value.detach().float().cpu().numpy().tobytes())
        return digest.hexdigest()[:12]

    def answers(self, frames: NDArray[np.uint8], samples: NDArray[np.float32]) -> tuple[Answers, MotionAnswers | None]:
        """What they tell of frames [F, H, W, 3] and samples [N] at 24 kHz; a still has no motion to tell of."""
        device = next(self.judge.parameters()).device
        clip = views(torch.from_numpy(frames)[None].float() / 127.5 - 1, torch.from_numpy(samples)[None])
        answers = self.judge(clip.map(lambda values: values.to(device)))
        if self.motion is None or len(frames) < 2:
            return answers, None
        seen = moving(clip.frames[0])
        return answers, self.motion(Moving(pictures=seen.pictures.to(device), flow=seen.flow.to(device)))


def moving(view: Tensor) -> Moving:
    """What a judge of motion is shown of a clip's view [F, h, w, 3] in -1 to 1."""
    pixels = ((view + 1) * 127.5).round().to(torch.uint8)
    return Moving(
        pictures=coarse(pixels)[None].float() / 127.5 - 1, flow=torch.from_numpy(motion_map(pixels.numpy()))[None]
    )

"""What a judge looks at and listens to: small pictures at 12 frames a second, and a mel spectrogram.

Half of the size of a clip shows what people see, and little of what a codec loses. It knows no weights.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.codec.spectrum import mel_amplitude, spectrum
from celaje.engine.judge import Views

SHRINK = 2  # pixels of a clip to one of a view
CELL = 8  # pixels of a view to one cell, of which the world tells who covers it
MELS_PER_FRAME = 4
HOP = SAMPLE_RATE // FRAMES_PER_SECOND // MELS_PER_FRAME
WINDOW, FFT, BANDS = 1000, 1024, 64
QUIET, MIDDLE, SPREAD = 1e-3, -4.5, 2.0  # log amplitudes are brought to about -1 to 1


def views(frames: Tensor, samples: Tensor) -> Views:
    """Views of frames [B, F, H, W, 3] in -1 to 1 and samples [B, N] at 24 kHz, 2000 for each frame, or [B, 0]."""
    return Views(frames=halved(frames), mels=log_mels(samples))


def halved(frames: Tensor) -> Tensor:
    """Frames [..., H, W, 3] at half their size, each pixel the mean of four."""
    flat = frames.flatten(0, -4).permute(0, 3, 1, 2)
    half = F.avg_pool2d(flat.float(), SHRINK).permute(0, 2, 3, 1)
    return half.reshape(*frames.shape[:-3], *half.shape[1:])


def log_mels(samples: Tensor) -> Tensor:
    """Log amplitudes [B, N / 500, 64] of mel bands of samples [B, N]."""
    if not samples.shape[1]:
        return samples.new_zeros(len(samples), 0, BANDS)
    amplitude = mel_amplitude(spectrum(samples, size=FFT, window_samples=WINDOW, hop=HOP), BANDS)
    return ((amplitude + QUIET).log() - MIDDLE) / SPREAD


def cells(values: Tensor, *, least: float = 0.2) -> Tensor:
    """Which of the numbers in `values` [T, H, W] (0: none) covers most of each cell, [T, H / 16, W / 16].

    A cell is 0 where every number covers less than `least` of it.
    """
    side = SHRINK * CELL
    highest = int(values.max()) if values.numel() else 0
    shares = [F.avg_pool2d((values == number).float()[:, None], side)[:, 0] for number in range(1, highest + 1)]
    if not shares:
        return torch.zeros(len(values), values.shape[1] // side, values.shape[2] // side, dtype=torch.long)
    most, number = torch.stack(shares).max(0)
    return torch.where(most >= least, number + 1, 0)

"""How alike two sets of clips are: features of picture and sound, and distances between their distributions.

A set holds the features of each clip [T, D]. Clips of one index belong together (the real one and what was made of its
caption), so that no distance is made smaller by what they have in common. It does not know models.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from celaje.clip import FRAMES_PER_SECOND, SAMPLE_RATE
from celaje.engine.codec.spectrum import mel_amplitude, spectrum
from celaje.engine.evaluate.numbers import Number, statistic
from celaje.engine.latents import FRAMES_PER_LATENT

Features = NDArray[np.float64]
LAYOUT, SIDE, ORIENTATIONS = 4, 64, 4
MEL_BANDS, MEL_FFT, HOP = 32, 1024, 250
SAMPLES_PER_STEP = FRAMES_PER_LATENT * SAMPLE_RATE // FRAMES_PER_SECOND
_YCC = np.array([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Features of one clip: of its picture [T, D], of what moves in it [M, D], of its sound [S, D]."""

    picture: Features
    motion: Features
    sound: Features


class Observer(Protocol):
    """Who sees and hears clips. Numbers of two observers, told by their `name`, cannot be compared."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def __call__(self, frames: NDArray[np.uint8], samples: NDArray[np.float32] | None) -> Seen:
        """What is seen in frames [F, H, W, 3] at 12 a second and heard in samples [N] at 24 kHz."""
        ...


@dataclass(frozen=True)
class PlainObserver:
    """Features that nobody had to learn: which colours and edges are where, how they change, which pitches are loud.

    For each third of a second: mean colours, spread of brightness and strength of edges by direction, in 4x4 parts of
    the picture [T, 128]; their changes [T - 1, 128]; mean and spread of log mel amplitudes [T, 64].
    """

    name: str = "plain 1"

    def __call__(self, frames: NDArray[np.uint8], samples: NDArray[np.float32] | None) -> Seen:
        """See `Observer`."""
        picture = np.stack([_look(frame) for frame in frames[::FRAMES_PER_LATENT]])
        sound = np.zeros((0, 2 * MEL_BANDS)) if samples is None else _listen(samples)
        return Seen(picture=picture, motion=np.diff(picture, axis=0), sound=sound)


def _listen(samples: NDArray[np.float32]) -> Features:
    spectra = spectrum(torch.from_numpy(samples)[None], size=MEL_FFT, window_samples=1000, hop=HOP)
    level = np.asarray((mel_amplitude(spectra, MEL_BANDS)[0] + 1e-3).log().numpy(), np.float64)  # [frames, bands]
    steps, each = len(samples) // SAMPLES_PER_STEP, SAMPLES_PER_STEP // HOP
    parts = level[: steps * each].reshape(steps, each, -1)
    return np.concatenate([parts.mean(1), parts.std(1)], 1)


def _look(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    small = np.asarray(Image.fromarray(frame).resize((SIDE, SIDE), Image.Resampling.BOX), np.float64) / 255
    colours = small @ _YCC.T
    down, right = np.gradient(colours[..., 0])
    angle = np.arctan2(down, right) % np.pi
    strength = np.hypot(down, right)
    sector = np.minimum((angle / np.pi * ORIENTATIONS).astype(int), ORIENTATIONS - 1)
    edges = np.stack([strength * (sector == index) for index in range(ORIENTATIONS)], -1)
    spread = _parts(colours[..., :1] ** 2) - _parts(colours[..., :1]) ** 2
    return np.concatenate([_parts(colours), np.sqrt(np.maximum(spread, 0)), np.sqrt(_parts(edges))])


def _parts(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over the parts of a picture [S, S, C], as [16 C]."""
    each = SIDE // LAYOUT
    return np.asarray(values.reshape(LAYOUT, each, LAYOUT, each, -1).mean((1, 3)).ravel())


def frechet(mine: Sequence[Features], theirs: Sequence[Features]) -> Number:
    """The Fréchet distance of two Gaussians with their means and covariances (Dowson and Landau 1982; Heusel et al.
    2017). It grows when there are few clips: compare numbers of as many clips only.

    Features are in spreads of `theirs`, which should be real.
    """
    mine, theirs = _scaled(mine, theirs)
    return statistic(lambda chosen: _frechet(_pooled(mine, chosen), _pooled(theirs, chosen)), len(theirs))


def kernel_distance(mine: Sequence[Features], theirs: Sequence[Features]) -> Number:
    """The kernel distance KID (Binkowski et al. 2018): squared MMD with the cubic kernel, without bias by the number of
    clips. Only features of clips with different indices are compared. Features are in spreads of `theirs`.
    """
    mine, theirs = _scaled(mine, theirs)
    among = [_kernels(mine, mine), _kernels(theirs, theirs), _kernels(mine, theirs)]

    def of(chosen: NDArray[np.int64]) -> float:
        means = [_off_diagonal(kernel[np.ix_(chosen, chosen)]) for kernel in among]
        return means[0] + means[1] - 2 * means[2]

    return statistic(of, len(theirs))


def found_again(mine: Sequence[Features], theirs: Sequence[Features]) -> list[float]:
    """For each clip of `mine` [T, D], whether the nearest of `theirs` by mean features is its own: 1 or 0."""
    mine, theirs = _scaled(mine, theirs)
    apart = distances([clip.mean(0) for clip in mine], [clip.mean(0) for clip in theirs])
    return [float(np.argmin(row) == index) for index, row in enumerate(apart)]


def distances(mine: Sequence[NDArray[np.float64]], theirs: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Root mean squared differences of vectors [D], as [n, m]."""
    apart = np.stack(mine)[:, None] - np.stack(theirs)[None]
    return np.asarray(np.sqrt(np.square(apart).mean(-1)))


def _scaled(mine: Sequence[Features], theirs: Sequence[Features]) -> tuple[list[Features], list[Features]]:
    real = np.concatenate(list(theirs))
    middle, spread = real.mean(0), np.maximum(real.std(0), 1e-3)
    return [(clip - middle) / spread for clip in mine], [(clip - middle) / spread for clip in theirs]


def _pooled(clips: Sequence[Features], chosen: NDArray[np.int64]) -> Features:
    return np.concatenate([clips[index] for index in chosen])


def _frechet(mine: Features, theirs: Features) -> float:
    apart = float(np.square(mine.mean(0) - theirs.mean(0)).sum())
    first, second = (np.cov(values, rowvar=False, bias=True) for values in (mine, theirs))
    root = _root(second)
    both = float(np.sqrt(np.maximum(np.linalg.eigvalsh(root @ first @ root), 0)).sum())
    return apart + float(np.trace(first) + np.trace(second)) - 2 * both


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)


def _kernels(mine: Sequence[Features], theirs: Sequence[Features]) -> NDArray[np.float64]:
    """The mean kernel of the features of two clips, for all pairs [n, m]."""
    first, second = np.concatenate(list(mine)), np.concatenate(list(theirs))
    kernel = (first @ second.T / first.shape[1] + 1) ** 3
    rows, columns = (np.cumsum([0, *map(len, clips)])[:-1] for clips in (mine, theirs))
    sums = np.add.reduceat(np.add.reduceat(kernel, rows, 0), columns, 1)
    sizes = np.outer([len(clip) for clip in mine], [len(clip) for clip in theirs])
    return np.asarray(sums / sizes)


def _off_diagonal(values: NDArray[np.float64]) -> float:
    count = len(values)
    return float((values.sum() - np.trace(values)) / (count * (count - 1))) if count > 1 else float(values.mean())


DISTANCES: dict[str, Callable[[Sequence[Features], Sequence[Features]], Number]] = {
    "Fréchet distance": frechet,
    "kernel distance": kernel_distance,
}

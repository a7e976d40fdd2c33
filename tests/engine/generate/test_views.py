"""What the judge sees and hears: half the size, four spectra a frame, and who covers a cell."""

import numpy as np
import torch

from celaje.engine.generate.views import BANDS, SHRINK, cells, halved, log_mels, views


def test_frames_at_half_their_size() -> None:
    frames = torch.rand(2, 3, 32, 48, 3) * 2 - 1
    half = halved(frames)
    assert half.shape == (2, 3, 16, 24, 3)
    torch.testing.assert_close(half[1, 2, 3, 4], frames[1, 2, 6:8, 8:10].mean((0, 1)))


def test_sound_keeps_the_clock_of_the_picture() -> None:
    seconds = np.arange(24_000) / 24_000
    click = np.where((seconds >= 0.5) & (seconds < 0.52), np.sin(2 * np.pi * 2000 * seconds), 0)
    mels = log_mels(torch.from_numpy(click).float()[None])
    assert mels.shape == (1, 48, BANDS)
    assert int(mels[0].mean(-1).argmax()) in (24, 25)
    assert mels[0, :20].max() < mels[0, 24].max() - 1


def test_no_sound() -> None:
    seen = views(torch.zeros(1, 1, 32, 32, 3), torch.zeros(1, 0))
    assert seen.mels.shape == (1, 0, BANDS)
    assert seen.frames.shape == (1, 1, 32 // SHRINK, 32 // SHRINK, 3)


def test_cells_belong_to_who_covers_most_of_them() -> None:
    numbers = torch.zeros(1, 32, 48, dtype=torch.long)
    numbers[0, :16, :16] = 3  # all of the first
    numbers[0, :16, 16:19] = 2  # 3 of 16 columns: not enough
    numbers[0, 16:, :8] = 5
    numbers[0, 16:, 8:13] = 4  # less than the other
    assert cells(numbers).tolist() == [[[3, 0, 0], [5, 0, 0]]]
    assert cells(torch.zeros(1, 16, 32, dtype=torch.long)).tolist() == [[[0, 0]]]

"""Sheets show every clip, with and without sound, and words with their accents."""

import numpy as np

from celaje.engine.evaluate.sheets import clip_sheet, listening_sheet
from celaje.engine.generate import Made


def clip(num_frames: int, height: int, width: int, *, sound: bool = True) -> Made:
    """A clip that is brighter from frame to frame."""
    frames = np.linspace(40, 250, num_frames).astype(np.uint8)[:, None, None, None]
    samples = np.zeros(2000 * num_frames, np.float32) if sound else None
    return Made(frames=np.broadcast_to(frames, (num_frames, height, width, 3)), samples=samples, seconds_by_stage={})


def test_rows_of_frames() -> None:
    sheet = np.asarray(clip_sheet(["one", "two"], [clip(12, 64, 64), clip(1, 64, 96, sound=False)]))
    assert sheet.shape[1] == 6 * 160
    shown = [int(sheet[80, 80 + 160 * column, 0]) for column in range(6)]
    assert shown == sorted(set(shown))
    alone = np.asarray(clip_sheet(["two"], [clip(1, 64, 96, sound=False)]))
    assert (sheet[-alone.shape[0] :, : alone.shape[1]] == alone).all()


def test_accents_are_drawn() -> None:
    def words(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return np.asarray(clip_sheet([text], [clip(1, 64, 64)]))

    bare = words("un ano")
    for text in ("un año", "un áno", "ün ano"):
        added = (words(text) != bare).any(-1)
        assert 0 < added.sum() < 20
        assert (words(text)[added] == 225).any()


def test_listening_sheet_sets_real_beside_decoded() -> None:
    loud = np.random.default_rng(0).standard_normal(24_000).astype(np.float32)
    sheet = np.asarray(listening_sheet(["rain"], [loud], [0 * loud]))
    row = sheet[30:110]
    assert row[:, :600].mean() > row[:, 606:].mean() + 50

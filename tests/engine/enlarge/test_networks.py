"""The upscaler and the interpolator as functions: sizes, what they are untrained, and what can be seen from where."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from celaje.clip import Size
from celaje.engine.enlarge.draw import draw_between
from celaje.engine.enlarge.interpolator import TINY_INTERPOLATOR, Interpolator, Motion, drawn, warp
from celaje.engine.enlarge.upscaler import FACTORS, TINY_UPSCALER, Factor, Upscaler, enlarged
from celaje.engine.generate.enlarger import STRIP_PIXELS, Enlarger

CPU = torch.device("cpu")


def stirred(seed: int = 0) -> Enlarger:
    """Networks of random weights, in float32."""
    torch.manual_seed(seed)
    upscaler, interpolator = Upscaler(TINY_UPSCALER).eval(), Interpolator(TINY_INTERPOLATOR).eval()
    with torch.no_grad():
        for network in (upscaler, interpolator):
            for parameter in network.parameters():
                parameter.add_(0.03 * torch.randn_like(parameter))
    return Enlarger(version="test", upscaler=upscaler, interpolator=interpolator, device=CPU)


def noise(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)


@pytest.mark.parametrize("factor", FACTORS)
def test_an_untrained_upscaler_is_bicubic(factor: Factor) -> None:
    pictures = torch.rand(2, 3, 7, 9) * 2 - 1
    made = Upscaler(TINY_UPSCALER)(pictures, factor)
    assert made.shape == (2, 3, 7 * factor, 9 * factor)
    torch.testing.assert_close(made, enlarged(pictures, factor))


def test_no_pixel_sees_further_than_said() -> None:
    network = stirred().upscaler
    pictures = torch.rand(1, 3, 64, 8)
    changed = pictures.clone()
    changed[:, :, 40] += 1
    with torch.no_grad():
        differs = (network(pictures, 2) - network(changed, 2)).abs().amax((0, 1, 3)) > 1e-6
    rows = differs.nonzero().flatten()
    reach = network.reach + 2
    assert int(rows.min()) >= 2 * (40 - reach)
    assert int(rows.max()) < 2 * (41 + reach)


@pytest.mark.parametrize(
    ("size", "wanted", "grown"),
    [
        (Size(40, 30), Size(40, 30), Size(40, 30)),
        (Size(40, 30), Size(41, 31), Size(40, 30)),
        (Size(40, 30), Size(20, 180), Size(160, 120)),
        (Size(40, 30), Size(80, 60), Size(80, 60)),
        (Size(32, 20), Size(192, 108), Size(128, 80)),
        (Size(32, 32), Size(256, 256), Size(256, 256)),
        (Size(31, 17), Size(62, 20), Size(62, 34)),
    ],
)
def test_a_picture_grows_as_far_as_it_is_worth(size: Size, wanted: Size, grown: Size) -> None:
    made = stirred().grow(noise(size.height, size.width), wanted)
    assert made.dtype == np.uint8
    assert made.shape == (grown.height, grown.width, 3)


def test_strips_leave_no_seams() -> None:
    enlarger = stirred()
    width = 600
    height = 3 * (STRIP_PIXELS // width) + 7
    frame = noise(height, width)
    made = enlarger.grow(frame, Size(2 * width, 2 * height))
    with torch.no_grad():
        whole = enlarger.upscaler(torch.from_numpy(frame).permute(2, 0, 1)[None].float() / 127.5 - 1, 2)
    expected = ((whole[0].clamp(-1, 1) + 1) * 127.5).round().permute(1, 2, 0).numpy()
    assert np.abs(made.astype(int) - expected).max() <= 1


@given(st.integers(2, 20), st.integers(2, 20), st.integers(0, 99))
def test_no_motion_moves_nothing(height: int, width: int, seed: int) -> None:
    pictures = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(warp(pictures, torch.zeros(1, 2, height, width)), pictures)


def test_motion_leads_to_where_a_pixel_comes_from() -> None:
    pictures = torch.arange(12.0).view(1, 1, 3, 4)
    flow = torch.zeros(1, 2, 3, 4)
    flow[:, 0] = 1.0
    moved = warp(pictures, flow)
    assert torch.allclose(moved[0, 0], torch.tensor([[1.0, 2, 3, 3], [5, 6, 7, 7], [9, 10, 11, 11]]))


@given(st.integers(0, 99), st.integers(1, 3))
def test_large_frames_are_drawn_as_small_ones(seed: int, scale: int) -> None:
    """The compiled loop agrees with `drawn` where motion is in whole pixels and pictures are smooth."""
    rng = np.random.default_rng(seed)
    height, width = 12, 16
    flow = rng.integers(-3, 4, 4).astype(np.float32)
    share = np.float32(rng.random())
    motion = np.broadcast_to(np.append(flow, share).astype(np.float32), (height, width, 5)).copy()
    before, after = (rng.integers(0, 255, (scale * height, scale * width, 3)).astype(np.uint8) for _ in range(2))
    made = np.empty_like(before)
    draw_between(before, after, motion, float(scale), float(scale), made)
    full = torch.from_numpy(flow * scale).view(1, 4, 1, 1).expand(1, 4, scale * height, scale * width)
    one, other = (torch.from_numpy(frame).permute(2, 0, 1)[None].float() for frame in (before, after))
    shares = torch.full((1, 1, 1, 1), float(share))
    expected = drawn(one, other, Motion(before=full[:, :2], after=full[:, 2:], share=shares))
    assert np.abs(made - expected[0].permute(1, 2, 0).numpy()).max() <= 0.51


@pytest.mark.parametrize("size", [(64, 64), (37, 51), (8, 200)])
def test_frames_between_have_any_size(size: tuple[int, int]) -> None:
    enlarger = stirred()
    before = noise(*size)
    frames = enlarger.between(before, before // 2 + 60, [0.25, 0.5, 0.75])
    assert [frame.shape for frame in frames] == [before.shape] * 3


def test_nothing_is_mixed_across_a_cut() -> None:
    enlarger = stirred()
    before, after = np.full((64, 64, 3), 20, np.uint8), np.full((64, 64, 3), 220, np.uint8)
    for frame in enlarger.between(before, after, [0.3, 0.9]):
        assert np.array_equal(frame, before)


def test_what_stands_still_stays_as_it_is() -> None:
    frame = noise(40, 40)
    assert all(np.array_equal(one, frame) for one in stirred().between(frame, frame.copy(), [0.2, 0.8]))


@torch.no_grad()
def test_an_untrained_interpolator_blends() -> None:
    motion = Interpolator(TINY_INTERPOLATOR)(torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16), torch.tensor([0.25]))
    assert float(motion.before.abs().max()) == float(motion.after.abs().max()) == 0
    torch.testing.assert_close(motion.share, torch.full((1, 1, 16, 16), 0.75), atol=2e-3, rtol=0)

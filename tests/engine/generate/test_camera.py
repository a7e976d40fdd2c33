"""A camera that moves through a picture: where that was taken it shows the picture, elsewhere what a stage would be."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from celaje.engine.generate.camera import CAMERAS, LONGEST_S, Filmed, Path, View, draw_move, film_stage

HEIGHT, WIDTH = 96, 128


def picture(left: float = 0.0) -> tuple[Tensor, Tensor]:
    """A soft picture [1, H, W, 3] with a white box in its middle or that far `left` of it, and where that is."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, HEIGHT), torch.linspace(-1, 1, WIDTH), indexing="ij")
    somebody = (((x + left).abs() < 0.25) & (y > -0.4) & (y < 0.4)).float()
    ground = torch.stack([0.3 * (3 * x).sin(), 0.3 * (4 * y).cos(), 0.2 * (x - y)], -1)
    return torch.where(somebody[..., None] > 0, torch.ones(3), ground)[None], somebody[None]


def seen_from(start: Path) -> View:
    pictures, somebody = picture()
    return View(pictures=pictures, somebody=somebody, start=start)


def filmed(camera: str, *, way: float = 1.0, seconds: float = 2.0) -> Filmed:
    move = draw_move(camera, seconds, seed=5, way=way)
    view = seen_from(move.at_rest())
    return film_stage(view, view, move.path(0, round(12 * seconds)))


def box(frame: Tensor) -> tuple[float, float, float]:
    """Where the white box is, and how much of the picture: x and y of its middle, -1 to 1, and its share."""
    white = (frame.amin(-1) > 0.8).float()
    assert white.sum() > 0, "the box is there"
    x, y = torch.linspace(-1, 1, WIDTH), torch.linspace(-1, 1, HEIGHT)
    total = white.sum()
    return float((white * x).sum() / total), float((white * y[:, None]).sum() / total), float(white.mean())


@pytest.mark.parametrize("camera", CAMERAS)
def test_where_it_was_taken_a_picture_shows_itself(camera: str) -> None:
    shown, _ = picture()
    at_rest = draw_move(camera, 2.0, seed=5).at_rest()
    again = film_stage(seen_from(at_rest), seen_from(at_rest), at_rest)
    assert again.seen.mean() > 0.99
    assert (again.frames - shown).abs().mean() < 0.02  # but for the edges of the box


@pytest.mark.parametrize(("camera", "axis"), [("pan", 0), ("tilt", 1)])
@pytest.mark.parametrize("way", [1.0, -1.0])
def test_who_looks_elsewhere_sees_things_go_the_other_way(camera: str, axis: int, way: float) -> None:
    frames = filmed(camera, way=way).frames
    course = [box(frame)[axis] for frame in frames[::4]]
    onward = -way if camera == "pan" else way  # down is more, in a picture
    assert all(onward * (after - before) > 0 for before, after in pairwise(course))
    assert abs(course[-1] - course[0]) > 0.4


def test_who_comes_nearer_sees_more_of_somebody_and_nothing_new() -> None:
    nearer, away = filmed("dolly", way=1.0), filmed("dolly", way=-1.0)
    assert box(nearer.frames[-1])[2] > 2 * box(nearer.frames[0])[2]
    assert box(away.frames[-1])[2] < 0.5 * box(away.frames[0])[2]
    assert nearer.seen[-1].mean() > 0.9


@pytest.mark.parametrize("camera", ["orbit", "drone"])
def test_who_goes_around_somebody_keeps_them_in_sight(camera: str) -> None:
    frames = filmed(camera).frames
    middles = [box(frame) for frame in frames[::6]]
    assert max(abs(x) for x, _, _ in middles) < 0.15
    assert max(share for *_, share in middles) < 1.7 * min(share for *_, share in middles)
    assert (frames[0] - frames[-1]).abs().mean() > 0.05  # and sees another background


@pytest.mark.parametrize("camera", ["pan", "orbit"])
def test_what_the_picture_does_not_show_is_told(camera: str) -> None:
    shown = filmed(camera)
    assert shown.seen[0].mean() < 0.9
    assert ((shown.seen == 0) | (shown.seen == 1)).all()
    middle = len(shown.seen) // 2
    assert shown.seen[middle].mean() > shown.seen[0].mean()


def test_beyond_its_edges_a_place_goes_on_as_its_mirror_image() -> None:
    move = draw_move("pan", 2.0, seed=5, way=1.0)
    stripes = (
        torch.linspace(-1, 1, 64).expand(64, -1)[None, :, :, None].repeat(1, 1, 1, 3)
    )  # ever brighter to the right
    place = View(pictures=stripes, somebody=torch.zeros(1, 64, 64), start=move.at_rest())
    shown = film_stage(place, place, move.path(0, 24))
    row, unseen = shown.frames[-1, 20, :, 0], shown.seen[-1, 20] == 0  # it looks to the right
    assert unseen[-8:].all()
    assert row.argmax() == pytest.approx(int(unseen.float().argmax()), abs=1)  # the right edge of the picture
    assert (row[-8:-4].diff() < 0).all()


def test_above_its_picture_a_place_goes_on_as_its_upper_edge() -> None:
    """A mirror would hang the ground in the sky; below the picture it does not hurt."""
    stripes = torch.linspace(1, -1, 64)[None, :, None, None].repeat(1, 1, 64, 3)  # ever darker downwards
    for way in (1.0, -1.0):
        move = draw_move("tilt", 2.0, seed=5, way=way)
        place = View(pictures=stripes, somebody=torch.zeros(1, 64, 64), start=move.at_rest())
        shown = film_stage(place, place, move.path(0, 24))
        above, last = shown.above[-1] > 0, shown.frames[-1, ..., 0]
        assert not shown.above[12].any()  # where the picture was taken
        if way > 0:
            assert above[:8].all()
            assert not above[32:].any()
            torch.testing.assert_close(last[above], torch.ones_like(last[above]))
        else:
            assert not above.any()
            assert (last[-10:-4].diff(dim=0) > 0).all()  # its mirror image


def test_who_moves_is_filmed_moving() -> None:
    at_rest = draw_move("pan", 2.0, seed=5).at_rest()
    pictures, somebody = (torch.cat(parts) for parts in zip(*(picture(left) for left in (0.3, 0.0, -0.3)), strict=True))
    still = Path(eye=at_rest.eye.expand(3, -1), target=at_rest.target.expand(3, -1), roll=at_rest.roll.expand(3))
    people = View(pictures=pictures, somebody=somebody, start=at_rest)
    course = [box(frame)[0] for frame in film_stage(seen_from(at_rest), people, still).frames]
    assert course == pytest.approx([-0.3, 0.0, 0.3], abs=0.03)


def test_a_long_movement_goes_there_and_back() -> None:
    path = draw_move("pan", 30.0, seed=1, way=1.0).path(0, 360)
    looks_at = path.target[:, 0]
    there = round(12 * LONGEST_S)
    assert looks_at[:there].diff().ge(0).all()
    assert looks_at[there + 1 : 2 * there].diff().le(0).all()
    torch.testing.assert_close(looks_at[2 * there], looks_at[0], atol=1e-3, rtol=0)


def test_pieces_of_a_movement_fit_together() -> None:
    move = draw_move("hand-held", 6.0, seed=9)
    whole, end = move.path(0, 72), move.path(40, 32)
    torch.testing.assert_close(whole.eye[40:], end.eye)
    torch.testing.assert_close(whole.roll[40:], end.roll)


def test_seeds_differ_in_the_way_and_agree_with_themselves() -> None:
    ways = [draw_move("pan", 2.0, seed=seed).way for seed in range(20)]
    assert set(ways) == {1.0, -1.0}
    assert ways == [draw_move("pan", 2.0, seed=seed).way for seed in range(20)]


def test_an_unknown_camera_is_refused() -> None:
    with pytest.raises(ValueError, match='"crane" is not known: give one of pan, tilt'):
        draw_move("crane", 2.0, seed=1)

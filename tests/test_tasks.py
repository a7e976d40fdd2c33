"""Every task through the studio with the weights of `tiny`, which show nothing: what is given must come back."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from celaje import Clip, Studio, load
from celaje.clip import Known, Request, Size, nearest_bucket, tasks
from celaje.clip.storyboard import Card, from_cards, read_board
from celaje.clip.styles import LEAN, in_style, read_style, style_names
from celaje.clip.tasks import Source
from celaje.engine.generate import Progress
from celaje.engine.generate.keep import FADE_FRAMES
from celaje.known import bring, check
from celaje.media import read_facts, read_request, read_samples, so_far, stream_frames, write_clip
from celaje.media.fit import fit, place

Frames = NDArray[np.uint8]
QUICK: dict[str, Any] = {"steps": 1, "seed": 7}


@pytest.fixture(scope="module")
def studio(tiny_weights: Path) -> Studio:
    return load(tiny_weights)


def picture_of(count: int, width: int = 96, height: int = 64, seed: int = 0) -> Frames:
    """Frames that differ from each other and from corner to corner."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (count, 4, 4, 3), np.uint8)
    return np.stack([np.asarray(Image.fromarray(one).resize((width, height))) for one in coarse])


def tone(count: int) -> NDArray[np.float32]:
    return (np.sin(np.arange(count * 2000) / 9) / 3).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips: a.mp4 of 37 frames with sound, b.mp4 of 24 with sound, silent.mp4 of 16; and a sound, a.wav."""
    folder = tmp_path_factory.mktemp("clips")
    write_clip(folder / "a.mp4", picture_of(37), tone(37), {})
    write_clip(folder / "b.mp4", picture_of(24, 64, 64, 1), tone(24), {})
    write_clip(folder / "silent.mp4", picture_of(16, seed=2), None, {})
    write_clip(folder / "a.wav", picture_of(1), tone(12), {})
    return folder


def frames_of(path: Path, size: Size, *, first: int = 0, count: int) -> Frames:
    return fit(np.stack(list(stream_frames(path, first=first, count=count))), size)


def samples_of(path: Path, *, from_s: float = 0.0, seconds: float) -> NDArray[np.float32]:
    samples = read_samples(path, from_s=from_s, seconds=seconds)
    assert samples is not None
    return samples


def test_a_clip_goes_on(studio: Studio, folder: Path) -> None:
    a = studio.source(folder / "a.mp4")
    assert (a.seconds, a.size, a.has_sound) == (37 / 12, Size(96, 64), True)
    one, other = (studio.make(tasks.extend(a, "it goes on", seconds=1, steps=1, seed=seed)) for seed in (7, 8))
    for clip in (one, other):
        assert clip.frames.shape == (49, 64, 96, 3)
        assert np.array_equal(clip.frames[:37], frames_of(folder / "a.mp4", Size(96, 64), count=37))
        assert clip.samples is not None
        assert len(clip.samples) == 49 * 2000
        assert np.array_equal(clip.samples[: 37 * 2000], samples_of(folder / "a.mp4", seconds=37 / 12))
    assert not np.array_equal(one.frames[37:], other.frames[37:]), "several endings by seed"
    again = studio.make(Request.from_dict(json.loads(json.dumps(one.request.to_dict()))))
    assert np.array_equal(again.frames, one.frames)


def test_a_clip_begins_earlier(studio: Studio, folder: Path) -> None:
    clip = studio.make(tasks.extend(studio.source(folder / "a.mp4"), "before", seconds=1, backwards=True, **QUICK))
    assert len(clip.frames) == 49
    assert np.array_equal(clip.frames[12:], frames_of(folder / "a.mp4", Size(96, 64), count=37))
    assert clip.samples is not None
    assert np.array_equal(clip.samples[12 * 2000 :], samples_of(folder / "a.mp4", seconds=37 / 12))


def test_two_clips_are_connected(studio: Studio, folder: Path) -> None:
    a, b = (studio.source(folder / name) for name in ("a.mp4", "b.mp4"))
    clip = studio.make(tasks.connect(a, b, seconds=2, **QUICK))
    assert clip.frames.shape == (37 + 24 + 24, 64, 96, 3)
    assert np.array_equal(clip.frames[:37], frames_of(folder / "a.mp4", Size(96, 64), count=37))
    assert np.array_equal(clip.frames[61:], frames_of(folder / "b.mp4", Size(96, 64), count=24)), "in the first's size"


def test_a_clip_becomes_a_loop(studio: Studio, folder: Path) -> None:
    a = studio.source(folder / "a.mp4")
    clip = studio.make(tasks.loop(a, seconds=1, **QUICK))
    assert len(clip.frames) == 36 + 12
    assert np.array_equal(clip.frames[:36], frames_of(folder / "a.mp4", Size(96, 64), count=36))
    assert clip.samples is not None
    assert len(clip.samples) == 48 * 2000


def test_a_loop_from_nothing_sees_its_own_beginning(studio: Studio) -> None:
    clip = studio.generate("a ball", seconds=4, size="64x64", loop=True, **QUICK)
    straight = studio.generate("a ball", seconds=4, size="64x64", **QUICK)
    assert clip.frames.shape == straight.frames.shape
    assert not np.array_equal(clip.frames[-4:], straight.frames[-4:])
    assert len(studio.generate("a ball", seconds=1.1, size="64x64", loop=True, steps=1).frames) == 12


def test_an_edit_in_a_region_leaves_the_rest(studio: Studio, folder: Path) -> None:
    a = studio.source(folder / "a.mp4")
    clip = studio.make(tasks.edit(a, "another", strength=1, region=(0.5, 0.0, 1.0, 0.5), **QUICK))
    given = frames_of(folder / "a.mp4", Size(96, 64), count=37)
    changed = clip.frames != given
    assert not changed[:, :, :48].any()
    assert not changed[:, 32:].any()
    assert changed[:, 4:28, 52:92].mean() > 0.5
    assert clip.samples is not None
    assert np.array_equal(clip.samples, samples_of(folder / "a.mp4", seconds=37 / 12)), "only the picture changes"


@pytest.mark.parametrize("rate", [8, 24, 30])
def test_a_clip_keeps_its_own_rate(studio: Studio, tmp_path: Path, rate: int) -> None:
    """What others filmed goes on as smooth as it was, and comes back with every frame that it had."""
    path, half = tmp_path / "fast.mp4", round(0.5 * rate)
    write_clip(path, picture_of(2 * rate, seed=rate), tone(24), {}, frames_per_second=rate)
    given = np.stack(list(stream_frames(path, count=2 * rate, frames_per_second=rate)))
    source = studio.source(path)
    assert (source.frames_per_second, source.seconds) == (rate, 2.0)

    on = studio.make(tasks.extend(source, "on", seconds=1, **QUICK))
    assert (on.frames_per_second, len(on.frames)) == (rate, 3 * rate)
    assert np.array_equal(on.frames[: 2 * rate], given)
    backwards = studio.make(tasks.extend(source, "before", seconds=1, backwards=True, **QUICK))
    assert np.array_equal(backwards.frames[rate:], given)
    cut = studio.make(tasks.recut(source, [(0.0, 0.5, 0.0), (1.0, 2.0, 1.5)], **QUICK))
    assert np.array_equal(cut.frames[:half], given[:half])
    assert np.array_equal(cut.frames[3 * half :], given[rate:])
    inside = studio.make(tasks.edit(source, "another", strength=1, region=(0.5, 0.0, 1.0, 0.5), **QUICK))
    changed = inside.frames != given
    assert not changed[:, :, :48].any()
    assert changed[:, 4:28, 52:92].mean() > 0.5

    slower = studio.make(tasks.extend(source, "on", seconds=1, frames_per_second=12, **QUICK))
    assert np.array_equal(slower.frames[:24], frames_of(path, Size(96, 64), count=24))


def test_a_mask_is_a_region(studio: Studio, folder: Path, tmp_path: Path) -> None:
    mask = np.zeros((128, 192), np.uint8)
    mask[:, :96] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    a = studio.source(folder / "a.mp4")
    clip = studio.make(tasks.edit(a, "another", strength=1, region=str(tmp_path / "mask.png"), **QUICK))
    changed = clip.frames != frames_of(folder / "a.mp4", Size(96, 64), count=37)
    assert not changed[:, :, 48:].any()
    assert changed[:, :, 4:44].mean() > 0.5


def test_strength_decides_how_much_changes(studio: Studio, folder: Path) -> None:
    a = studio.source(folder / "a.mp4")
    given = frames_of(folder / "a.mp4", Size(96, 64), count=37).astype(float)
    made = [studio.make(tasks.edit(a, "another", strength=strength, **QUICK)) for strength in (0.0, 0.3, 1.0)]
    far = [np.abs(clip.frames - given).mean() for clip in made]
    assert far[0] == 0, "nothing is changed at all"
    assert far[0] < far[1] < far[2]


def test_a_blend_follows_its_curve(studio: Studio, folder: Path) -> None:
    a, b = (studio.source(folder / name) for name in ("a.mp4", "b.mp4"))
    plain = studio.make(tasks.blend(a, b, curve=[(0, 0), (1, 0), (1.5, 1), (3.2, 1)], **QUICK))
    assert len(plain.frames) == 37
    given = bring(plain.request)
    closer = []
    for one in given:
        assert one.frames is not None or one.samples is not None
        if one.frames is not None:
            seen = fit(one.frames[:24], Size(96, 64)).astype(float)
            closer.append(np.abs(plain.frames[:24] - seen).mean((1, 2, 3)))
    assert closer[0][:8].mean() < closer[1][:8].mean(), "first the one"
    assert closer[0][20:].mean() > closer[1][20:].mean(), "then the other"


def test_a_recut_keeps_its_pieces(studio: Studio, folder: Path) -> None:
    a = studio.source(folder / "a.mp4")
    clip = studio.make(tasks.recut(a, [(0, 1, 0), (2, 3, 1.5)], **QUICK))
    assert len(clip.frames) == 31  # the last piece ended a frame before the clip
    given = frames_of(folder / "a.mp4", Size(96, 64), count=37)
    assert np.array_equal(clip.frames[:12], given[:12])
    assert np.array_equal(clip.frames[18:30], given[24:36])


def test_sound_for_a_picture_and_a_picture_for_a_sound(studio: Studio, folder: Path) -> None:
    silent = studio.source(folder / "silent.mp4")
    scored = studio.make(tasks.score(silent, "rain", **QUICK))
    assert np.array_equal(scored.frames, frames_of(folder / "silent.mp4", Size(96, 64), count=16))
    assert scored.samples is not None
    assert len(scored.samples) == 16 * 2000
    sound = studio.source(folder / "a.wav")
    seen = studio.make(tasks.illustrate(sound, "rain", size=Size(64, 64), **QUICK))
    assert seen.frames.shape == (12, 64, 64, 3)
    assert seen.samples is not None
    assert np.array_equal(seen.samples, samples_of(folder / "a.wav", seconds=1))


def test_what_has_no_sound_stays_without(studio: Studio, folder: Path) -> None:
    silent = studio.source(folder / "silent.mp4")
    assert studio.make(tasks.extend(silent, "on", seconds=0.5, **QUICK)).samples is None


def test_variations_stay_near(studio: Studio) -> None:
    make: Callable[..., Clip] = studio.generate
    asked = {"prompt": "a ball", "seconds": 0.5, "size": "64x64", "steps": 1, "seed": 7}
    middle = make(**asked).frames.astype(float)
    far = [np.abs(make(**asked, vary=vary, vary_seed=9).frames - middle).mean() for vary in (0.1, 0.4, 1.0)]
    assert 0 < far[0] < far[1] < far[2]


def test_a_film_is_the_clip_in_parts(studio: Studio, folder: Path) -> None:
    request = tasks.extend(studio.source(folder / "a.mp4"), "on", seconds=4, **QUICK)
    whole = studio.make(request)
    parts = list(studio.film(request).parts)
    assert len(parts) > 3
    assert np.array_equal(np.concatenate([part.frames for part in parts if len(part.frames)]), whole.frames)
    assert np.array_equal(np.concatenate([part.samples for part in parts]), whole.samples)  # type: ignore[arg-type]


def test_sound_in_pieces_is_the_sound_as_a_whole(studio: Studio) -> None:
    request = Request(prompt="rain", seconds=9, size=Size(64, 64), steps=1, seed=3)
    from celaje.engine.generate.canvas import lay
    from celaje.engine.generate.develop import Developer

    canvas = lay(studio.engine, request, ())
    canvas.known.audio.normal_()
    canvas.known.video.normal_()
    needed = [True] * canvas.num_latents
    once = Developer(studio.engine, canvas, needed, seed=3)
    often = Developer(studio.engine, canvas, needed, seed=3)
    steps = [8, 9, 20, 27]
    sound = np.concatenate([often.samples(ready) for ready in steps])
    assert np.abs(sound - once.samples(27)).max() < 1e-4
    whole = [shown for shown in once.frames(27) if not isinstance(shown, int)]
    pieces = [shown for ready in steps for shown in often.frames(ready) if not isinstance(shown, int)]
    difference = np.abs(np.concatenate(pieces).astype(int) - np.concatenate(whole))
    assert difference.max() <= 2


def test_what_is_given_is_decoded_as_it_is_and_what_is_made_as_made(studio: Studio, folder: Path) -> None:
    from celaje.engine.generate.canvas import Given, lay

    request = tasks.extend(studio.source(folder / "a.mp4"), "on", seconds=2, **QUICK)
    bucket = nearest_bucket(request.size)
    frames = np.zeros((36, bucket.height, bucket.width, 3), np.uint8)
    given = [Given(piece=piece, frames=frames if piece.track == "video" else None) for piece in request.known]
    canvas = lay(studio.engine, request, given)
    canvas.highest.video.zero_()  # as when all is made
    invented = canvas.invented[0].amax((1, 2)).tolist()
    assert invented == [0.0] * 9 + [1.0] * (canvas.num_latents - 9)


def test_made_frames_take_over_the_detail_of_what_is_kept(studio: Studio, folder: Path) -> None:
    clip = studio.make(tasks.extend(studio.source(folder / "a.mp4"), "on", seconds=2, **QUICK))
    steps = np.abs(np.diff(clip.frames.astype(float), axis=0)).mean((1, 2, 3))
    assert FADE_FRAMES > 1
    assert steps[36] < steps[37 : 37 + FADE_FRAMES].max() + np.median(steps[:36]), "no jump at the seam"


@pytest.mark.parametrize("size", [Size(96, 64), Size(320, 180), Size(200, 300), Size(640, 200), Size(71, 53)])
def test_what_the_model_sees_lies_where_it_will_be_shown(size: Size) -> None:
    frame = picture_of(1, size.width, size.height)[0]
    seen = place(frame, size, nearest_bucket(size))
    back = fit(seen[None], size)[0]
    inner = (slice(size.height // 8, -(size.height // 8)), slice(size.width // 8, -(size.width // 8)))
    assert np.abs(back.astype(int) - frame)[inner].mean() < 6


def source(seconds: float = 5.0) -> Source:
    return Source(path="a.mp4", seconds=seconds, size=Size(96, 64), has_sound=True)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: tasks.extend(source(100), "on", seconds=60), "160 s is not possible"),
        (lambda: tasks.connect(source(), source(), "on", seconds=float("nan")), "to make nan s more"),
        (lambda: tasks.edit(source(), "x", strength=2), "strength of 2"),
        (lambda: tasks.edit(source(), "x", region=(0.5, 0, 0.4, 1)), "left, top, right, bottom"),
        (lambda: tasks.recut(source(), []), "nothing is kept"),
        (lambda: tasks.recut(source(), [(4, 9, 0)]), "no piece of a clip of 5 s"),
        (lambda: tasks.recut(source(), [(0, 2, 0), (3, 4, 1)]), "before the one before it ends"),
        (lambda: tasks.blend(source(), source(), curve=[(0, 0), (2, 3)]), "between 0 and 1"),
        (lambda: tasks.blend(source(), source(), curve=[(2, 0), (1, 1)]), "must rise"),
        (lambda: tasks.illustrate(Source(path="x.mp4", seconds=1, size=None, has_sound=False), "x"), "has no sound"),
        (lambda: tasks.loop(Source(path="x.wav", seconds=1, size=None, has_sound=True)), "has no picture"),
        (lambda: Known(source="a.png", to_s=2.0), "a picture, which has no seconds"),
        (lambda: Known(source="a.mp4", from_s=3.0, to_s=2.0), "its end must be later"),
        (lambda: from_cards([], seconds=5, source=lambda path: source()), "no cards"),
        (lambda: Card(second=1), "is empty"),
        (lambda: in_style(Request(prompt="a cat"), "no-such-style"), 'no style "no-such-style": give 35mm'),
    ],
)
def test_what_is_impossible_is_refused(make: Callable[[], object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        make()


def test_times_outside_a_clip_are_refused(folder: Path) -> None:
    for wrong in ({"from_s": 9.0}, {"to_s": 8.0}):
        piece = Known(source=str(folder / "a.mp4"), **wrong)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"a\.mp4 has 3\.08 s"):
            check(Request(prompt="x", known=(piece,)))
    with pytest.raises(ValueError, match="has no picture"):
        check(Request(prompt="x", known=(Known(source=str(folder / "a.wav")),)))
    with pytest.raises(ValueError, match="has no sound"):
        check(Request(prompt="x", known=(Known(source=str(folder / "silent.mp4"), track="audio"),)))


def test_a_storyboard_cuts_close_cards_and_leaves_gaps(folder: Path, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "end.png")
    board = {
        "seconds": 12,
        "prompt": "a cat",
        "cards": [
            {"second": 2.5, "text": "it runs"},
            {"second": 0, "text": "it sleeps"},
            {"second": 8, "text": "it sits", "picture": "end.png"},
            {"second": 10, "clip": str(folder / "a.mp4")},
        ],
    }
    (tmp_path / "board.json").write_text(json.dumps(board))
    request = read_board(tmp_path / "board.json", source=lambda path: source(1.5))
    assert request.prompt == "a cat [0s-2.5s] it sleeps [2.5s-5.5s] it runs [8s-10s] it sits"
    assert [(piece.track, piece.at_s, piece.to_s) for piece in request.known] == [
        ("video", 8, None),
        ("video", 10, 1.5),
        ("audio", 10, 1.5),
    ]
    for wrong in ("[]", "{}", '{"cards": [{"second": 0, "colour": "red"}], "seconds": 3}', "not json"):
        (tmp_path / "board.json").write_text(wrong)
        with pytest.raises(ValueError, match=r"board\.json is no"):
            read_board(tmp_path / "board.json", source=lambda path: source())
    with pytest.raises(ValueError, match="has no time"):
        from_cards([Card(second=0, text="a"), Card(second=0, text="b")], seconds=4, source=lambda path: source())


def test_styles_are_words(tmp_path: Path) -> None:
    assert "film-noir" in style_names()
    request = Request(prompt="a cat runs.")
    assert in_style(request, None) == request
    assert in_style(request, "film-noir").prompt == f"a cat runs, {read_style('film-noir').words}."
    (tmp_path / "mine.txt").write_text("in the style\nof an old postcard\n")
    mine = in_style(Request(prompt="a cat"), str(tmp_path / "mine.txt"))
    assert (mine.prompt, mine.known) == ("a cat, in the style of an old postcard.", ())


def test_a_style_may_have_a_picture_to_lean_on(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("like a postcard")
    Image.fromarray(picture_of(1)[0]).save(tmp_path / "mine.png")
    request = Request(prompt="a cat", seconds=0, size=Size(64, 64), **QUICK)
    leaning = in_style(request, str(tmp_path / "mine.txt"))
    assert leaning.known == (Known(source=str(tmp_path / "mine.png"), strength=LEAN),)
    plain = replace(request, prompt=leaning.prompt)
    made, without = studio.make(leaning), studio.make(plain)
    assert made.frames.shape == without.frames.shape
    assert not np.array_equal(made.frames, without.frames)


def test_a_style_is_drawn_over_what_is_made_and_not_over_what_is_kept(studio: Studio, tmp_path: Path) -> None:
    plain = Request(prompt="a dog on the beach", seconds=1, size=Size(64, 64), **QUICK)
    clip = studio.make(plain)
    noir = studio.make(in_style(plain, "film-noir"))
    assert np.ptp(noir.frames, axis=-1).max() == 0  # grey
    assert np.ptp(clip.frames, axis=-1).max() > 0
    assert noir.understanding.taken["style"] == ("film noir",)
    assert "noir" not in noir.understanding.unknown
    large = studio.make(replace(in_style(plain, "film-noir"), size=Size(128, 96), frames_per_second=24))
    assert np.ptp(large.frames, axis=-1).max() <= 1  # but for rounding between two frames
    source = studio.source(clip.save(tmp_path / "dog.mp4"))
    longer = studio.make(in_style(tasks.extend(source, "a dog", seconds=1, **QUICK), "film-noir"))
    given = frames_of(tmp_path / "dog.mp4", Size(64, 64), count=12)
    np.testing.assert_array_equal(longer.frames[:12], given)
    assert np.ptp(longer.frames[-1], axis=-1).max() <= 1
    still = studio.make(in_style(replace(plain, seconds=0), "film-noir"))
    assert np.ptp(still.frames, axis=-1).max() == 0


def test_a_long_clip_can_be_watched_while_it_is_made(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    seen: list[int] = []

    def watch(progress: Progress) -> None:
        if so_far(path).exists() and progress.stage == "imagining":
            try:
                seen.append(read_facts(so_far(path)).num_frames)
            except ValueError:
                seen.append(0)

    request = Request(prompt="a ball", seconds=20, size=Size(64, 64), steps=1, seed=7)
    studio.film(request, watch=watch).save(path)
    assert max(seen[: len(seen) // 2]) >= 12, "a second of it soon"
    assert [one.name for one in tmp_path.iterdir()] == ["long.mp4"]
    facts = read_facts(path)
    assert (facts.num_frames, facts.size) == (240, Size(64, 64))
    assert facts.sound_s == pytest.approx(20, abs=0.1)
    assert read_request(path)["celaje"]["seed"] == 7
    assert path.read_bytes().index(b"moov") < path.read_bytes().index(b"mdat"), "its index is at the front"

    def stop(progress: Progress) -> None:
        if progress.fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        studio.film(request, watch=stop).save(tmp_path / "other.mp4")
    assert [one.name for one in tmp_path.iterdir()] == ["long.mp4"]

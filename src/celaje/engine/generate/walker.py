"""Walk the windows of a canvas from noise to latents, one after the other, and tell how far the clip is.

It does not know why a canvas is as it is, nor who looks at what was made.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from celaje.clip import FRAMES_PER_SECOND, Request
from celaje.engine.generate.again import Watcher
from celaje.engine.generate.asking import ask
from celaje.engine.generate.canvas import Canvas
from celaje.engine.generate.engine import Engine
from celaje.engine.generate.hearing import later_sound
from celaje.engine.generate.noise import clip_noise
from celaje.engine.generate.windows import Window
from celaje.engine.latents import AUDIO_PER_LATENT, LATENTS_PER_SECOND, ClipLatents, NoiseLevels, StillLatents
from celaje.engine.sampling import blend, sample, times

LEANING = 0.9  # a picture under at least so much noise is leant on: the first picture is thought of all the same
WALKED = 0.6  # of a window's share of the clip's work; the rest is drawing it
NEAR_S = 2.0  # a window looks at given pictures that are no further away: it was never shown any that are (docs/lab.md)


@dataclass(kw_only=True)
class Walker:
    """Makes the windows of a clip of this `noise`, each of them a `share` of the clip's work.

    Before the latent frame `same` the prompt speaks of what it speaks of at first: later windows there keep to its
    first picture, to its `palette` and have a `watcher`. Where the clip `is_led` by a first picture that was thought
    of, windows are heard first, take fewer steps, are not guided and move more. `on_step` is told how far the clip is
    (`fraction`, 0 to 1), and an estimate.
    """

    engine: Engine
    request: Request
    noise: ClipLatents
    same: int
    is_led: bool
    palette: Tensor | None
    watcher: Watcher | None
    on_step: Callable[[float, ClipLatents], None]
    fraction: float
    share: float

    def walk(self, canvas: Canvas, window: Window, stills: StillLatents | None, *, is_drafted: bool = False) -> None:
        """Make a window, and call it known on its canvas. Of what `is_drafted` most is there: half the steps do."""
        settings = self.engine.sampling
        whole = self.request.steps or (settings.led_steps if self.is_led else settings.steps)
        steps = -(-whole // 2) if is_drafted else whole
        liveliness = settings.liveliness if self.is_led and not is_drafted else 1.0
        begun = reached = self.fraction

        def on_step(step: int, estimate: ClipLatents) -> None:
            nonlocal reached  # made again, a window is as far as it was
            reached = max(reached, begun + self.share * WALKED * (step + 1) / steps)
            self.on_step(reached, estimate)

        goes_on = window.begin > 0 and window.done <= self.same
        if self.is_led:
            self._hear(canvas, window)
        make = partial(
            _make,
            self.engine,
            self.request,
            canvas,
            window,
            steps=steps,
            gain=liveliness ** (1 / max(steps, settings.led_steps)) if self.request.seconds else 0.0,
            is_led=self.is_led,
            stills=None if stills is None else _near(stills, window, goes_on=goes_on),
            palette=self.palette if goes_on else None,
            on_step=on_step,
        )
        made = make(self.noise)
        is_free = bool((canvas.highest.video[:, window.begin : window.done] >= LEANING).all())
        if goes_on and is_free and self.watcher is not None:

            def make_again() -> ClipLatents:
                other = clip_noise(canvas.num_latents, self.request, take=1)
                return make(other, held=settings.again_level)

            made = self.watcher.better_of(made, make_again)
        _put_back(canvas, made, window)
        self.fraction += self.share

    def _hear(self, canvas: Canvas, window: Window) -> None:
        """Make what is not known of a window's sound, and call it known on its canvas."""
        places, new = _places(canvas, window), torch.arange(window.begin, window.done)
        heard = _steps(canvas.known.audio, new)
        if not bool((canvas.highest.audio[:, heard] > 0).any()):
            return
        cuts = _cut(canvas.known, places), _cut(self.noise, places), _cut_levels(canvas.highest, places)
        start_s, end_s = _seconds_of(canvas, window)
        sound = later_sound(self.engine, self.request, *cuts, start_s=start_s, end_s=end_s)
        canvas.known.audio[:, heard] = sound[:, _steps(sound, new - window.start)]
        canvas.highest.audio[:, heard] = 0


def _make(
    engine: Engine,
    request: Request,
    canvas: Canvas,
    window: Window,
    noise: ClipLatents,
    *,
    steps: int,
    gain: float,
    is_led: bool,
    stills: StillLatents | None,
    palette: Tensor | None,
    on_step: Callable[[int, ClipLatents], None],
    held: float = 1.0,
) -> ClipLatents:
    """Make the latents `begin` to `done` of a window of the canvas, with its picture under noise of `held` at most."""
    places = _places(canvas, window)
    known, levels = _cut(canvas.known, places), _cut_levels(canvas.highest, places)
    levels = replace(levels, video=levels.video.clamp(max=held))
    here = blend(known, _cut(noise, places), levels).map(lambda values: values.to(engine.device))
    highest = NoiseLevels(video=levels.video.to(engine.device), audio=levels.audio.to(engine.device))
    start_s, end_s = _seconds_of(canvas, window)
    question = ask(
        engine,
        request,
        start_s=start_s,
        end_s=end_s,
        stills=stills,
        picture_is_given=bool((canvas.invented[:, places].flatten(2).amax(-1) == 0).any()),
        is_led=is_led,
        gain=gain,
        palette=palette,
        guided_above=engine.sampling.guided_above * levels.highest,
    )
    at = times(steps, shift=engine.sampling.shift)
    made = sample(question.denoiser, here, highest, question.wanted, at=at, on_step=on_step)
    inside = torch.arange(window.begin - window.start, window.done - window.start)
    return _cut(made.map(lambda values: values.float().cpu()), inside)


def _places(canvas: Canvas, window: Window) -> Tensor:
    """Where the latent frames of a window lie on its canvas."""
    return torch.arange(window.start, window.end) % canvas.num_latents


def _seconds_of(canvas: Canvas, window: Window) -> tuple[float, float]:
    """The seconds of the clip that a window begins and ends at."""
    lead_s = canvas.lead / FRAMES_PER_SECOND
    return window.start / LATENTS_PER_SECOND - lead_s, window.end / LATENTS_PER_SECOND - lead_s


def _put_back(canvas: Canvas, made: ClipLatents, window: Window) -> None:
    """Write what a window made for good onto the canvas, and call it known."""
    new = torch.arange(window.begin, window.done)
    heard = _steps(canvas.known.audio, new)
    canvas.known.video[:, new], canvas.known.audio[:, heard] = made.video, made.audio
    canvas.highest.video[:, new] = canvas.highest.audio[:, heard] = 0


def _cut(clip: ClipLatents, places: Tensor) -> ClipLatents:
    """The latent frames at `places`, with their sound."""
    return ClipLatents(video=clip.video[:, places], audio=clip.audio[:, _steps(clip.audio, places)])


def _cut_levels(levels: NoiseLevels, places: Tensor) -> NoiseLevels:
    return NoiseLevels(video=levels.video[:, places], audio=levels.audio[:, _steps(levels.audio, places)])


def _steps(audio: Tensor, places: Tensor) -> Tensor:
    """The sound steps of latent frames, of which a still has none."""
    within = torch.arange(AUDIO_PER_LATENT if audio.shape[1] else 0)
    return (places[:, None] * AUDIO_PER_LATENT + within).flatten()


def _near(stills: StillLatents, window: Window, *, goes_on: bool) -> StillLatents | None:
    """What a window looks at, on a clock that starts with it: pictures that lie in it or near it.

    Where it `goes_on` with what the prompt speaks of at first, it looks at the clip's first moment, too, as if that
    were near.
    """
    start_s, end_s = window.start / LATENTS_PER_SECOND, window.end / LATENTS_PER_SECOND
    at_s = stills.time_s[0]
    seen = ((at_s == 0) & goes_on) | ((at_s >= start_s - NEAR_S) & (at_s <= end_s + NEAR_S))
    if not seen.any():
        return None
    return StillLatents(
        values=stills.values[:, seen],
        time_s=(stills.time_s[:, seen] - start_s).clamp_min(-NEAR_S),
        role=stills.role[:, seen],
    )

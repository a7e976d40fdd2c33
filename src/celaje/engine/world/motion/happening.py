"""What a place does by itself now and then: a volcano bursts, a gutter drips. It does not know how it is drawn."""

import numpy as np

from celaje.engine.world.places.place import Place
from celaje.engine.world.scene import Event, Shot


def place_events(shot: Shot, place: Place, seed: int) -> list[Event]:
    """The place's own sounds during the shot, everywhere, with uneven pauses between."""
    rng = np.random.default_rng((seed, round(shot.start_s * 1000), 912))
    events = []
    for sound, (least_s, most_s) in place.now_and_then.items():
        at_s = shot.start_s + float(rng.uniform(0.1, least_s))
        while at_s < shot.end_s:
            events.append(Event(time_s=at_s, sound=sound, strength=float(rng.uniform(0.5, 0.9))))
            at_s += float(rng.uniform(least_s, most_s))
    return events

"""When lightning flashes in a storm, and the thunder after each flash. It does not know how a flash is drawn."""

import numpy as np

from celaje.engine.world.scene import Event, Shot

FIRST_S = (0.3, 1.6)
BETWEEN_S = (1.8, 4.5)
THUNDER_AFTER_S = (0.2, 2.0)  # sound goes 340 m a second: lightning 70 to 680 m away


def storm_events(shot: Shot, seed: int) -> list[Event]:
    """A "lightning" event for every flash of a stormy shot, and its "thunder"; nothing in other weather."""
    if shot.weather != "storm":
        return []
    rng = np.random.default_rng((seed, round(shot.start_s * 1000), 911))
    events, at_s = [], shot.start_s + float(rng.uniform(*FIRST_S))
    while at_s < shot.end_s:
        strength, delay = float(rng.uniform(0.6, 1.0)), float(rng.uniform(*THUNDER_AFTER_S))
        events.append(Event(time_s=at_s, sound="lightning", strength=strength))
        if at_s + delay < shot.end_s:
            loudness = strength * (1.1 - 0.4 * delay / THUNDER_AFTER_S[1])
            events.append(Event(time_s=at_s + delay, sound="thunder", strength=min(1.0, loudness)))
        at_s += float(rng.uniform(*BETWEEN_S))
    return events

"""Which events a window counts at an instant: what makes a condition on events true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.conditions import Measure
from rules.definitions import build
from rules.feeds import facts_of, name_of
from rules.fold import fold
from rules.plans import Recipe
from rules.state import Event
from rules.windows.points import Score

MOST = 200
"""So many of the newest events that a window heard are looked at."""
_NAME = "counted"
_NOBODY = "\0"
"""What an event is called that only says that the profile did something."""


def witnesses(recipe: Recipe, events: Sequence[Event], now: int) -> list[Event]:
    """Return which of the events count for a window at ``now``, oldest first.

    ``events`` are one profile's in order; of more than ``MOST`` that the window heard the newest
    are looked at. Of a ``same`` and a sequence, and of what is counted since its own last time,
    every event that was heard is returned: none of them counts alone.

    >>> from rules.conditions import Measure, Span
    >>> from rules.plans import recipe
    >>> viewed = recipe(Measure("Viewed", span=Span(length=10)))
    >>> events = [Event(at, "", "track", "Viewed", {}, {}, {}) for at in (1, 5, 9)]
    >>> [event.at for event in witnesses(viewed, events, 12)]
    [5, 9]
    """
    past = [event for event in events if event.at <= now]
    measure = recipe.measure
    parts = _parts(measure) if isinstance(measure, Measure) else []
    signs = {part.span.since_last for part in parts}
    own = [event for event in past if _is_heard(recipe, event, signs)][-MOST:]
    if not isinstance(measure, Measure) or any(part.event in signs for part in parts):
        return own
    beats = any(part.span.in_session is not None for part in parts)
    others = [event for event in past if beats or _name(event) in signs]
    names = {part.event for part in parts}
    return [event for event in own if _counts(measure, event, _quiet(others, event, names), now)]


def _counts(measure: Measure, event: Event, others: Iterable[Event], now: int) -> bool:
    """Say whether the window holds when this event alone had happened, and the others' signs."""
    asked = build({}, {_NAME: measure})
    told = sorted([event, *others], key=lambda one: one[:2])
    window = fold(None, told, asked, now).windows.get(asked.features[_NAME])
    return window is not None and window.holds(now)


def _quiet(others: Iterable[Event], event: Event, names: set[str]) -> list[Event]:
    """Return the other events; those the window would count only say that something was done."""
    return [
        one._replace(kind="track", name=_NOBODY) if _name(one) in names else one
        for one in others
        if one is not event
    ]


def _parts(measure: Measure) -> list[Measure]:
    if isinstance(measure.setting, Score):
        return [part.measure for part in measure.setting.parts]
    return [measure]


def _is_heard(recipe: Recipe, event: Event, signs: set[str | None]) -> bool:
    """Say whether the window takes the event in as one of its own, not as a sign."""
    name = _name(event)
    feeds = [feed for wanted, feed in recipe.feeds if wanted == name and not feed.sign]
    if name in signs:
        feeds = feeds[:1] if len(feeds) > 1 else []
    return any(feed.where is None or feed.where(facts_of(event)) is True for feed in feeds)


def _name(event: Event) -> str:
    return name_of(event.kind, event.name)

"""Events written down in one line, and what a single one says, as plainly as can be."""

from __future__ import annotations

from rules.facts import Facts
from rules.feeds import NAMES
from rules.state import Event
from tests.rules import naive


def track(at, tie, name, **properties):
    """Return a track event."""
    return Event(at, tie, "track", name, properties, {}, {})


def identify(at, tie, **traits):
    """Return an identify event."""
    return Event(at, tie, "identify", "", {}, {}, traits)


def passes(measure, event):
    """Tell whether an event has the name a measure asks for, and what its filter asks for."""
    name = event.name if event.kind == "track" else NAMES.get(event.kind, event.name)
    if name != measure.event:
        return False
    return measure.where is None or naive.answer(measure.where, Facts(Said(event))) is True


class Said:
    """What an event says, by path."""

    def __init__(self, event):
        self.event = event

    def get(self, path):
        found = said(self.event, path)
        return found[0] if len(found) == 1 else None


def said(event, path):
    """Return all values at a path, through lists of objects and of values."""
    root, *names = path.split(".")
    found = [getattr(event, root)]
    for name in names:
        found = [value.get(name) for value in found if isinstance(value, dict)]
        found = [one for value in found for one in (value if type(value) is list else [value])]
    return [value for value in found if value is not None]


def tokens(event, path):
    """Return the values of a key, each once: 1 and true are two."""
    return {(type(one) is bool, one) for one in said(event, path) if not isinstance(one, dict)}


def apart(events, key):
    """Return the events of each value of a key."""
    told = {}
    for event in events:
        for token in tokens(event, key):
            told.setdefault(token, []).append(event)
    return list(told.values())

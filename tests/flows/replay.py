"""The oracle gone on with: what it said up to an instant is not worked out again after it.

It rests on one property of the oracle only, which its test shows: nothing that happens later
changes what was true before. So an event that comes late takes back what was said since.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from rules.state import Event
from tests.rules.oracle import Oracle

Story = tuple[list[Any], dict[str, bool]]


class Replay:
    """One profile's story, as far as it was looked at."""

    def __init__(self, segments: Mapping[str, Any], day: int) -> None:
        self.segments, self.day = segments, day
        self.seen: list[Event] = []
        self.oracle: Oracle | None = None
        self.through = 0

    def story(self, events: Sequence[Event], until: int) -> Story:
        """Return the moves up to an instant and who is a member then, of events in their order."""
        if not events:
            self.seen, self.oracle = [], None
            return [], {}
        same = takewhile(lambda pair: pair[0] == pair[1], zip(self.seen, events, strict=False))
        kept = sum(1 for _ in same)
        changes = [one[kept].at for one in (self.seen, events) if kept < len(one)]
        self.seen = list(events)
        if kept == 0 or self.oracle is None:
            self.oracle = Oracle(events, self.segments, self.day)
            self.through = events[0].at - 1
        elif changes:
            self._take_back(self.oracle, min(changes))
            self.oracle.events = list(events)
            self.oracle.groups.clear()
        if until < self.through:
            self._take_back(self.oracle, until + 1)
        ahead = range(self.through + 1, until + 1)
        self.through = until
        return self.oracle.story(until, ahead)

    def _take_back(self, oracle: Oracle, since: int) -> None:
        """Forget what was said at an instant and after it."""
        if since > self.through:
            return
        del oracle.instants[bisect_left(oracle.instants, since) :]
        oracle.known = {key: told for key, told in oracle.known.items() if key[1] < since}
        for name, past in oracle.past.items():
            oracle.past[name] = [(at, entered) for at, entered in past if at < since]
        self.through = since - 1

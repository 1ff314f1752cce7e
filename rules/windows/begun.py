"""A span whose beginning moves: in this session, or since an event happened last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self

from rules.conditions import Measure, Span
from rules.windows.kept import Kept, differ
from rules.windows.runs import Runs
from rules.windows.window import Json, Sign

FOREVER = 10**18
"""The length of a span that has none (31 700 years): what counts is kept one by one."""
LATEST = FOREVER // 2
"""After every instant there is, and before anything of that length is over."""


def moves(span: Span) -> bool:
    """Say whether the beginning of a span moves.

    >>> moves(Span(length=10)), moves(Span(in_session=1_800_000_000))
    (False, True)
    """
    return span.in_session is not None or span.since_last is not None


def within(measure: Measure) -> Measure:
    """Return the measure of what is kept within a span whose beginning moves.

    >>> within(Measure("A", span=Span(since_last="B"))).span.length == FOREVER
    True
    """
    span = measure.span
    length = FOREVER if span.length is None else span.length
    return replace(measure, span=Span(length, span.offset, span.since, span.until))


class Begun:
    """Another window of which only counts what is later than where its span begins by now.

    The inner window keeps each event that may yet count, so that the beginning may move either way:
    a late event can join two sessions to one. A session goes on while every pause between two
    events of the profile, of whatever name, is shorter than its gap; it is over by time alone.

    >>> from rules.windows.count import Count
    >>> measure = Measure("A", span=Span(in_session=30))
    >>> window = Begun(measure.span, Count(within(measure)))
    >>> window.add(0, None, "a"); window.add(20, Sign.BEAT, "b"); window.add(40, None, "c")
    >>> window.read(69), list(window.changes(40))
    (2, [(70, 0)])
    """

    __slots__ = ("inner", "reset", "runs")

    def __init__(self, span: Span, inner: Kept) -> None:
        self.inner: Any = inner
        self.runs = None if span.in_session is None else Runs(span.in_session)
        self.reset: int | None = None

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in an event, or a sign that the session goes on or the span begins anew."""
        if value is Sign.RESET:
            self.reset = at if self.reset is None else max(at, self.reset)
            return
        if self.runs is not None:
            self.runs.cover(at, at)
        if value is not Sign.BEAT:
            self.inner.add(at, value, tie)

    def cover(self, runs: Runs) -> None:
        """Take in the sessions that somebody else has followed."""
        if self.runs is not None:
            self.runs.merge(runs)

    def _aim(self, now: int) -> int | None:
        """Tell the inner window where the span begins; return when the session will be over."""
        floor, end = self.reset, None
        if self.runs is not None:
            start, end = self.runs.start(now), self.runs.over(now)
            begun = FOREVER if start is None else start - 1
            floor = begun if floor is None else max(begun, floor)
        self.inner.floor = floor
        return end

    def read(self, now: int) -> Any:
        """Answer what the inner window answers of what is later than the beginning."""
        if self._torn(now):
            return None
        self._aim(now)
        return self.inner.read(now)

    def _torn(self, now: int) -> bool:
        return self.runs is not None and self.runs.torn(now)

    def blind(self, now: int) -> bool:
        """Say whether something counts at ``now`` that was let go for want of room."""
        self._aim(now)
        return self._torn(now) or bool(self.inner.blind(now))

    def known(self, now: int) -> int | None:
        """Return from when on nothing counts any more that was let go; ``None`` where none does."""
        end = self._aim(now)
        known: int | None = end if self._torn(now) else self.inner.known(now)
        return end if known is not None and known > LATEST else known

    def latest(self, now: int) -> int | None:
        """Return the instant of the latest event that counts, of a window that tells it."""
        self._aim(now)
        latest: int | None = None if self._torn(now) else self.inner.latest(now)
        return latest

    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield each later change; the last one is when the session is over."""
        value = self.read(now)
        end = self._aim(now)
        found = () if self._torn(now) else self.inner.changes(now)
        for instant, fresh in self._until(end, found):
            value = fresh
            yield instant, fresh
        if end is not None:
            self.inner.floor = FOREVER
            fresh = self.inner.read(end)
            if differ(fresh, value):
                yield end, fresh

    def passes(self, now: int, borders: tuple[int, ...]) -> Iterator[tuple[int, Any]]:
        """Yield what the inner window passes, and the end of the session."""
        end = self._aim(now)
        yield from self._until(end, self.inner.passes(now, borders))
        if end is not None:
            yield end, None

    def jumps(self, now: int) -> Iterator[tuple[int, int | None]]:
        """Yield when another event becomes the latest, and the end of the session."""
        end = self._aim(now)
        yield from self._until(end, self.inner.jumps(now))
        if end is not None:
            yield end, None

    def _until(
        self, end: int | None, found: Iterator[tuple[int, Any]] | tuple[()]
    ) -> Iterator[tuple[int, Any]]:
        for instant, value in found:
            if instant > LATEST or (end is not None and instant >= end):
                return
            yield instant, value

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which the answer differs without an event."""
        return next((instant for instant, _ in self.changes(now)), None)

    def holds(self, now: int) -> bool:
        """Say whether some event counts at ``now``."""
        self._aim(now)
        return bool(self.inner.holds(now))

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        end, held = self._aim(now), self.holds(now)
        lapse: int | None = self.inner.lapse(now)
        if lapse is not None and lapse <= LATEST and (end is None or lapse < end):
            return lapse
        return end if held else None

    def prune(self, now: int) -> None:
        """Forget what came before the beginning, and the beginning where nothing is kept."""
        self._aim(now)
        inner, floor = self.inner, self.inner.floor
        inner.prune(now)
        if floor is not None:
            inner.cut_through(min(floor, now))
        if self.runs is not None:
            self.runs.prune(now)
        if inner.empty():
            if self.reset is not None and self.reset <= now:
                self.reset = None
            if self.runs is not None and not self.runs.torn(now):
                self.runs = Runs(self.runs.gap)

    def merge(self, other: Self) -> None:
        """Take in what another state of the same window knows."""
        resets = [one for one in (self.reset, other.reset) if one is not None]
        self.reset = max(resets, default=None)
        if self.runs is not None and other.runs is not None:
            self.runs.merge(other.runs)
        self.inner.floor = None
        self.inner.merge(other.inner)

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        bare = self.runs is None or self.runs.empty()
        return bare and self.reset is None and bool(self.inner.empty())

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.inner, twin.reset = self.inner.copy(), self.reset
        twin.runs = None if self.runs is None else self.runs.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[reset, sessions, the inner window's dump]``."""
        runs: Json = None if self.runs is None else [*self.runs.dump()]
        return [self.reset, runs, self.inner.dump()]

    @classmethod
    def load(cls, span: Span, inner: Kept, state: Any) -> Self:
        """Return the window whose dump this was, around the inner one that was loaded."""
        window = cls(span, inner)
        window.reset = state[0]
        if span.in_session is not None:
            window.runs = Runs.load(span.in_session, state[1])
        return window

"""The same thing each time: a small window for each leaf and each value of one key."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Any, ClassVar, Self, cast

from rules.windows.groups import Group, Plan, faded, goes_on
from rules.windows.runs import Runs
from rules.windows.window import Json

KEYS = 10_000
"""How many values of the key one window tells apart; with more the answer is unknown."""

_STALE = -1
_SPARE = 16


class Same:
    """True when one bound value of the key makes the part true; unknown when one might.

    A value of the key is bound while an event of a leaf that is not negated counts. Values whose
    every event is over are forgotten. Past ``KEYS`` values the one that was silent longest is
    dropped, and the answer is unknown until its events would be over.

    ``add`` takes ``(the leaf's name, the key's token, the leaf's value)`` as the value. That the
    profile did something, whatever it was, is told without a token and with the gap of a session as
    the name: sessions are followed once, and told to a value's windows when it is asked about.
    """

    __slots__ = (
        *("asked", "dues", "groups", "holding", "lost", "plan", "sessions", "stale", "unsure"),
    )
    limit: ClassVar[int] = KEYS

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.groups: dict[str, Group] = {}
        self.lost: int | None = None
        self.asked: int | None = None
        self.stale: set[str] = set()
        self.holding: set[str] = set()
        self.unsure: set[str] = set()
        self.dues: list[tuple[int, str]] = []
        self.sessions = {gap: Runs(gap) for gap in sorted(set(plan.sessions.values()))}

    def add(self, at: int, value: Any, tie: str) -> None:
        """Take in one event of one leaf."""
        name, text, measured = value
        if text is None:
            self.sessions[name].cover(at, at)
            return
        groups = self.groups
        if self.plan.lasting and self.holding:
            return
        group = groups.get(text)
        if group is None:
            late = bool(groups) and at < self._latest()
            group = groups[text] = Group({}, at)
            self._order(late)
        elif at > group.newest:
            late = at < self._latest()
            group.newest = at
            groups[text] = groups.pop(text)
            self._order(late)
        group.window(self.plan, name).add(at, measured, tie)
        self.stale.add(text)
        for over in faded(groups, at, text) if self.plan.fading else ():
            self._forget(over)
        if self.plan.length is not None:
            self._bury(at - self.plan.length)
        if len(groups) > self.limit:
            self._drop()

    def _latest(self) -> int:
        """Return the newest instant of all: the groups stand in that order."""
        return self.groups[next(reversed(self.groups))].newest

    def _order(self, late: bool) -> None:
        """Keep the groups in the order of their newest events after one was put at the end."""
        if late:
            ordered = sorted(self.groups.items(), key=lambda item: (item[1].newest, item[0]))
            self.groups = dict(ordered)

    def _bury(self, over: int) -> None:
        """Forget the values of the key whose newest event is over."""
        groups = self.groups
        while groups:
            text = next(iter(groups))
            if groups[text].newest > over:
                return
            self._forget(text)

    def _drop(self) -> None:
        text = next(iter(self.groups))
        newest = self.groups[text].newest
        self.lost = newest if self.lost is None else max(newest, self.lost)
        self._forget(text)

    def _forget(self, text: str) -> None:
        del self.groups[text]
        self.stale.discard(text)
        self.holding.discard(text)
        self.unsure.discard(text)

    def read(self, now: int) -> bool | None:
        """Return the part's truth over all values of the key; ``None`` for unknown."""
        self._settle(now)
        if self._blind_until(now) != 0:
            return None
        if self.holding:
            return True
        return None if self.unsure else False

    def _blind_until(self, now: int) -> int | None:
        """Return from when on the answer is known again: 0 when it is, ``None`` for never."""
        if self.lost is None:
            return 0
        if self.plan.passing:
            begun = self._begun(now)
            if begun is None or begun > self.lost:
                return 0
            return max(runs.over(now) or now for runs in self.sessions.values())
        if self.plan.length is None:
            return None
        known = self.lost + self.plan.length
        return known if known > now else 0

    def _begun(self, now: int) -> int | None:
        """Return when the earliest of the sessions began that go on; ``None`` where none does."""
        starts = (runs.start(now) for runs in self.sessions.values())
        return min((start for start in starts if start is not None), default=None)

    def _settle(self, now: int) -> None:
        """Find out anew what may differ since the last question."""
        if self.asked is None or now < self.asked:
            self.stale = set(self.groups)
        self.asked = now
        dues, groups, stale = self.dues, self.groups, self.stale
        while dues and dues[0][0] <= now:
            due, text = heappop(dues)
            group = groups.get(text)
            if group is not None and group.due == due:
                stale.add(text)
        for text in stale:
            self._judge(text, groups[text], now)
        stale.clear()

    def _judge(self, text: str, group: Group, now: int) -> None:
        before = group.due
        for name, gap in self.plan.sessions.items():
            if name in group.windows:
                cast("Any", group.windows[name]).cover(self.sessions[gap])
        group.judge(self.plan, now)
        over = goes_on(group, self.sessions.values(), now)
        if over is not None and (group.due is None or over < group.due):
            group.due = over
        self._file(text, group.truth)
        if group.due is not None and group.due != before:
            heappush(self.dues, (group.due, text))
        if len(self.dues) > _SPARE + 2 * len(self.groups):
            self.dues = [(g.due, t) for t, g in self.groups.items() if g.due is not None]
            heapify(self.dues)

    def _file(self, text: str, truth: bool | None) -> None:
        if truth:
            self.holding.add(text)
        else:
            self.holding.discard(text)
        if truth is None:
            self.unsure.add(text)
        else:
            self.unsure.discard(text)

    def witness(self, now: int) -> str | None:
        """Return the smallest token of the key that makes the part true, for the explanation."""
        self._settle(now)
        return min(self.holding, default=None)

    def holds(self, now: int) -> bool:
        """Say whether some event of some leaf counts at ``now``."""
        return any(w.holds(now) for group in self.groups.values() for w in group.windows.values())

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which some window's ``holds`` differs."""
        lapses = (lapse for group in self.groups.values() for lapse in group.lapses(now))
        return min(lapses, default=None)

    def next_change(self, now: int) -> int | None:
        """Return an instant after ``now`` before which the answer stays, ``None`` for ever.

        While one value of the key holds, the others do not matter; the answer may turn out to be
        the same at the instant returned.
        """
        self._settle(now)
        known = self._blind_until(now)
        if known != 0:
            return known
        if self.holding:
            dues = [self.groups[text].due for text in self.holding]
            return None if None in dues else max(due for due in dues if due is not None)
        return self._next_due()

    def _next_due(self) -> int | None:
        dues, groups = self.dues, self.groups
        while dues:
            due, text = dues[0]
            group = groups.get(text)
            if group is not None and group.due == due:
                return due
            heappop(dues)
        return None

    def changes(self, now: int) -> Iterator[tuple[int, bool | None]]:
        """Yield ``(instant, truth)`` of every change after ``now`` without an event, in order."""
        ahead = self.copy()
        truth, due = ahead.read(now), ahead.next_change(now)
        while due is not None:
            fresh = ahead.read(due)
            if fresh is not truth:
                truth = fresh
                yield due, fresh
            due = ahead.next_change(due)

    def prune(self, now: int) -> None:
        """Forget the values of the key whose every event is over."""
        for runs in self.sessions.values():
            runs.prune(now)
        if self.plan.passing:
            begun = self._begun(now)
            over = now if begun is None else begun - 1
        elif self.plan.length is not None:
            over = now - self.plan.length
        else:
            return
        self._bury(over)
        if self.lost is not None and self.lost <= over:
            self.lost = None

    def merge(self, other: Self) -> None:
        """Take in the other's windows, value by value of the key."""
        for text, group in other.groups.items():
            self.groups.setdefault(text, Group({}, group.newest)).merge(group)
        ordered = sorted(self.groups.items(), key=lambda item: (item[1].newest, item[0]))
        self.groups = dict(ordered)
        self.stale = set(self.groups)
        lost = [one for one in (self.lost, other.lost) if one is not None]
        self.lost = max(lost) if lost else None
        for gap, runs in other.sessions.items():
            self.sessions[gap].merge(runs)
        while len(self.groups) > self.limit:
            self._drop()

    def empty(self) -> bool:
        """Say whether no value of the key is kept."""
        bare = all(runs.empty() for runs in self.sessions.values())
        return not self.groups and self.lost is None and bare

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = type(self)(self.plan)
        twin.groups = {text: group.copy() for text, group in self.groups.items()}
        twin.lost, twin.asked = self.lost, self.asked
        twin.sessions = {gap: runs.copy() for gap, runs in self.sessions.items()}
        twin.stale, twin.dues = self.stale.copy(), self.dues.copy()
        twin.holding, twin.unsure = self.holding.copy(), self.unsure.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[lost, asked, [token, newest, truth, due, windows], ...]``.

        Before the rows stand the sessions that are followed, if there are any.
        """
        rows: list[Json] = [[*runs.dump()] for runs in self.sessions.values()]
        for text, group in self.groups.items():
            truth = _STALE if text in self.stale else group.truth
            rows.append([text, group.newest, truth, group.due, group.dump(self.plan)])
        return [self.lost, self.asked, *rows]

    @classmethod
    def load(cls, plan: Plan, state: Any) -> Self:
        """Return the window whose dump this was."""
        window = cls(plan)
        window.lost, window.asked, *rows = state
        for gap in window.sessions:
            window.sessions[gap] = Runs.load(gap, rows.pop(0))
        for text, newest, truth, due, dumps in rows:
            group = window.groups[text] = Group.load(plan, newest, due, dumps)
            if due is not None:
                window.dues.append((due, text))
            if truth is None or truth is True or truth is False:
                group.truth = truth
                if truth is not False:
                    (window.holding if truth else window.unsure).add(text)
            else:
                window.stale.add(text)
        heapify(window.dues)
        return window

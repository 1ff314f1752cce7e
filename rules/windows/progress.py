"""How far a sequence has come: where each stage was reached, and when that began at the latest."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from math import inf
from typing import ClassVar, Self

from rules.windows.course import Ban, Course

PARTIALS = 1_000
"""Beginnings that wait at one stage; the oldest goes first, and what began then is unknown."""
NEVER = -(2**63)
Reached = tuple[int, int]
"""The instant at which a stage was reached, and the latest start of a course that does so."""


def instant_of(reached: Reached) -> int:
    """Return the instant of the two.

    >>> instant_of((5, 3))
    5
    """
    return reached[0]


class Progress:
    """What is known at ``at``, the newest instant: fed in the order of time, ties in any order.

    ``lines`` holds for each stage where it was reached, as far as a later stage may still be
    reached from there; instants and starts ascend together, since a later instant never has an
    earlier start. ``heard`` are the newest instants of each kind of event, ``active`` those of any
    event where the course is strict. Courses that began at or before ``lost`` are not known.
    """

    __slots__ = ("active", "at", "course", "heard", "lines", "lost")
    limit: ClassVar[int] = PARTIALS

    def __init__(self, course: Course) -> None:
        self.course = course
        self.at = NEVER
        self.lost: int | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everything but what is lost."""
        self.heard: list[list[int]] = [[] for _ in self.course.needs]
        self.lines: list[list[Reached]] = [[] for _ in self.course.stages]
        self.active: list[int] = []

    def lose(self, at: int) -> None:
        """Know nothing of the courses that began up to an instant."""
        self.clear()
        self.lost = at if self.lost is None else max(self.lost, at)

    def empty(self) -> bool:
        """Say whether nothing is under way and nothing was lost."""
        return self.lost is None and not any(self.heard) and not any(self.lines)

    def copy(self) -> Self:
        """Return one that goes on apart from this one."""
        twin = object.__new__(type(self))
        twin.course, twin.at, twin.lost = self.course, self.at, self.lost
        twin.heard = [instants.copy() for instants in self.heard]
        twin.lines = [line.copy() for line in self.lines]
        twin.active = self.active.copy()
        return twin

    def over(self) -> bool:
        """Tell whether it is true for good."""
        line = self.lines[-1]
        if not line or not self.course.lasting:
            return False
        return line[0][0] + self.course.stages[-1].wait <= self.at

    def take(self, at: int, kind: int) -> None:
        """Take in an event by the number of its kind, -1 for one that only stands between."""
        if self.over():
            return
        if at < self.at:
            self.lose(self.at)
            return
        if at > self.at:
            self.advance(at)
        active = self.active
        if self.course.strict and (not active or active[-1] != at):
            active.append(at)
        if kind < 0 or at <= self._floor(kind):
            return
        instants, need = self.heard[kind], self.course.needs[kind]
        if len(instants) < need or instants[-need] != at:
            instants.append(at)
            self._move(kind, at)

    def _floor(self, kind: int) -> float:
        """Return the instant up to which events of a kind can no longer matter."""
        course, lines = self.course, self.lines
        low: float = inf
        for i, stage in enumerate(course.stages):
            if stage.heard == kind and not i:
                lengths = [one for one in (course.length, stage.within) if one is not None]
                low = min(low, self.at - min(lengths) if lengths else NEVER)
            elif stage.heard == kind and lines[i - 1]:
                low = min(low, lines[i - 1][0][0])
            if lines[i] and any(ban.heard == kind for ban in (*stage.bans, *stage.waits)):
                low = min(low, lines[i][0][0])
        return low

    def _move(self, kind: int, at: int) -> None:
        """See which waits the newest event of a kind ends, and which stages it reaches."""
        instants = self.heard[kind]
        for i, stage in enumerate(self.course.stages):
            line = self.lines[i]
            for ban in stage.waits:
                if ban.heard == kind and len(instants) >= ban.times and ban.length is not None:
                    low = bisect_right(line, at - ban.length, key=instant_of)
                    high = bisect_left(line, instants[-ban.times], key=instant_of)
                    del line[low:high]
            start = self._reach(i, at) if stage.heard == kind else None
            if start is None:
                continue
            if line and line[-1][0] == at:
                line.pop()
            line.append((at, start))
            if len(line) > self.limit:
                start = line.pop(0)[1]
                self.lost = start if self.lost is None else max(self.lost, start)
        self._rest()

    def _reach(self, number: int, at: int) -> int | None:
        """Return the latest start of a course that reaches a stage at the newest instant."""
        course, stage = self.course, self.course.stages[number]
        if course.until is not None and at >= course.until:
            return None
        for first in self._firsts(stage.heard, stage.times):
            start = self._before(number, first, at) if number else self._opening(first, at)
            if start is not None:
                return start if course.length is None or start > at - course.length else None
        return None

    def _opening(self, first: int, at: int) -> int | None:
        within, since = self.course.stages[0].within, self.course.since
        late = within is not None and at - first >= within
        return None if late or (since is not None and first < since) else first

    def _firsts(self, kind: int, times: int) -> Iterator[int]:
        """Yield when so many events, the newest one among them, may have begun, latest first."""
        instants = self.heard[kind]
        if not self.course.strict:
            if len(instants) >= times:
                yield instants[-times]
            return
        total = 0
        for instant in reversed(self.active[-times:]):
            found = bisect_right(instants, instant) - bisect_left(instants, instant)
            if not found:
                return
            total += found
            if total >= times:
                yield instant

    def _before(self, number: int, first: int, at: int) -> int | None:
        """Return the start of the latest course that goes on from the stage before, if one does."""
        stage, before = self.course.stages[number], self.course.stages[number - 1]
        line = self.lines[number - 1]
        place = bisect_right(line, first - max(before.wait, 1), key=instant_of)
        if not place:
            return None
        reached, start = line[place - 1]
        late = stage.within is not None and at - reached >= stage.within
        if late or (self.course.strict and self._previous(first) != reached):
            return None
        return None if self.banned(before.bans, reached, at) else start

    def _previous(self, instant: int) -> int | None:
        place = bisect_left(self.active, instant)
        return self.active[place - 1] if place else None

    def banned(self, bans: tuple[Ban, ...], reached: int, until: int) -> bool:
        """Tell whether too much of what must not happen lies after a stage and before an instant.

        >>> from rules.windows.course import Stage
        >>> Progress(Course((Stage(0, 1, None),), (1,))).banned((), 0, 5)
        False
        """
        for ban in bans:
            instants = self.heard[ban.heard]
            place = bisect_left(instants, until) - ban.times
            if place >= 0 and instants[place] > reached:
                return True
        return False

    def advance(self, at: int) -> None:
        """Come to a later instant: forget what no event from then on can complete or break."""
        self.at = at
        length = self.course.length
        if self.lost is not None and length is not None and self.lost <= at - length:
            self.lost = None
        for number in range(len(self.lines)):
            self._expire(number, at)
        for kind, instants in enumerate(self.heard):
            if instants:
                self._trim(kind, instants)
        if self.course.strict:
            del self.active[: -max(self.course.needs)]
            if not any(self.heard) and not any(self.lines):
                self.active.clear()
        self._rest()

    def _expire(self, number: int, at: int) -> None:
        course, line = self.course, self.lines[number]
        stages, length = course.stages, course.length
        within = stages[number + 1].within if number + 1 < len(stages) else None
        over = 0
        for reached, start in line:
            late = within is not None and reached + within <= at
            old = length is not None and start <= at - length
            if not (late or old or self.banned(stages[number].bans, reached, at)):
                break
            over += 1
        del line[:over]
        if len(line) > 1:
            self.lines[number] = self._useful(number, at)

    def _useful(self, number: int, at: int) -> list[Reached]:
        """Return where a stage was reached, less what a later one would always be better than."""
        course, line = self.course, self.lines[number]
        gap = course.stages[number].wait
        if number + 1 == len(course.stages):
            ready = bisect_right(line, at - gap, key=instant_of)
            if course.length is None and course.single and not ready:
                return line[:1]
            return line[max(ready - 1, 0) :]
        following = course.stages[number + 1]
        most = following.times
        if course.strict:
            low = self.active[-most] if len(self.active) >= most else NEVER
            return [one for one in line if one[0] >= low]
        firsts = self.heard[following.heard][1 - most :] if most > 1 else []
        gap = max(gap, 1)
        ready = bisect_right(line, at - gap, key=instant_of)
        places = {bisect_right(line, first - gap, key=instant_of) - 1 for first in [*firsts, at]}
        return [line[place] for place in sorted(places) if place >= 0] + line[ready:]

    def _trim(self, kind: int, instants: list[int]) -> None:
        need, low = self.course.needs[kind], self._floor(kind)
        if self.course.strict:
            low = max(low, sorted(set(instants))[-need:][0] - 1)
            del instants[: bisect_right(instants, low)]
        else:
            del instants[: max(bisect_right(instants, low), len(instants) - need)]

    def _rest(self) -> None:
        """Once it is true for good, keep nothing but that."""
        if self.over():
            reached = self.lines[-1][0][0]
            self.clear()
            self.lines[-1] = [(reached, reached)]
            self.lost = None

"""One thing after the other: whether a whole course lies in the span, and until when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Self

from rules.windows.course import Course
from rules.windows.progress import Progress, Reached, instant_of
from rules.windows.window import Json

DELAYED = 10_000
"""Events held back by a span that ends before now; with more, what began by then is unknown."""


class Sequence:
    """True while a course of all stages lies in the span; docs/conditions.md defines it.

    Events come in the order of their instants, those of one instant in any order; ``add`` takes the
    number of the kind of event as the value, -1 for any other (heard by strict courses only). A
    span with an offset holds events back until they are that old. Unknown, never wrong: past the
    bounds (``PARTIALS``, ``DELAYED``), when an event comes that is older than the newest, and when
    two states are merged, since what was pruned from one may matter beside the events of the other;
    the fold does neither. Then what began by that instant is unknown, and what begins later exact.

    >>> from rules.windows.course import Stage
    >>> window = Sequence(Course((Stage(0, 1, None), Stage(1, 1, 10)), (1, 1), length=100))
    >>> window.add(5, 0, ""); window.add(8, 1, "")
    >>> window.read(8), window.next_change(8), window.read(105)
    (True, 105, False)
    """

    __slots__ = ("course", "progress", "queue")

    def __init__(self, course: Course) -> None:
        self.course = course
        self.progress = Progress(course)
        self.queue: list[tuple[int, int]] = []

    def add(self, at: int, value: Any, tie: str) -> None:
        """Take in one event, of the newest instant or a later one."""
        del tie
        progress, queue, offset = self.progress, self.queue, self.course.offset
        if not offset:
            progress.take(at, value)
        elif not progress.over():
            newest = queue[-1][0] if queue else progress.at
            queue.append((at, value))
            if at < newest or len(queue) > DELAYED:
                self._lose(max(at, newest))
            self._release(at - offset)

    def _release(self, until: int) -> None:
        """Let the events up to and with an instant happen that were held back."""
        count = bisect_right(self.queue, until, key=instant_of)
        due = self.queue[:count]
        del self.queue[:count]
        for at, kind in due:
            self.progress.take(at, kind)
        if self.progress.over():
            self.queue.clear()

    def _lose(self, at: int) -> None:
        self.progress.lose(at)
        self.queue.clear()

    def read(self, now: int) -> bool | None:
        """Tell whether a course is complete at ``now``; ``None`` where an unknown one might be."""
        return self._as_of(now)._truth(now - self.course.offset)  # noqa: SLF001 its own kind

    def reached(self, now: int) -> int | None:
        """Return since when the course that is true at ``now`` was complete; ``None`` for none.

        >>> from rules.windows.course import Stage
        >>> Sequence(Course((Stage(0, 1, None),), (1,))).reached(5) is None
        True
        """
        instant = now - self.course.offset
        found = self._as_of(now)._found(instant)  # noqa: SLF001 its own kind
        return None if found is None else found[0] + self._wait() + self.course.offset

    def _as_of(self, now: int) -> Self:
        """Return the state in which all that was held back until ``now`` has happened."""
        if not self.queue or self.queue[0][0] > now - self.course.offset:
            return self
        ahead = self.copy()
        ahead._release(now - self.course.offset)  # noqa: SLF001 its own kind
        return ahead

    def _wait(self) -> int:
        return self.course.stages[-1].wait

    def _truth(self, instant: int) -> bool | None:
        if self._found(instant) is not None:
            return True
        lost, length = self.progress.lost, self.course.length
        return None if lost is not None and (length is None or lost > instant - length) else False

    def _found(self, instant: int) -> Reached | None:
        """Return the latest course that is complete at an instant, in the span and not broken."""
        line, length = self.progress.lines[-1], self.course.length
        place = bisect_right(line, instant - self._wait(), key=instant_of)
        if not place:
            return None
        found = line[place - 1]
        old = length is not None and found[1] <= instant - length
        return None if old or self._broken(found, instant) else found

    def _broken(self, found: Reached, instant: int) -> bool:
        return self.progress.banned(self.course.stages[-1].bans, found[0], instant + 1)

    def next_change(self, now: int) -> int | None:
        """Return an instant after ``now`` before which the answer stays, ``None`` for ever."""
        offset = self.course.offset
        state = self._as_of(now)
        turns = [state._turn(now - offset)]  # noqa: SLF001 its own kind
        if state.queue:
            turns.append(state.queue[0][0])
        return min((turn + offset for turn in turns if turn is not None), default=None)

    def _turn(self, instant: int) -> int | None:
        """Return the next instant at which the answer differs if nothing happens."""
        length, wait = self.course.length, self._wait()
        truth, found = self._truth(instant), self._found(instant)
        if found is not None and length is None:
            return None
        line = self.progress.lines[-1]
        coming = line[bisect_right(line, instant - wait, key=instant_of) :]
        coming = [one for one in coming if not self._broken(one, instant)]
        if found is not None and length is not None:
            end = found[1] + length
            for reached, start in coming:
                if reached + wait > end:
                    break
                end = start + length
            return end
        turns = (at + wait for at, start in coming if length is None or start + length > at + wait)
        turn = next(turns, None)
        if truth is not None or length is None or self.progress.lost is None:
            return turn
        known = self.progress.lost + length
        return known if turn is None else min(turn, known)

    def changes(self, now: int) -> Iterator[tuple[int, bool | None]]:
        """Yield ``(instant, truth)`` of every change after ``now`` without an event, in order."""
        truth, due = self.read(now), self.next_change(now)
        while due is not None:
            fresh = self.read(due)
            if fresh is not truth:
                truth = fresh
                yield due, fresh
            due = self.next_change(due)

    def holds(self, now: int) -> bool:
        """Say whether anything is under way, complete or lost."""
        del now
        return not self.empty()

    def lapse(self, now: int) -> int | None:
        """Return ``None``: what is under way stays so for ``holds`` until the next event."""
        del now
        return None

    def prune(self, now: int) -> None:
        """Forget what no reading at or after ``now`` can depend on."""
        progress, instant = self.progress, now - self.course.offset
        self._release(instant)
        if instant > progress.at and not progress.over():
            progress.advance(instant)

    def merge(self, other: Self) -> None:
        """Take in another state: exact where one is empty, else unknown up to the newest event."""
        if other.empty():
            return
        if self.empty():
            twin = other.copy()
            self.progress, self.queue = twin.progress, twin.queue
            return
        newest = max(self._newest(), other._newest())
        self._lose(newest)
        self.progress.at = max(self.progress.at, other.progress.at)

    def _newest(self) -> int:
        return self.queue[-1][0] if self.queue else self.progress.at

    def empty(self) -> bool:
        """Say whether nothing is kept: the answer is false until something begins."""
        return not self.queue and self.progress.empty()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.course = self.course
        twin.progress, twin.queue = self.progress.copy(), self.queue.copy()
        return twin

    def dump(self) -> Json:
        """Return ``None`` where nothing is kept, else distances back from the newest instant.

        ``[at, lost, [instants of each kind], [instant, start, ...] of each stage, active, held
        back]``; a start is a distance from its instant.
        """
        if self.empty():
            return None
        state, at = self.progress, self.progress.at
        heard: list[Json] = [[at - one for one in instants] for instants in state.heard]
        lines: list[Json] = [
            [part for one, start in line for part in (at - one, one - start)]
            for line in state.lines
        ]
        active: list[Json] = [at - one for one in state.active]
        queue: list[Json] = [part for held in self.queue for part in held]
        rest: list[Json] = [active, queue] if active or queue else []
        return [at, state.lost, heard, lines, *rest]

    @classmethod
    def load(cls, course: Course, dumped: Any) -> Self:
        """Return the window whose dump this was."""
        window = cls(course)
        if dumped is None:
            return window
        at, lost, heard, lines, *rest = dumped
        active, queue = rest or ([], [])
        state = window.progress
        state.at, state.lost = at, lost
        state.heard = [[at - back for back in instants] for instants in heard]
        state.lines = [
            [
                (at - back, at - back - more)
                for back, more in zip(line[::2], line[1::2], strict=True)
            ]
            for line in lines
        ]
        state.active = [at - back for back in active]
        window.queue = list(zip(queue[::2], queue[1::2], strict=True))
        return window

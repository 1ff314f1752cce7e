"""One value of a ``same`` key: its small windows, and what the part says of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from rules.conditions import Measure
from rules.windows import registry
from rules.windows.course import Course
from rules.windows.runs import Runs
from rules.windows.sequence import Sequence
from rules.windows.window import Json, Window


class Leaf(NamedTuple):
    """One leaf of the part: its measure and cap, or a course; and whether it binds the key."""

    measure: Measure
    cap: int | None
    binds: bool
    course: Course | None = None

    def create(self) -> Window:
        """Return an empty window."""
        if self.course is not None:
            return Sequence(self.course)
        return registry.create(self.measure, self.cap)

    def load(self, state: Json) -> Window:
        """Return the window whose dump this was."""
        if self.course is not None:
            return Sequence.load(self.course, state)
        return registry.load(self.measure, state, self.cap)


@dataclass(frozen=True, slots=True)
class Plan:
    """The compiled part of a ``same``, asked about the windows of one value of the key.

    ``windows`` map a leaf's name to its window; an absent one is empty. ``truth`` answers at an
    instant, ``turn`` gives the next instant at which that answer may differ, and ``length`` is for
    how long an event may matter, in microseconds, ``None`` for ever. ``sessions`` are the gaps of
    the leaves that ask for this session, by name; where all of them do, the group is ``passing``.
    ``prunes`` where it is to be told as time goes on. ``fading``: a value whose windows are empty
    again may be forgotten; ``lasting``: what is true once stays so whatever happens.
    """

    leaves: Mapping[str, Leaf]
    truth: Callable[[Mapping[str, Window], int], bool | None]
    turn: Callable[[Mapping[str, Window], int], int | None]
    length: int | None
    sessions: Mapping[str, int] = field(default_factory=dict)
    prunes: bool = False
    passing: bool = False
    fading: bool = False
    lasting: bool = False


class Group:
    """One value of the key: its windows, its newest event, and what was last found out.

    One that comes from the store is opened when its windows are first asked for: an event names one
    value of the key, and the others go back as they came.
    """

    __slots__ = ("due", "newest", "opened", "stored", "truth")

    def __init__(
        self,
        windows: dict[str, Window],
        newest: int,
        truth: bool | None = False,
        due: int | None = None,
    ) -> None:
        self.opened = windows
        self.stored: tuple[Plan, str] | None = None
        self.newest, self.truth, self.due = newest, truth, due

    @property
    def windows(self) -> dict[str, Window]:
        """The windows by their leaves' names; one that is not there is empty."""
        if self.stored is not None:
            plan, dumps = self.stored
            leaves = zip(plan.leaves.items(), json.loads(dumps), strict=True)
            opened = {name: leaf.load(held) for (name, leaf), held in leaves if held is not None}
            self.opened, self.stored = opened, None
        return self.opened

    def window(self, plan: Plan, name: str) -> Window:
        """Return the window of a leaf, a new one where there is none."""
        window = self.windows.get(name)
        if window is None:
            window = self.windows[name] = plan.leaves[name].create()
        return window

    def judge(self, plan: Plan, now: int) -> None:
        """Find out what the part says at ``now`` and when to ask again.

        The truth of a value counts while it is bound: while an event counts that a binding leaf
        took in.
        """
        windows = self.windows
        truth, due = plan.truth(windows, now), plan.turn(windows, now)
        if truth is not False:
            binding = [window for name, window in windows.items() if plan.leaves[name].binds]
            lapses = (window.lapse(now) for window in binding)
            due = min((one for one in (due, *lapses) if one is not None), default=None)
            if not any(window.holds(now) for window in binding):
                truth = False
        self.truth, self.due = truth, due

    def faded(self, now: int) -> bool:
        """Forget what is over, and tell whether nothing is left."""
        for window in self.windows.values():
            window.prune(now)
        return all(window.empty() for window in self.windows.values())

    def lapses(self, now: int) -> Iterator[int]:
        """Yield when each window's ``holds`` differs next."""
        for window in self.windows.values():
            lapse = window.lapse(now)
            if lapse is not None:
                yield lapse

    def merge(self, other: Self) -> None:
        """Take in what another state of the same value knows."""
        self.newest = max(self.newest, other.newest)
        for name, window in other.windows.items():
            if name in self.windows:
                self.windows[name].merge(window)
            else:
                self.windows[name] = window.copy()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        windows = {name: window.copy() for name, window in self.opened.items()}
        twin = type(self)(windows, self.newest, self.truth, self.due)
        twin.stored = self.stored
        return twin

    def dump(self, plan: Plan) -> str:
        """Return each leaf's dump in the order of the plan, ``None`` where nothing happened.

        It is JSON in a text, which nobody has to read who is not asked about this value.
        """
        if self.stored is not None:
            return self.stored[1]
        windows = self.opened
        dumps = [windows[name].dump() if name in windows else None for name in plan.leaves]
        return _text(dumps)

    @classmethod
    def load(cls, plan: Plan, newest: int, due: int | None, dumps: str | list[Json]) -> Self:
        """Return the group whose dump this was, not yet judged; states of before have no text."""
        group = cls({}, newest, None, due)
        group.stored = plan, dumps if isinstance(dumps, str) else _text(dumps)
        return group


def _text(dumps: list[Json]) -> str:
    return json.dumps(dumps, ensure_ascii=False, separators=(",", ":"))


def faded(groups: Mapping[str, Group], now: int, text: str) -> Iterator[str]:
    """Yield the value just heard of if nothing came of it, and the oldest that came to an end.

    What is yielded is to be taken out before the next is asked for.

    >>> list(faded({"a": Group({}, 5)}, 5, "a"))[:1]
    ['a']
    """
    if groups[text].faded(now):
        yield text
    while groups:
        oldest = next(iter(groups))
        if groups[oldest].newest >= now or not groups[oldest].faded(now):
            return
        yield oldest


def goes_on(group: Group, sessions: Iterable[Runs], now: int) -> int | None:
    """Return when a session is over that a value is part of: it may go on, and is asked then.

    What else the profile does is told to no value. Until then it could change nothing.

    >>> goes_on(Group({}, 5), [Runs(30)], 5) is None
    True
    """
    ends = (runs.over(now) for runs in sessions if group.newest >= (runs.start(now) or 0))
    return min((end for end in ends if end is not None), default=None)
